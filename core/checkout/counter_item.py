"""One physical item on the counter, where it is and how it moves."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.geometry import iou
from core.sightings import Box, Match

Verdict = Literal["open", "counted", "dismissed", "sold"]
"""``open``: no line yet; ``counted``: in the basket; ``dismissed``: not an item; ``sold``: paid, still lying there."""

_DRIFT_SECONDS = 0.4
"""Over so much time the speed of an item on the belt is averaged."""

_SAME_PLACE = 0.5
"""Overlap from which two boxes are one place, whatever is seen in it."""


@dataclass(slots=True)
class CounterItem:
    """One thing on the counter. ``product_id`` is what it is sold as; ``is_personal``: a person said so.

    ``mistaken_for``: the product that the camera took it for when a person said otherwise. ``match``: what was
    believed of it last; ``is_logged``: whether that was kept for review.
    ``is_recovered``: it was counted before the program started or the sale was parked, and was not seen since;
    ``left``: where it lay then, as shares of the picture's sides.
    ``drift``: how it moves, in pixels a second across and down; ``None`` before that is known.
    ``place``: where it last lay and looked like what it is sold as. ``shows``: the product that its track looks like.
    ``is_hidden``: its track goes on unseen. ``since``: when it was noticed first.
    ``is_removed``: a person has taken its line out of the sale.
    ``was``: what it was in which sale, as sale, verdict and line, when that was left; for the case that it goes on.
    """

    item_id: int
    track_id: int
    box: Box
    seen_at: float
    verdict: Verdict = "open"
    product_id: int | None = None
    line_id: int | None = None
    is_personal: bool = False
    mistaken_for: int | None = None
    match: Match | None = None
    is_logged: bool = False
    is_present: bool = True
    is_recovered: bool = False
    left: Box | None = None
    picture: str | None = None
    drift: tuple[float, float] | None = None
    place: Box | None = None
    shows: int | None = None
    is_hidden: bool = False
    since: float = 0.0
    is_removed: bool = False
    was: tuple[int, Verdict, int | None] | None = None

    @property
    def may_be_left_behind(self) -> bool:
        """Whether its track is unseen, has left its place or shows something else: it may be another thing's by now."""
        if self.place is None or self.product_id is None:
            return False
        return self.is_hidden or not is_near(self.place, self.box) or self.shows not in (None, self.product_id)

    @property
    def is_out_of_sight(self) -> bool:
        """Whether no track shows it: it has none, or one that is unseen and last looked like something else."""
        return not self.is_present or (self.is_hidden and self.shows not in (None, self.product_id))

    def is_known_as(self, product_id: int | None) -> bool:
        """Whether it is sold as this product, or was taken for it before a person said otherwise."""
        return product_id is not None and product_id in (self.product_id, self.mistaken_for)

    def expected(self, now: float) -> Box:
        """Where it is by ``now`` if it went on as it did when it was last seen."""
        across, down = (speed * (now - self.seen_at) for speed in self.drift or (0.0, 0.0))
        return self.box[0] + across, self.box[1] + down, self.box[2] + across, self.box[3] + down

    def follow(self, box: Box, now: float) -> None:
        """Note where it is, and how it moves."""
        step = now - self.seen_at
        if step > 0:
            across, down = (_middle(box)[axis] - _middle(self.box)[axis] for axis in (0, 1))
            present = across / step, down / step
            former = self.drift or present
            share = 1 - math.exp(-step / _DRIFT_SECONDS)
            self.drift = (former[0] + share * (present[0] - former[0]), former[1] + share * (present[1] - former[1]))
        self.box, self.seen_at = box, now


def is_near(first: Box, second: Box) -> bool:
    """Whether two boxes overlap well or lie closer than half the first one's size."""
    size = max(first[2] - first[0], first[3] - first[1])
    return _overlap(first, second) > 0.3 or distance(first, second) < 0.5 * size


def is_same_place(first: Box, second: Box) -> bool:
    """Whether two boxes agree in place and size so well that they show one thing that was not moved."""
    return _overlap(first, second) >= _SAME_PLACE


def distance(first: Box, second: Box) -> float:
    """Between the middles, in pixels."""
    return math.dist(_middle(first), _middle(second))


def _overlap(first: Box, second: Box) -> float:
    return float(iou(np.array([first], np.float32), np.array([second], np.float32))[0, 0])


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
