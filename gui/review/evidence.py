"""What a match rests on: the references that spoke, as pictures with bars and figures."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from core.review.queue import ClosestReference, ReviewEntry
from gui import theme
from gui.figures import decimal_text
from gui.review.entry_grid import two_lines
from gui.widgets.card import paint_card
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.thumbnail import Thumbnail
from gui.widgets.words import ElidedWords, Words


class ShareBar(QWidget):
    """A thin bar filled to a share of its width."""

    def __init__(self, share: float = 0.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = share
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(40)

    def sizeHint(self) -> QSize:
        return QSize(84, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        rect = QRectF(0, (self.height() - 8) / 2, self.width(), 8)
        paint_card(painter, rect, fill=tones.cap, border=tones.cap, radius=3)
        rect.setWidth(max(4.0, self.width() * min(1.0, max(0.0, self._share))))
        paint_card(painter, rect, fill=tones.accent, border=tones.accent, radius=3)


class TwoLines(QWidget):
    """A name in two lines if it must be; the whole of it is its tool tip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setToolTip(text)
        self.setFont(theme.font(theme.NOTE_SIZE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(90, 2 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 2 * self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colors().text)
        lines = two_lines(self._text, painter.fontMetrics(), self.width())
        place = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(self.rect(), place, "\n".join(lines))


class EvidenceRow(QWidget):
    """One reference: its picture, what it is called, and below that how similar it is."""

    def __init__(self, reference: ClosestReference, photographs: Path, *, name: str, has_figure: bool = False) -> None:
        super().__init__()
        picture = Thumbnail(42, radius=6)
        picture.set_path(photographs / reference.picture)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(picture)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(TwoLines(name))
        column.addWidget(ShareBar(reference.similarity))
        row.addLayout(column, 1)
        if has_figure:
            row.addWidget(
                Words(decimal_text(reference.similarity, digits=2), size=theme.NOTE_SIZE, is_bold=True, figures=True)
            )
        self.setAccessibleName(f"{reference.product_name}, {decimal_text(reference.similarity, digits=2)}")


class ClosestReferences(QWidget):
    """The three closest references, with the part of the name that tells them apart."""

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photographs = photographs
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._shown: tuple[ClosestReference, ...] | None = None

    def show_references(self, closest: Sequence[ClosestReference]) -> None:
        """Show the first three of them."""
        fresh = tuple(closest[:3])
        if fresh == self._shown:
            return
        self._shown = fresh
        _clear(self._column)
        self._column.addWidget(Words(self.tr("closest references"), size=theme.NOTE_SIZE, tone="note"))
        names = distinct_names([reference.product_name for reference in fresh])
        for reference, name in zip(fresh, names, strict=True):
            self._column.addWidget(EvidenceRow(reference, self._photographs, name=name))
        if not fresh:
            self._column.addWidget(Words(self.tr("none: nothing comes close"), size=theme.NOTE_SIZE, wraps=True))
        self._column.addStretch(1)


class Reasons(ScrollColumn):
    """Everything behind a match: the belief in each product and every reference that voted, with its distance."""

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photographs = photographs
        self.column.setSpacing(6)
        self._shown: ReviewEntry | None = None

    def show_entry(self, entry: ReviewEntry | None) -> None:
        """Show why this item got its name."""
        if entry == self._shown:
            return
        self._shown = entry
        _clear(self.column)
        if entry is None:
            return
        self.column.addWidget(Words(self._sentence(entry), wraps=True))
        self.column.addWidget(Words(self.tr("Belief in each product"), size=theme.NOTE_SIZE, tone="note"))
        for candidate in entry.candidates[:5]:
            row = QHBoxLayout()
            row.setSpacing(theme.INSIDE)
            row.addWidget(ElidedWords(candidate.name, size=theme.NOTE_SIZE), 3)
            row.addWidget(ShareBar(candidate.score), 2)
            row.addWidget(
                Words(decimal_text(candidate.score, digits=2), size=theme.NOTE_SIZE, is_bold=True, figures=True)
            )
            self.column.addLayout(row)
        self.column.addWidget(Words(self.tr("References that voted"), size=theme.NOTE_SIZE, tone="note"))
        for reference in entry.closest:
            name = reference.product_name
            if not reference.is_current:
                name = self.tr("{name} (no longer in use)").format(name=name)
            self.column.addWidget(EvidenceRow(reference, self._photographs, name=name, has_figure=True))
        if not entry.closest:
            self.column.addWidget(Words(self.tr("No reference came close."), size=theme.NOTE_SIZE))
        self.column.addStretch(1)

    def _sentence(self, entry: ReviewEntry) -> str:
        scores = [candidate.score for candidate in entry.recognition.match.candidates]
        if len(scores) < 2:
            return self.tr("There was no second product to compare with.")
        lead = round((scores[0] - scores[1]) * 100)
        if lead == 1:
            return self.tr("The first is 1 point ahead of the second.")
        return self.tr("The first is {lead} points ahead of the second.").format(lead=lead)


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names without the words with which all of them begin, as long as something remains of each."""
    words = [name.split() for name in names]
    shared = 0
    if len({*names}) > 1:
        while all(len(parts) > shared + 1 for parts in words) and len({parts[shared] for parts in words}) == 1:
            shared += 1
    return [" ".join(parts[shared:]) for parts in words]


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        if inner is not None:
            _clear(inner)
