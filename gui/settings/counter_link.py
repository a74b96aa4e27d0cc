"""The way from the settings of finding items to the page on which the counter is set up."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.actions import keys_of
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.words import Words


class CounterLink(Card):
    """``pressed``: the counter setup is wanted."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = SecondaryButton(self.tr("Counter setup"), keys=keys_of("page.counter"), icon_name="counter")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Words(self.tr("Region, border and empty counter"), is_bold=True, wraps=True))
        note = self.tr("They are set on the live picture, beside exposure, focus and the checks of the picture.")
        words.addWidget(Words(note, size=theme.NOTE_SIZE, tone="note", wraps=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 14, 12)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(words, 1)
        row.addWidget(self.open)
        self.open.clicked.connect(self.pressed)
