"""The shots taken so far: kept ones, and those left out with the reason."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QWidget

from core.enrollment.view import ShotView
from gui import theme
from gui.enrollment.words import in_own_language
from gui.widgets.card import paint_card
from gui.widgets.picture_grid import TILE_ROLE, PictureGrid, Tile, TileListModel
from gui.widgets.thumbnail import image_of


class ShotGrid(PictureGrid):
    """Delete asks to remove the chosen shots, Enter to keep those that were left out; new shots scroll into sight."""

    keeping_wanted = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._shots = TileListModel()
        self._pictures: dict[int, QPixmap] = {}
        super().__init__(self._shots, self._paint_shot, columns=4, parent=parent)
        self._shots.setParent(self)
        self.setAccessibleName(self.tr("Shots"))
        self.activated.connect(lambda _index: self._ask_to_keep())

    def show_shots(self, shots: Sequence[ShotView]) -> None:
        """Show these shots; cheap when they are the same as before."""
        tiles = [self._tile(number, shot) for number, shot in enumerate(shots, start=1)]
        if tuple(tiles) == self._shots.tiles:
            return
        for shot in shots:
            if shot.key not in self._pictures:
                self._pictures[shot.key] = QPixmap.fromImage(image_of(shot.thumbnail))
        known = {shot.key for shot in shots}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in known}
        has_more = len(tiles) > len(self._shots.tiles)
        self._shots.show(tiles)
        if has_more and not self.selectedIndexes():
            self.scrollToBottom()

    def forget(self) -> None:
        """Another product: keys begin anew."""
        self._pictures.clear()
        self._shots.show([])

    def chosen_left_out(self) -> list[int]:
        """The keys of the chosen shots that were left out."""
        tiles = [index.data(TILE_ROLE) for index in self.selectedIndexes()]
        return [tile.key for tile in tiles if tile.is_faded]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The space bar takes shots wherever the focus is.
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            event.ignore()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask_to_keep()
        else:
            super().keyPressEvent(event)

    def _ask_to_keep(self) -> None:
        keys = self.chosen_left_out()
        if keys:
            self.keeping_wanted.emit(keys)

    def _tile(self, number: int, shot: ShotView) -> Tile:
        words = self.tr("shot {number}").format(number=number)
        mark = "" if shot.is_kept else in_own_language(shot.reason)
        if shot.sentence and not shot.is_kept:
            words = f"{words}: {in_own_language(shot.sentence)}"
        return Tile(shot.key, "", words, is_faded=not shot.is_kept, mark=mark)

    def _paint_shot(self, painter: QPainter, area: QRectF, tile: Tile) -> None:
        picture = self._pictures.get(tile.key)
        if picture is None or picture.isNull():
            paint_card(painter, area, fill=theme.colors().cap, border=theme.colors().cap, radius=theme.INSIDE)
            return
        scale = max(area.width() / picture.width(), area.height() / picture.height())
        width, height = area.width() / scale, area.height() / scale
        source = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        corners = QPainterPath()
        corners.addRoundedRect(area, theme.INSIDE, theme.INSIDE)
        painter.setClipPath(corners)
        painter.drawPixmap(area, picture, source)
        painter.restore()
