"""A slider in the window's colors: a thin groove, filled up to the knob."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

from gui import theme
from gui.widgets.card import paint_card, paint_focus_ring

_KNOB = 20.0
_GROOVE = 6.0


class SlimSlider(QSlider):
    """A horizontal slider that a finger can take hold of; a press beside the knob moves it a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumHeight(theme.TARGET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, theme.TARGET)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        room = round(self.width() - _KNOB - 4)
        place = QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), self.sliderPosition(), room)
        middle = self.height() / 2
        knob = QRectF(place + 2, middle - _KNOB / 2, _KNOB, _KNOB)
        groove = QRectF(2 + _KNOB / 2, middle - _GROOVE / 2, room, _GROOVE)
        paint_card(painter, groove, fill=tones.cap, border=tones.note, radius=_GROOVE / 2)
        filled = QRectF(groove)
        filled.setRight(knob.center().x())
        if filled.width() > _GROOVE:
            paint_card(painter, filled, fill=tones.accent, border=tones.accent, radius=_GROOVE / 2)
        paint_card(painter, knob, fill=tones.card, border=tones.accent, radius=_KNOB / 2, width=3.0)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()).adjusted(0, 6, 0, -6))
