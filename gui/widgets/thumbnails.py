"""Small pictures of the shop's photographs, read off the GUI thread and kept for the next time."""

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QRunnable, QSize, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPixmap

from gui import theme


class Thumbnails(QObject):
    """Pictures scaled to fit ``side``×``side`` device pixels; for the GUI thread.

    A picture that is not there yet is read by a worker, newest wish first, and ``loaded`` names it when it has come.
    At most ``keep`` of them stay in memory.
    """

    loaded = Signal(str)

    def __init__(self, folder: Path, *, side: int = 192, keep: int = 600, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder.resolve()
        self._side = side
        self._keep = keep
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: set[str] = set()
        self._wishes = 0
        self._answers = _Answers(self)
        self._answers.read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def get(self, picture: str | None) -> QPixmap | None:
        """The picture if it is here, else ``None`` while it is read; a null pixmap if the file cannot be read.

        ``picture`` is a path relative to the folder.
        """
        if not picture:
            return None
        pixmap = self._pixmaps.get(picture)
        if pixmap is not None:
            self._pixmaps.move_to_end(picture)
            return pixmap
        if picture not in self._wanted:
            self._wanted.add(picture)
            self._wishes += 1
            self._pool.start(_Reading(self._folder, picture, self._side, self._answers), self._wishes)
        return None

    def forget(self, picture: str) -> None:
        """Read the file again at the next wish."""
        self._pixmaps.pop(picture, None)

    def stop(self) -> None:
        """Drop what has not been read and wait for the one that is."""
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(str, QImage)
    def _take(self, picture: str, image: QImage) -> None:
        self._wanted.discard(picture)
        self._pixmaps[picture] = QPixmap.fromImage(image)
        while len(self._pixmaps) > self._keep:
            self._pixmaps.popitem(last=False)
        self.loaded.emit(picture)


class _Answers(QObject):
    """What the worker has read, carried over to the GUI thread."""

    read = Signal(str, QImage)


class _Reading(QRunnable):
    """One picture to read; a path that leads out of the folder gives a null image."""

    def __init__(self, folder: Path, picture: str, side: int, answers: _Answers) -> None:
        super().__init__()
        self._folder = folder
        self._picture = picture
        self._side = side
        self._answers = answers

    def run(self) -> None:
        path = (self._folder / self._picture).resolve()
        image = _read_small(path, self._side) if path.is_relative_to(self._folder) else QImage()
        self._answers.read.emit(self._picture, image)


def _read_small(path: Path, side: int) -> QImage:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def paint_picture(painter: QPainter, area: QRectF, pixmap: QPixmap | None) -> None:
    """Fill ``area`` with the middle of the picture, corners rounded; a quiet ground while there is none."""
    path = QPainterPath()
    path.addRoundedRect(area, theme.INSIDE, theme.INSIDE)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(area, theme.colors().cap)
    if pixmap is not None and not pixmap.isNull():
        scale = max(area.width() / pixmap.width(), area.height() / pixmap.height())
        width, height = area.width() / scale, area.height() / scale
        source = QRectF((pixmap.width() - width) / 2, (pixmap.height() - height) / 2, width, height)
        painter.drawPixmap(area, pixmap, source)
    elif pixmap is not None:
        painter.setPen(theme.colors().note)
        painter.setFont(theme.font(theme.NOTE_SIZE))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "–")
    painter.restore()
