"""Photographs for delegates, which need a picture while they paint and cannot wait for it."""

from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap

from gui import theme
from gui.widgets.card import paint_card
from gui.widgets.thumbnail import pictures

_STEP = 32


class PictureLender(QObject):
    """Lends pictures of one folder out of the window's picture cache; GUI thread.

    ``came`` follows, once for several, when pictures that were missing have been read: repaint then.
    """

    came = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._wanted: set[tuple[str, int, int]] = set()
        self._unreadable: set[str] = set()
        self._telling = QTimer(self, singleShot=True, interval=15)
        self._telling.timeout.connect(self.came)

    def get(self, picture: str, size: QSize, ratio: float) -> QPixmap | None:
        """The picture cut to about ``size`` logical pixels, if it is at hand; a path relative to the folder."""
        # Steps in size keep a window that is being resized from reading every file again for each width.
        rough = QSize(-(-size.width() // _STEP) * _STEP, 0)
        rough.setHeight(max(1, round(size.height() * rough.width() / max(1, size.width()))))
        wish = (picture, rough.width(), rough.height())
        if not picture or picture in self._unreadable or wish in self._wanted or rough.width() < 1:
            return None
        found: list[QPixmap] = []
        is_asking = True

        def receive(pixmap: QPixmap | None) -> None:
            self._wanted.discard(wish)
            if pixmap is None:
                self._unreadable.add(picture)
            elif is_asking:
                found.append(pixmap)
            if not is_asking:
                self._telling.start()

        self._wanted.add(wish)
        pictures.request(
            self._folder / picture, size=rough, ratio=ratio, owner=self, on_ready=receive, radius=theme.INSIDE
        )
        is_asking = False
        return found[0] if found else None

    def paint(self, painter: QPainter, area: QRectF, picture: str) -> None:
        """Paint the picture, or a quiet plate while there is none; a sign if it cannot be read."""
        ratio = painter.device().devicePixelRatioF()
        pixmap = self.get(picture, area.size().toSize(), ratio)
        if pixmap is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(area, pixmap, QRectF(pixmap.rect()))
            painter.restore()
            return
        tones = theme.colors()
        paint_card(painter, area, fill=tones.cap, border=tones.cap, radius=theme.INSIDE)
        if not picture or picture in self._unreadable:
            side = min(24.0, area.height() * 0.5)
            sign = QRectF(0, 0, side, side)
            sign.moveCenter(area.center())
            theme.paint_icon(painter, sign, "picture" if not picture else "warning", tones.note)


def paint_focus_dots(painter: QPainter, area: QRectF) -> None:
    """Paint the dotted outline of the cell that the keyboard is on, chosen or not."""
    pen = painter.pen()
    pen.setColor(theme.colors().text)
    pen.setWidthF(1.5)
    pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, theme.INSIDE, theme.INSIDE)
