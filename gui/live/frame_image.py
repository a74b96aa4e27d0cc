"""The one owner of the rule how a frame becomes an image that Qt can paint."""

import cv2
import numpy as np
from PySide6.QtGui import QImage

from core.frames import Pixels


class FrameImage:
    """Scales frames to the exact device pixels of a view, in buffers that live as long as the image over them.

    The image returned is painted before the next call of ``take``, which writes over it. GUI thread.
    """

    def __init__(self) -> None:
        self._small: Pixels | None = None
        self._painted: Pixels | None = None
        self._image = QImage()

    def take(self, pixels: Pixels, *, width: int, height: int) -> QImage:
        """H×W×3 RGB pixels as an RGB32 image of ``width``×``height``; a null image if there is no room."""
        if width < 1 or height < 1:
            return QImage()
        if self._painted is None or self._painted.shape[:2] != (height, width):
            self._small = np.empty((height, width, 3), np.uint8)
            self._painted = np.empty((height, width, 4), np.uint8)
            self._image = QImage(self._painted.data, width, height, width * 4, QImage.Format.Format_RGB32)
        if pixels.shape[:2] != (height, width):
            # Averaging is dear and only shows when several pixels fall on one.
            shrinks = pixels.shape[1] > 2 * width
            method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            cv2.resize(pixels, (width, height), dst=self._small, interpolation=method)
            pixels = self._small if self._small is not None else pixels
        cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA, dst=self._painted)
        return self._image
