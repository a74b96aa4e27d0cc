"""A grid of small pictures that can be chosen by mouse and keyboard: shots, references."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.widgets.picture_lender import paint_focus_dots
from gui.widgets.tile_layout import lay_out_as_tiles

Index = QModelIndex | QPersistentModelIndex
TILE_ROLE = Qt.ItemDataRole.UserRole
_GAP = theme.INSIDE


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of the grid. ``words`` say what it is; ``mark`` is painted across a faded one, with the reason."""

    key: int
    picture: str
    words: str
    is_faded: bool = False
    mark: str = ""


class TileListModel(QAbstractListModel):
    """One row a tile; ``TILE_ROLE`` gives it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[Tile] = []

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return tuple(self._tiles)

    def show(self, tiles: Sequence[Tile]) -> None:
        """Take over a fresh list; tiles added at the end or changed in place leave the selection alone."""
        former = [tile.key for tile in self._tiles]
        fresh = [tile.key for tile in tiles]
        if fresh[: len(former)] != former:
            self.beginResetModel()
            self._tiles = list(tiles)
            self.endResetModel()
            return
        for row, tile in enumerate(tiles[: len(former)]):
            if tile != self._tiles[row]:
                self._tiles[row] = tile
                self.dataChanged.emit(self.index(row), self.index(row))
        if len(fresh) > len(former):
            self.beginInsertRows(QModelIndex(), len(former), len(fresh) - 1)
            self._tiles = list(tiles)
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        tile = self._tiles[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                value = f"{tile.words}, {tile.mark}" if tile.mark else tile.words
            case _ if role == TILE_ROLE:
                value = tile
        return value


PaintPicture = Callable[[QPainter, QRectF, Tile], None]
"""Paints the picture of a tile into an area, or a quiet plate while there is none."""


class PictureGrid(QListView):
    """The tiles of a ``TileListModel`` in columns of equal width; Delete asks to remove the chosen ones."""

    removal_wanted = Signal(list)

    def __init__(
        self, model: TileListModel, paint_picture: PaintPicture, *, columns: int = 4, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._tile_model = model
        self.setModel(model)
        self.setItemDelegate(_TileDelegate(self, paint_picture))
        lay_out_as_tiles(self)

    @property
    def tile_size(self) -> QSize:
        """The size of a cell, gap included, so that the columns fill the width."""
        width = max(44 + _GAP, (self.viewport().width() - 1) // self._columns)
        return QSize(width, round((width - _GAP) * 0.8) + _GAP)

    def sizeHint(self) -> QSize:
        # It takes what is left, and asks for no more than it must have.
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def chosen_keys(self) -> list[int]:
        """The keys of the chosen tiles, in their order."""
        return [index.data(TILE_ROLE).key for index in sorted(self.selectedIndexes(), key=QModelIndex.row)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setGridSize(self.tile_size)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self.selectedIndexes():
            self.removal_wanted.emit(self.chosen_keys())
            return
        super().keyPressEvent(event)


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, grid: PictureGrid, paint_picture: PaintPicture) -> None:
        super().__init__(grid)
        self._grid = grid
        self._paint_picture = paint_picture

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return self._grid.tile_size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tile: Tile = index.data(TILE_ROLE)
        tones = theme.colors()
        state: QStyle.StateFlag = option.state
        area = QRectF(option.rect).adjusted(1, 1, -_GAP + 1, -_GAP + 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.35 if tile.is_faded else 1.0)
        self._paint_picture(painter, area, tile)
        painter.setOpacity(1.0)
        if tile.mark:
            self._paint_mark(painter, area, tile.mark)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(tones.accent, 3))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), theme.INSIDE, theme.INSIDE)
        if state & QStyle.StateFlag.State_HasFocus:
            paint_focus_dots(painter, area.adjusted(4, 4, -4, -4))
        painter.restore()

    def _paint_mark(self, painter: QPainter, area: QRectF, mark: str) -> None:
        tones = theme.colors()
        painter.setFont(theme.bold(11))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        needed = painter.boundingRect(area.adjusted(2, 0, -2, 0), flags, mark)
        height = min(area.height(), needed.height() + 4)
        band = QRectF(area.left(), area.bottom() - height, area.width(), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.card)
        painter.setOpacity(0.85)
        painter.drawRoundedRect(band, 5, 5)
        painter.setOpacity(1.0)
        painter.setPen(tones.red)
        painter.drawText(band.adjusted(2, 0, -2, 0), flags, mark)
