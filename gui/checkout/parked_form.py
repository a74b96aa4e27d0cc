"""The sales that were set aside, to bring one back."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, QTime, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.catalog.records import Sale
from gui.checkout.form import Form
from gui.money import money_text
from gui.widgets.buttons import ChoiceButton
from gui.widgets.empty_state import EmptyState


class ParkedForm(Form):
    """``chosen`` carries a sale's id; 1–9 choose as well."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_title(self.tr("Parked sales"))
        self._buttons: list[ChoiceButton] = []
        self._ids: list[int] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._nothing = EmptyState("park", self.tr("No parked sale"), self.tr("A parked sale waits here."))
        self._nothing.hide()
        self.column.addLayout(self._rows)
        self.column.addWidget(self._nothing, 1)
        self.column.addStretch(1)

    def forget(self) -> None:
        """Offer nothing until the sales are told: those of the last time may be paid."""
        for button in self._buttons:
            self._rows.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons, self._ids = [], []
        self._nothing.hide()

    def show_sales(self, sales: Sequence[Sale]) -> None:
        """Show the parked sales, the oldest first."""
        self.forget()
        self._ids = [sale.sale_id for sale in sales]
        for place, sale in enumerate(sales):
            at = sale.opened_at.astimezone()
            opened = QTime(at.hour, at.minute)
            title = self.tr("Sale {number} · {time}").format(
                number=sale.number,
                time=QLocale().toString(opened, QLocale.FormatType.ShortFormat),
            )
            note = money_text(sale.total_minor, sale.currency)
            button = ChoiceButton(title, note, keys=str(place + 1) if place < 9 else "")
            button.clicked.connect(lambda _checked=False, sale_id=sale.sale_id: self.chosen.emit(sale_id))
            self._buttons.append(button)
            self._rows.addWidget(button)
        self._nothing.setVisible(not sales)
        if self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, place: int) -> None:
        """Bring back the sale in this place, counted from 0."""
        if place < len(self._ids):
            self.chosen.emit(self._ids[place])
