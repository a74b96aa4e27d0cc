"""The heading of a table: quiet words, and an arrow where it is sorted."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from gui import theme

_HEIGHT = 40
_ARROW = 14.0


class PlainHeader(QHeaderView):
    """Horizontal; words stand where the cells below have theirs, ``pad`` pixels from the side."""

    def __init__(self, *, pad: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._pad = pad
        self.setFixedHeight(_HEIGHT)
        self.setHighlightSections(False)
        self.setFont(theme.font(theme.NOTE_SIZE))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model, tones = self.model(), theme.colors()
        area = QRectF(rect)
        painter.save()
        painter.fillRect(area, tones.card)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), tones.line)
        words = area.adjusted(self._pad, 0, -self._pad, 0)
        role = Qt.ItemDataRole
        alignment = int(model.headerData(section, self.orientation(), role.TextAlignmentRole) or 0)
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        text = str(model.headerData(section, self.orientation(), role.DisplayRole) or "")
        painter.setFont(theme.bold(theme.NOTE_SIZE) if is_sorted else theme.font(theme.NOTE_SIZE))
        painter.setPen(tones.text if is_sorted else tones.note)
        width = painter.fontMetrics().horizontalAdvance(text)
        if is_sorted:
            is_right = bool(alignment & int(Qt.AlignmentFlag.AlignRight))
            x = words.right() - width - _ARROW - 2 if is_right else words.left() + width + 2
            self._paint_arrow(painter, QRectF(x, words.center().y() - _ARROW / 2, _ARROW, _ARROW))
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, alignment | int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, place: QRectF) -> None:
        painter.save()
        if self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder:
            painter.translate(place.center())
            painter.rotate(180)
            painter.translate(-place.center())
        theme.paint_icon(painter, place, "chevron-down", theme.colors().text)
        painter.restore()
