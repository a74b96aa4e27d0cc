"""Text labels in the window's sizes and tones, and the plain fields and rules between them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
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

    def sizeHint(self) -> QSize:
        # QLabel keeps a hint from when it had another minimum width.
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.fontMetrics().height())

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


def wrapped(text: str, face: QFont, width: float, *, most: int) -> list[str]:
    """Break a text into at most ``most`` lines of a width; the last is cut with an ellipsis."""
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while len(lines) < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1.0, width))
        start = line.textStart()
        is_last = len(lines) == most - 1
        lines.append(text[start:] if is_last else text[start : start + line.textLength()].rstrip())
    layout.endLayout()
    metrics = QFontMetricsF(face)
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]
