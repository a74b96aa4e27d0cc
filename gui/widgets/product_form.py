"""What a person types about a product, with a sentence beside a value that cannot be."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from core.catalog.records import ProductDetails, SoldBy
from core.errors import UserError
from gui import theme
from gui.core_words import error_words
from gui.figures import tax_text
from gui.money import amount_text, read_amount
from gui.widgets.fields import ChoiceField
from gui.widgets.line_field import LineField
from gui.widgets.words import Words

_LONGEST_NAME = 200


class ProductForm(QWidget):
    """Name, price, tax, barcode, SKU and how it is sold. ``edited`` comes with every change that a person makes.

    A scanner types the barcode and Enter, which moves on to the next field instead of saving.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = "EUR"
        self.name = LineField()
        self.price = LineField()
        self.tax = LineField()
        self.barcode = LineField()
        self.sku = LineField()
        self.sold_by = ChoiceField()
        self.sold_by.addItem(self.tr("by piece"), SoldBy.UNIT)
        self.sold_by.addItem(self.tr("by weight (kg)"), SoldBy.WEIGHT)
        self.name.setMaxLength(_LONGEST_NAME)
        self.price.setFont(theme.font(figures=True))
        self.barcode.setFont(theme.font(figures=True))
        self._problems: dict[QWidget, Words] = {}
        self._lay_out()
        for line in (self.name, self.price, self.tax, self.barcode, self.sku):
            line.textEdited.connect(self._edit)
        self.barcode.textEdited.connect(lambda _text: self.barcode.set_note(""))
        self.price.editingFinished.connect(self._tidy_price)
        self.tax.editingFinished.connect(self._tidy_tax)
        self.barcode.returnPressed.connect(self.focusNextChild)
        self.sold_by.activated.connect(lambda _row: self._edit())

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(theme.INSIDE)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addLayout(self._labelled(self.tr("&Name"), self.name), 0, 0, 1, 2)
        grid.addLayout(self._labelled(self.tr("&Price"), self.price), 1, 0)
        grid.addLayout(self._labelled(self.tr("&VAT"), self.tax), 1, 1)
        grid.addLayout(self._labelled(self.tr("&Barcode"), self.barcode), 2, 0, 1, 2)
        grid.addLayout(self._labelled(self.tr("S&KU"), self.sku), 3, 0)
        grid.addLayout(self._labelled(self.tr("Sol&d"), self.sold_by), 3, 1)

    def _labelled(self, text: str, field: QWidget) -> QVBoxLayout:
        label = Words(text, size=theme.NOTE_SIZE, tone="note")
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", ""))
        problem = Words(size=theme.NOTE_SIZE, tone="red", wraps=True)
        problem.hide()
        self._problems[field] = problem
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addWidget(label)
        column.addWidget(field)
        column.addWidget(problem)
        return column

    def show_details(self, details: ProductDetails) -> None:
        """Show a product; fields that say the same already, and the one being typed in, are left alone."""
        self._currency = details.currency
        self.price.set_note(details.currency, "note")
        texts = (
            (self.name, details.name),
            (self.price, amount_text(details.price_minor, details.currency) if details.price_minor else ""),
            (self.tax, tax_text(details.tax_basis_points)),
            (self.barcode, details.barcode),
            (self.sku, details.sku),
        )
        for line, text in texts:
            if line.text() != text:
                line.setText(text)
        with QSignalBlocker(self.sold_by):
            self.sold_by.setCurrentIndex(self.sold_by.findData(details.sold_by))
        self.barcode.set_note("")
        self._clear_problems()

    def offer_barcode(self, barcode: str) -> None:
        """Fill in a barcode that the camera has read, unless a person has typed one."""
        if barcode and not self.barcode.text():
            self.barcode.setText(barcode)
            self._edit()
        if barcode and self.barcode.text() == barcode:
            self.barcode.set_note(self.tr("✓ read from the pack"))

    def details(self) -> ProductDetails | None:
        """What was typed; ``None`` when something cannot be, which then stands beside its field."""
        self._clear_problems()
        price = self._read(self.price, self._read_price)
        tax = self._read(self.tax, self._read_tax)
        name = self.name.text().strip()
        if not name:
            self._complain(self.name, self.tr("Type the name that is printed on receipts."))
        if not name or price is None or tax is None:
            return None
        return self._gathered(price, tax)

    def typed(self) -> ProductDetails:
        """What was typed so far, for a draft: what cannot be read counts as zero, the name may be empty."""
        price = self._quiet(self._read_price)
        return self._gathered(price, self._quiet(self._read_tax))

    def show_problem(self, error: UserError) -> None:
        """Say what the shop's records refuse, beside the field it is about."""
        word = str(error).casefold()
        field: LineField = self.name
        for candidate, key in ((self.barcode, "barcode"), (self.sku, "sku"), (self.price, "price"), (self.tax, "tax")):
            if f"the {key}" in word or f"this {key}" in word:
                field = candidate
                break
        self._complain(field, error_words(error))

    def first_problem(self) -> QWidget | None:
        """The first field with a sentence beside it."""
        return next((field for field, problem in self._problems.items() if not problem.isHidden()), None)

    def _gathered(self, price: int, tax: int) -> ProductDetails:
        return ProductDetails(
            name=self.name.text().strip(),
            sku=self.sku.text().strip(),
            barcode="".join(self.barcode.text().split()),
            price_minor=price,
            currency=self._currency,
            tax_basis_points=tax,
            sold_by=SoldBy(self.sold_by.currentData()),
        )

    def _read(self, field: LineField, read: Callable[[], int]) -> int | None:
        try:
            return read()
        except UserError as error:
            self._complain(field, error_words(error))
            return None

    def _quiet(self, read: Callable[[], int]) -> int:
        try:
            return read()
        except UserError:
            return 0

    def _read_price(self) -> int:
        text = self.price.text().strip()
        return read_amount(text, self._currency) if text else 0

    def _read_tax(self) -> int:
        """Percent as basis points."""
        text = self.tax.text().replace("%", "").strip().replace(",", ".")
        try:
            points = round(float(text or 0) * 100)
        except (ValueError, OverflowError) as error:
            raise self._bad_tax(text) from error
        if not 0 <= points <= 10_000:
            raise self._bad_tax(text)
        return points

    def _bad_tax(self, text: str) -> UserError:
        return UserError(
            self.tr("“{text}” is not a tax.").format(text=text), remedy=self.tr("Enter a percentage such as 9.")
        )

    def _tidy_price(self) -> None:
        text = self.price.text().strip()
        if text and self._read(self.price, self._read_price) is not None:
            self.price.setText(amount_text(self._read_price(), self._currency))

    def _tidy_tax(self) -> None:
        points = self._read(self.tax, self._read_tax)
        if points is not None:
            self.tax.setText(tax_text(points))

    def _edit(self) -> None:
        self._clear_problems()
        self.edited.emit()

    def _complain(self, field: QWidget, sentence: str) -> None:
        problem = self._problems[field]
        problem.say(f"! {sentence}")
        problem.show()
        field.setAccessibleDescription(sentence)
        if isinstance(field, LineField):
            field.set_problem(has_problem=True)

    def _clear_problems(self) -> None:
        for field, problem in self._problems.items():
            if not problem.isHidden():
                problem.hide()
                field.setAccessibleDescription("")
            if isinstance(field, LineField):
                field.set_problem(has_problem=False)
