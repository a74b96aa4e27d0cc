"""Small plates with one thing each: what is good about the live picture, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.widgets.card import paint_card

_HEIGHT = 40
_PAD = 12
_GAP = theme.INSIDE


@dataclass(frozen=True, slots=True)
class Chip:
    """``is_good``: ✓ in the accent color; otherwise ! in amber."""

    text: str
    is_good: bool

    @property
    def words(self) -> str:
        return f"{'✓' if self.is_good else '!'} {self.text}"


class ChipRow(QWidget):
    """Chips beside each other, in a second row where the first is full. It reads as one text to a screen reader."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: tuple[Chip, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("The live picture"))

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show these, if they differ."""
        if tuple(chips) != self._chips:
            self._chips = tuple(chips)
            self.setAccessibleDescription(". ".join(chip.words for chip in self._chips))
            self.updateGeometry()
            self.update()

    @property
    def chips(self) -> tuple[Chip, ...]:
        return self._chips

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        # One row is always kept free, so that nothing moves when chips come and go.
        return max(_HEIGHT, places[-1].bottom() + 1 if places else 0)

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(320, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def _places(self, width: int) -> list[QRect]:
        metrics = QFontMetricsF(theme.bold(theme.NOTE_SIZE))
        places, corner = [], QPoint(0, 0)
        for chip in self._chips:
            size = QSize(min(width, round(metrics.horizontalAdvance(chip.words)) + 2 * _PAD + 2), _HEIGHT)
            if corner.x() and corner.x() + size.width() > width:
                corner = QPoint(0, corner.y() + _HEIGHT + _GAP)
            places.append(QRect(corner, size))
            corner.setX(corner.x() + size.width() + _GAP)
        return places

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        painter.setFont(theme.bold(theme.NOTE_SIZE))
        for chip, place in zip(self._chips, self._places(self.width()), strict=True):
            border = tones.line if chip.is_good else tones.amber
            paint_card(painter, QRectF(place), fill=tones.card, border=border, radius=theme.CONTROL_RADIUS)
            painter.setPen(tones.accent if chip.is_good else tones.amber)
            words = painter.fontMetrics().elidedText(chip.words, Qt.TextElideMode.ElideRight, place.width() - 2 * 8)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), words)
