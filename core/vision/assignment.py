"""Which box belongs to which track: costs and their cheapest assignment."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from core.geometry import areas, iou
from core.sightings import Boxes

Costs = npt.NDArray[np.float64]
"""T×N: tracks by boxes."""

FARTHEST = 0.85
"""Cost from which a pair is not the same item."""

_OVERLAP, _DISTANCE, _SIZE = 0.5, 0.35, 0.25
_NEWCOMER = 0.05
"""Added for a track that is not confirmed, so that it never takes the box of one that is."""


def costs(tracks: Boxes, boxes: Boxes, *, is_known: npt.NDArray[np.bool_]) -> Costs:
    """T×4, N×4 → T×N, 0 for the same box: lost overlap, distance of centers in sizes, and change of size."""
    overlap = iou(tracks, boxes).astype(np.float64)
    weighed = _OVERLAP * (1 - overlap) + _DISTANCE * np.minimum(distances(tracks, boxes), 2.0)
    weighed += _SIZE * (1 - size_likeness(tracks, boxes))
    return np.asarray(weighed + np.where(is_known, 0.0, _NEWCOMER)[:, None], np.float64)


def assign(weighed: Costs, *, farthest: float = FARTHEST) -> dict[int, int]:
    """Track place → box row, cheapest in total (Hungarian method); pairs beyond ``farthest`` stay apart."""
    if weighed.size == 0:
        return {}
    # A pair that is out of reach costs no more than leaving both alone, so it never pushes a good pair aside.
    places, rows = linear_sum_assignment(np.minimum(weighed, farthest))
    return {int(place): int(row) for place, row in zip(places, rows, strict=True) if weighed[place, row] < farthest}


def distances(tracks: Boxes, boxes: Boxes) -> Costs:
    """T×N distances of centers, in mean diagonals of both boxes over √2: 1 is about one box further."""
    centers = (tracks[:, None, :2] + tracks[:, None, 2:] - boxes[None, :, :2] - boxes[None, :, 2:]) / 2
    sizes = (_sizes(tracks)[:, None] + _sizes(boxes)[None, :]) / 2
    return np.asarray(np.linalg.norm(centers, axis=2) / np.maximum(sizes, 1.0), np.float64)


def size_likeness(tracks: Boxes, boxes: Boxes) -> Costs:
    """T×N: the smaller area over the larger, 0–1."""
    own, other = areas(tracks).astype(np.float64)[:, None], areas(boxes).astype(np.float64)[None, :]
    larger = np.maximum(own, other)
    return np.asarray(np.divide(np.minimum(own, other), larger, out=np.zeros_like(larger), where=larger > 0))


def _sizes(boxes: Boxes) -> npt.NDArray[np.float64]:
    sides = (boxes[:, 2:] - boxes[:, :2]).astype(np.float64)
    return np.asarray(np.hypot(sides[:, 0], sides[:, 1]) / np.sqrt(2.0))
