"""The way from the settings of naming items to the engines for the graphics card."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.words import Words


class EngineLink(Card):
    """``pressed``: engines shall be built. Hidden until a card is there for which that can be done."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = SecondaryButton(self.tr("Build engines…"))
        self._card = Words(is_bold=True, wraps=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._card)
        note = self.tr("Engines let {title} compute the models on the graphics card. They are built once.")
        self._plain_note = note
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        words.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 14, 12)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(words, 1)
        row.addWidget(self.open)
        self.open.clicked.connect(self.pressed)
        self.hide()

    def offer(self, card: str, title: str) -> None:
        """Show the card's name, and whose engines it is about."""
        self._card.say(card)
        self._note.say(self._plain_note.format(title=title))
        self.show()
