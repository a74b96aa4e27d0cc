"""The frame of everything that takes the basket's place for a moment: title, way back, one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.words import ElidedWords


class Form(QWidget):
    """Esc or the button goes back with ``left``. Subclasses add to ``column``."""

    left = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedWords(title, size=theme.TITLE_SIZE, is_bold=True)
        back = SecondaryButton(self.tr("Back"), keys="Esc")
        back.clicked.connect(self.left)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(back)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.CARD_GAP)
        self.column.addLayout(head)

    def set_title(self, title: str) -> None:
        self._title.say(title)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
