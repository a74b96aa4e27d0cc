"""Changed pixels to regions: linked, closed, filled where no shadow lies, parted where touching items show a waist."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.vision.detectors.change_signs import NoiseLevel, keeps_texture
from core.vision.detectors.splitting import split
from core.vision.detectors.working_view import Mask, Plane, Planes, disk

Bounds = tuple[int, int, int, int]
"""x0, y0, x1, y1 in working pixels, end exclusive."""

_WEAK = 0.6
_FEWEST_STRONG = 8
"""Strong pixels that a place with weak signs needs to count."""

_LEAST_PART = 0.08
_SOLID_PART = 0.85
_SOLID_WHOLE = 0.9
_PARTS_COVER = 0.95
_GAP_LEVELS = (0.6, 1.0, 1.5, 2.0)
_LARGEST_FRAGMENT = 0.35
_FRAGMENT_INSIDE = 0.7
_REACH = 4
_LARGEST_PINHOLE = 24
_SHADOW_RANGE = (0.3, 0.97)

_LINE, _GAP = disk(5), disk(5)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A changed place in working pixels: ``mask`` covers only ``box`` (x0, y0, x1, y1, end exclusive)."""

    mask: Mask
    box: Bounds
    area: int
    strength: float

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of the box."""
        x0, y0, x1, y1 = self.box
        return slice(y0, y1), slice(x0, x1)

    def draw(self, canvas: Mask) -> None:
        """Set the region's pixels of an H×W mask to 255."""
        rows, columns = self.slices
        cv2.bitwise_or(canvas[rows, columns], self.mask, dst=canvas[rows, columns])


def linked(signs: Plane, valid: Mask) -> Mask:
    """Hysteresis (Canny, 1986): places with a weak sign count where they hang together with enough strong pixels."""
    strong = cv2.bitwise_and(cv2.inRange(signs, 1.0, np.inf), valid)
    if cv2.countNonZero(strong) < _FEWEST_STRONG:
        return np.zeros_like(valid)
    weak = cv2.bitwise_and(cv2.inRange(signs, _WEAK, np.inf), valid)
    count, labels = cv2.connectedComponents(weak, connectivity=8, ltype=cv2.CV_16U)
    counts = np.bincount(labels[strong > 0], minlength=count)
    chosen = np.where(counts >= _FEWEST_STRONG, 255, 0).astype(np.uint8)
    chosen[0] = 0
    return np.asarray(chosen[labels], np.uint8)


def find_regions(
    signs: Plane, seen: Planes, reference: Planes, noise: NoiseLevel, *, valid: Mask, smallest: float
) -> list[Region]:
    """The regions of at least ``smallest`` pixels where ``signs`` speak of a change, inside ``valid``."""
    changed = cv2.morphologyEx(linked(signs, valid), cv2.MORPH_CLOSE, _GAP)
    _fill_holes(changed, seen, reference, noise)
    changed = cv2.morphologyEx(changed, cv2.MORPH_OPEN, _LINE)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(changed, connectivity=8, ltype=cv2.CV_32S)
    found = []
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        if area < smallest:
            continue
        place = slice(y, y + height), slice(x, x + width)
        whole = np.where(labels[place] == label, 255, 0).astype(np.uint8)
        found.append(_region(whole, x, y, signs))
    return found


def parted(region: Region, signs: Plane, *, smallest: float) -> list[Region]:
    """The regions of touching items where a gap or the outline shows them; the region itself otherwise."""
    bases = _beside_gaps(region, signs, smallest=smallest) or [region.mask]
    parts = [part for base in bases for part in split(base, smallest=smallest)]
    if len(parts) == 1:
        return [region]
    return [_region(part, region.box[0], region.box[1], signs) for part in parts]


def _beside_gaps(region: Region, signs: Plane, *, smallest: float) -> list[Mask]:
    """The solid parts of a hollow region between which signs are fainter, as where counter or shadow shows through.

    They must be nearly all of the region, and the gaps narrow: the scattered signs of one pale item are no items.
    """
    if _solidity(region.mask) > _SOLID_WHOLE:
        return []
    rows, columns = region.slices
    least = max(smallest, _LEAST_PART * region.area)
    for level in _GAP_LEVELS:
        clear = cv2.bitwise_and(cv2.inRange(signs[rows, columns], level, np.inf), region.mask)
        parts = _solid_parts(clear, least)
        if len(parts) > 1:
            distances = [cv2.distanceTransform(255 - part, cv2.DIST_L2, 3) for part in parts]
            nearest = np.argmin(distances, axis=0)
            is_near = np.min(distances, axis=0) <= _REACH
            if np.count_nonzero(is_near & (region.mask > 0)) > _PARTS_COVER * region.area:
                inside = is_near & (region.mask > 0)
                return [np.where(inside & (nearest == n), 255, 0).astype(np.uint8) for n in range(len(parts))]
    return []


