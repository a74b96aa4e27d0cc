"""The rounded plate that groups what belongs together."""

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui import theme

Border = Literal["line", "accent", "amber", "red", "dashed"]


def paint_card(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: QColor,
    border: QColor,
    radius: float = theme.CARD_RADIUS,
    width: float = 1.0,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Paint a rounded plate whose border lies wholly inside ``rect``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, width, style))
    painter.setBrush(fill)
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)
    painter.restore()


def paint_focus_ring(painter: QPainter, rect: QRectF, radius: float = theme.CONTROL_RADIUS) -> None:
    """Paint the ring that shows where the keyboard is, just inside ``rect``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colors().text, 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


class Card(QWidget):
    """A rounded plate in the card color; put a layout into it. ``border`` tells what it is about."""

    def __init__(self, parent: QWidget | None = None, *, border: Border = "line") -> None:
        super().__init__(parent)
        self._border: Border = border

    def set_border(self, border: Border) -> None:
        if border != self._border:
            self._border = border
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tones = theme.colors()
        color = {
            "line": tones.line,
            "accent": tones.accent,
            "amber": tones.amber,
            "red": tones.red,
            "dashed": tones.amber,
        }[self._border]
        style = Qt.PenStyle.DashLine if self._border == "dashed" else Qt.PenStyle.SolidLine
        paint_card(QPainter(self), QRectF(self.rect()), fill=tones.card, border=color, style=style)
