"""A coarse look at a frame, to tell whether a network that has seen the one before would see anything new."""

from dataclasses import dataclass

import cv2
import numpy as np

from core.vision.detectors.change_signs import NoiseLevel
from core.vision.detectors.working_view import Plane, Planes

_COARSE = 4
"""Pixels of the working picture that one pixel of a glance averages in each direction; noise shrinks with them."""

_LEAST = 2.0
"""Gray levels by which rounding and the estimate of exposure may differ between frames of a still scene."""

_NOISE_FACTOR = 7.0
"""Times the median difference of two frames: of many thousand normal ones none is as large."""

_WHOLE = slice(None)


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """A picture freed of exposure, 3×h×w as brightness and color, and the noise of both in the working picture, h×w."""

    planes: Planes
    noise: NoiseLevel

    @classmethod
    def at(cls, seen: Planes, noise: NoiseLevel, rows: slice = _WHOLE, columns: slice = _WHOLE) -> "Glance":
        """From the working picture, 3×H×W, and its noise; only the given part of it."""
        planes = np.stack([_coarse(plane[rows, columns]) for plane in seen])
        levels = (_coarse(plane[rows, columns]) for plane in (noise.brightness, noise.color))
        return cls(planes, NoiseLevel(*levels))

    def differs_from(self, former: "Glance") -> bool:
        """Whether anything is noticeably another than it was."""
        if self.planes.shape != former.planes.shape:
            return True
        brightness, red, blue = np.abs(self.planes - former.planes)
        return _has_changed(brightness, self.noise.brightness) or _has_changed(np.maximum(red, blue), self.noise.color)


def _has_changed(difference: Plane, noise: Plane) -> bool:
    """Whether a difference stands out, by what noise makes of most of it; no more than the noise that was learned.

    Averages keep more or less of it, as the camera's pixels were shrunk or sharpened before.
    """
    common, learned = float(np.median(difference)), float(np.median(noise))
    floor = _LEAST + _NOISE_FACTOR * min(1.0, common / learned) * noise
    return bool((difference > floor).any())


def _coarse(plane: Plane) -> Plane:
    height, width = plane.shape
    size = (max(1, width // _COARSE), max(1, height // _COARSE))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