def _solid_parts(clear: Mask, least: float) -> list[Mask]:
    # A border of background lets an opening act alike at the picture's own edges.
    framed = cv2.copyMakeBorder(clear, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=0)
    outlines, _ = cv2.findContours(
        cv2.morphologyEx(framed, cv2.MORPH_OPEN, _LINE), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    parts: list[Mask] = []
    for outline in outlines:
        if cv2.contourArea(outline) >= least:
            part = np.zeros_like(framed)
            cv2.drawContours(part, [outline], -1, 255, cv2.FILLED)
            parts.append(np.ascontiguousarray(part[4:-4, 4:-4]))
    return parts if all(_solidity(part) > _SOLID_PART for part in parts) else []


def _solidity(mask: Mask) -> float:
    """Area of the largest piece over that of its convex hull, 0–1."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.contourArea(cv2.convexHull(outline))
    return float(cv2.contourArea(outline)) / hull if hull else 1.0


def is_fragment(region: Region, host: Region, *, tiny: float) -> bool:
    """Whether a region is a small part of an item that was found without it: beside what was found it fills a gap of
    the item's box, or has less than ``tiny`` pixels.
    """
    if region.area > _LARGEST_FRAGMENT * host.area:
        return False
    x0, y0, x1, y1 = region.box
    left, top, right, bottom = host.box
    shared = max(0, min(x1, right) - max(x0, left)) * max(0, min(y1, bottom) - max(y0, top))
    is_inside = shared > _FRAGMENT_INSIDE * (x1 - x0) * (y1 - y0)
    return (is_inside or region.area < tiny) and united(region, host, reach=_REACH) is not None


def united(first: Region, second: Region, *, reach: int = 0) -> Region | None:
    """Both as one region; ``None`` when more than ``reach`` pixels lie between them."""
    left, top = min(first.box[0], second.box[0]), min(first.box[1], second.box[1])
    right, bottom = max(first.box[2], second.box[2]), max(first.box[3], second.box[3])
    masks = []
    for region in (first, second):
        mask = np.zeros((bottom - top, right - left), np.uint8)
        x0, y0, x1, y1 = region.box
        mask[y0 - top : y1 - top, x0 - left : x1 - left] = region.mask
        masks.append(mask)
    if reach and not (cv2.dilate(masks[0], disk(2 * reach + 1)) & masks[1]).any():
        return None
    mask = cv2.morphologyEx(cv2.bitwise_or(*masks), cv2.MORPH_CLOSE, _GAP)
    strength = (first.strength * first.area + second.strength * second.area) / (first.area + second.area)
    return Region(mask, (left, top, right, bottom), cv2.countNonZero(mask), strength)


def without_fragments(regions: list[Region], *, tiny: float) -> list[Region]:
    """The regions, small parts of an item united with the item."""
    whole: list[Region] = []
    for region in sorted(regions, key=lambda region: -region.area):
        for place, host in enumerate(whole):
            union = united(region, host) if is_fragment(region, host, tiny=tiny) else None
            if union is not None:
                whole[place] = union
                break
        else:
            whole.append(region)
    return whole


def _region(mask: Mask, left: int, top: int, signs: Plane) -> Region:
    x, y, width, height = cv2.boundingRect(mask)
    tight = np.ascontiguousarray(mask[y : y + height, x : x + width])
    box = (left + x, top + y, left + x + width, top + y + height)
    strength = float(cv2.mean(np.minimum(signs[box[1] : box[3], box[0] : box[2]], 6.0), mask=tight)[0])
    return Region(tight, box, cv2.countNonZero(tight), strength)


def _fill_holes(changed: Mask, seen: Planes, reference: Planes, noise: NoiseLevel) -> None:
    """Fill what changed pixels enclose, in place: the plain middle of an item, but not a sharp-edged shadow."""
    outlines, tree = cv2.findContours(changed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return
    for outline, links in zip(outlines, tree.reshape(-1, 4), strict=True):
        if links[3] < 0:
            continue
        if cv2.contourArea(outline) <= _LARGEST_PINHOLE or not _is_shadow(outline, seen, reference, noise):
            cv2.drawContours(changed, [outline], -1, 255, cv2.FILLED)


def _is_shadow(outline: npt.NDArray[np.int32], seen: Planes, reference: Planes, noise: NoiseLevel) -> bool:
    x, y, width, height = cv2.boundingRect(outline)
    place = slice(y, y + height), slice(x, x + width)
    inside = np.zeros((height, width), np.float32)
    cv2.drawContours(inside, [outline - np.array([x, y])], -1, 1.0, cv2.FILLED)
    mask = inside.astype(np.uint8)
    learned = cv2.mean(reference[0][place], mask=mask)[0]
    ratio = cv2.mean(seen[0][place], mask=mask)[0] / max(1.0, learned)
    if not _SHADOW_RANGE[0] < ratio < _SHADOW_RANGE[1]:
        return False
    level = float(noise.brightness[place].mean())
    return keeps_texture(seen[:, *place], reference[:, *place], inside, level) is True


def box_overlap(first: Bounds, second: Bounds) -> float:
    """Intersection over union of two boxes, 0–1."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(0, width) * max(0, height)
    union = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (first, second)) - shared
    return shared / union if union else 0.0
