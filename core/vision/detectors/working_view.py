"""The small picture that change detection works on, freed of exposure, as brightness and color planes."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels

Mask = npt.NDArray[np.uint8]
"""H×W ``uint8``, 0 or 255."""

Plane = npt.NDArray[np.float32]
"""H×W ``float32``."""

Planes = npt.NDArray[np.float32]
"""3×H×W ``float32``: brightness Y 0–255, color Cr and Cb around 0 (BT.601)."""

_AREA = 480 * 270
"""Pixels of the working picture: at 480×270 an item of a tenth of the width still has 48 pixels."""

_SAMPLING = 6
_FEWEST_SAMPLES = 60
_LARGEST_GAIN = 2.5
_LARGEST_TINT = 1.35
"""More than this between two channels is no white balance: it is another scene."""
_DARK, _BRIGHT = 12.0, 243.0
"""Samples outside are too dark or saturated to tell exposure."""


def working_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the working picture for frames of this size: the same shape, never enlarged."""
    scale = min(1.0, math.sqrt(_AREA / (width * height)))
    return max(8, round(width * scale)), max(8, round(height * scale))


def shrink(pixels: Pixels) -> Pixels:
    """H×W×3 RGB at the working size, smoothed against sensor noise by shrinking or slightly."""
    height, width = pixels.shape[:2]
    size = working_size(width, height)
    half = int(math.sqrt(width * height / (size[0] * size[1])))
    if half > 1:
        # Whole-number area averages have a fast path; the small rest is interpolated.
        pixels = cv2.resize(pixels, (width // half, height // half), interpolation=cv2.INTER_AREA)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(small if half > 1 else cv2.GaussianBlur(small, (3, 3), 0), np.uint8)


def to_planes(small: Pixels) -> Planes:
    """RGB pixels → brightness and color."""
    channels = cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb))
    planes = np.empty((3, *small.shape[:2]), np.float32)
    for channel, plane, offset in zip(channels, planes, (0, 128, 128), strict=True):
        np.subtract(channel, np.float32(offset), out=plane)
    return planes


def to_pixels(planes: Planes) -> Pixels:
    """Brightness and color → RGB pixels; the way back of ``to_planes`` but for rounding."""
    stacked = planes.transpose(1, 2, 0) + np.array([0, 128, 128], np.float32)
    stacked = np.ascontiguousarray(np.clip(np.rint(stacked), 0, 255).astype(np.uint8))
    return np.asarray(cv2.cvtColor(stacked, cv2.COLOR_YCrCb2RGB), np.uint8)


@dataclass(slots=True)
class ExposureMeter:
    """Finds and removes the factor by which exposure and white balance changed each channel since learning.

    The factor is the median ratio over a grid of pixels where nothing lies, so that items do not pull it.
    """

    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def level(self, small: Pixels, learned_planes: Planes, free: Mask | None) -> Pixels:
        """``small`` at the exposure of what was learned, judged where ``free`` is 255 (``None``: everywhere)."""
        grid = (slice(_SAMPLING // 2, None, _SAMPLING),) * 2
        seen = small[grid].reshape(-1, 3)
        learned = to_pixels(learned_planes[:, *grid]).reshape(-1, 3)
        if free is not None:
            is_free = free[grid].reshape(-1) > 0
            if np.count_nonzero(is_free) < _FEWEST_SAMPLES:
                return self._apply(small)
            seen, learned = seen[is_free], learned[is_free]
        found = [_gain(seen, learned, channel) for channel in range(3)]
        middle = sorted(found)[1]
        red, green, blue = (min(max(gain, middle / _LARGEST_TINT), middle * _LARGEST_TINT) for gain in found)
        self.gains = red, green, blue
        return self._apply(small)

    def _apply(self, small: Pixels) -> Pixels:
        if all(abs(gain - 1) < 0.002 for gain in self.gains):
            return small
        levels = np.arange(256, dtype=np.float32)[None, :, None] * np.array(self.gains, np.float32)
        return np.asarray(cv2.LUT(small, np.clip(np.rint(levels), 0, 255).astype(np.uint8)), np.uint8)


def _gain(seen: npt.NDArray[np.uint8], learned: npt.NDArray[np.uint8], channel: int) -> float:
    now, then = seen[:, channel].astype(np.float32), learned[:, channel].astype(np.float32)
    is_fair = (now > _DARK) & (now < _BRIGHT) & (then > _DARK) & (then < _BRIGHT)
    if np.count_nonzero(is_fair) < _FEWEST_SAMPLES:
        return 1.0
    ratio = float(np.median(then[is_fair] / now[is_fair]))
    return float(np.clip(ratio, 1 / _LARGEST_GAIN, _LARGEST_GAIN))


def disk(diameter: int) -> npt.NDArray[np.uint8]:
    """A round structuring element."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter)), np.uint8)
