"""Boxes to tracks: the same item through frames, under hands and through short gaps."""

import numpy as np
import numpy.typing as npt

from core.geometry import areas, clip_boxes, intersections, iou
from core.sightings import Boxes, Detections, Track
from core.vision.assignment import FARTHEST, assign, costs, distances, size_likeness
from core.vision.trail import Trail

_CONFIRM = 2
"""Detections before a track is told: single flashes are noise."""

_DROP_SECONDS = 0.7
_DROP_FRAMES = 3
"""An item that is gone in plain sight is dropped when it was missed as long and as often as this."""

_COVERED_SECONDS = 10.0
_COVERED_SHARE = 0.3

_CARRIED_DISTANCE = 2.5
_CARRIED_SIZE = 0.6
"""An item that was moved under a hand is found again within so many of its sizes if its area is alike."""

_MERGED_SHARE = 0.75
_MERGED_GROWTH = 1.35
_MERGED_AGE = 8
"""Two items pushed together make one box: it covers most of both, is larger than either, and both are well known."""

_AT_HOME = 0.75
"""Overlap from which a box is where an item last lay still."""

_LONGEST_STEP = 0.5


class Tracker:
    """Assigns the boxes of a frame to tracks (Hungarian method over overlap, distance and size). One thread.

    Items are expected where they were last, or a little further on their way: they lie on a counter or pass by on a
    belt. An item under a hand, or in one box with a neighbor, is covered and keeps its track for ten seconds; one that
    is gone in plain sight loses it after 0.7 s. What shows up where an unseen item last lay still is that item. Two of
    the same product are two tracks. When frames come in another size, every item is expected at its place in the
    picture, not at its pixels.
    """

    def __init__(self) -> None:
        self._trails: list[Trail] = []
        self._next = 1
        self._last: float | None = None
        self._size: tuple[int, int] | None = None

    def reset(self) -> None:
        """Forget all tracks; numbers go on, so that an old number never names a new item."""
        self._trails.clear()
        self._last = None
        self._size = None

    def update(
        self, detections: Detections, *, width: int, height: int, captured_at: float | None = None
    ) -> tuple[Track, ...]:
        """The tracks after one more frame of ``width``×``height`` pixels, oldest first.

        ``captured_at`` in seconds of any clock; without it, frames come 30 a second.
        """
        self._fit(width, height)
        step = self._step(captured_at)
        boxes = clip_boxes(detections.boxes, width=width, height=height)
        scores = detections.scores
        is_real = areas(boxes) > 0
        boxes, scores = boxes[is_real], scores[is_real]
        for trail in self._trails:
            trail.wait(step)
        covered = self._covered(detections.hands)
        hidden = covered > _COVERED_SHARE
        pairs, merged = self._match(boxes, hidden)
        for place, trail in enumerate(self._trails):
            row = pairs.get(place)
            if row is None:
                trail.miss(step, is_covered=place in merged or bool(hidden[place]))
            else:
                trail.see(boxes[row], float(scores[row]), step, is_touched=bool(covered[place]))
        self._trails = [
            trail for trail in self._trails if not _is_gone(trail) and not trail.has_left(width=width, height=height)
        ]
        for row in set(range(len(boxes))) - set(pairs.values()) - set(merged.values()):
            self._trails.append(Trail(self._next, boxes[row], float(scores[row])))
            self._next += 1
        return tuple(trail.told(width=width, height=height) for trail in self._trails if trail.age >= _CONFIRM)

    def _fit(self, width: int, height: int) -> None:
        """A camera that comes back may give frames of another size while the same items lie on the counter."""
        former, self._size = self._size, (width, height)
        if former is not None and former != self._size:
            for trail in self._trails:
                trail.resize(width / former[0], height / former[1])

    def _step(self, captured_at: float | None) -> float:
        last, self._last = self._last, captured_at
        if captured_at is None or last is None or captured_at <= last:
            return 1 / 30
        return min(captured_at - last, _LONGEST_STEP)

    def _covered(self, hands: Boxes) -> npt.NDArray[np.float32]:
        """How much of each trail lies under hands, 0–1; several boxes may cover an item together."""
        if not self._trails or len(hands) == 0:
            return np.zeros(len(self._trails), np.float32)
        own = self._own()
        shares = intersections(own, hands).sum(axis=1) / np.maximum(areas(own), 1.0)
        return np.asarray(np.minimum(shares, 1.0), np.float32)

    def _match(self, boxes: Boxes, hidden: npt.NDArray[np.bool_]) -> tuple[dict[int, int], dict[int, int]]:
        """Trail place → row of its box, and trail place → row of a box that it shares with neighbors."""
        if not self._trails or len(boxes) == 0:
            return {}, {}
        own = self._own()
        home = self._home(own, boxes)
        merged = self._merged(own, boxes, home)
        weighed = costs(own, boxes, is_known=np.array([trail.age >= _CONFIRM for trail in self._trails]))
        weighed[list(merged)] = FARTHEST
        weighed[:, list(merged.values())] = FARTHEST
        weighed[list(home)] = FARTHEST
        weighed[:, list(home.values())] = FARTHEST
        pairs = assign(weighed) | home
        busy = {*pairs, *merged, *np.flatnonzero(hidden).tolist()}
        return pairs | self._carried(own, boxes, busy, {*pairs.values(), *merged.values()}), merged

    def _own(self) -> Boxes:
        return np.stack([trail.expected for trail in self._trails]).astype(np.float32)

    def _home(self, own: Boxes, boxes: Boxes) -> dict[int, int]:
        """Unseen trails → the boxes where they last lay still, as after a hand or what it carried has covered them.

        Boxes that a trail in sight is in are none of theirs.
        """
        rests = {
            place: trail.rest for place, trail in enumerate(self._trails) if trail.missed and trail.rest is not None
        }
        if not rests:
            return {}
        places = list(rests)
        apart = 1 - iou(np.stack(list(rests.values())).astype(np.float32), boxes).astype(np.float64)
        apart[:, self._held(own, boxes)] = 1.0
        return {places[place]: row for place, row in assign(apart, farthest=1 - _AT_HOME).items()}

    def _held(self, own: Boxes, boxes: Boxes) -> npt.NDArray[np.bool_]:
        """Which boxes a trail in sight is in, N."""
        in_sight = [place for place, trail in enumerate(self._trails) if not trail.missed]
        return np.asarray((iou(own[in_sight], boxes) >= _AT_HOME).any(axis=0))

    def _merged(self, own: Boxes, boxes: Boxes, home: dict[int, int]) -> dict[int, int]:
        """Well-known trails, two or more of which lie in one box that is larger than any of them.

        ``home``: trails that have found their own boxes already.
        """
        sizes = np.maximum(areas(own), 1.0)
        is_inside = intersections(own, boxes) > _MERGED_SHARE * sizes[:, None]
        is_inside &= areas(boxes)[None, :] > _MERGED_GROWTH * sizes[:, None]
        is_inside &= np.array([trail.age >= _MERGED_AGE for trail in self._trails])[:, None]
        # A box is not shared that is one item's own: what else lies in it are the parts that a hand has left of it.
        is_inside[:, self._held(own, boxes)] = False
        is_inside[:, list(home.values())] = False
        is_inside[list(home)] = False
        is_shared = is_inside.sum(axis=0) >= 2
        return {
            int(place): int(np.argmax(is_inside[place] & is_shared))
            for place in np.flatnonzero((is_inside & is_shared).any(axis=1))
        }

    def _carried(self, own: Boxes, boxes: Boxes, busy: set[int], taken: set[int]) -> dict[int, int]:
        """Trails that a hand has left and that are not where they were → boxes nearby that nobody claims."""
        places = [
            place
            for place, trail in enumerate(self._trails)
            if place not in busy and trail.age >= _CONFIRM and trail.uncovered_for <= _DROP_SECONDS
        ]
        rows = [row for row in range(len(boxes)) if row not in taken]
        if not places or not rows:
            return {}
        apart = distances(own[places], boxes[rows])
        apart[size_likeness(own[places], boxes[rows]) < _CARRIED_SIZE] = np.inf
        found = assign(np.minimum(apart, 2 * _CARRIED_DISTANCE), farthest=_CARRIED_DISTANCE)
        return {places[place]: rows[row] for place, row in found.items()}


def _is_gone(trail: Trail) -> bool:
    if trail.age < _CONFIRM:
        return trail.missed > 0
    is_lost = trail.lost_seconds > _DROP_SECONDS and trail.missed >= _DROP_FRAMES
    return is_lost or trail.covered_seconds > _COVERED_SECONDS
