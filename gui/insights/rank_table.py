"""A short ranked table whose first figure is also painted as a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui import theme
from gui.widgets.picture_lender import paint_focus_dots
from gui.widgets.plain_header import PlainHeader
from gui.widgets.slim_scroll_bar import scroll_slimly
from gui.widgets.words import wrapped

Index = QModelIndex | QPersistentModelIndex
SHARE_ROLE = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 36
_LINE_HEIGHT = 19
_NAME_LINES = 2


@dataclass(frozen=True, slots=True)
class Rank:
    """A row: what it is about, the figures as they are read, and the length of its bar, 0–1."""

    name: str
    figures: tuple[str, ...]
    share: float


class RankTableModel(QAbstractTableModel):
    """``headings``: one for the name, then one for each figure."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._ranks: tuple[Rank, ...] = ()

    def show(self, ranks: Sequence[Rank]) -> None:
        """Take over the rows, if they differ."""
        if tuple(ranks) != self._ranks:
            self.beginResetModel()
            self._ranks = tuple(ranks)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ranks)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._headings):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractTableModel.CheckIndexOption.IndexIsValid):
            return None
        rank, column = self._ranks[index.row()], index.column()
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                value = rank.name if column == 0 else rank.figures[column - 1]
            case Qt.ItemDataRole.TextAlignmentRole:
                value = _alignment(column)
            case Qt.ItemDataRole.FontRole:
                value = theme.font() if column == 0 else theme.bold(figures=True)
            case _ if role == SHARE_ROLE:
                value = rank.share
        return value


class RankTable(QTableView):
    """Shows the rows without grid or row numbers; the bar lies under the name."""

    def __init__(self, model: RankTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_RankDelegate(self))
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = PlainHeader(pad=theme.SPACE, parent=self)
        self.setHorizontalHeader(header)
        scroll_slimly(self)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # A name that is too long for its line takes a second one, which depends on the width.
        header.sectionResized.connect(self._follow_width)
        model.modelReset.connect(lambda: self._fit_rows(self.columnWidth(0)))

    def _follow_width(self, column: int, _former: int, width: int) -> None:
        # The header itself tells the former width until all columns have theirs.
        if column == 0:
            self._fit_rows(width)

    def _fit_rows(self, width: int) -> None:
        room = width - 2 * theme.SPACE
        for row in range(self.model().rowCount()):
            index = self.model().index(row, 0)
            lines = len(wrapped(str(index.data()), theme.font(), room, most=_NAME_LINES))
            height = _ROW_HEIGHT + (lines - 1) * _LINE_HEIGHT
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)


class _RankDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index) + QSize(2 * theme.INSIDE, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tones = theme.colors()
        cell = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, tones.selected)
        words = cell.adjusted(theme.SPACE, 0, -theme.SPACE, -7 if index.column() == 0 else -2)
        painter.setPen(tones.text)
        painter.setFont(index.data(Qt.ItemDataRole.FontRole))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        lines = wrapped(text, painter.font(), words.width(), most=_NAME_LINES if index.column() == 0 else 1)
        y = words.center().y() - _LINE_HEIGHT * len(lines) / 2
        for number, line in enumerate(lines):
            place = QRectF(words.left(), y + number * _LINE_HEIGHT, words.width(), _LINE_HEIGHT)
            painter.drawText(place, int(_alignment(index.column())), line)
        if index.column() == 0:
            track = QRectF(words.left(), cell.bottom() - 9, words.width(), 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tones.cap)
            painter.drawRoundedRect(track, 2.5, 2.5)
            track.setWidth(max(5.0, track.width() * float(index.data(SHARE_ROLE))))
            painter.setBrush(tones.accent)
            painter.drawRoundedRect(track, 2.5, 2.5)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus_dots(painter, cell.adjusted(1, 1, -1, -1))
        painter.restore()


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
