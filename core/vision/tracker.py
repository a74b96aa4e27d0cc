"""Boxes to tracks: the same item through frames, hands and short gaps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from core.geometry import covered_share, iou
from core.sightings import Box, Boxes, Detections, Track

_CONFIRM = 2
"""Detections before a track is shown: single flashes are noise."""

_GLIDE = 0.5
"""Share of the way that a displayed box goes towards its detection in one frame."""

_SNAP = 0.25
"""Beyond this shift, as a share of the box's size, the displayed box jumps instead of gliding behind."""

_DROP_SECONDS = 0.7
_COVERED_SECONDS = 10.0
_COVERED = 0.3
_MOVING_SECONDS = 0.3
_MOVING_SHARE = 0.04
_FARTHEST = 0.8
"""Largest cost of a match; see ``_costs``."""


@dataclass(slots=True)
class _Path:
    track_id: int
    box: npt.NDArray[np.float32]
    shown: npt.NDArray[np.float32]
    score: float
    age: int
    missed: int
    seen_at: float
    moved_at: float
    still: npt.NDArray[np.float32]
    is_covered: bool = False


class Tracker:
    """Assigns the boxes of a frame to tracks (Hungarian method over overlap, distance and size). One thread.

    An item under a hand is covered and keeps its track for ten seconds; one that is gone in plain sight loses it after
    0.7 s. Items are expected where they were last: they lie on a counter more than they move.
    """

    def __init__(self) -> None:
        self._paths: list[_Path] = []
        self._next = 1
        self._frames = 0

    def reset(self) -> None:
        """Forget all tracks; numbers go on, so that an old number never names a new item."""
        self._paths.clear()

    def update(
        self, detections: Detections, *, width: int, height: int, captured_at: float | None = None
    ) -> tuple[Track, ...]:
        """The tracks after one more frame, in its pixels.

        Boxes are cut to ``width``×``height``. ``captured_at`` in seconds; without it, frames come 30 a second.
        """
        self._frames += 1
        edges = np.array([width, height, width, height], np.float32)
        now = captured_at if captured_at is not None else self._frames / 30.0
        boxes = np.clip(detections.boxes, 0, edges).astype(np.float32)
        pairs = self._assign(boxes)
        for place, row in pairs.items():
            self._follow(self._paths[place], boxes[row], float(detections.scores[row]), now)
        hidden = self._hidden(detections)
        taken = set(pairs.values())
        for place, path in enumerate(self._paths):
            if place not in pairs:
                path.missed += 1
                path.is_covered = bool(hidden[place])
        self._paths = [path for path in self._paths if not self._is_gone(path, now)]
        for row in range(len(boxes)):
            if row not in taken:
                self._begin(boxes[row], float(detections.scores[row]), now)
        return tuple(self._track(path, now) for path in self._paths if path.age >= _CONFIRM)

    def _assign(self, boxes: Boxes) -> dict[int, int]:
        """Path place → row of its detection."""
        if not self._paths or len(boxes) == 0:
            return {}
        costs = _costs(np.stack([path.box for path in self._paths]), boxes)
        places, rows = linear_sum_assignment(costs)
        return {int(place): int(row) for place, row in zip(places, rows, strict=True) if costs[place, row] <= _FARTHEST}

    def _follow(self, path: _Path, box: npt.NDArray[np.float32], score: float, now: float) -> None:
        shift = float(np.abs(box - path.still).max())
        size = float(np.hypot(box[2] - box[0], box[3] - box[1]))
        if shift > _MOVING_SHARE * size:
            path.moved_at = now
            path.still = box
        far = float(np.abs(box - path.shown).max()) > _SNAP * size
        path.shown = box if far else path.shown + _GLIDE * (box - path.shown)
        path.box, path.score, path.seen_at = box, score, now
        path.age += 1
        path.missed = 0
        path.is_covered = False

    def _hidden(self, detections: Detections) -> npt.NDArray[np.bool_]:
        """Which paths lie under a hand."""
        if not self._paths:
            return np.zeros(0, bool)
        own = np.stack([path.box for path in self._paths])
        return np.asarray(covered_share(own, detections.hands) > _COVERED)

    def _is_gone(self, path: _Path, now: float) -> bool:
        if path.missed and path.age < _CONFIRM:
            return True
        return now - path.seen_at > (_COVERED_SECONDS if path.is_covered else _DROP_SECONDS)

    def _begin(self, box: npt.NDArray[np.float32], score: float, now: float) -> None:
        self._paths.append(_Path(self._next, box, box, score, age=1, missed=0, seen_at=now, moved_at=now, still=box))
        self._next += 1

    def _track(self, path: _Path, now: float) -> Track:
        return Track(
            path.track_id,
            _as_box(path.shown),
            path.score,
            path.age,
            path.missed,
            is_moving=now - path.moved_at < _MOVING_SECONDS,
            is_covered=path.is_covered,
        )


def _costs(paths: Boxes, boxes: Boxes) -> npt.NDArray[np.float64]:
    """P×N costs, 0 for the same box: lost overlap, distance of centers and change of size, each as a share."""
    overlap = iou(paths, boxes).astype(np.float64)
    centers = (paths[:, None, :2] + paths[:, None, 2:] - boxes[None, :, :2] - boxes[None, :, 2:]) / 2
    sides = np.maximum(paths[:, None, 2:] - paths[:, None, :2], 1.0)
    other = np.maximum(boxes[None, :, 2:] - boxes[None, :, :2], 1.0)
    distance = np.linalg.norm(centers / ((sides + other) / 2), axis=2)
    size = np.abs(np.log(sides / other)).mean(axis=2)
    return np.asarray(0.5 * (1.0 - overlap) + 0.4 * np.minimum(distance, 2.0) + 0.2 * np.minimum(size, 2.0))


def _as_box(edges: npt.NDArray[np.float32]) -> Box:
    return float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])
