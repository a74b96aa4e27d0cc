"""Is a shot good enough to learn from: sharpness, light, size, and how much of it the item fills."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels

Gray = npt.NDArray[np.float32]

_SIDE = 192
"""Longer side in pixels at which sharpness and light are judged, so that they do not depend on the crop's size."""

_BLURRED = 0.045
"""Sharpness below which less than one in a hundred usable photographs of packs and produce falls."""
_BLURRED_BESIDE = 0.35
"""Share of the usual sharpness of the same item's shots below which one is blurred by motion."""
_DARK = 38.0
_BRIGHT = 222.0
_CLIPPED = 0.35
_SMALLEST = 48
_FILLS = 0.45


class Fault(StrEnum):
    """Why a shot is left out."""

    BLURRED = "blurred"
    DARK = "too dark"
    BRIGHT = "too bright"
    SMALL = "too small"
    FAR = "fills too little"
    REPEATED = "same as another"


_SENTENCES = {
    Fault.BLURRED: "The shot is blurred: move the item more slowly.",
    Fault.DARK: "The shot is too dark: give it more light.",
    Fault.BRIGHT: "The shot is too bright: avoid glare and direct light.",
    Fault.SMALL: "The item is too small in the picture: bring it closer to the camera.",
    Fault.FAR: "The item fills too little of the shot: bring it closer or into the frame.",
    Fault.REPEATED: "The shot shows nothing new: turn or move the item.",
}


def sentence(fault: Fault) -> str:
    """The fault in one sentence with what to do."""
    return _SENTENCES[fault]


@dataclass(frozen=True, slots=True)
class ShotQuality:
    """Measures of one crop.

    ``sharpness``: variance of the Laplacian over the variance of the gray values, at a common size (Pech-Pacheco and
    others, "Diatom autofocusing in brightfield microscopy", ICPR 2000; the division makes plain goods comparable).
    ``brightness`` 0–255: mean gray value. ``clipped``: share of pixels that are pure black or white. ``width``,
    ``height`` of the crop in pixels. ``fills``: share of the crop that the item covers, ``None`` when item and
    background look too much alike to say.
    """

    sharpness: float
    brightness: float
    clipped: float
    width: int
    height: int
    fills: float | None

    def as_json(self) -> dict[str, float | int | None]:
        """Plain JSON, as a draft keeps it."""
        return {
            "sharpness": round(self.sharpness, 4),
            "brightness": round(self.brightness, 1),
            "clipped": round(self.clipped, 4),
            "width": self.width,
            "height": self.height,
            "fills": None if self.fills is None else round(self.fills, 3),
        }


def measure(crop: Pixels, surround: Pixels | None = None) -> ShotQuality:
    """Measure an H×W×3 RGB crop; ``surround`` is a larger crop around it, from which the background is learned."""
    height, width = crop.shape[:2]
    gray = _gray(crop)
    laplacian = cv2.Laplacian(gray, cv2.CV_32F)
    return ShotQuality(
        sharpness=float(laplacian.var() / (gray.var() + 25.0)),
        brightness=float(gray.mean()),
        clipped=float(((gray <= 2.0) | (gray >= 253.0)).mean()),
        width=width,
        height=height,
        fills=None if surround is None else _filled_share(crop, surround),
    )


def find_fault(quality: ShotQuality, *, usual_sharpness: float | None = None) -> Fault | None:
    """The first reason to leave a shot out; ``usual_sharpness`` is the median of the item's other shots."""
    if min(quality.width, quality.height) < _SMALLEST:
        return Fault.SMALL
    if quality.brightness < _DARK:
        return Fault.DARK
    if quality.brightness > _BRIGHT or quality.clipped > _CLIPPED:
        return Fault.BRIGHT if quality.brightness > 100.0 else Fault.DARK
    if is_blurred(quality, usual_sharpness):
        return Fault.BLURRED
    if quality.fills is not None and quality.fills < _FILLS:
        return Fault.FAR
    return None


def is_blurred(quality: ShotQuality, usual_sharpness: float | None) -> bool:
    """Blurred by itself, or beside the item's other shots."""
    limit = _BLURRED if usual_sharpness is None else max(_BLURRED, _BLURRED_BESIDE * usual_sharpness)
    return quality.sharpness < limit


def is_well_lit(quality: ShotQuality) -> bool:
    return find_fault(quality) not in {Fault.DARK, Fault.BRIGHT}


def thumbprint(crop: Pixels) -> Gray:
    """A 16×16 gray picture without its mean and contrast: cheap to compare, for "has the view changed?"."""
    small = cv2.resize(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), (16, 16), interpolation=cv2.INTER_AREA)
    values = small.astype(np.float32) - float(small.mean())
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-6), np.float32)


def sameness(first: Gray, second: Gray) -> float:
    """Correlation of two thumbprints, −1 to 1."""
    return float((first * second).sum())


def _gray(crop: Pixels) -> Gray:
    scale = min(1.0, _SIDE / max(crop.shape[:2]))
    size = (max(8, round(crop.shape[1] * scale)), max(8, round(crop.shape[0] * scale)))
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32)


def _filled_share(crop: Pixels, surround: Pixels) -> float | None:
    """Share of the crop inside the outline of what differs in color from the ring around it."""
    margin_y, margin_x = surround.shape[0] - crop.shape[0], surround.shape[1] - crop.shape[1]
    if margin_x < 8 or margin_y < 8:
        return None
    ring = _border_colors(surround)
    inside = _lab(cv2.resize(crop, (48, 48), interpolation=cv2.INTER_AREA)).reshape(-1, 3)
    distance = np.sqrt(((inside[:, None] - ring[None]) ** 2).sum(axis=2)).min(axis=1).reshape(48, 48)
    mask = (distance > 14.0).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, statistics, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2 or mask.mean() < 0.04:
        return None
    points = cv2.findNonZero(mask)
    hull = cv2.contourArea(cv2.convexHull(points))
    largest = float(statistics[1:, cv2.CC_STAT_AREA].max())
    return float(min(1.0, max(hull, largest) / (47.0 * 47.0)))


def _border_colors(surround: Pixels) -> Gray:
    """Some dozens of L*a*b* colors of the outermost ring of a picture."""
    small = _lab(cv2.resize(surround, (40, 40), interpolation=cv2.INTER_AREA))
    ring = np.concatenate([small[0], small[-1], small[1:-1, 0], small[1:-1, -1]])
    return np.asarray(ring[::2], np.float32)


def _lab(pixels: Pixels) -> Gray:
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), np.float32)
