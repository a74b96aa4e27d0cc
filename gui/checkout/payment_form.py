"""Paying inside the panel: cash with change, or card."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from core.errors import UserError
from gui import theme
from gui.actions import keys_of
from gui.checkout.amount_field import AmountField, NumberPad
from gui.checkout.form import Form
from gui.money import amount_text, minor_digits, money_text, read_amount
from gui.widgets.announcing import announce
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.words import Words

_HEIGHT_WITH_PAD = 532
_GAP = 6
_SPARE = 14
"""So much less than it likes to have, a button still shows its text whole."""

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
        self._asked = 0
        self._currency = "EUR"
        self._sum = Words(size=theme.TOTAL_SIZE, is_bold=True, figures=True)
        self._drift = Words(tone="amber", is_bold=True, wraps=True, size=theme.NOTE_SIZE, figures=True)
        self.given = AmountField(self.tr("Cash given"))
        self._usual = [SecondaryButton() for _ in range(4)]
        self._usual_row = QGridLayout()
        self._change = Words(size=24, is_bold=True, figures=True)
        self._problem = Words(tone="red", wraps=True, size=theme.NOTE_SIZE)
        self._outcome = QStackedWidget()
        self._cash = PrimaryButton(self.tr("Cash"), keys="Enter", height=56)
        self._card = SecondaryButton(self.tr("Card"), keys=keys_of("sale.pay"), height=56)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        label = Words(self.tr("Cash given"), tone="note", size=theme.NOTE_SIZE)
        label.setBuddy(self.given)
        due = QHBoxLayout()
        due.addWidget(self._drift, 1)
        due.addWidget(self._sum)
        # Words come and go in rooms that are kept for them: a key that moves under a finger is pressed wrongly.
        self._drift.setFixedHeight(self._sum.fontMetrics().lineSpacing())
        usual = self._usual_row
        usual.setSpacing(_GAP)
        for place, button in enumerate(self._usual):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            usual.addWidget(button, 0, place)
        change = QWidget()
        row = QHBoxLayout(change)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Words(self.tr("Change"), is_bold=True, size=16))
        row.addStretch(1)
        row.addWidget(self._change)
        self._outcome.addWidget(change)
        self._outcome.addWidget(self._problem)
        two_lines = 2 * self._problem.fontMetrics().lineSpacing()
        self._outcome.setFixedHeight(max(self._change.fontMetrics().lineSpacing(), two_lines))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._card, 1)
        buttons.addWidget(self._cash, 1)
        self.column.setSpacing(8)
        self.column.addLayout(due)
        self.column.addWidget(label)
        self.column.addWidget(self.given)
        self.column.addLayout(usual)
        self.add_pad(NumberPad(self.given), from_height=_HEIGHT_WITH_PAD)
        self.column.addStretch(0)
        self.column.addWidget(self._outcome)
        self.column.addLayout(buttons)
        QWidget.setTabOrder(self.given, self._card)
        QWidget.setTabOrder(self._card, self._cash)

    def _connect(self) -> None:
        for button in self._usual:
            button.clicked.connect(lambda _checked=False, button=button: self._give(button))
        self.given.textChanged.connect(self._tell_change)
        self.given.returnPressed.connect(self.pay_cash)
        self._cash.clicked.connect(self.pay_cash)
        self._card.clicked.connect(self.pay_card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_amounts()

    def open(self, total_minor: int, currency: str) -> None:
        """Ask for this total; nothing is left of the payment before."""
        self._asked = total_minor
        self._drift.say("")
        self._drift.setAccessibleName("")
        self.follow_total(total_minor, currency)
        self.given.open(hint=amount_text(total_minor, currency))
        self._tell_change()

    def follow_total(self, total_minor: int, currency: str) -> None:
        """The basket changed while the form was open: say how far the total has moved since."""
        if (total_minor, currency) == (self._total, self._currency) and self._sum.text():
            return
        self._total, self._currency = total_minor, currency
        self._sum.say(money_text(total_minor, currency))
        self._tell_drift()
        self._offer_amounts()
        self.given.setPlaceholderText(amount_text(total_minor, currency))
        self._tell_change()

    def _offer_amounts(self) -> None:
        """As many as can be read: an amount is never cut."""
        amounts = [self._total, *usual_amounts(self._total, digits=minor_digits(self._currency))]
        for button, amount in zip(self._usual, amounts, strict=False):
            button.setText(amount_text(amount, self._currency))
            button.setProperty("minor", amount)
        widest = max(button.sizeHint().width() for button in self._usual[: len(amounts)])
        fitting = max(1, (self.width() + _GAP) // (widest - _SPARE + _GAP))
        for place, button in enumerate(self._usual):
            is_offered = place < min(len(amounts), fitting)
            button.setVisible(is_offered)
            self._usual_row.setColumnStretch(place, int(is_offered))

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

    def _tell_drift(self) -> None:
        drift = self._total - self._asked
        more, less = self.tr("{amount} more since Pay was pressed"), self.tr("{amount} less since Pay was pressed")
        words = (more if drift > 0 else less) if drift else ""
        amount = money_text(abs(drift), self._currency)
        text = words.format(amount=amount)
        if text == self._drift.accessibleName():
            return
        room = self.width() - self._sum.sizeHint().width() - theme.INSIDE
        wrapped = self._drift.fontMetrics().boundingRect(0, 0, room, 0, int(Qt.TextFlag.TextWordWrap), text)
        is_short = wrapped.height() > self._drift.height()
        self._drift.say(f"{'+' if drift > 0 else '−'} {amount}" if is_short else text)
        self._drift.setToolTip(text if is_short else "")
        self._drift.setAccessibleName(text)
        announce(self, f"{text}. {self._sum.text()}" if text else self._sum.text())

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
        self._outcome.setCurrentIndex(1 if problem else 0)
        self.given.set_problem(has_problem=bool(problem))
        self.given.setAccessibleDescription(problem)
        change = given - self._total if given is not None and short <= 0 else None
        self._change.say(money_text(change, self._currency) if change is not None else "–")
