"""The small picture of a key that stands beside whatever the key does."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

CAP_HEIGHT = 18.0
_SIZE = 11.0


def key_text(sequence: QKeySequence | str) -> str:
    """What is printed on the cap: the platform's words for the keys, ``Ctrl Z`` rather than ``Ctrl+Z``."""
    if isinstance(sequence, str):
        return sequence
    text = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("+", " ") if len(text) > 1 else text


def cap_size(text: str) -> QSizeF:
    """The room that a key cap needs; nothing for an empty text."""
    if not text:
        return QSizeF(0, 0)
    width = QFontMetricsF(theme.bold(_SIZE)).horizontalAdvance(text)
    return QSizeF(max(CAP_HEIGHT, width + 12), CAP_HEIGHT)


def paint_key_cap(painter: QPainter, rect: QRectF, text: str, *, is_on_accent: bool = False) -> None:
    """Paint a cap of ``cap_size(text)`` centered in ``rect``."""
    if not text:
        return
    tones = theme.colors()
    size = cap_size(text)
    cap = QRectF(rect.center() - QPointF(size.width() / 2, size.height() / 2), size)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_on_accent:
        plate = QColor(tones.on_accent)
        plate.setAlphaF(0.16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(plate)
        ink = tones.on_accent
    else:
        painter.setPen(QPen(tones.line, 1))
        painter.setBrush(tones.cap)
        ink = tones.note
    painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4.5, 4.5)
    painter.setPen(ink)
    painter.setFont(theme.bold(_SIZE))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class KeyCap(QWidget):
    """A key cap as a widget, for use in a layout; it takes no focus and presses nothing."""

    def __init__(self, keys: QKeySequence | str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = key_text(keys)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Key {keys}").format(keys=self._text))

    def sizeHint(self) -> QSize:
        return cap_size(self._text).toSize() + QSize(1, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_key_cap(painter, QRectF(self.rect()), self._text)
