"""Asking what an item costs that the catalog has no price for, before the sale is paid."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from core.catalog.records import SaleLine, SoldBy
from core.errors import UserError
from gui import theme
from gui.checkout.amount_field import AmountField, NumberPad
from gui.checkout.form import Form
from gui.core_words import error_words
from gui.money import read_amount
from gui.widgets.buttons import PrimaryButton
from gui.widgets.words import Words

_HEIGHT_WITH_PAD = 520


class MissingPriceForm(Form):
    """``given`` carries the line and its price in minor units; 0 is given away, which must be typed."""

    given = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.line_id = 0
        self._currency = "EUR"
        self._count = Words(tone="amber", is_bold=True, wraps=True)
        self._name = Words(size=16.5, is_bold=True, wraps=True)
        self.price = AmountField(self.tr("Price"))
        self._label = Words(size=theme.NOTE_SIZE, tone="note")
        self._label.setBuddy(self.price)
        self._note = Words(
            self.tr("It counts for this sale. The Catalog keeps a price for good. Type 0 to give it away."),
            size=theme.NOTE_SIZE,
            tone="note",
            wraps=True,
        )
        self._problem = Words(tone="red", size=theme.NOTE_SIZE, wraps=True)
        self._problem.setMinimumHeight(2 * self._problem.fontMetrics().lineSpacing())
        self._go_on = PrimaryButton(self.tr("Go on"), keys="Enter", height=56)
        for part in (self._count, self._name, self._label, self.price, self._note, self._problem):
            self.column.addWidget(part)
        self.add_pad(NumberPad(self.price), from_height=_HEIGHT_WITH_PAD)
        self.column.addStretch(0)
        self.column.addWidget(self._go_on)
        self.set_title(self.tr("Price"))
        self.price.returnPressed.connect(self.give)
        self._go_on.clicked.connect(self.give)

    def open(self, line: SaleLine, currency: str, *, missing: int) -> None:
        """Ask for the price of this line, one of ``missing`` that have none."""
        self.line_id, self._currency = line.line_id, currency
        self._count.say(
            self.tr("1 item has no price.")
            if missing == 1
            else self.tr("{count} items have no price.").format(count=missing)
        )
        self._name.say(line.name)
        is_weighed = line.sold_by is SoldBy.WEIGHT
        self._label.say(self.tr("Price of a kilogram") if is_weighed else self.tr("Price of one"))
        self._problem.say("")
        self.price.open()

    def give(self) -> None:
        """Take what the field says; an empty field is no price."""
        problem = self.tr("Type the price, or 0 to give it away.")
        try:
            price = read_amount(self.price.text(), self._currency) if self.price.text().strip() else None
        except UserError as error:
            price, problem = None, error_words(error)
        if price is None:
            self._problem.say(problem)
            self.price.setFocus(Qt.FocusReason.OtherFocusReason)
            self.price.selectAll()
            return
        self.given.emit(self.line_id, price)
