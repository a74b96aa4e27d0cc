"""What the detector sees: boxes with scores, hands, and how much each place differs from the empty counter."""

import time
from functools import partial
from typing import Literal

import cv2
import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from core.frames import Frame
from core.paths import DataFolder
from core.sightings import Box, Detections
from core.vision.change_picture import ChangePicture
from gui import background, theme
from gui.figures import share_text
from gui.live.placement import Placement

Sight = Literal["picture", "found", "change"]

_FAINTEST = 0.4
"""Share of the threshold from which a difference is tinted at all."""
_INTERVAL = 0.1
"""Seconds between two pictures of change, which take some 10 ms of one core each."""
_HAND = QColor("#ffc24d")
_LABEL_HEIGHT = 22.0


def heat_image(signs: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> QImage:
    """Signs of change H×W (1: counts as changed) as a transparent picture: amber below 1, red from 1 on, outlined."""
    height, width = signs.shape
    pixels = np.zeros((height, width, 4), np.uint8)
    is_changed = signs >= 1.0
    is_near = (signs >= _FAINTEST) & ~is_changed
    strength = np.clip((signs - _FAINTEST) / (1 - _FAINTEST), 0, 1)
    # B, G, R, A with alpha not multiplied in
    pixels[is_near] = (77, 194, 255, 0)
    pixels[..., 3][is_near] = (30 + 90 * strength[is_near]).astype(np.uint8)
    pixels[is_changed] = (60, 60, 240, 150)
    solid = is_changed.astype(np.uint8)
    edge = cv2.subtract(cv2.dilate(solid, np.ones((3, 3), np.uint8)), solid)
    pixels[edge > 0] = (255, 255, 255, 235)
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32).copy()


class HeatMaker(QObject):
    """Makes the picture of change off the GUI thread, one at a time; frames that come meanwhile are left out.

    ``made`` tells that ``image`` is new; it is null while no empty counter is learned.
    """

    made = Signal()

    def __init__(self, data: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self.is_missing = False
        self._change = ChangePicture(data)
        self._is_busy = False
        self._begun_at = 0.0

    def offer(self, frame: Frame, *, sensitivity: float) -> None:
        """Make the picture of this frame, unless another one is under way or was made a moment ago."""
        now = time.monotonic()
        if not self._is_busy and now - self._begun_at >= _INTERVAL:
            self._is_busy = True
            self._begun_at = now
            background.run(
                partial(_make, self._change, frame, sensitivity),
                on_success=self._take,
                on_failure=self._fail,
                owner=self,
            )

    def _take(self, image: QImage | None) -> None:
        self._is_busy = False
        self.is_missing = image is None
        self.image = image if image is not None else QImage()
        self.made.emit()

    def _fail(self, error: Exception) -> None:
        self._is_busy = False
        raise error


def _make(change: ChangePicture, frame: Frame, sensitivity: float) -> QImage | None:
    signs = change.signs(frame, sensitivity=sensitivity)
    return heat_image(signs) if signs is not None else None


def paint_heat(painter: QPainter, placement: Placement, image: QImage) -> None:
    """Lay the picture of change over the frame."""
    if not image.isNull():
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(placement.area, image)
        painter.restore()


def paint_detections(painter: QPainter, placement: Placement, detections: Detections, *, hand: str) -> None:
    """Boxes in solid lines with their scores in percent; places covered by hands hatched, with the word ``hand``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(placement.area)
    for place in detections.hands:
        rect = placement.to_view(_box(place))
        painter.fillRect(rect, QColor(_HAND.red(), _HAND.green(), _HAND.blue(), 40))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.BDiagPattern)
        painter.fillRect(rect, painter.brush())
    if len(detections.hands):
        largest = max(detections.hands, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
        _paint_label(painter, placement.to_view(_box(largest)).topLeft() + QPointF(4, 4), hand)
    rects = [placement.to_view(_box(box)) for box in detections.boxes]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect in rects:
        for color, width in ((theme.VIDEO_OUTLINE, 5.0), (theme.VIDEO_TEXT, 2.5)):
            painter.setPen(QPen(color, width))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 6, 6)
    for rect, score in zip(rects, detections.scores, strict=True):
        _paint_label(painter, rect.topLeft() + QPointF(6, 6), share_text(float(score)))
    painter.restore()


def _paint_label(painter: QPainter, corner: QPointF, text: str) -> None:
    face = theme.bold(theme.NOTE_SIZE, figures=True)
    plate = QRectF(corner, QSizeF(QFontMetricsF(face).horizontalAdvance(text) + 14, _LABEL_HEIGHT))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.VIDEO_LABEL)
    painter.drawRoundedRect(plate, 5, 5)
    painter.setFont(face)
    painter.setPen(theme.VIDEO_TEXT)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _box(row: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> Box:
    x0, y0, x1, y1 = (float(value) for value in row)
    return x0, y0, x1, y1
