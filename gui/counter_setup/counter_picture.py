"""The live picture with the border and the region that count, drawn and moved by mouse or keyboard."""

from enum import Enum, auto

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from core.settings import Point
from gui.counter_setup.limits import FEWEST_CORNERS, Handle, Limits, within
from gui.counter_setup.limits_painting import handle_spot, paint_drawing, paint_handles, paint_limits
from gui.live.live_view import LiveView
from gui.live.placement import Placement

_STEP = 0.01
_LARGER = 5
_GRASP = 22.0
"""Pixels around a handle that take hold of it: a finger's half width."""
_SETTLE_MS = 600
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class _Doing(Enum):
    NOTHING = auto()
    DRAWING = auto()
    DRAGGING = auto()


class CounterPicture(LiveView):
    """Shades what is ignored and lets it be changed.

    Handles are dragged; by keyboard Space goes from one to the next, arrows move it (with Shift in larger steps),
    Insert adds a corner behind it, Delete takes it away, Esc lets go. While a region is drawn, presses set corners,
    Enter closes it, Esc gives up; by keyboard the arrows move a cross, Space sets a corner and Backspace takes the last
    one back. ``limits_set`` carries the ``Limits`` that a person has settled on.
    """

    limits_set = Signal(object)
    state_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.has_labels = False
        # The region can be drawn on the last picture of a clip, too.
        self.covers_ended_clip = False
        self.limits = Limits()
        self.selected: Handle | None = None
        self._told = Limits()
        self._doing = _Doing.NOTHING
        self._corners: list[Point] = []
        self._cross: Point = (0.5, 0.5)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self._tell)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Live picture with the part of the counter that counts"))
        self.add_layer(self._paint)

    @property
    def is_drawing(self) -> bool:
        return self._doing is _Doing.DRAWING

    @property
    def corners(self) -> tuple[Point, ...]:
        """The corners set so far while drawing."""
        return tuple(self._corners)

    def show_limits(self, limits: Limits) -> None:
        """Show the limits that hold, unless a person is changing them."""
        if self._doing is _Doing.DRAGGING or self._settled.isActive():
            return
        self._told = limits
        self._change(limits)

    def preview(self, limits: Limits) -> None:
        """Show limits that do not hold yet."""
        self._change(limits)

    def _describe(self) -> None:
        """Here the description says what can be moved; the region's card writes it."""

    # Drawing

    def begin_drawing(self) -> None:
        """Set corners from now on."""
        self._settle_now()
        self._doing = _Doing.DRAWING
        self._corners = []
        self._cross = (0.5, 0.5)
        self.selected = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus()
        self._announce()

    def cancel_drawing(self) -> None:
        """Keep the former region."""
        if self.is_drawing:
            self._end_drawing()

    def close_region(self) -> None:
        """Take the corners as the region, if there are enough."""
        if self.is_drawing and len(self._corners) >= FEWEST_CORNERS:
            corners = tuple(self._corners)
            self._end_drawing()
            self._change(Limits(self.limits.border, corners))
            self._tell()

    def end_dragging(self) -> None:
        """Settle on where a handle was dragged to; also for a page that is left, where the button's release is lost."""
        if self._doing is _Doing.DRAGGING:
            self._doing = _Doing.NOTHING
            self._tell()

    def _end_drawing(self) -> None:
        self._doing = _Doing.NOTHING
        self._corners = []
        self.unsetCursor()
        self._announce()

    def _add(self, corner: Point) -> None:
        self._corners.append(within(corner))
        self._announce()

    # Handles

    def select(self, handle: Handle | None) -> None:
        """Take hold of a handle, or let go."""
        if handle != self.selected:
            self.selected = handle
            self._announce()

    def select_next(self, step: int = 1) -> None:
        """The next handle in turn, or the one before."""
        handles = self.limits.handles()
        place = handles.index(self.selected) + step if self.selected in handles else (0 if step > 0 else -1)
        self.select(handles[place % len(handles)])

    def add_corner(self) -> None:
        """A new corner behind the selected one, which is then selected."""
        number = self.selected.corner if self.selected is not None else None
        if number is not None:
            self._change(self.limits.with_corner_after(number))
            self.select(Handle(corner=number + 1))
            self._tell()

    def remove_corner(self) -> None:
        """Take the selected corner away, unless no region would be left."""
        number = self.selected.corner if self.selected is not None else None
        if number is not None and len(self.limits.corners) > FEWEST_CORNERS:
            self.select(None)
            self._change(self.limits.without_corner(number))
            self._tell()

    def _change(self, limits: Limits) -> None:
        if limits != self.limits:
            self.limits = limits
            if self.selected is not None and not limits.has(self.selected):
                self.selected = None
            self._announce()

    def _tell(self) -> None:
        self._settled.stop()
        if self.limits != self._told:
            self._told = self.limits
            self.limits_set.emit(self.limits)

    def _settle_now(self) -> None:
        if self._settled.isActive():
            self._tell()

    def _announce(self) -> None:
        self.update()
        self.state_changed.emit()

    # Mouse and keyboard

    def _fraction(self, position: QPointF) -> Point:
        area = self.placement.area
        return within(
            (
                (position.x() - area.left()) / max(area.width(), 1.0),
                (position.y() - area.top()) / max(area.height(), 1.0),
            )
        )

    def handle_at(self, position: QPointF) -> Handle | None:
        """The handle that a press at this place takes hold of."""
        area = self.placement.area
        near = [
            (distance, number)
            for number, handle in enumerate(self.limits.handles())
            if (distance := _length(handle_spot(self.limits, handle, area) - position)) <= _GRASP
        ]
        return self.limits.handles()[min(near)[1]] if near else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif self.is_drawing:
            self._cross = self._fraction(event.position())
            self._add(self._cross)
        else:
            self.select(self.handle_at(event.position()))
            self._doing = _Doing.DRAGGING if self.selected is not None else _Doing.NOTHING

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._doing is _Doing.DRAGGING:
            self.end_dragging()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.is_drawing:
            self.close_region()
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.is_drawing:
            self._cross = self._fraction(event.position())
            self.update()
        elif self._doing is _Doing.DRAGGING and self.selected is not None:
            self._change(self.limits.moved(self.selected, self._fraction(event.position())))
        else:
            is_over = self.handle_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeAllCursor if is_over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        is_taken = self._draw_by_key(key, event) if self.is_drawing else self._move_by_key(key, event)
        if not is_taken:
            super().keyPressEvent(event)

    def _draw_by_key(self, key: Qt.Key, event: QKeyEvent) -> bool:
        if key in _ARROWS:
            right, down = _steps(key, event)
            self._cross = within((self._cross[0] + right, self._cross[1] + down))
            self.update()
        elif key == Qt.Key.Key_Space:
            self._add(self._cross)
        elif key == Qt.Key.Key_Backspace and self._corners:
            self._corners.pop()
            self._announce()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.close_region()
        elif key == Qt.Key.Key_Escape:
            self.cancel_drawing()
        else:
            return False
        return True

    def _move_by_key(self, key: Qt.Key, event: QKeyEvent) -> bool:
        if key == Qt.Key.Key_Space:
            self.select_next(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif self.selected is None:
            return False
        elif key in _ARROWS:
            self._change(self.limits.shifted(self.selected, *_steps(key, event)))
            self._settled.start()
        elif key == Qt.Key.Key_Insert:
            self.add_corner()
        elif key == Qt.Key.Key_Delete:
            self.remove_corner()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self._tell()
            self.select(None)
        else:
            return False
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._settle_now()
        super().focusOutEvent(event)

    # Painting

    def _paint(self, painter: QPainter, placement: Placement) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(placement.area)
        if self.is_drawing:
            paint_drawing(painter=painter, area=placement.area, corners=self._corners, cross=self._cross)
        else:
            paint_limits(painter=painter, area=placement.area, limits=self.limits)
            paint_handles(painter=painter, area=placement.area, limits=self.limits, selected=self.selected)
        painter.restore()


def _steps(key: Qt.Key, event: QKeyEvent) -> Point:
    step = _STEP * (_LARGER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
    return _ARROWS[key][0] * step, _ARROWS[key][1] * step


def _length(way: QPointF) -> float:
    return float((way.x() ** 2 + way.y() ** 2) ** 0.5)
