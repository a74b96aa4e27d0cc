"""Painted figures of a day: one large number, bars by the hour, one bar divided by outcome."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from core.sightings import Outcome
from gui import theme
from gui.widgets.card import Card, paint_focus_ring
from gui.widgets.words import ElidedWords, Words


class FigureCard(Card):
    """A number that matters, with its name above and a note below."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._figure = ElidedWords(size=26, is_bold=True, figures=True)
        self._note = ElidedWords(size=theme.NOTE_SIZE, tone="note")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(2)
        column.addWidget(Words(name, size=theme.NOTE_SIZE, tone="note"))
        column.addWidget(self._figure)
        column.addWidget(self._note)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, figure: str, note: str = "") -> None:
        """Show the number and its note."""
        self._figure.say(figure)
        # A note without words keeps its line, so that cards beside each other are equally high.
        self._note.say(note or " ")
        self.setAccessibleName(f"{self._name}: {figure} {note}".strip())


class HoursChart(QWidget):
    """A bar for each hour between the first and the last with a sale; said in words to screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._amounts: Mapping[int, int] = {}
        self._write: Callable[[int], str] = str
        self.setMinimumHeight(120)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Sales by the hour"))

    def show_hours(self, amounts: Mapping[int, int], write: Callable[[int], str]) -> None:
        """``amounts`` of the hours with sales; ``write`` puts one into words."""
        self._amounts, self._write = dict(amounts), write
        spoken = [f"{hour}:00 {write(amount)}" for hour, amount in sorted(self._amounts.items())]
        self.setAccessibleDescription(", ".join(spoken))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 160)

    def _span(self) -> range:
        """The hours shown: at least eight, so that a quiet morning does not fill the width."""
        busy = self._amounts
        first, last = (min(busy), max(busy)) if busy else (9, 16)
        while last - first < 7:
            first, last = max(0, first - 1), min(23, last + 1)
        return range(first, last + 1)

    def _bar(self, position: int, count: int) -> QRectF:
        """The full-height column of one hour."""
        width = self.width() / count
        return QRectF(position * width, 18, width, self.height() - 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones, hours = theme.colors(), self._span()
        most = max(self._amounts.values(), default=0) or 1
        painter.setFont(theme.font(theme.NOTE_SIZE, figures=True))
        room = self.width() / len(hours)
        for position, hour in enumerate(hours):
            column = self._bar(position, len(hours))
            amount, is_busy = self._amounts.get(hour, 0), hour in self._amounts
            painter.setPen(tones.note)
            painter.drawText(
                QRectF(column.left(), column.bottom() + 4, room, 18), int(Qt.AlignmentFlag.AlignCenter), str(hour)
            )
            height = column.height() * amount / most
            gap = min(10.0, room * 0.18)
            bar = QRectF(column.left() + gap, column.bottom() - max(height, 2), room - 2 * gap, max(height, 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tones.accent if is_busy else tones.line)
            painter.drawRoundedRect(bar, 4 if amount else 1, 4 if amount else 1)
            text = self._write(amount)
            if is_busy and painter.fontMetrics().horizontalAdvance(text) <= room:
                painter.setPen(tones.text)
                label = QRectF(column.left(), bar.top() - 19, room, 18)
                painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), text)
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hours = self._span()
            hour = hours[min(len(hours) - 1, max(0, int(event.x() / self.width() * len(hours))))]
            QToolTip.showText(
                event.globalPos(), f"{hour}:00–{hour}:59: {self._write(self._amounts.get(hour, 0))}", self
            )
            return True
        return super().event(event)


class OutcomeBar(QWidget):
    """One bar divided into known, possible and unknown; each part is named with its sign and count below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[Outcome, int] = {}
        self.setMinimumHeight(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Outcomes of recognition"))

    def show_counts(self, counts: dict[Outcome, int]) -> None:
        """Show how many items had each outcome."""
        self._counts = dict(counts)
        self.setAccessibleDescription(", ".join(words for words, _color, _count in self._parts()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def _parts(self) -> list[tuple[str, QColor, int]]:
        tones = theme.colors()
        names = (
            (Outcome.KNOWN, self.tr("✓ known {count}"), tones.accent),
            (Outcome.POSSIBLE, self.tr("? possible {count}"), tones.amber),
            (Outcome.UNKNOWN, self.tr("+ unknown {count}"), tones.red),
        )
        counts = self._counts
        return [
            (text.format(count=counts.get(outcome, 0)), color, counts.get(outcome, 0)) for outcome, text, color in names
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones, parts = theme.colors(), self._parts()
        total = sum(count for _text, _color, count in parts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.cap)
        painter.drawRoundedRect(QRectF(0, 4, self.width(), 18), 5, 5)
        left = 0.0
        for _text, color, count in parts:
            width = self.width() * count / total if total else 0.0
            if count:
                painter.setBrush(color)
                painter.drawRoundedRect(QRectF(left, 4, max(4.0, width - 2), 18), 5, 5)
            left += width
        painter.setFont(theme.bold(theme.NOTE_SIZE, figures=True))
        place = self.width() / len(parts)
        for position, (text, color, _count) in enumerate(parts):
            painter.setPen(color)
            painter.drawText(QRectF(position * place, 28, place, 22), int(Qt.AlignmentFlag.AlignVCenter), text)
