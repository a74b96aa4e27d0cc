"""When a sighting is believed: a checkout acts on items, not on frames."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.geometry import areas, intersections
from core.sightings import Box, Match, Outcome, Sighting

_EDGE = 0.005
"""Share of the picture's sides within which a box counts as cut off."""

_LONG = 0.6

_WITHIN = 0.85
"""Share of a box inside another from which it lies within that."""

_MUCH_SMALLER = 0.65
"""Share of another box's area up to which one is too small for a second piece of the same product."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What the checkout holds true of a track. ``product_id`` is set for ``KNOWN`` alone."""

    outcome: Outcome
    match: Match

    @property
    def product_id(self) -> int | None:
        best = self.match.best
        return best.product_id if self.outcome is Outcome.KNOWN and best is not None else None


def believe(sighting: Sighting, *, is_on_belt: bool = False) -> Belief | None:
    """The belief that a sighting has earned; ``None`` while it moves, is covered, or its looks do not agree yet.

    An item in motion may still be in a hand, and a covered one shows the hand: neither says anything new. On a belt
    everything moves, so motion says nothing there.
    """
    track = sighting.track
    if sighting.match is None or not sighting.is_settled:
        return None
    if track.is_covered or track.missed > 0 or (track.is_moving and not is_on_belt):
        return None
    return Belief(sighting.match.outcome, sighting.match)


def is_whole(box: Box, *, width: int, height: int) -> bool:
    """Whether an item is wholly inside a picture of this size, as far as its box tells.

    One that spans most of the picture never is, and counts as whole.
    """
    edge_x, edge_y = _EDGE * width, _EDGE * height
    is_inside_x = (box[0] > edge_x and box[2] < width - edge_x) or box[2] - box[0] > _LONG * width
    is_inside_y = (box[1] > edge_y and box[3] < height - edge_y) or box[3] - box[1] > _LONG * height
    return is_inside_x and is_inside_y


def seen_twice(sightings: Sequence[Sighting]) -> tuple[tuple[int, int], ...]:
    """Pairs of tracks that show one item, a part of it and the whole, such as after a hand has covered half of it.

    The part's box lies within a much larger one of the same product. Pieces of a product are of one size, so it is no
    second one.
    """
    if len(sightings) < 2:
        return ()
    boxes = np.array([sighting.track.box for sighting in sightings], np.float32)
    sizes = areas(boxes)
    within = intersections(boxes, boxes) >= _WITHIN * sizes[:, None]
    within &= sizes[:, None] <= _MUCH_SMALLER * sizes[None, :]
    named = [_best_product(sighting) for sighting in sightings]
    return tuple(
        (sightings[part].track.track_id, sightings[whole].track.track_id)
        for part, whole in np.argwhere(within)
        if named[part] is not None and named[part] == named[whole]
    )


def _best_product(sighting: Sighting) -> int | None:
    best = sighting.match.best if sighting.match is not None else None
    return best.product_id if best is not None else None
