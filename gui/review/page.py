"""The page on which a person looks through what was recognized and corrects it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.catalog.records import Act, Product, ReviewFilter
from core.errors import UserError
from core.station_view import StationView
from gui import actions, background, theme
from gui.messages import Messages
from gui.page import Page
from gui.review.entry_grid import EntryGrid
from gui.review.entry_list_model import EntryListModel
from gui.review.portion import PORTION, Portion
from gui.review.verdict_panel import VerdictPanel
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.empty_state import EmptyState
from gui.widgets.picture_lender import PictureLender
from gui.widgets.product_search import ProductSearch
from gui.widgets.segmented_filter import SegmentedFilter
from gui.widgets.words import Words

if TYPE_CHECKING:
    from core.back_office import Corrected
    from core.station import Station

_PANEL_WIDTH = 400
_PANEL_LEAST = 340
_SEARCH_WIDTH = 200
_SEARCH_MOST = 340


class ReviewPage(Page):
    """Filters and crops at the left, the chosen ones with the answers at the right."""

    name = "review"

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.entries = EntryListModel(self)
        self.grid = EntryGrid(self.entries, PictureLender(station.data.photographs, self))
        self.panel = VerdictPanel(station.data.photographs)
        self.filter = SegmentedFilter(
            [
                (ReviewFilter.DOUBTFUL, self.tr("Doubtful first")),
                (ReviewFilter.UNKNOWN, self.tr("Unknown")),
                (ReviewFilter.CORRECTED, self.tr("Corrected")),
                (ReviewFilter.ALL, self.tr("All today")),
            ]
        )
        self.search = ProductSearch(
            lambda text: station.records(lambda catalog: catalog.products.search(text)),
            station.data.photographs,
            placeholder="",
            keys=actions.keys_of("find"),
        )
        self._effect = Words()
        self._changes = Words(is_bold=True, wraps=True)
        self._head = QGridLayout()
        self._undo = SecondaryButton()
        self._effect_bar = Card(border="accent")
        self._empty = EmptyState("check", "")
        self._left = QStackedLayout()
        self._asked = 0
        self._is_whole = True
        self._is_fetching = False
        self._pending = 0
        self._round = 0
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._head.setHorizontalSpacing(theme.CARD_GAP)
        self._head.setVerticalSpacing(theme.INSIDE)
        self._head.addWidget(self.filter, 0, 0)
        self._head.setColumnStretch(1, 1)
        self.search.setMinimumWidth(_SEARCH_WIDTH)
        self._place_search()
        for widget in (self.grid, self._empty):
            self._left.addWidget(widget)
        bar = QHBoxLayout(self._effect_bar)
        bar.setContentsMargins(14, 4, 4, 4)
        bar.setSpacing(6)
        bar.addWidget(self._effect)
        bar.addWidget(self._changes, 1)
        bar.addWidget(self._undo)
        self._effect_bar.hide()
        left = QVBoxLayout()
        left.setSpacing(theme.CARD_GAP)
        left.addLayout(self._head)
        left.addLayout(self._left, 1)
        left.addWidget(self._effect_bar)
        self.panel.setFixedWidth(_PANEL_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        row.setSpacing(theme.CARD_GAP)
        row.addLayout(left, 1)
        row.addWidget(self.panel)

    def _connect(self) -> None:
        # Enter confirms only from the grid: on a button it presses the button.
        actions.make_action("review.right", self.grid, self.panel.confirm)
        self.panel.reach_from(self)
        actions.make_action("find", self, lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self._undo.follow(actions.make_action("review.undo", self, self._take_back))
        self.filter.chosen.connect(lambda _key: self._read())
        self.grid.chosen_changed.connect(self._show_chosen)
        self.grid.end_neared.connect(self._read_more)
        self.panel.said.connect(self._say)
        self.search.chosen.connect(self._name_product)
        self.entries.modelReset.connect(lambda: self.panel.show_entries(()))
        self._show_chosen()

    def enter(self) -> None:
        self._read()
        self.grid.setFocus()

    def show_view(self, view: StationView) -> None:
        """Follow a queue that was judged again, but not while a person types the name of what is chosen."""
        newest = view.status.queue_round
        if newest != self._round and not self._pending and not self.search.hasFocus():
            self._round = newest
            self._read(limit=max(PORTION, self.entries.rowCount()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setFixedWidth(max(_PANEL_LEAST, min(_PANEL_WIDTH, self.width() * 2 // 5)))
        self._place_search()

    def _place_search(self) -> None:
        """Beside the filters where there is room, below them otherwise."""
        room = self.width() - self.panel.width() - 2 * theme.PAGE_MARGIN - theme.CARD_GAP
        is_beside = room >= self.filter.sizeHint().width() + _SEARCH_WIDTH + theme.CARD_GAP
        self.search.setMaximumWidth(_SEARCH_MOST if is_beside else 10_000)
        self._head.removeWidget(self.search)
        if is_beside:
            self._head.addWidget(self.search, 0, 1, Qt.AlignmentFlag.AlignRight)
        else:
            self._head.addWidget(self.search, 1, 0, 1, 2)

    # The queue

    @property
    def shown(self) -> ReviewFilter:
        return ReviewFilter(self.filter.key)

    def _read(self, offset: int = 0, limit: int = PORTION) -> None:
        shown = self.shown
        self._asked += 1
        asked = self._asked
        background.deliver(
            self.station.review(lambda review: Portion.read(review, shown, offset, limit=limit)),
            on_success=self.show_portion,
            owner=self,
            is_wanted=lambda: asked == self._asked,
        )

    def _read_more(self) -> None:
        if not self._is_whole and not self._is_fetching and self.entries.rowCount():
            self._is_fetching = True
            self._read(self.entries.rowCount())

    def show_portion(self, portion: Portion) -> None:
        """Show a portion of the queue; the choice stays where it was, or moves to what took its place."""
        self._is_fetching = False
        self._is_whole = portion.is_last
        self.panel.know_pictures(portion.pictures)
        for shown, count in portion.counts.items():
            self.filter.set_count(shown, count or None)
        if portion.offset:
            self.entries.append(portion.entries)
            return
        chosen = [entry.recognition_id for entry in self.grid.chosen_entries()]
        row = self.grid.currentIndex().row()
        self.entries.show(portion.entries)
        self._left.setCurrentIndex(0 if portion.entries else 1)
        if not portion.entries:
            self._say_empty()
        elif not self.grid.selectedIndexes():
            former = [found for key in chosen if (found := self.entries.row_of(key)) is not None]
            self.grid.choose_rows(former or [max(0, row)])
        else:
            self.panel.show_entries(self.grid.chosen_entries())

    def _say_empty(self) -> None:
        self._show_chosen()
        title, sentence = {
            ReviewFilter.DOUBTFUL: (
                self.tr("Nothing to review"),
                self.tr("Every item was recognized with certainty, or judged already."),
            ),
            ReviewFilter.UNKNOWN: (self.tr("No unknown items"), self.tr("Everything on the counter got a name.")),
            ReviewFilter.CORRECTED: (
                self.tr("Nothing was corrected today"),
                self.tr("What you correct here or at the checkout appears here."),
            ),
            ReviewFilter.ALL: (
                self.tr("Nothing was recognized today"),
                self.tr("Items appear here when they are sold."),
            ),
        }[self.shown]
        self._empty.say("check", title, sentence)

    def _show_chosen(self) -> None:
        """Show what is chosen, and let it be named only while there is something."""
        chosen = self.grid.chosen_entries()
        self.panel.show_entries(chosen)
        self.search.setEnabled(bool(chosen))
        if chosen:
            self.search.invite(self.tr("Name the item: search products"), self.tr("Name the item"))
        else:
            self.search.invite(self.tr("Choose an item to name it"), self.tr("Choose an item"))

    # What a person says

    def _name_product(self, product: Product) -> None:
        self.panel.name_product(product.product_id)
        self.grid.setFocus()

    def _say(self, act: Act, product_id: int | None) -> None:
        ids = [entry.recognition_id for entry in self.grid.chosen_entries()]
        self._asked += 1
        self._pending += 1
        if self.shown in {ReviewFilter.DOUBTFUL, ReviewFilter.UNKNOWN}:
            # Gone at once, so that the next key meets the next item.
            self._drop(ids)
        background.deliver(
            self.station.correct(act, ids, product_id=product_id, keep_as_reference=self.panel.keeps.isChecked()),
            on_success=self._tell_effect,
            on_failure=self._refuse,
            owner=self,
        )

    def _drop(self, ids: Sequence[int]) -> None:
        row = min((self.entries.row_of(key) or 0 for key in ids), default=0)
        self.entries.remove(set(ids))
        self.grid.choose_row(row)
        if not self.entries.rowCount():
            self._left.setCurrentIndex(1)
            self._say_empty()

    def _settle(self) -> None:
        self._pending -= 1
        # While more words are under way, an older list would bring their items back.
        if not self._pending:
            # As many as there were: a shorter list would put another item under the next key.
            self._read(limit=max(PORTION, self.entries.rowCount()))

    def _tell_effect(self, corrected: "Corrected") -> None:
        self._settle()
        rescored = corrected.rescored
        judged = len(corrected.effect.changed_recognitions)
        if rescored.towards_label:
            first = self.tr("Your last correction helped:")
        else:
            first = self.tr("Noted for {count}:").format(count=judged)
        if not rescored.changed:
            changes = self.tr("no other item changed.")
        elif rescored.changed == 1:
            towards = self.tr("1 other item changed, towards your label.")
            changes = towards if rescored.towards_label else self.tr("1 other item changed.")
        elif rescored.label is None:
            changes = self.tr("{changed} other items changed.").format(changed=rescored.changed)
        else:
            changes = self.tr("{changed} other items changed, {towards} towards your label.").format(
                changed=rescored.changed, towards=rescored.towards_label
            )
        self._say_effect(first, changes, can_undo=True)

    def _refuse(self, error: Exception) -> None:
        self._settle()
        if not isinstance(error, UserError):
            raise error
        self.messages.tell_error(error)

    def _take_back(self) -> None:
        self._pending += 1
        background.deliver(
            self.station.undo_correction(), on_success=self._tell_undone, on_failure=self._refuse, owner=self
        )

    def _tell_undone(self, corrected: "Corrected | None") -> None:
        self._settle()
        if corrected is None:
            self._say_effect(self.tr("There is nothing to undo."), "", can_undo=False)
            return
        count = len(corrected.effect.changed_recognitions)
        self._say_effect(self.tr("Taken back for {count}.").format(count=count), "", can_undo=True)

    def _say_effect(self, first: str, changes: str, *, can_undo: bool) -> None:
        self._effect.say(first)
        self._changes.say(changes)
        self._undo.setVisible(can_undo)
        self._effect_bar.setAccessibleName(f"{first} {changes}".strip())
        self._effect_bar.show()
