"""Where and when the picture last moved."""

from collections import deque

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels
from core.vision.detectors.change_signs import NoiseLevel
from core.vision.detectors.regions import Region
from core.vision.detectors.working_view import Mask, disk

_BACK_SECONDS = 0.2
"""A frame is compared with one this long ago, so that slow motion shows at every frame rate."""

_THRESHOLD = 10.0
_NOISE_FACTOR = 4.5
_FLOOR_SECONDS = 1.0
_SPECK = disk(3)
_ALL = slice(None)


class Motion:
    """Remembers for each pixel when it last changed between frames. One thread."""

    def __init__(self) -> None:
        self._former: deque[tuple[float, Pixels]] = deque()
        self._moved_at: npt.NDArray[np.float64] | None = None
        self._now = 0.0
        self._floor: Mask | None = None
        self._floor_at = 0.0

    def watch(self, seen: Pixels, noise: NoiseLevel, now: float) -> None:
        """Take in the next leveled picture, H×W×3 RGB, at ``now`` growing seconds."""
        self._now = now
        if self._moved_at is None or self._moved_at.shape != seen.shape[:2]:
            self._former.clear()
            self._moved_at = np.full(seen.shape[:2], -np.inf)
        while len(self._former) > 1 and now - self._former[1][0] >= _BACK_SECONDS:
            self._former.popleft()
        if self._former:
            moving = _difference(seen, self._former[0][1], self._floor_of(noise))
            self._moved_at[moving > 0] = now
        self._former.append((now, seen))

    def _floor_of(self, noise: NoiseLevel) -> Mask:
        """The threshold for each pixel; noise changes slowly, so it is computed now and then."""
        if (
            self._floor is None
            or self._now - self._floor_at > _FLOOR_SECONDS
            or self._floor.shape != noise.brightness.shape
        ):
            level = _THRESHOLD + _NOISE_FACTOR * noise.brightness
            self._floor, self._floor_at = np.minimum(level, 255).astype(np.uint8), self._now
        return self._floor

    def within(self, seconds: float, rows: slice = _ALL, columns: slice = _ALL) -> Mask:
        """255 where something moved within the last ``seconds``, for a part of the picture."""
        if self._moved_at is None:
            raise RuntimeError("no picture was watched")
        return np.where(self._moved_at[rows, columns] >= self._now - seconds, 255, 0).astype(np.uint8)

    def share(self, region: Region, seconds: float) -> float:
        """Share, 0–1, of a region's pixels that moved within the last ``seconds``."""
        if self._moved_at is None:
            return 0.0
        rows, columns = region.slices
        recent = (self._moved_at[rows, columns] >= self._now - seconds) & (region.mask > 0)
        return float(np.count_nonzero(recent)) / max(1, region.area)


def _difference(seen: Pixels, former: Pixels, floor: Mask) -> Mask:
    red, green, blue = cv2.split(cv2.absdiff(seen, former))
    moving = cv2.compare(cv2.max(cv2.max(red, green), blue), floor, cv2.CMP_GT)
    return np.asarray(cv2.morphologyEx(moving, cv2.MORPH_OPEN, _SPECK), np.uint8)
