"""Noise, shading and masks that drawn surfaces and goods are made of; all pictures are BGR, uint8."""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""H×W×3 BGR, or H×W×4 BGR and share (not premultiplied), 0–255."""

Plane = npt.NDArray[np.float32]
"""H×W numbers."""


def clouds(rng: np.random.Generator, height: int, width: int, cells: float, *, octaves: int = 1) -> Plane:
    """Smooth noise with mean about 0 and spread about 1; ``cells`` blots along the longer side, finer ones added."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        count = cells * 2**octave
        longest = max(height, width)
        grid = (max(2, round(count * height / longest)) + 1, max(2, round(count * width / longest)) + 1)
        coarse = rng.standard_normal(grid).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / 1.6**octave
    return total


def random_color(rng: np.random.Generator, *, vivid: bool = False) -> Plane:
    """A color as three float32 numbers, BGR; ``vivid`` ones are saturated."""
    hue, saturation = float(rng.uniform(0, 180)), float(rng.beta(1.2, 1.6) if not vivid else rng.beta(4, 1.5))
    value = float(rng.uniform(0.12, 1.0)) if not vivid else float(rng.uniform(0.45, 1.0))
    pixel = np.array([[[hue, saturation * 255, value * 255]]], np.float32).astype(np.uint8)
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_HSV2BGR)[0, 0], np.float32)


def mix(first: Plane, second: Plane, share: Plane) -> Plane:
    """A color field from two colors (3,) or fields H×W×3 and the second's share H×W in 0–1."""
    part = share[..., None]
    return np.asarray(first * (1 - part) + second * part, np.float32)


def to_bytes(field: npt.ArrayLike) -> Picture:
    """Rounded and cut to 0–255."""
    return np.clip(np.asarray(field) + 0.5, 0, 255).astype(np.uint8)


def fill_outline(height: int, width: int, points: npt.ArrayLike) -> Picture:
    """The smooth mask 0–255 of a closed outline, N×2 points in pixels."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.round(np.asarray(points) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask


def tighten(layer: Picture) -> Picture:
    """A BGR-and-share layer cut to what can be seen of it."""
    rows, columns = np.flatnonzero((layer[..., 3] > 8).any(1)), np.flatnonzero((layer[..., 3] > 8).any(0))
    if not len(rows):
        return layer
    return np.ascontiguousarray(layer[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def shrink(picture: Picture, longest: int) -> Picture:
    """At most ``longest`` pixels on its longer side."""
    factor = longest / max(picture.shape[:2])
    if factor >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
