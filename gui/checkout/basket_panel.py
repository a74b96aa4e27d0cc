"""The panel at the right: the basket, and in its place what paying, voiding and finding ask."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.checkout.basket_view import BasketView, Question
from gui import theme
from gui.actions import keys_of, words_of
from gui.checkout.basket_list import BasketList
from gui.checkout.basket_list_model import BasketListModel
from gui.checkout.line_buttons import LineButtons
from gui.checkout.lookup_form import LookupForm, Search
from gui.checkout.missing_price_form import MissingPriceForm
from gui.checkout.parked_form import ParkedForm
from gui.checkout.payment_form import PaymentForm
from gui.checkout.reason_form import PriceForm, ReasonForm, WeightForm
from gui.checkout.receipt_view import ReceiptView
from gui.checkout.sale_button import SaleButton
from gui.checkout.total_row import TotalRow
from gui.money import amount_text, money_text
from gui.widgets.buttons import PrimaryButton
from gui.widgets.card import Card
from gui.widgets.empty_state import EmptyState
from gui.widgets.words import ElidedWords, Rule, Words

_HEIGHT_WITH_LINE_BUTTONS = 500


class BasketFace(QWidget):
    """Lines, total and what can be done with them."""

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = BasketListModel(self)
        self.list = BasketList(self.model, photographs)
        self.line_buttons = LineButtons()
        self.park = SaleButton(words_of("sale.park"), keys=keys_of("sale.park"))
        self.void = SaleButton(words_of("sale.void"), keys=keys_of("sale.void"))
        self.look_up = SaleButton(words_of("sale.look_up"), keys=keys_of("sale.look_up"))
        self.pay = PrimaryButton(words_of("sale.pay"), keys=keys_of("sale.pay"), height=64)
        self._number = ElidedWords(size=theme.NOTE_SIZE, tone="note", figures=True)
        self._net = Words(figures=True)
        self._tax = Words(size=theme.NOTE_SIZE, tone="note", figures=True)
        self.total = TotalRow(self.tr("Total"))
        self._taxes = QWidget()
        self._shown: BasketView | None = None
        self._empty = EmptyState("basket", self.tr("One moment"), self.tr("The basket opens with the shop."))
        self._body = QStackedWidget()
        self._body.addWidget(self._empty)
        self._body.addWidget(self.list)
        self._lay_out()
        self._taxes.hide()
        self.line_buttons.hide()
        self.list.selectionModel().currentChanged.connect(lambda *_: self._offer_for_line())
        for button in (self.park, self.void, self.look_up, self.pay):
            button.setEnabled(False)

    def _invite(self) -> None:
        """The shop is open: say what to do with an empty basket."""
        self._empty.say("basket", self.tr("Put items on the counter"), self.tr("Or look one up, or scan its barcode."))
        self.look_up.setEnabled(True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("Basket"), size=theme.TITLE_SIZE, is_bold=True))
        head.addStretch(1)
        head.addWidget(self._number)
        taxes = QVBoxLayout(self._taxes)
        taxes.setContentsMargins(4, 0, 4, 0)
        taxes.setSpacing(8)
        taxes.addLayout(_pair(Words(self.tr("Without tax")), self._net))
        taxes.addLayout(_pair(Words(self.tr("Tax"), size=theme.NOTE_SIZE, tone="note"), self._tax))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        row = (self.park, self.void, self.look_up)
        for button in row:
            button.row = row
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addSpacing(8)
        column.addWidget(self._body, 1)
        column.addWidget(self.line_buttons)
        column.addWidget(self._taxes)
        column.addWidget(Rule())
        column.addWidget(self.total)
        column.addLayout(buttons)
        column.addWidget(self.pay)
        line = self.line_buttons
        order = (self.list, line.price, line.remove, self.park, self.void, self.look_up, self.pay)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_for_line()

    def _offer_for_line(self) -> None:
        """In a low window the lines need the room; the keys are the same."""
        self.line_buttons.setVisible(bool(self.model.rows) and self.height() >= _HEIGHT_WITH_LINE_BUTTONS)
        self.line_buttons.show_row(self.list.current_row)

    def show_basket(
        self, basket: BasketView | None, questions: Sequence[Question], *, given_away: Collection[int] = ()
    ) -> None:
        """Show the newest basket; changes only what differs. ``given_away``: lines that cost nothing on purpose."""
        if self.model.show(basket, questions, given_away=given_away):
            self._body.setCurrentWidget(self.list if self.model.rows else self._empty)
            self._offer_for_line()
        if basket == self._shown:
            return
        if self._shown is None:
            self._invite()
        former, self._shown = self._shown, basket
        if basket is None:
            return
        if former is not None and former.sale_id != basket.sale_id:
            # How far the list was scrolled belongs to the sale before.
            self.list.scrollToTop()
        is_moved = former is None or _what_is_sold(basket) != _what_is_sold(former)
        if is_moved and basket.selected_line is not None:
            self.list.select(basket.selected_line)
        items = self.tr("1 item") if basket.items == 1 else self.tr("{count} items").format(count=basket.items)
        words = [self.tr("Sale {number}").format(number=basket.number), items]
        if basket.parked:
            words.append(self.tr("{count} parked").format(count=basket.parked))
        self._number.say(" · ".join(words))
        self._net.say(amount_text(basket.total_minor - basket.tax_minor, basket.currency))
        self._tax.say(amount_text(basket.tax_minor, basket.currency))
        self._taxes.setVisible(basket.tax_minor > 0)
        self.total.say(money_text(basket.total_minor, basket.currency))
        is_empty = not any(not line.is_voided for line in basket.lines)
        recalls = is_empty and basket.parked > 0
        self.park.setText(self.tr("Recall") if recalls else words_of("sale.park"))
        self.park.setEnabled(recalls or not is_empty)
        self.void.setEnabled(bool(basket.lines))
        self.pay.setEnabled(not is_empty)
        self.pay.setAccessibleName(
            self.tr("Pay {amount}").format(amount=money_text(basket.total_minor, basket.currency))
        )


class BasketPanel(Card):
    """Shows one face at a time; ``face_left`` says that the basket is back."""

    face_left = Signal()

    def __init__(self, search: Search, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.basket = BasketFace(photographs)
        self.payment = PaymentForm()
        self.receipt = ReceiptView()
        self.lookup = LookupForm(search, photographs)
        self.parked = ParkedForm()
        self.price = PriceForm()
        self.weight = WeightForm()
        self.missing_price = MissingPriceForm()
        self.void = ReasonForm(
            self.tr("Void the sale"),
            self.tr("Void"),
            (
                self.tr("Customer left"),
                self.tr("Scanned by mistake"),
                self.tr("Price was wrong"),
                self.tr("Cannot be paid"),
            ),
        )
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.PAGE_MARGIN] * 4)
        column.addWidget(self._stack)
        self._stack.addWidget(self.basket)
        self._stack.addWidget(self.receipt)
        self.receipt.done.connect(self.show_basket_face)
        for form in (
            self.payment,
            self.missing_price,
            self.lookup,
            self.parked,
            self.price,
            self.weight,
            self.void,
        ):
            self._stack.addWidget(form)
            form.left.connect(self.show_basket_face)

    @property
    def face(self) -> QWidget | None:
        """What is shown now."""
        return self._stack.currentWidget()

    @property
    def shows_basket(self) -> bool:
        return self.face is self.basket

    def show_face(self, face: QWidget) -> None:
        self._stack.setCurrentWidget(face)

    def show_basket_face(self) -> None:
        """Back to the basket."""
        if not self.shows_basket:
            self._stack.setCurrentWidget(self.basket)
            self.face_left.emit()


def _what_is_sold(basket: BasketView) -> tuple[object, ...]:
    """What the selection follows: pictures come late, when the cashier may have selected another line."""
    return basket.selected_line, tuple(replace(line, picture=None) for line in basket.lines)


def _pair(left: Words, right: Words) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(left)
    row.addStretch(1)
    right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(right)
    return row
