"""Hands and other motion told apart from items."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from core.vision.detectors.motion import Motion
from core.vision.detectors.regions import Bounds, Region, box_overlap
from core.vision.detectors.working_view import Planes, disk

_EDGE = 2
"""Working pixels from the border within which a region touches it."""

_REST_SECONDS = 1.0
_HAND_REST_SECONDS = 4.0
"""What looks like a hand and reaches in from the border may rest this long before it counts as an item."""

_RESTLESS_SHARE = 0.03
_SKIN_SHARE = 0.25
_LATELY = 0.12
_HELD_SHARE = 0.1
_BESIDE_SECONDS = 0.3
_SAME_OVERLAP = 0.3
_LOOSE_SECONDS = 0.7
"""How long a moving piece that came off a hand still counts as hand; a piece of skin does as long as it moves."""

_FULL = 0.62
_SMALLEST_TILE = 24
_NEAR = disk(9)


class HandWatch:
    """Judges which regions are hands or what they hold; remembers where hands were. One thread."""

    def __init__(self) -> None:
        self._held_at: npt.NDArray[np.float64] | None = None
        self._seen_at = -math.inf
        self._free: list[Bounds] = []
        self._now = 0.0

    def sort(
        self, regions: list[Region], *, motion: Motion, seen: Planes, bounds: Bounds, now: float
    ) -> tuple[list[Region], list[Region]]:
        """The regions that may be items, and those that are hands."""
        self._now = now
        others: list[Region] = []
        hands: list[Region] = []
        holding = []
        for region in regions:
            if touches(region, bounds):
                is_hand = _reaches_in(region, motion, seen)
                is_holding = is_hand
            else:
                is_restless = motion.share(region, _LATELY) > _RESTLESS_SHARE
                is_hand = is_restless and (self._was_held(region) or self._is_new_beside_hand(region))
                is_holding = is_hand and skin_share(region, seen) > _SKIN_SHARE
            (hands if is_hand else others).append(region)
            if is_holding:
                holding.append(region)
        self._remember(holding, seen.shape[1:])
        self._free = [region.box for region in others]
        return others, hands

    def is_near(self, box: Bounds) -> bool:
        """Whether a hand was over or beside a box when regions were last sorted."""
        if self._held_at is None:
            return False
        x0, y0, x1, y1 = box
        return bool((self._held_at[y0:y1, x0:x1] >= self._now).any())

    def _was_held(self, region: Region) -> bool:
        """Whether a hand was over a good part of the region a moment ago."""
        if self._held_at is None:
            return False
        rows, columns = region.slices
        held = (self._held_at[rows, columns] >= self._now - _LOOSE_SECONDS) & (region.mask > 0)
        return int(np.count_nonzero(held)) > _HELD_SHARE * region.area

    def _is_new_beside_hand(self, region: Region) -> bool:
        """Whether a region came up while a hand was in the picture: what the hand moves is no item until it rests."""
        if self._now - self._seen_at > _BESIDE_SECONDS:
            return False
        return all(box_overlap(region.box, box) < _SAME_OVERLAP for box in self._free)

    def _remember(self, hands: list[Region], shape: tuple[int, ...]) -> None:
        if self._held_at is None or self._held_at.shape != shape:
            self._held_at = np.full(shape, -np.inf)
        if hands:
            self._seen_at = self._now
            mask = np.zeros(shape, np.uint8)
            for hand in hands:
                hand.draw(mask)
            self._held_at[cv2.dilate(mask, _NEAR) > 0] = self._now


def _reaches_in(region: Region, motion: Motion, seen: Planes) -> bool:
    if motion.share(region, _REST_SECONDS) > _RESTLESS_SHARE:
        return True
    is_held_still = motion.share(region, _HAND_REST_SECONDS) > _RESTLESS_SHARE
    return is_held_still and is_long(region) and skin_share(region, seen) > _SKIN_SHARE


def touches(region: Region, bounds: Bounds) -> bool:
    """Whether a region reaches the border of the looked-at part of the picture."""
    x0, y0, x1, y1 = region.box
    left, top, right, bottom = bounds
    return x0 <= left + _EDGE or y0 <= top + _EDGE or x1 >= right - _EDGE or y1 >= bottom - _EDGE


def is_long(region: Region) -> bool:
    """Whether a region is long or ragged, as an arm with fingers is and few packs are."""
    outlines, _ = cv2.findContours(region.mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    sides = sorted(cv2.minAreaRect(outline)[1])
    hull = cv2.contourArea(cv2.convexHull(outline))
    return bool(sides[1] > 2.2 * sides[0] or cv2.contourArea(outline) < 0.8 * hull)


def skin_share(region: Region, seen: Planes) -> float:
    """Share, 0–1, of pixels in the range of human skin of any tone (Chai and Ngan, 1999: Cr 133–173, Cb 77–127)."""
    rows, columns = region.slices
    _, red, blue = seen[:, rows, columns]
    is_skin = (red >= 5) & (red <= 45) & (blue >= -51) & (blue <= -1) & (region.mask > 0)
    return float(np.count_nonzero(is_skin)) / max(1, region.area)


def tiles(region: Region) -> list[Bounds]:
    """Boxes that together cover a hand more closely than its own box: an arm across the picture hides little."""
    found: list[Bounds] = []
    x0, y0, x1, y1 = region.box
    waiting = [(slice(0, y1 - y0), slice(0, x1 - x0))]
    while waiting:
        rows, columns = waiting.pop()
        part = region.mask[rows, columns]
        x, y, width, height = cv2.boundingRect(part)
        if width == 0:
            continue
        rows = slice(rows.start + y, rows.start + y + height)
        columns = slice(columns.start + x, columns.start + x + width)
        is_full = cv2.countNonZero(part) > _FULL * width * height
        if is_full or max(width, height) < 2 * _SMALLEST_TILE:
            found.append((x0 + columns.start, y0 + rows.start, x0 + columns.stop, y0 + rows.stop))
        elif width >= height:
            middle = (columns.start + columns.stop) // 2
            waiting += [(rows, slice(columns.start, middle)), (rows, slice(middle, columns.stop))]
        else:
            middle = (rows.start + rows.stop) // 2
            waiting += [(slice(rows.start, middle), columns), (slice(middle, rows.stop), columns)]
    return found
