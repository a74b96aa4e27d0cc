"""The live picture with the part of the counter that counts, which can be drawn on it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.settings import Point
from gui import theme
from gui.live.live_view import LiveView, Placement

_SHADE = QColor(10, 12, 14, 150)
_STEP = 0.01
_FEWEST = 3
_HANDLE = 5.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CounterPicture(LiveView):
    """Shades what is ignored. While drawing, presses set corners, Enter closes the region, Esc gives up.

    By keyboard the arrows move a cross (with Shift in larger steps), Space sets a corner and Backspace takes the last
    one back. ``region_drawn`` carries the corners in fractions of the picture.
    """

    region_drawn = Signal(object)
    drawing_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.has_labels = False
        self._border = 0.0
        self._region: tuple[Point, ...] = ()
        self._corners: list[Point] | None = None
        self._cross: Point = (0.5, 0.5)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Live picture with the part of the counter that counts"))
        self.add_layer(self._paint_region)

    @property
    def is_drawing(self) -> bool:
        return self._corners is not None

    @property
    def corners(self) -> tuple[Point, ...]:
        """The corners set so far."""
        return tuple(self._corners or ())

    def show_limits(self, *, border: float, region: Sequence[Point]) -> None:
        """Show what is ignored: ``border`` as a share of width and height at every edge, and all outside ``region``."""
        if (border, tuple(region)) != (self._border, self._region):
            self._border, self._region = border, tuple(region)
            self.update()

    def begin_drawing(self) -> None:
        """Set corners from now on."""
        self._corners = []
        self._cross = (0.5, 0.5)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus()
        self._change()

    def cancel_drawing(self) -> None:
        """Keep the former region."""
        if self._corners is not None:
            self._end()

    def close_region(self) -> None:
        """Take the corners as the region, if there are enough."""
        if self._corners is not None and len(self._corners) >= _FEWEST:
            corners = tuple(self._corners)
            self._end()
            self.region_drawn.emit(corners)

    def _end(self) -> None:
        self._corners = None
        self.unsetCursor()
        self._change()

    def _change(self) -> None:
        self.update()
        self.drawing_changed.emit()

    def _add(self, corner: Point) -> None:
        if self._corners is not None:
            self._corners.append((round(corner[0], 4), round(corner[1], 4)))
            self._change()

    # Mouse and keyboard

    def _fraction(self, position: QPointF) -> Point:
        area = self.placement.area
        x = (position.x() - area.left()) / max(area.width(), 1.0)
        y = (position.y() - area.top()) / max(area.height(), 1.0)
        return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._corners is None:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._cross = self._fraction(event.position())
            self._add(self._cross)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._corners is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.close_region()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._corners is not None:
            self._cross = self._fraction(event.position())
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._corners is None:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key in _ARROWS:
            step = _STEP * (5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            x, y = self._cross[0] + _ARROWS[key][0] * step, self._cross[1] + _ARROWS[key][1] * step
            self._cross = min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
            self.update()
        elif key == Qt.Key.Key_Space:
            self._add(self._cross)
        elif key == Qt.Key.Key_Backspace and self._corners:
            self._corners.pop()
            self._change()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.close_region()
        elif key == Qt.Key.Key_Escape:
            self.cancel_drawing()
        else:
            super().keyPressEvent(event)

    # Painting

    def _paint_region(self, painter: QPainter, placement: Placement) -> None:
        area = placement.area
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._corners is None:
            self._shade(painter, area)
        else:
            self._paint_drawing(painter, area)
        painter.restore()

    def _shade(self, painter: QPainter, area: QRectF) -> None:
        whole, counted = QPainterPath(), QPainterPath()
        whole.addRect(area)
        x, y = area.width() * self._border, area.height() * self._border
        counted.addRect(area.adjusted(x, y, -x, -y))
        if self._region:
            region = QPainterPath()
            region.addPolygon(QPolygonF(_points(self._region, area)))
            region.closeSubpath()
            counted = counted.intersected(region)
        if not self._region and not self._border:
            return
        painter.fillPath(whole.subtracted(counted), _SHADE)
        for color, width in ((theme.VIDEO_OUTLINE, 4.0), (theme.VIDEO_TEXT, 2.0)):
            painter.setPen(QPen(color, width, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(counted)

    def _paint_drawing(self, painter: QPainter, area: QRectF) -> None:
        corners = self.corners
        line = _points([*corners, self._cross], area)
        for color, width in ((theme.VIDEO_OUTLINE, 5.0), (theme.VIDEO_POSSIBLE, 2.5)):
            painter.setPen(QPen(color, width))
            painter.drawPolyline(line)
        if len(corners) >= _FEWEST:
            painter.setPen(QPen(theme.VIDEO_POSSIBLE, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(line[len(corners) - 1], line[0])
        painter.setPen(QPen(theme.VIDEO_OUTLINE, 1.5))
        painter.setBrush(theme.VIDEO_POSSIBLE)
        for number in range(len(corners)):
            painter.drawEllipse(line[number], _HANDLE, _HANDLE)
        cross = line[len(corners)]
        painter.setPen(QPen(theme.VIDEO_TEXT, 1.5))
        painter.drawLine(cross - QPointF(12, 0), cross + QPointF(12, 0))
        painter.drawLine(cross - QPointF(0, 12), cross + QPointF(0, 12))


def _points(fractions: Sequence[Point], area: QRectF) -> list[QPointF]:
    return [QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in fractions]
