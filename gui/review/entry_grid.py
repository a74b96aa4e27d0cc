"""The grid of crops to review, each a card with what was said, how sure and when."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.catalog.records import ReviewState
from core.review.queue import ReviewEntry
from core.sightings import Outcome
from gui import theme
from gui.review.entry_list_model import ENTRY_ROLE, NOTE_ROLE, EntryListModel, Index
from gui.widgets.card import paint_card
from gui.widgets.picture_lender import PictureLender, paint_focus_dots
from gui.widgets.tile_layout import lay_out_as_tiles

_TEXT_HEIGHT = 82
_NARROWEST = 150
_WIDEST = 250


class EntryGrid(QListView):
    """Cards in four columns where they fit; several can be chosen with Ctrl, Shift and a drawn rectangle.

    ``chosen_changed`` follows every change of the choice; ``end_neared`` when a person has scrolled to the last rows.
    """

    chosen_changed = Signal()
    end_neared = Signal()

    def __init__(self, model: EntryListModel, lender: PictureLender, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = model
        self.setModel(model)
        self.setItemDelegate(_EntryDelegate(self, lender))
        lay_out_as_tiles(self)
        self.setAccessibleName(self.tr("Recognized items"))
        lender.came.connect(self.viewport().update)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        self.verticalScrollBar().valueChanged.connect(self._watch_end)

    @property
    def card_size(self) -> QSize:
        """The size of a cell, gap included, so that the columns fill the width."""
        room = max(_NARROWEST, self.viewport().width() - 1)
        columns = max(1, min(4, room // _NARROWEST), -(-room // _WIDEST))
        width = room // columns
        return QSize(width, round((width - 3 * theme.CARD_GAP) * 0.76) + _TEXT_HEIGHT + theme.CARD_GAP + theme.INSIDE)

    def chosen_entries(self) -> list[ReviewEntry]:
        """The chosen entries in their order."""
        return [index.data(ENTRY_ROLE) for index in sorted(self.selectedIndexes(), key=QModelIndex.row)]

    def choose_row(self, row: int) -> None:
        """Choose the row, or the last one before it."""
        count = self._entries.rowCount()
        if count:
            index = self._entries.index(max(0, min(row, count - 1)))
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def choose_rows(self, rows: Sequence[int]) -> None:
        """Choose rows together; the first one, or the last row before it, becomes the current one."""
        self.choose_row(rows[0])
        for row in rows[1:]:
            self.selectionModel().select(self._entries.index(row), QItemSelectionModel.SelectionFlag.Select)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setGridSize(self.card_size)
        super().resizeEvent(event)

    def _watch_end(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - self.viewport().height():
            self.end_neared.emit()


class _EntryDelegate(QStyledItemDelegate):
    """A sign ✓ ? + stands before the name, so that the outcome is not told by color alone."""

    def __init__(self, grid: EntryGrid, lender: PictureLender) -> None:
        super().__init__(grid)
        self._grid = grid
        self._lender = lender

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return self._grid.card_size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tones = theme.colors()
        entry: ReviewEntry = index.data(ENTRY_ROLE)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        card = QRectF(option.rect).adjusted(0, 0, -theme.CARD_GAP, -theme.CARD_GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_card(
            painter,
            card,
            fill=tones.selected if is_chosen else tones.card,
            border=tones.accent if is_chosen else tones.line,
            width=2 if is_chosen else 1,
        )
        picture = card.adjusted(theme.INSIDE, theme.INSIDE, -theme.INSIDE, -_TEXT_HEIGHT)
        self._lender.paint(painter, picture, entry.picture)
        self._paint_words(painter, card, index)
        if option.state & QStyle.StateFlag.State_HasFocus and self._grid.hasFocus():
            paint_focus_dots(painter, card.adjusted(3.5, 3.5, -3.5, -3.5))
        painter.restore()

    def _paint_words(self, painter: QPainter, card: QRectF, index: Index) -> None:
        tones = theme.colors()
        sign, color = outcome_sign(index.data(ENTRY_ROLE))
        line = QRectF(card.left() + theme.INSIDE + 1, card.bottom() - _TEXT_HEIGHT + 10, card.width() - 18, 20)
        painter.setFont(theme.bold())
        painter.setPen(color)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, sign)
        indent = painter.fontMetrics().horizontalAdvance(sign) + 5
        painter.setPen(tones.text)
        lines = two_lines(str(index.data(Qt.ItemDataRole.DisplayRole)), painter.fontMetrics(), line.width() - indent)
        for number, part in enumerate(lines):
            painter.drawText(line.adjusted(indent, number * 19, 0, number * 19), Qt.AlignmentFlag.AlignVCenter, part)
        painter.setFont(theme.font(theme.NOTE_SIZE, figures=True))
        painter.setPen(tones.note)
        below = line.translated(0, 19 * len(lines) + 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, str(index.data(NOTE_ROLE)))


def two_lines(text: str, metrics: QFontMetrics, width: float) -> list[str]:
    """The text in one line or two, broken between words; what is too long for both ends with an ellipsis."""
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    words = text.split()
    first = words[:1]
    while len(first) < len(words) and metrics.horizontalAdvance(" ".join(words[: len(first) + 1])) <= width:
        first = words[: len(first) + 1]
    parts = [" ".join(first), " ".join(words[len(first) :])]
    return [metrics.elidedText(part, Qt.TextElideMode.ElideRight, int(width)) for part in parts if part]


def outcome_sign(entry: ReviewEntry) -> tuple[str, QColor]:
    """The sign and color of what holds now: ✓ known or confirmed, ? possible, + unknown, × no item."""
    tones = theme.colors()
    if entry.state in {ReviewState.RIGHT, ReviewState.CORRECTED}:
        return "✓", tones.accent
    if entry.state is ReviewState.NOT_ITEM:
        return "×", tones.note
    return {
        Outcome.KNOWN: ("✓", tones.accent),
        Outcome.POSSIBLE: ("?", tones.amber),
        Outcome.UNKNOWN: ("+", tones.red),
    }[entry.outcome]
