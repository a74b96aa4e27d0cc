"""Places where something was taken away that lay there when the counter was learned."""

import cv2
import numpy as np

from core.vision.detectors.regions import Region
from core.vision.detectors.working_view import Mask, Plane, Planes, disk

_MARGIN = 8
_BAND = disk(7)
_FAINT = 6.0
"""Mean slope in gray levels a pixel; an outline below it can hardly be seen."""

_VANISHED = 0.55

_LARGEST = 0.3
"""Share of the picture; when more has changed, it is another scene and not a thing taken away."""


def is_ghost(region: Region, seen: Planes, learned: Planes) -> bool:
    """Whether a region's outline is an edge of the learned picture and not of the present one.

    What lies on the counter has an outline now; what was taken away had one then. Both are the mean slope along the
    region's border, color included.
    """
    height, width = seen.shape[1:]
    if region.area > _LARGEST * height * width:
        return False
    x0, y0, x1, y1 = region.box
    left, top = max(0, x0 - _MARGIN), max(0, y0 - _MARGIN)
    right, bottom = min(width, x1 + _MARGIN), min(height, y1 + _MARGIN)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    mask[y0 - top : y1 - top, x0 - left : x1 - left] = region.mask
    band = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, _BAND)
    now = _outline(seen[:, top:bottom, left:right], band)
    then = _outline(learned[:, top:bottom, left:right], band)
    return now < _VANISHED * then and then > _FAINT


def _outline(planes: Planes, band: Mask) -> float:
    """Mean over the band of the strongest slope nearby, so that an outline drawn a pixel aside counts fully."""
    slopes = cv2.dilate(np.maximum.reduce([_slope(plane) for plane in planes]), np.ones((3, 3), np.uint8))
    return float(cv2.mean(slopes, mask=band)[0])


def _slope(plane: Plane) -> Plane:
    plane = np.ascontiguousarray(plane)
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    return np.asarray(cv2.magnitude(across, down), np.float32)
