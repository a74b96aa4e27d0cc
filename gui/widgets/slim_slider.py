"""A slider in the window's colors: a thin groove, filled up to the knob."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

from gui import theme
from gui.widgets.card import paint_card, paint_focus_ring

_KNOB = 20.0
_EDGE = 2.0
_GROOVE = 6.0


class SlimSlider(QSlider):
    """A horizontal slider whose knob a finger can take hold of; a press farther away moves it a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumHeight(theme.TARGET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._hold: float | None = None

    def minimumSizeHint(self) -> QSize:
        return QSize(80, theme.TARGET)

    @property
    def _room(self) -> int:
        """How far the knob can travel, in pixels."""
        return round(self.width() - _KNOB - 2 * _EDGE)

    @property
    def _knob(self) -> QRectF:
        place = QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), self.sliderPosition(), self._room)
        return QRectF(place + _EDGE, (self.height() - _KNOB) / 2, _KNOB, _KNOB)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The style knows nothing of the knob that is painted, nor of fingers.
        away = event.position().x() - self._knob.center().x()
        if event.button() == Qt.MouseButton.LeftButton and abs(away) <= theme.TARGET / 2:
            self._hold = away
            self.setSliderDown(True)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._hold is None:
            super().mouseMoveEvent(event)
        else:
            place = round(event.position().x() - self._hold - _EDGE - _KNOB / 2)
            self.setSliderPosition(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, self._room))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold is None:
            super().mouseReleaseEvent(event)
        else:
            self._hold = None
            self.setSliderDown(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        knob = self._knob
        groove = QRectF(_EDGE + _KNOB / 2, (self.height() - _GROOVE) / 2, self._room, _GROOVE)
        paint_card(painter, groove, fill=tones.cap, border=tones.note, radius=_GROOVE / 2)
        filled = QRectF(groove)
        filled.setRight(knob.center().x())
        if filled.width() > _GROOVE:
            paint_card(painter, filled, fill=tones.accent, border=tones.accent, radius=_GROOVE / 2)
        paint_card(painter, knob, fill=tones.card, border=tones.accent, radius=_KNOB / 2, width=3.0)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()).adjusted(0, 6, 0, -6))
