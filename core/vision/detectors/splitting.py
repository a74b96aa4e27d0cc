"""Touching items: one outline with a waist becomes two, where the outline allows."""

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]

_SOLID = 0.90
"""Outlines that fill more than this share of their convex hull are one item."""

_CORE = 0.65
"""Cores are where the distance to the outline exceeds this share of its largest value."""

_LEAST_PART = 0.2
_NARROW = 0.75


def split(outline: npt.NDArray[np.int32], mask: Mask) -> list[Mask]:
    """The parts of one region, each a mask of the picture's size; the region itself when there is no clear waist.

    ``outline`` K×1×2 in pixels, ``mask`` 255 inside. Distance transform and watershed (Beucher and Meyer, 1993); two
    halves of one item are worse than two items in one box, so only large parts with a narrow neck come apart.
    """
    hull = cv2.contourArea(cv2.convexHull(outline))
    area = cv2.contourArea(outline)
    if hull <= 0 or area / hull > _SOLID:
        return [mask]
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    peak = float(distance.max())
    cores = (distance > _CORE * peak).astype(np.uint8)
    count, labels = cv2.connectedComponents(cores)
    if count < 3:
        return [mask]
    markers = labels.astype(np.int32)
    markers[mask == 0] = count
    grown = cv2.watershed(
        cv2.cvtColor(255 - cv2.normalize(distance, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U), cv2.COLOR_GRAY2BGR),
        markers,
    )
    parts = [np.where(grown == label, 255, 0).astype(np.uint8) for label in range(1, count)]
    sizes = [int(cv2.countNonZero(part)) for part in parts]
    if min(sizes) < _LEAST_PART * area or not _has_waist(grown, distance, parts):
        return [mask]
    return parts


def _has_waist(grown: npt.NDArray[np.int32], distance: npt.NDArray[np.float32], parts: list[Mask]) -> bool:
    """Whether every border between parts is narrower than the parts are."""
    ridge = (grown == -1) & (distance > 0)
    if not ridge.any():
        return False
    neck = float(distance[ridge].max())
    smallest = min(float(distance[part > 0].max()) for part in parts)
    return neck < _NARROW * smallest
