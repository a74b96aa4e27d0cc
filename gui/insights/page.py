"""The page that says how the day goes: what was sold, and how well items were recognized."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from core.catalog.records import BestSeller
from core.sightings import Outcome
from gui import background, theme
from gui.figures import share_text
from gui.insights.charts import FigureCard, HoursChart, OutcomeBar
from gui.insights.figures import DayFigures, gather_day
from gui.insights.rank_table import Rank, RankTable, RankTableModel
from gui.messages import Messages
from gui.money import amount_text, money_text
from gui.page import Page
from gui.widgets.buttons import IconButton, SecondaryButton
from gui.widgets.card import Card
from gui.widgets.empty_state import EmptyState
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.words import Words

if TYPE_CHECKING:
    from core.station import Station


_FIXED = {QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred}


class InsightsPage(Page):
    """One day at a time, today first; the arrows go to other days."""

    name = "insights"

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self._day = _today()
        self._asked = 0
        self._title = Words(size=theme.TITLE_SIZE, is_bold=True)
        self._before = IconButton("chevron-left", self.tr("The day before"))
        self._after = IconButton("chevron-right", self.tr("The day after"))
        self._today = SecondaryButton(self.tr("Today"))
        self._refresh = IconButton("refresh", self.tr("Count again"))
        self._takings = FigureCard(self.tr("Sold"))
        self._sales = FigureCard(self.tr("Sales"))
        self._average = FigureCard(self.tr("Average sale"))
        self._right = FigureCard(self.tr("Names that people found right"))
        self._hours = HoursChart()
        self._outcomes = OutcomeBar()
        self._sellers = RankTableModel([self.tr("Product"), self.tr("Sold"), self.tr("Amount")], self)
        self._mistakes = RankTableModel([self.tr("Shown, and what was said"), self.tr("Times")], self)
        self._no_mistakes = Words(tone="note", wraps=True)
        self._no_hours = Words(self.tr("Nothing was sold on this day."), tone="note", wraps=True)
        self._no_sellers = Words(self.tr("Nothing was sold on this day."), tone="note", wraps=True)
        for words in (self._no_mistakes, self._no_hours, self._no_sellers):
            words.hide()
        self._empty = EmptyState("insights", self.tr("Nothing was sold on this day"))
        self._stack = QStackedLayout()
        self._lay_out()
        self._before.clicked.connect(lambda: self._go(self._day - timedelta(days=1)))
        self._after.clicked.connect(lambda: self._go(self._day + timedelta(days=1)))
        self._today.clicked.connect(lambda: self._go(_today()))
        # Counted again after midnight, today has become yesterday.
        self._refresh.clicked.connect(lambda: self._go(self._day))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self._title, 1)
        for button in (self._before, self._today, self._after, self._refresh):
            head.addWidget(button)
        figures = QHBoxLayout()
        figures.setSpacing(theme.CARD_GAP)
        for card in (self._takings, self._sales, self._average, self._right):
            figures.addWidget(card, 1)
        tables = QGridLayout()
        tables.setSpacing(theme.CARD_GAP)
        tables.addWidget(self._card(self.tr("By the hour"), self._hours, self._no_hours), 0, 0)
        tables.addWidget(self._card(self.tr("How items were recognized"), self._outcomes), 0, 1)
        self._seller_table = RankTable(self._sellers)
        self._seller_table.setAccessibleName(self.tr("Best sellers"))
        self._mistake_table = RankTable(self._mistakes)
        self._mistake_table.setAccessibleName(self.tr("Most often corrected"))
        tables.addWidget(self._card(self.tr("Best sellers"), self._seller_table, self._no_sellers), 1, 0)
        tables.addWidget(self._card(self.tr("Most often corrected"), self._mistake_table, self._no_mistakes), 1, 1)
        tables.setColumnStretch(0, 3)
        tables.setColumnStretch(1, 2)
        tables.setRowStretch(1, 1)
        content = ScrollColumn()
        content.column.addLayout(figures)
        content.column.addLayout(tables, 1)
        for widget in (content, self._empty):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        column.setSpacing(theme.CARD_GAP)
        column.addLayout(head)
        column.addLayout(self._stack, 1)

    def _card(self, title: str, *contents: QWidget) -> Card:
        card = Card()
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words(title, is_bold=True))
        for content in contents:
            column.addWidget(content, 0 if content.sizePolicy().verticalPolicy() in _FIXED else 1)
        column.addStretch()
        return card

    def enter(self) -> None:
        self._go(_today())

    def _go(self, day: date) -> None:
        self._day = min(day, _today())
        self._after.setEnabled(self._day < _today())
        self._today.setEnabled(self._day < _today())
        words = QLocale().toString(QDate(self._day.year, self._day.month, self._day.day), QLocale.FormatType.LongFormat)
        self._title.say(self.tr("Today, {day}").format(day=words) if self._day == _today() else words)
        self._gather()

    def _gather(self) -> None:
        day, currency = self._day, self.station.settings.shop.currency
        self._asked += 1
        asked = self._asked
        background.deliver(
            self.station.records(lambda catalog: gather_day(catalog, day, currency=currency)),
            on_success=self.show_figures,
            owner=self,
            is_wanted=lambda: asked == self._asked,
        )

    def show_figures(self, figures: DayFigures) -> None:
        """Show what was gathered."""
        if figures.is_empty:
            self._empty.say(
                "insights",
                self.tr("Nothing was sold on this day"),
                self.tr("Sales and what was recognized appear here as they happen."),
            )
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentIndex(0)
        totals = figures.totals
        self._takings.say(
            money_text(totals.total_minor, totals.currency),
            self.tr("{tax} tax included").format(tax=amount_text(totals.tax_minor, totals.currency)),
        )
        voided = self.tr(", {voided} called off").format(voided=figures.voided_sales) if figures.voided_sales else ""
        items = self.tr("1 item") if totals.items == 1 else self.tr("{items} items").format(items=totals.items)
        self._sales.say(str(totals.sales), items + voided)
        self._average.say(money_text(figures.average_minor, totals.currency) if totals.sales else "–")
        self._show_recognitions(figures)
        self._show_sales(figures)

    def _show_sales(self, figures: DayFigures) -> None:
        currency = figures.totals.currency
        self._hours.show_hours(figures.hours, lambda minor: amount_text(minor, currency))
        self._hours.setVisible(bool(figures.hours))
        self._no_hours.setVisible(not figures.hours)
        self._seller_table.setVisible(bool(figures.best_sellers))
        self._no_sellers.setVisible(not figures.best_sellers)
        most = max((seller.amount_minor for seller in figures.best_sellers), default=0) or 1
        self._sellers.show(
            [
                Rank(
                    seller.name,
                    (self._sold(seller), amount_text(seller.amount_minor, seller.currency)),
                    seller.amount_minor / most,
                )
                for seller in figures.best_sellers
            ]
        )

    def _show_recognitions(self, figures: DayFigures) -> None:
        recognitions = figures.recognitions
        share = share_text(recognitions.judged_right / recognitions.judged) if recognitions.judged else "–"
        note = (
            self.tr("{right} of {judged} judged").format(right=recognitions.judged_right, judged=recognitions.judged)
            if recognitions.judged
            else self.tr("nobody has judged any yet")
        )
        self._right.say(share, note)
        self._outcomes.show_counts(recognitions.outcomes)
        most = max((confusion.count for confusion in figures.confusions), default=0) or 1
        ranks = []
        for confusion in figures.confusions:
            said = confusion.said_name if confusion.said_outcome is not Outcome.UNKNOWN else None
            words = (
                self.tr("{shown}, taken for {said}").format(shown=confusion.product_name, said=said)
                if said
                else self.tr("{shown}, not recognized").format(shown=confusion.product_name)
            )
            ranks.append(Rank(words, (str(confusion.count),), confusion.count / most))
        self._mistakes.show(ranks)
        self._mistake_table.setVisible(bool(ranks))
        self._no_mistakes.setVisible(not ranks)
        self._no_mistakes.say(self.tr("Nobody has corrected a name on this day."))

    def _sold(self, seller: BestSeller) -> str:
        """Pieces, kilograms, or both."""
        parts = []
        if seller.pieces:
            parts.append(f"{seller.pieces}")
        if seller.grams:
            parts.append(self.tr("{weight} kg").format(weight=QLocale().toString(seller.grams / 1000, "f", 3)))
        return " + ".join(parts)


def _today() -> date:
    """The day on the clock of this machine."""
    return date.today()
