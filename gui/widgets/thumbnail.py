"""Rounded pictures, read and scaled off the GUI thread."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.frames import Pixels
from gui import background, theme

_CACHED = 600


class PictureCache:
    """Rounded pixmaps of photographs by file and size; the files never change once written. GUI thread."""

    def __init__(self, capacity: int = _CACHED) -> None:
        self._capacity = capacity
        self._pixmaps: OrderedDict[tuple[Path, int, int, int], QPixmap] = OrderedDict()

    def request(
        self,
        path: Path,
        *,
        size: QSize,
        ratio: float,
        owner: QObject,
        on_ready: Callable[[QPixmap | None], object],
        radius: int = 8,
    ) -> None:
        """Call ``on_ready`` with the picture cut to ``size``, at once if it is at hand; ``None`` if unreadable."""
        pixels = QSize(round(size.width() * ratio), round(size.height() * ratio))
        key = (path, pixels.width(), pixels.height(), radius)
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
            on_ready(found)
            return

        def keep(image: QImage | None) -> None:
            if image is None:
                on_ready(None)
                return
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(ratio)
            self._pixmaps[key] = pixmap
            while len(self._pixmaps) > self._capacity:
                self._pixmaps.popitem(last=False)
            on_ready(pixmap)

        background.run(partial(_read_rounded, path, pixels, radius * ratio), on_success=keep, owner=owner)


pictures = PictureCache()


def _read_rounded(path: Path, size: QSize, radius: float) -> QImage | None:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    return None if image.isNull() else rounded(image, size, radius)


def rounded(image: QImage, size: QSize, radius: float) -> QImage:
    """The middle of the image, scaled to fill ``size`` (pixels), with rounded corners. Any thread."""
    filled = image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    result = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, size.width(), size.height()), radius, radius)
    painter.setClipPath(path)
    corner = QPointF((size.width() - filled.width()) / 2, (size.height() - filled.height()) / 2)
    painter.drawImage(corner, filled)
    painter.end()
    return result


def image_of(pixels: Pixels) -> QImage:
    """A copy of H×W×3 RGB pixels as an image. Any thread."""
    whole = np.ascontiguousarray(pixels)
    height, width = whole.shape[:2]
    return QImage(whole.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()


def pixmap_of(pixels: Pixels, size: QSize, ratio: float, radius: int = 8) -> QPixmap:
    """A crop as a rounded pixmap that fills ``size`` logical pixels. GUI thread."""
    scaled = QSize(round(size.width() * ratio), round(size.height() * ratio))
    pixmap = QPixmap.fromImage(rounded(image_of(pixels), scaled, radius * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class Thumbnail(QWidget):
    """A rounded picture that fills its place; a quiet plate with an icon until there is one."""

    def __init__(
        self, side: int | None = 48, *, radius: int = 8, icon_name: str = "picture", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._radius = radius
        self._icon_name = icon_name
        self._path: Path | None = None
        self._image: QImage | None = None
        self._pixmap: QPixmap | None = None
        if side is not None:
            self.setFixedSize(side, side)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_path(self, path: Path | None) -> None:
        """Show a photograph's file; read in the background."""
        if path != self._path or self._image is not None:
            self._path, self._image, self._pixmap = path, None, None
            self._load()
            self.update()

    def set_pixels(self, pixels: Pixels) -> None:
        """Show a crop, H×W×3 RGB."""
        self._path, self._image = None, image_of(pixels)
        self._pixmap = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(48, 48)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._pixmap = None
        self._load()

    def _load(self) -> None:
        path = self._path
        if path is None or self.width() < 2 or self.height() < 2:
            return

        def show(pixmap: QPixmap | None) -> None:
            if path == self._path:
                self._pixmap = pixmap
                self.update()

        pictures.request(
            path,
            size=self.size(),
            ratio=self.devicePixelRatioF(),
            owner=self,
            on_ready=show,
            radius=self._radius,
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._pixmap is None and self._image is not None:
            ratio = self.devicePixelRatioF()
            size = QSize(round(self.width() * ratio), round(self.height() * ratio))
            self._pixmap = QPixmap.fromImage(rounded(self._image, size, self._radius * ratio))
            self._pixmap.setDevicePixelRatio(ratio)
        if self._pixmap is not None:
            painter.drawPixmap(QRectF(self.rect()), self._pixmap, QRectF(self._pixmap.rect()))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tones.cap))
        painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        side = min(24.0, self.width() * 0.5, self.height() * 0.5)
        middle = QRectF(self.rect()).center()
        theme.paint_icon(
            painter, QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side), self._icon_name, tones.note
        )
