"""The frame of everything that takes the basket's place for a moment: title, way back, one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.words import ElidedWords


class Form(QWidget):
    """Esc or the button goes back with ``left``. Subclasses add to ``column``."""

    left = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pad: QWidget | None = None
        self._height_with_pad = 0
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

    def add_pad(self, pad: QWidget, *, from_height: int) -> None:
        """Add keys that are shown only where the form is so high: squeezed ones could not be pressed."""
        self._pad, self._height_with_pad = pad, from_height
        self.column.addWidget(pad, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pad is not None:
            self._pad.setVisible(self.height() >= self._height_with_pad)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
