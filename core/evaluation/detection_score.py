"""How well boxes are found, frame by frame: recall, precision and average precision at one overlap."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.geometry import areas, intersections, iou
from core.sightings import Boxes

OVERLAP = 0.5
"""IoU from which a detection has found an item."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which detection found which item of one frame.

    ``found`` maps the place of an item to the row of its detection; ``false`` are the rows that found nothing and do
    not lie on an item that is not judged.
    """

    found: dict[int, int]
    false: tuple[int, ...]


def pair(boxes: Boxes, scores: npt.NDArray[np.float32], items: Boxes, unjudged: Boxes) -> Pairing:
    """N×4 boxes with N scores against M×4 items: the best-scored box first takes the item that it overlaps most.

    An item is found once; a second box on it is false (PASCAL VOC 2010 development kit, section 3.4).
    """
    overlaps = iou(boxes, items)
    found: dict[int, int] = {}
    left: list[int] = []
    for row in np.argsort(-scores, kind="stable").tolist():
        free = [place for place in range(len(items)) if place not in found and overlaps[row, place] >= OVERLAP]
        if free:
            found[max(free, key=lambda place: float(overlaps[row, place]))] = row
        else:
            left.append(row)
    excused = _lies_on(boxes, unjudged)
    return Pairing(found, tuple(row for row in sorted(left) if not excused[row]))


def _lies_on(boxes: Boxes, unjudged: Boxes) -> npt.NDArray[np.bool_]:
    """N boxes: whether most of each lies on an item that is not judged, of which a part may be all that is seen."""
    if len(boxes) == 0 or len(unjudged) == 0:
        return np.zeros(len(boxes), np.bool_)
    shared = intersections(boxes, unjudged).max(axis=1)
    return np.asarray(shared > OVERLAP * np.maximum(areas(boxes), 1.0))


class DetectionScore:
    """Adds up frames. Recall and precision are those of the detections that are taken for items.

    The average precision takes all detections that are given: the area under the precision that is reached at each
    recall or beyond it (VOC 2010: every point, not eleven). Detections of the same score come together, for no
    threshold parts them; which of them was told first says nothing.
    """

    def __init__(self) -> None:
        self._items = 0
        self._found = 0
        self._false = 0
        self._scores: list[float] = []
        self._is_right: list[bool] = []

    def add(
        self,
        boxes: Boxes,
        scores: npt.NDArray[np.float32],
        items: Boxes,
        unjudged: Boxes,
        *,
        is_item: npt.NDArray[np.bool_] | None = None,
    ) -> Pairing:
        """One frame's N detections against its items; the pairing of those of which ``is_item`` (all when ``None``)."""
        every = pair(boxes, scores, items, unjudged)
        rows = dict.fromkeys(every.found.values(), True) | dict.fromkeys(every.false, False)
        self._scores += [float(scores[row]) for row in rows]
        self._is_right += list(rows.values())
        used = np.arange(len(boxes)) if is_item is None else np.flatnonzero(is_item)
        cut = pair(boxes[used], scores[used], items, unjudged)
        pairing = Pairing(
            {place: int(used[row]) for place, row in cut.found.items()}, tuple(int(used[row]) for row in cut.false)
        )
        self._items += len(items)
        self._found += len(pairing.found)
        self._false += len(pairing.false)
        return pairing

    @property
    def recall(self) -> float:
        """Share of items that were found; 1 when there are none."""
        return self._found / self._items if self._items else 1.0

    @property
    def precision(self) -> float:
        """Share of boxes that found an item; 1 when there are none."""
        boxes = self._found + self._false
        return self._found / boxes if boxes else 1.0

    @property
    def average_precision(self) -> float:
        """0–1; 1 when there are neither items nor boxes."""
        if self._items == 0:
            return 0.0 if self._scores else 1.0
        scores = np.array(self._scores)
        order = np.argsort(-scores, kind="stable")
        ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))
        right = np.cumsum(np.array(self._is_right, np.float64)[order])[ends]
        recall = np.concatenate([[0.0], right / self._items])
        precision = right / (ends + 1)
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float(np.sum(np.diff(recall) * envelope))

    @property
    def items(self) -> int:
        return self._items

    @property
    def found(self) -> int:
        return self._found

    @property
    def false_boxes(self) -> int:
        return self._false
