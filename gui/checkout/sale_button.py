"""A button of the sale that shows word and key however narrow the panel is."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.key_cap import cap_size, paint_key_cap

_SIDE = 4.0


class SaleButton(SecondaryButton):
    """The key stands beside the word where there is room, under it otherwise; so in all buttons of a row."""

    row: tuple["SaleButton", ...] = ()

    def minimumSizeHint(self) -> QSize:
        width = max(self._word_width(), cap_size(self._cap).width()) + 2 * _SIDE
        return QSize(max(theme.TARGET, round(width + 0.5)), self.minimumHeight())

    @property
    def is_stacked(self) -> bool:
        """Whether the key stands under the word."""
        return any(button._content_width() + 2 * _SIDE > button.width() for button in (self, *self.row))

    def _word_width(self) -> float:
        return QFontMetricsF(self._face).horizontalAdvance(self._plain_text()) + 1

    def _paint_content(self, painter: QPainter, rect: QRectF, ink: QColor, *, is_on_accent: bool = False) -> None:
        if not self._cap or not self.is_stacked:
            super()._paint_content(painter, rect, ink, is_on_accent=is_on_accent)
            return
        metrics, cap = QFontMetricsF(self._face), cap_size(self._cap)
        top = rect.center().y() - (metrics.height() + cap.height()) / 2
        text = metrics.elidedText(self._plain_text(), Qt.TextElideMode.ElideRight, rect.width() - 2 * _SIDE + 1)
        painter.setFont(self._face)
        painter.setPen(ink)
        painter.drawText(
            QRectF(rect.x(), top, rect.width(), metrics.height()),
            int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine),
            text,
        )
        place = QPointF(rect.center().x() - cap.width() / 2, top + metrics.height())
        paint_key_cap(painter, QRectF(place, cap), self._cap, is_on_accent=is_on_accent)
