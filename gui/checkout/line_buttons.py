"""What can be done with the selected line of the basket, for fingers and for who does not know the keys."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui import theme
from gui.actions import keys_of, words_of
from gui.checkout.basket_list_model import BasketRow
from gui.checkout.sale_button import SaleButton


class LineButtons(QWidget):
    """Two buttons below the list; what cannot be done with the line is greyed, so that nothing moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.price = SaleButton(words_of("sale.price"), keys=keys_of("sale.price"))
        self.remove = SaleButton(words_of("sale.remove"), keys=keys_of("sale.remove"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        buttons = (self.price, self.remove)
        for button in buttons:
            button.row = buttons
            row.addWidget(button, 1)
        self.show_row(None)

    def show_row(self, row: BasketRow | None) -> None:
        """Offer what can be done with this row; a voided line can be brought back, a question has no line yet."""
        line = row.line if row is not None else None
        is_voided = line is not None and line.is_voided
        self.price.setEnabled(line is not None and not is_voided)
        self.remove.setEnabled(line is not None)
        self.remove.setText(self.tr("Bring back") if is_voided else words_of("sale.remove"))
