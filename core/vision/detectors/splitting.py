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

    ``outline`` K×1×2 in pixels, ``mask`` 255 inside. Cores of the distance transform take their nearest pixels; two
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
    nearest = _nearest_core(cores, labels, mask)
    parts = [np.where(nearest == label, 255, 0).astype(np.uint8) for label in range(1, count)]
    if min(cv2.countNonZero(part) for part in parts) < _LEAST_PART * area or not _has_waist(nearest, distance, parts):
        return [mask]
    return parts


def _nearest_core(cores: Mask, labels: npt.NDArray[np.int32], mask: Mask) -> npt.NDArray[np.int32]:
    """Which core each pixel of the mask is closest to; 0 outside."""
    _, cells = cv2.distanceTransformWithLabels(1 - cores, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    # A cell is named by the core pixel it lies around; that pixel knows its core.
    core_of_cell = np.zeros(int(cells.max()) + 1, np.int32)
    core_of_cell[cells[cores > 0]] = labels[cores > 0]
    return np.where(mask > 0, core_of_cell[cells], 0).astype(np.int32)


def _has_waist(nearest: npt.NDArray[np.int32], distance: npt.NDArray[np.float32], parts: list[Mask]) -> bool:
    """Whether the border between parts is narrower than the parts are."""
    here, right, below = nearest[:-1, :-1], nearest[:-1, 1:], nearest[1:, :-1]
    ridge = (here > 0) & (((right > 0) & (right != here)) | ((below > 0) & (below != here)))
    if not ridge.any():
        return False
    neck = float(distance[:-1, :-1][ridge].max())
    smallest = min(float(distance[part > 0].max()) for part in parts)
    return neck < _NARROW * smallest
