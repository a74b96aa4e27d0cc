"""What stands where nothing is yet: a sign, a sentence, and what to do."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.words import Words


class _Sign(QWidget):
    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icon_name = icon_name
        self.setFixedSize(56, 56)

    def sizeHint(self) -> QSize:
        return QSize(56, 56)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.cap)
        painter.drawEllipse(QRectF(self.rect()))
        theme.paint_icon(painter, QRectF(self.rect()).adjusted(15, 15, -15, -15), self.icon_name, tones.note)


class EmptyState(QWidget):
    """Centered: icon, title, sentence, and buttons below."""

    def __init__(self, icon_name: str, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = _Sign(icon_name)
        self._title = Words(title, size=16, is_bold=True, wraps=True)
        self._sentence = Words(sentence, tone="note", wraps=True)
        for words in (self._title, self._sentence):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        column.addSpacing(8)
        column.addLayout(self._buttons)
        column.addStretch(3)
        self._sentence.setVisible(bool(sentence))

    def add_button(self, button: QPushButton) -> None:
        """Put a button at the right end of the row below the sentence."""
        self._buttons.insertWidget(self._buttons.count() - 1, button)

    def say(self, icon_name: str, title: str, sentence: str = "") -> None:
        """Change sign and words, if they differ."""
        if self._sign.icon_name != icon_name:
            self._sign.icon_name = icon_name
            self._sign.update()
        self._title.say(title)
        self._sentence.say(sentence)
        self._sentence.setVisible(bool(sentence))
