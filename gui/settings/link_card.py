"""A card of the settings page that leads elsewhere: what for, a note, and the button."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.words import Words


class LinkCard(Card):
    """``pressed``: its button ``open`` was pressed."""

    pressed = Signal()

    def __init__(self, *, keys: QKeySequence | str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = SecondaryButton(keys=keys, icon_name=icon_name)
        self._title = Words(is_bold=True, wraps=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 14, 12)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(words, 1)
        row.addWidget(self.open)
        self.open.clicked.connect(self.pressed)

    def say(self, title: str, note: str) -> None:
        """Show what it leads to."""
        self._title.say(title)
        self._note.say(note)
