"""The empty counter as a statistical picture: learned, refined, slowly adapted."""

import cv2
import numpy as np

from core.frames import Pixels
from core.vision.detectors.change_signs import NoiseLevel
from core.vision.detectors.counter_store import StoredCounter
from core.vision.detectors.working_view import Mask, Planes, to_pixels, to_planes

_LEAST_NOISE = 0.6
_MOST_NOISE = 12.0
_REFINING_SECONDS = 1.5
_LIGHT_SECONDS = 8.0
"""Time constant with which drifting light is followed where nothing lies."""
_SHADE_SECONDS = 120.0
"""The same where it differs visibly: a lasting shadow is followed, a passing one is not."""
_NOISE_SECONDS = 30.0


class EmptyCounter:
    """Mean and noise of every pixel of the empty counter at the working size. One thread."""

    def __init__(self, planes: Planes, noise: NoiseLevel, *, looks: int = 1) -> None:
        self.planes = planes
        self.noise = noise
        self._pixels: Pixels | None = None
        self._looks = looks
        self._refining = _REFINING_SECONDS

    @classmethod
    def from_picture(cls, small: Pixels) -> "EmptyCounter":
        """From one picture; its noise is estimated and refined by the frames that follow."""
        planes = to_planes(small)
        levels = [_spatial_noise(planes[0]), max(_spatial_noise(planes[1]), _spatial_noise(planes[2]))]
        shape = planes.shape[1:]
        return cls(planes, NoiseLevel(*(np.full(shape, level, np.float32) for level in levels)))

    @classmethod
    def from_pictures(cls, pictures: list[Pixels]) -> "EmptyCounter":
        """The median over time of several pictures of one still scene, and their deviation from it."""
        stack = np.stack([to_planes(small) for small in pictures])
        planes = np.ascontiguousarray(np.median(stack, axis=0).astype(np.float32))
        deviation = np.abs(stack - planes).mean(axis=0).astype(np.float32)
        smooth = [cv2.blur(plane, (5, 5)) for plane in (deviation[0], np.maximum(deviation[1], deviation[2]))]
        levels = [np.clip(plane, _LEAST_NOISE, _MOST_NOISE).astype(np.float32) for plane in smooth]
        return cls(planes, NoiseLevel(*levels), looks=len(pictures))

    @classmethod
    def from_store(cls, stored: StoredCounter) -> "EmptyCounter":
        noise = np.clip(stored.noise, _LEAST_NOISE, _MOST_NOISE).astype(np.float32)
        return cls(
            to_planes(stored.picture),
            NoiseLevel(np.ascontiguousarray(noise[..., 0]), np.ascontiguousarray(noise[..., 1])),
            looks=100,
        )

    def to_store(self) -> StoredCounter:
        return StoredCounter(self.pixels, np.dstack([self.noise.brightness, self.noise.color]))

    @property
    def pixels(self) -> Pixels:
        """The mean, H×W×3 RGB."""
        if self._pixels is None:
            self._pixels = to_pixels(self.planes)
        return self._pixels

    def follow(self, seen: Planes, free: Mask, shaded: Mask, seconds: float) -> None:
        """Move towards ``seen`` where nothing lies: soon where ``free``, hardly where ``shaded`` (255 each).

        ``seconds`` since the last call. The first frames after learning count as fully as the first one did.
        """
        rate = min(1.0, seconds / _LIGHT_SECONDS)
        noise_rate = min(1.0, seconds / _NOISE_SECONDS)
        if self._refining > 0:
            self._refining -= seconds
            self._looks += 1
            rate = max(rate, 1.0 / self._looks)
            noise_rate = max(noise_rate, 1.0 / (self._looks + 1))
        deviation = [cv2.absdiff(now, mean) for now, mean in zip(seen, self.planes, strict=True)]
        cv2.accumulateWeighted(deviation[0], self.noise.brightness, noise_rate, free)
        cv2.accumulateWeighted(cv2.max(deviation[1], deviation[2]), self.noise.color, noise_rate, free)
        for plane in (self.noise.brightness, self.noise.color):
            np.clip(plane, _LEAST_NOISE, _MOST_NOISE, out=plane)
        for now, mean in zip(seen, self.planes, strict=True):
            cv2.accumulateWeighted(now, mean, rate, free)
            cv2.accumulateWeighted(now, mean, min(1.0, seconds / _SHADE_SECONDS), shaded)
        self._pixels = None

    def absorb(self, seen: Planes, region: Mask) -> None:
        """Take over what is seen where ``region`` is 255: it is the counter itself that came to light."""
        there = region > 0
        self.planes[:, there] = seen[:, there]
        self._pixels = None


class Watch:
    """Collects the first frames of a scene until they show it still, then tells their median. One thread."""

    _FEWEST = 8
    _STILL_SECONDS = 0.9
    _LONGEST = 6.0
    """Seconds after which a scene without rest is learned all the same; what moves through it is not its median."""
    _LONGEST_GAP = 0.75
    """Seconds between two frames from which they are single pictures, of which none says that another was still."""
    _STILL_SHARE = 0.003
    _MOST = 12

    def __init__(self) -> None:
        self._still: list[tuple[float, Pixels]] = []
        self._sparse: list[tuple[float, Pixels]] = []

    def add(self, small: Pixels, at: float) -> EmptyCounter | None:
        """Look at one more frame, taken at ``at`` growing seconds; the counter once enough was seen."""
        if self._still and at - self._still[-1][0] > self._LONGEST_GAP:
            self._still.clear()
            self._sparse.clear()
        if self._still and _moved_share(self._still[0][1], small) > self._STILL_SHARE:
            self._still.clear()
        self._still.append((at, small))
        if not self._sparse or at - self._sparse[-1][0] >= self._LONGEST / self._MOST:
            self._sparse.append((at, small))
        if len(self._still) >= self._FEWEST and at - self._still[0][0] >= self._STILL_SECONDS:
            step = max(1, len(self._still) // self._MOST)
            return EmptyCounter.from_pictures([picture for _, picture in self._still[::step]])
        if len(self._sparse) >= self._FEWEST and at - self._sparse[0][0] >= self._LONGEST:
            return EmptyCounter.from_pictures([picture for _, picture in self._sparse])
        return None


def _moved_share(first: Pixels, second: Pixels) -> float:
    difference = cv2.absdiff(cv2.GaussianBlur(first, (5, 5), 0), cv2.GaussianBlur(second, (5, 5), 0)).max(axis=2)
    # A change of exposure moves every pixel alike and is no motion.
    floor = 12.0 + float(np.median(difference))
    return int(np.count_nonzero(difference > floor)) / int(difference.size)


def _spatial_noise(plane: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    """Mean absolute deviation of the noise in one picture (Immerkær, 1996, with a median against texture)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6.0
    response = np.abs(cv2.filter2D(plane, cv2.CV_32F, kernel))
    # The picture is smoothed, so that neighbors share noise and the response is too small by about half.
    return float(np.clip(2.0 * np.median(response), _LEAST_NOISE, _MOST_NOISE))
