"""Where on the picture the next shot is taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.sightings import Box, Sighting

_MIDDLE = 0.6
"""Side of the middle region, as a share of the picture's shorter side, when no item is found."""


@dataclass(frozen=True, slots=True)
class Target:
    """A box in pixels; ``track_id`` is ``None`` for the middle of the picture."""

    box: Box
    track_id: int | None


def choose_target(
    sightings: Sequence[Sighting], *, width: int, height: int, chosen: int | None, former: int | None
) -> Target:
    """The person's ``chosen`` track; else the ``former`` one while it is there; else the largest resting item near the
    middle; else the middle of the picture."""
    seen = {sighting.track.track_id: sighting for sighting in sightings if sighting.track.missed == 0}
    for wanted in (chosen, former):
        if wanted is not None and wanted in seen:
            return Target(seen[wanted].track.box, wanted)
    resting = [item for item in seen.values() if not (item.track.is_moving or item.track.is_covered)]
    if resting:
        best = max(resting, key=lambda item: _prominence(item.track.box, width, height))
        return Target(best.track.box, best.track.track_id)
    side = _MIDDLE * min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return Target((left, top, left + side, top + side), None)


def _prominence(box: Box, width: int, height: int) -> float:
    """Area, less the farther from the middle."""
    offset = math.hypot((box[0] + box[2]) / 2 / width - 0.5, (box[1] + box[3]) / 2 / height - 0.5)
    return (box[2] - box[0]) * (box[3] - box[1]) * max(0.05, 1.0 - offset)
