"""What is wrong with the picture: no color, blur, bent lines; and what every check of it says.

Pure functions of one frame (H×W×3 ``uint8`` RGB, like every frame of the program); any thread. Each says that all is
well, that something is wrong, or that the picture does not show enough to tell.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels


class PictureCheck(StrEnum):
    """What is looked at."""

    PLACE = "place"
    LIGHT = "light"
    COLOR = "color"
    SHARPNESS = "sharpness"
    BEND = "bend"


class Finding(StrEnum):
    """What a check found. ``FINE`` and ``UNKNOWN`` are no warnings."""

    FINE = "fine"
    UNKNOWN = "unknown"
    MOVED = "moved"
    DARKER = "darker"
    BRIGHTER = "brighter"
    TINTED = "tinted"
    TOO_DARK = "too dark"
    TOO_BRIGHT = "too bright"
    COLORLESS = "colorless"
    BLURRED = "blurred"
    BENT = "bent"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``value`` in the unit of its check.

    Place: share of the picture's longer side by which its corners moved. Light: brightness over the learned one (for
    ``TINTED``: the largest shift between two colors; for ``TOO_DARK`` and ``TOO_BRIGHT``: gray levels, share of white
    pixels). Color: gray levels of color difference. Sharpness: share of an edge's height that falls on one pixel.
    Bend: the strength of the division model, 0 for straight lines, about 0.3 for a strong wide angle.
    """

    check: PictureCheck
    finding: Finding
    value: float = 0.0

    @property
    def is_warning(self) -> bool:
        return self.finding not in (Finding.FINE, Finding.UNKNOWN)


_LONGER_SIDE = 640
"""Sharpness and bend are judged at this size: what is lost above it no recognizer sees."""

# Color. Of four cameras and the drawn counter the least was 11 (an empty gray stone), of desaturated pictures 0.
_FEWEST_LIT = 2000
_DARK, _BRIGHT = 20, 240
_LEAST_COLOR = 4.0
_COLORFUL_SHARE = 99.9

# Sharpness. Sharp pictures had 0.30–0.41; blurred by a Gaussian of 2.5 pixels (at 640) 0.16–0.21.
_EDGE_WINDOW = 11
_LEAST_EDGE = 40.0
_FEWEST_EDGE_SHARE = 0.005
_LEAST_SHARPNESS = 0.2
_SHARPEST = 95.0

# Bend. Straight pictures had medians of −0.02 to 0.02 over six and more lines; 0.3 and 0.6 bent ones 0.34 and 0.7.
_LEAST_BEND = 0.2
_LINE_SHARE = 0.18
_LEAST_OFF_CENTER = 0.18
_MOST_WAVE = 1.5
_FEWEST_LINES = 6
_LINES_AGREEING = 0.75
_MOST_LINES = 120


def check_color(pixels: Pixels) -> CheckResult:
    """Whether the camera gives colors at all: a black-and-white or infrared picture has one tint everywhere.

    A uniform tint does not count as color, so that a toned gray picture is found too.
    """
    small = _within(pixels, 320)
    planes = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb).reshape(-1, 3)
    lit = planes[(planes[:, 0] > _DARK) & (planes[:, 0] < _BRIGHT), 1:].astype(np.float32)
    if len(lit) < min(_FEWEST_LIT, len(planes) // 10):
        return CheckResult(PictureCheck.COLOR, Finding.UNKNOWN)
    distance = np.linalg.norm(lit - np.median(lit, axis=0), axis=1)
    spread = float(np.percentile(distance, _COLORFUL_SHARE))
    finding = Finding.COLORLESS if spread < _LEAST_COLOR else Finding.FINE
    return CheckResult(PictureCheck.COLOR, finding, spread)


def check_sharpness(pixels: Pixels) -> CheckResult:
    """How steep the steepest edges are, whatever their contrast: a picture without edges says nothing.

    At every place with a visible edge the slope is divided by the range of brightness around it (11×11 pixels); a
    sharp edge rises within two or three pixels. Unlike the variance of the Laplacian this does not depend on how much
    there is to see.
    """
    gray = cv2.cvtColor(_within(pixels, _LONGER_SIDE), cv2.COLOR_RGB2GRAY).astype(np.float32)
    across = cv2.Sobel(gray, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(gray, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    window = np.ones((_EDGE_WINDOW, _EDGE_WINDOW), np.uint8)
    height = cv2.subtract(cv2.dilate(gray, window), cv2.erode(gray, window))
    is_edge = height > _LEAST_EDGE
    if np.count_nonzero(is_edge) < _FEWEST_EDGE_SHARE * gray.size:
        return CheckResult(PictureCheck.SHARPNESS, Finding.UNKNOWN)
    steepness = cv2.magnitude(across, down)[is_edge] / height[is_edge]
    sharpness = float(np.percentile(steepness, _SHARPEST))
    finding = Finding.BLURRED if sharpness < _LEAST_SHARPNESS else Finding.FINE
    return CheckResult(PictureCheck.SHARPNESS, finding, sharpness)


def check_bend(pixels: Pixels) -> CheckResult:
    """Whether long lines bow away from the middle of the picture, as a fish-eye lens makes them.

    Every long, smooth edge off the center gives an estimate of the one-parameter division model (Fitzgibbon, CVPR
    2001, section 2): a straight line at the distance d from the center appears with the curvature 2·k·d/r², where r is
    half the diagonal. Items are curved in all directions; a lens bends all lines alike, so most must agree.
    """
    gray = cv2.cvtColor(_within(pixels, _LONGER_SIDE), cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(cv2.GaussianBlur(gray, (3, 3), 0), 40, 110)
    outlines, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    height, width = gray.shape
    length = int(_LINE_SHARE * max(height, width))
    bends: list[float] = []
    for outline in sorted(outlines, key=len, reverse=True):
        if len(outline) < length or len(bends) >= _MOST_LINES:
            break
        points = outline[:, 0, :].astype(np.float64) - (width / 2, height / 2)
        for start in range(0, len(points) - length + 1, length // 2):
            bend = _bend_of(points[start : start + length], np.hypot(width, height) / 2)
            if bend is not None:
                bends.append(bend)
    if len(bends) < _FEWEST_LINES:
        return CheckResult(PictureCheck.BEND, Finding.UNKNOWN)
    values = np.array(bends)
    bend = float(np.median(values))
    is_bent = bend >= _LEAST_BEND and float((values > _LEAST_BEND / 2).mean()) >= _LINES_AGREEING
    return CheckResult(PictureCheck.BEND, Finding.BENT if is_bent else Finding.FINE, bend)


def _bend_of(points: npt.NDArray[np.float64], radius: float) -> float | None:
    """The lens that would bend a straight line into these points (N×2 from the center); ``None`` for no smooth line."""
    chord = points[-1] - points[0]
    span = float(np.hypot(chord[0], chord[1]))
    if span < 0.75 * len(points):
        return None
    along = chord / span
    aside = np.array([-along[1], along[0]])
    steps, offsets = (points - points[0]) @ along, (points - points[0]) @ aside
    curve = np.polyfit(steps, offsets, 2)
    if np.abs(np.polyval(curve, steps) - offsets).max() > _MOST_WAVE:
        return None
    distance = float(points.mean(axis=0) @ aside)
    if abs(distance) < _LEAST_OFF_CENTER * radius:
        return None
    return float(curve[0] * radius * radius / distance)


def _within(pixels: Pixels, longer_side: int) -> Pixels:
    """The picture with at most so many pixels along its longer side."""
    height, width = pixels.shape[:2]
    scale = longer_side / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
