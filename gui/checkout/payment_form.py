"""Paying inside the panel: cash with change, or card."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from core.errors import UserError
from gui import theme
from gui.actions import keys_of
from gui.checkout.amount_field import AmountField, NumberPad
from gui.checkout.form import Form
from gui.money import amount_text, minor_digits, money_text, read_amount
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.words import Words

_HEIGHT_WITH_PAD = 545

CASH = "cash"
CARD = "card"
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def usual_amounts(total_minor: int, *, digits: int, most: int = 3) -> list[int]:
    """The round amounts that a customer is likely to hand over for a total, in minor units, smallest first."""
    unit = 10**digits
    rounded = {-(-total_minor // (step * unit)) * step * unit for step in _STEPS}
    return sorted(amount for amount in rounded if amount > total_minor)[:most]


class PaymentForm(Form):
    """``paid`` carries the way of paying and the amount handed over, in minor units (the total for a card)."""

    paid = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_title(self.tr("Payment"))
        self._total = 0
        self._currency = "EUR"
        self._sum = Words(size=theme.TOTAL_SIZE, is_bold=True, figures=True)
        self._sum.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.given = AmountField(self.tr("Cash given"))
        label = Words(self.tr("Cash given"), tone="note", size=theme.NOTE_SIZE)
        label.setBuddy(self.given)
        self._usual = [SecondaryButton() for _ in range(4)]
        self._change_words = Words(self.tr("Change"), is_bold=True, size=16)
        self._change = Words(size=24, is_bold=True, figures=True)
        self._problem = Words(tone="red", wraps=True, size=theme.NOTE_SIZE)
        self._pad = NumberPad()
        self.column.setSpacing(8)
        self._cash = PrimaryButton(self.tr("Cash"), keys="Enter", height=56)
        self._card = SecondaryButton(self.tr("Card"), keys=keys_of("sale.pay"), height=56)
        usual = QGridLayout()
        usual.setSpacing(6)
        for place, button in enumerate(self._usual):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, button=button: self._give(button))
            usual.addWidget(button, 0, place)
        change = QHBoxLayout()
        change.addWidget(self._change_words)
        change.addStretch(1)
        change.addWidget(self._change)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._card, 1)
        buttons.addWidget(self._cash, 1)
        self.column.addWidget(self._sum)
        self.column.addWidget(label)
        self.column.addWidget(self.given)
        self.column.addLayout(usual)
        self.column.addWidget(self._pad, 1)
        self.column.addStretch(0)
        self.column.addLayout(change)
        self.column.addWidget(self._problem)
        self.column.addLayout(buttons)
        QWidget.setTabOrder(self.given, self._card)
        QWidget.setTabOrder(self._card, self._cash)
        self._pad.pressed.connect(self.given.press)
        self.given.textChanged.connect(self._tell_change)
        self.given.returnPressed.connect(self.pay_cash)
        self._cash.clicked.connect(self.pay_cash)
        self._card.clicked.connect(self.pay_card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Squeezed keys could not be pressed; the amounts above them still can.
        self._pad.setVisible(self.height() >= _HEIGHT_WITH_PAD)

    def open(self, total_minor: int, currency: str) -> None:
        """Ask for this total; nothing is left of the payment before."""
        self.follow_total(total_minor, currency)
        self.given.open(hint=amount_text(total_minor, currency))
        self._tell_change()

    def follow_total(self, total_minor: int, currency: str) -> None:
        """The basket changed while the form was open."""
        if (total_minor, currency) == (self._total, self._currency) and self._sum.text():
            return
        self._total, self._currency = total_minor, currency
        self._sum.say(money_text(total_minor, currency))
        amounts = [total_minor, *usual_amounts(total_minor, digits=minor_digits(currency))]
        for place, button in enumerate(self._usual):
            button.setVisible(place < len(amounts))
            if place < len(amounts):
                button.setText(amount_text(amounts[place], currency))
                button.setProperty("minor", amounts[place])
        self.given.setPlaceholderText(amount_text(total_minor, currency))
        self._tell_change()

    def pay_cash(self) -> None:
        """Take what the field says; an empty field is the exact amount."""
        given = self._given_minor()
        if given is None or given < self._total:
            self._tell_change()
            self.given.setFocus(Qt.FocusReason.OtherFocusReason)
            self.given.selectAll()
            return
        self.paid.emit(CASH, given)

    def pay_card(self) -> None:
        self.paid.emit(CARD, self._total)

    def _give(self, button: SecondaryButton) -> None:
        self.given.setText(amount_text(int(button.property("minor")), self._currency))
        self.given.setFocus(Qt.FocusReason.OtherFocusReason)
        self.given.selectAll()

    def _given_minor(self) -> int | None:
        text = self.given.text().strip()
        if not text:
            return self._total
        try:
            return read_amount(text, self._currency)
        except UserError:
            return None

    def _tell_change(self) -> None:
        given = self._given_minor()
        short = self._total - given if given is not None else 0
        if given is None:
            problem = self.tr("That is not an amount. Enter a number such as 20 or 20.50.")
        elif short > 0:
            problem = self.tr("{amount} are missing.").format(amount=money_text(short, self._currency))
        else:
            problem = ""
        self._problem.say(problem)
        self._problem.setVisible(bool(problem))
        self.given.set_problem(has_problem=bool(problem))
        change = given - self._total if given is not None and short <= 0 else None
        self._change.say(money_text(change, self._currency) if change is not None else "–")
