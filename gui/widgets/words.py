"""Text labels in the window's sizes and tones, and the plain fields and rules between them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui import theme


class Words(QLabel):
    """Plain text in one size and tone; it follows the color scheme and never interprets markup."""

    def __init__(
        self,
        text: str = "",
        *,
        size: float = theme.BODY_SIZE,
        tone: theme.Tone = "text",
        is_bold: bool = False,
        figures: bool = False,
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        weight = QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal
        self.setFont(theme.font(size, weight=weight, figures=figures))
        self.setWordWrap(wraps)
        self.set_tone(tone)
        self.setText(text)

    def set_tone(self, tone: theme.Tone) -> None:
        self.setForegroundRole(theme.TONE_ROLES[tone])

    def say(self, text: str) -> None:
        """Set the text if it differs."""
        if text != self.text():
            self.setText(text)


class ElidedWords(Words):
    """One line of text that is cut with an ellipsis when there is no room; the whole text is its tool tip."""

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


class Rule(QWidget):
    """A thin line across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), theme.colors().line)
