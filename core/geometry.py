"""Boxes, overlap and letterbox arithmetic in plain NumPy."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.sightings import Box, Boxes


def areas(boxes: Boxes) -> npt.NDArray[np.float32]:
    """N×4 → N areas in square pixels; an inverted box has area 0."""
    sides = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float32)


def intersections(first: Boxes, second: Boxes) -> npt.NDArray[np.float32]:
    """N×4, M×4 → N×M shared areas in square pixels."""
    top_left = np.maximum(first[:, None, :2], second[None, :, :2])
    bottom_right = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.clip(bottom_right - top_left, 0, None)
    return np.asarray(sides[..., 0] * sides[..., 1], np.float32)


def iou(first: Boxes, second: Boxes) -> npt.NDArray[np.float32]:
    """N×4, M×4 → N×M intersection over union in 0–1; empty boxes give 0."""
    shared = intersections(first, second)
    union = areas(first)[:, None] + areas(second)[None, :] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float32)


def covered_share(boxes: Boxes, covers: Boxes) -> npt.NDArray[np.float32]:
    """N×4, M×4 → N: the largest share, 0–1, of each box that a single cover hides."""
    if len(covers) == 0 or len(boxes) == 0:
        return np.zeros(len(boxes), np.float32)
    own = areas(boxes)
    largest = intersections(boxes, covers).max(axis=1)
    return np.asarray(np.divide(largest, own, out=np.zeros_like(largest), where=own > 0), np.float32)


def clip_boxes(boxes: Boxes, *, width: int, height: int) -> Boxes:
    """Boxes cut to the picture, as a new array."""
    limits = np.array([width, height, width, height], np.float32)
    return np.clip(boxes, 0, limits).astype(np.float32)


def crop_slices(box: Box, *, width: int, height: int, margin: float = 0.0) -> tuple[slice, slice] | None:
    """Row and column slices of a box widened by ``margin`` of its sides and cut to the picture.

    ``None`` when less than 2×2 pixels remain.
    """
    grow_x, grow_y = (box[2] - box[0]) * margin, (box[3] - box[1]) * margin
    x0, y0 = max(0, round(box[0] - grow_x)), max(0, round(box[1] - grow_y))
    x1, y1 = min(width, round(box[2] + grow_x)), min(height, round(box[3] + grow_y))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    return slice(y0, y1), slice(x0, x1)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a picture sits inside a network's input: scaled by ``scale``, then moved by ``left``, ``top`` pixels."""

    scale_x: float
    scale_y: float
    left: int
    top: int

    def to_picture(self, boxes: Boxes) -> Boxes:
        """Boxes in network pixels → boxes in picture pixels."""
        offset = np.array([self.left, self.top, self.left, self.top], np.float32)
        scale = np.array([self.scale_x, self.scale_y, self.scale_x, self.scale_y], np.float32)
        return np.asarray((boxes - offset) / scale, np.float32)
