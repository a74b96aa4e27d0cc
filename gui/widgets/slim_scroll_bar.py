"""A scroll bar that says where one is and otherwise keeps quiet."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QStyle, QStyleOptionSlider, QWidget

from gui import theme

_WIDTH = 14
_THUMB = 6.0


class SlimScrollBar(QScrollBar):
    """A rounded thumb without arrows, wider under the pointer; dragged and paged like any other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.maximum() <= self.minimum():
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        thumb = self.style().subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tones = theme.colors()
        painter.setBrush(tones.note if self.underMouse() or self.isSliderDown() else tones.line)
        width = _THUMB + 2 if self.underMouse() else _THUMB
        place = QRectF(self.width() - width - 1, thumb.top() + 1, width, thumb.height() - 2)
        painter.drawRoundedRect(place, width / 2, width / 2)


def scroll_slimly(area: QAbstractScrollArea) -> None:
    """Give an area the slim bar; its place is kept when all is in sight, so that nothing shifts."""
    area.setVerticalScrollBar(SlimScrollBar(area))
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
