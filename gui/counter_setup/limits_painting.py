"""Painting of the border, the region and their handles: pure functions of what they are given."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from core.settings import Point
from gui import theme
from gui.counter_setup.limits import FEWEST_CORNERS, Handle, Limits

_SHADE = QColor(10, 12, 14, 150)
_CORNER = 7.0
_BAR = 18.0
_INSET = 7.0


def to_view(point: Point, area: QRectF) -> QPointF:
    """A point in fractions of the picture, in view coordinates."""
    return QPointF(area.left() + point[0] * area.width(), area.top() + point[1] * area.height())


def handle_spot(limits: Limits, handle: Handle, area: QRectF) -> QPointF:
    """Where a handle is painted and taken hold of: never half outside the picture."""
    spot = to_view(limits.place(handle), area)
    inner = area.adjusted(_INSET, _INSET, -_INSET, -_INSET)
    return QPointF(min(inner.right(), max(inner.left(), spot.x())), min(inner.bottom(), max(inner.top(), spot.y())))


def paint_limits(*, painter: QPainter, area: QRectF, limits: Limits) -> None:
    """Shade what is ignored and draw its edge; nothing when everything counts."""
    if not limits.corners and not limits.border:
        return
    whole, counted = QPainterPath(), QPainterPath()
    whole.addRect(area)
    x, y = area.width() * limits.border, area.height() * limits.border
    inside = area.adjusted(x, y, -x, -y)
    counted.addRect(inside)
    if limits.corners:
        region = QPainterPath()
        region.addPolygon(QPolygonF([to_view(corner, area) for corner in limits.corners]))
        region.closeSubpath()
        counted = counted.intersected(region)
        if limits.border:
            _paint_line(painter, inside, width=1.0)
    painter.fillPath(whole.subtracted(counted), _SHADE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((theme.VIDEO_OUTLINE, 4.0), (theme.VIDEO_TEXT, 2.0)):
        painter.setPen(QPen(color, width, Qt.PenStyle.DashLine))
        painter.drawPath(counted)


def _paint_line(painter: QPainter, rect: QRectF, *, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.VIDEO_TEXT, width, Qt.PenStyle.DotLine))
    painter.drawRect(rect)


def paint_handles(*, painter: QPainter, area: QRectF, limits: Limits, selected: Handle | None) -> None:
    """Disks at the corners, bars at the sides of the border; the selected one is larger, amber and ringed."""
    for handle in limits.handles():
        is_selected = handle == selected
        spot = handle_spot(limits, handle, area)
        painter.setPen(QPen(theme.VIDEO_OUTLINE, 2.0))
        painter.setBrush(theme.VIDEO_POSSIBLE if is_selected else theme.VIDEO_TEXT)
        grown = 1.35 if is_selected else 1.0
        if handle.corner is not None:
            painter.drawEllipse(spot, _CORNER * grown, _CORNER * grown)
        else:
            is_upright = handle.side in ("left", "right")
            width, height = (8.0, 2 * _BAR) if is_upright else (2 * _BAR, 8.0)
            bar = QRectF(0, 0, width * grown, height * grown)
            bar.moveCenter(spot)
            painter.drawRoundedRect(bar, 4, 4)
        if is_selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.VIDEO_TEXT, 2.0))
            painter.drawEllipse(spot, _BAR + 7, _BAR + 7)


def paint_drawing(*, painter: QPainter, area: QRectF, corners: Sequence[Point], cross: Point) -> None:
    """The region while it is drawn: its corners so far, the line to the cross, and how it would close."""
    line = [to_view(point, area) for point in (*corners, cross)]
    for color, width in ((theme.VIDEO_OUTLINE, 5.0), (theme.VIDEO_POSSIBLE, 2.5)):
        painter.setPen(QPen(color, width))
        painter.drawPolyline(line)
    if len(corners) >= FEWEST_CORNERS:
        painter.setPen(QPen(theme.VIDEO_POSSIBLE, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(line[len(corners) - 1], line[0])
    painter.setPen(QPen(theme.VIDEO_OUTLINE, 1.5))
    painter.setBrush(theme.VIDEO_POSSIBLE)
    for spot in line[:-1]:
        painter.drawEllipse(spot, 5.0, 5.0)
    for color, width in ((theme.VIDEO_OUTLINE, 4.0), (theme.VIDEO_TEXT, 1.5)):
        painter.setPen(QPen(color, width))
        painter.drawLine(line[-1] - QPointF(12, 0), line[-1] + QPointF(12, 0))
        painter.drawLine(line[-1] - QPointF(0, 12), line[-1] + QPointF(0, 12))
