"""Which boxes of two ways of looking show the same item."""

import numpy as np
import numpy.typing as npt

from core.geometry import areas, intersections, iou
from core.sightings import Boxes

SAME = 0.5
"""IoU from which two boxes show the same item."""

_ASKEW = 0.35
"""IoU that will do for a change and a box of the network when neither lies inside the other, as one of several items
in a larger change would.
"""

_INSIDE = 0.9


def pair(first: Boxes, second: Boxes) -> npt.NDArray[np.intp]:
    """For each of N boxes the one of M that shows the same item, each taken once, best IoU first; −1: none."""
    partner = np.full(len(first), -1, np.intp)
    table = iou(first, second)
    shared = intersections(first, second)
    smaller = np.minimum(areas(first)[:, None], areas(second)[None, :])
    table[(table < SAME) & (shared >= _INSIDE * smaller)] = 0
    while table.size and table.max() >= _ASKEW:
        row, column = (int(place) for place in np.unravel_index(int(table.argmax()), table.shape))
        partner[row] = column
        table[row], table[:, column] = 0, 0
    return partner
