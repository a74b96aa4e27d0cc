"""The ring that counts shots towards enough."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

_SIDE = 100
_TURN = 360 * 16


class CountRing(QWidget):
    """A ring that fills with shots: full at ``most``, a notch at ``fewest``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shots, self._fewest, self._most = 0, 20, 100
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._describe()

    def show_count(self, shots: int, *, fewest: int, most: int) -> None:
        """Paint ``shots`` of ``fewest``–``most``."""
        if (shots, fewest, most) != (self._shots, self._fewest, self._most):
            self._shots, self._fewest, self._most = shots, fewest, max(most, 1)
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        area = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        tones = theme.colors()
        line = side * 0.08
        ring = area.adjusted(line / 2 + 1, line / 2 + 1, -line / 2 - 1, -line / 2 - 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tones.line, line))
        painter.drawEllipse(ring)
        share = min(1.0, self._shots / self._most)
        painter.setPen(QPen(tones.accent, line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, _TURN // 4, -round(_TURN * share))
        self._paint_notch(painter, ring, line)
        self._paint_text(painter, area)

    def _paint_notch(self, painter: QPainter, ring: QRectF, line: float) -> None:
        """A white mark where the shots are enough."""
        if not 0 < self._fewest < self._most:
            return
        painter.save()
        painter.translate(ring.center())
        painter.rotate(360 * self._fewest / self._most)
        painter.setPen(QPen(theme.colors().text, 2))
        radius = ring.width() / 2
        painter.drawLine(QPointF(0, -radius - line / 2), QPointF(0, -radius + line / 2))
        painter.restore()

    def _paint_text(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(theme.colors().text)
        count, note = QFont(self.font()), QFont(self.font())
        count.setPixelSize(round(area.height() * 0.28))
        count.setWeight(QFont.Weight.Bold)
        note.setPixelSize(max(11, round(area.height() * 0.105)))
        painter.setFont(count)
        upper = area.adjusted(0, area.height() * 0.2, 0, -area.height() * 0.42)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, str(self._shots))
        painter.setFont(note)
        lower = area.adjusted(0, area.height() * 0.56, 0, -area.height() * 0.24)
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, self._range_text())

    def _range_text(self) -> str:
        return self.tr("of {fewest}–{most}").format(fewest=self._fewest, most=self._most)

    def _describe(self) -> None:
        shots = self.tr("1 shot") if self._shots == 1 else self.tr("{shots} shots").format(shots=self._shots)
        self.setAccessibleName(f"{shots} {self._range_text()}")
