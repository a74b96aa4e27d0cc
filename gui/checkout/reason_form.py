"""Asking why: for a sale that is called off, and for a price that is changed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from core.checkout.basket import LARGEST_QUANTITY
from core.errors import UserError
from gui import theme
from gui.checkout.amount_field import AmountField, NumberPad
from gui.checkout.form import Form
from gui.core_words import error_words
from gui.money import amount_text, read_amount
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.line_field import LineField
from gui.widgets.words import Words

_HEIGHT_WITH_PAD = 480
_PRICE_HEIGHT_WITH_PAD = 660


class ReasonForm(Form):
    """Reasons to press, or own words; ``given`` carries them. Nothing happens without a reason."""

    given = Signal(str)

    def __init__(self, title: str, button: str, reasons: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._question = Words(wraps=True)
        self.column.addWidget(self._question)
        first: QWidget | None = None
        for reason in reasons:
            choice = SecondaryButton(reason)
            choice.clicked.connect(lambda _checked=False, reason=reason: self.given.emit(reason))
            self.column.addWidget(choice)
            if first is not None:
                QWidget.setTabOrder(first, choice)
            first = choice
        label = Words(self.tr("Or in your words"), size=theme.NOTE_SIZE, tone="note")
        self.words = LineField()
        self.words.setMaxLength(120)
        self.words.setAccessibleName(self.tr("Reason"))
        label.setBuddy(self.words)
        self._button = PrimaryButton(button, keys="Enter", height=56)
        self._button.setEnabled(False)
        self.column.addWidget(label)
        self.column.addWidget(self.words)
        self.column.addStretch(1)
        self.column.addWidget(self._button)
        self.words.textChanged.connect(lambda text: self._button.setEnabled(bool(text.strip())))
        self.words.returnPressed.connect(self._give)
        self._button.clicked.connect(self._give)

    def open(self, question: str) -> None:
        """Ask anew; former words are gone."""
        self._question.say(question)
        self.words.clear()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        if self.words.text().strip():
            self.given.emit(self.words.text().strip())


class PriceForm(Form):
    """``given`` carries the line, its new price in minor units and the reason, pressed or in own words."""

    given = Signal(int, int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_title(self.tr("Change the price"))
        self._line_id = 0
        self._currency = "EUR"
        self._name = Words(is_bold=True, wraps=True)
        self.price = AmountField(self.tr("New price"))
        self.reason = LineField(placeholder=self.tr("Damaged pack"))
        self.reason.setAccessibleName(self.tr("Reason"))
        self._problem = Words(tone="red", size=theme.NOTE_SIZE, wraps=True)
        # Kept free, so that no key moves when there is something to say.
        self._problem.setMinimumHeight(2 * self._problem.fontMetrics().lineSpacing())
        apply = PrimaryButton(self.tr("Change"), keys="Enter", height=56)
        labels = []
        for label, field in ((self.tr("New price"), self.price), (self.tr("Reason"), self.reason)):
            labels.append(Words(label, size=theme.NOTE_SIZE, tone="note"))
            labels[-1].setBuddy(field)
        self.column.setSpacing(theme.INSIDE)
        for widget in (self._name, labels[0], self.price):
            self.column.addWidget(widget)
        self.add_pad(NumberPad(self.price), from_height=_PRICE_HEIGHT_WITH_PAD)
        self.column.addWidget(labels[1])
        self.column.addLayout(self._reasons())
        self.column.addWidget(self.reason)
        self.column.addWidget(self._problem)
        self.column.addStretch(0)
        self.column.addWidget(apply)
        self.price.returnPressed.connect(self._go_on)
        self.reason.returnPressed.connect(self._give)
        apply.clicked.connect(self._give)

    def _reasons(self) -> QGridLayout:
        """The usual reasons, two by two; a press says the reason and, with it, all."""
        grid = QGridLayout()
        grid.setSpacing(theme.INSIDE)
        reasons = (self.tr("Damaged"), self.tr("Short date"), self.tr("Shelf price"), self.tr("Discount"))
        for place, reason in enumerate(reasons):
            button = SecondaryButton(reason)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, reason=reason: self._take(reason))
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def open(self, line_id: int, name: str, price_minor: int, currency: str) -> None:
        """Ask for the price of this line; the field is empty and shows the former price as a hint."""
        self._line_id, self._currency = line_id, currency
        self._name.say(name)
        self._problem.say("")
        self.reason.setText("")
        self.price.open(hint=amount_text(price_minor, currency))

    def _go_on(self) -> None:
        self.reason.setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self, reason: str) -> None:
        self.reason.setText(reason)
        self._give()

    def _give(self) -> None:
        text = self.price.text().strip()
        try:
            price = read_amount(text, self._currency)
        except UserError as error:
            self._problem.say(error_words(error) if text else self.tr("Type the new price."))
            self.price.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.reason.text().strip():
            self._problem.say(self.tr("A changed price needs a reason, for example: damaged pack."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.given.emit(self._line_id, price, self.reason.text().strip())


class WeightForm(Form):
    """Asks how much of a weighed product is sold; ``given`` carries grams."""

    given = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._question = Words(wraps=True)
        self.grams = AmountField(self.tr("Weight in grams"))
        label = Words(self.tr("Weight in grams"), size=theme.NOTE_SIZE, tone="note")
        label.setBuddy(self.grams)
        self._problem = Words(tone="red", size=theme.NOTE_SIZE, wraps=True)
        sell = PrimaryButton(self.tr("Sell"), keys="Enter", height=56)
        # Kept free, so that no key moves when there is something to say.
        self._problem.setMinimumHeight(self._problem.fontMetrics().lineSpacing())
        for part in (self._question, label, self.grams, self._problem):
            self.column.addWidget(part)
        self.add_pad(NumberPad(self.grams, has_sign=False), from_height=_HEIGHT_WITH_PAD)
        self.column.addStretch(0)
        self.column.addWidget(sell)
        self.grams.returnPressed.connect(self._give)
        sell.clicked.connect(self._give)

    def open(self, name: str, price: str) -> None:
        """Ask for the weight of this product."""
        self.set_title(name)
        self._question.say(self.tr("{price} a kilogram. How much is it?").format(price=price))
        self._problem.say("")
        self.grams.open(hint="0")

    def _give(self) -> None:
        text = self.grams.text().strip()
        if text.isdigit() and 0 < int(text) <= LARGEST_QUANTITY:
            self.given.emit(int(text))
        else:
            self._problem.say(self.tr("Enter whole grams, for example 350."))
            self.grams.setFocus(Qt.FocusReason.OtherFocusReason)
