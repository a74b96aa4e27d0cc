"""Touching items: one outline with a waist becomes two, where the outline allows."""

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
"""H×W ``uint8``, 0 or 255."""

_SOLID = 0.93
"""Outlines that fill more than this share of their convex hull are one item."""

_LEAST_GAIN = 0.6
"""Share of the hollow (hull less outline) that a cut must remove."""

_LEAST_ROW_GAIN = 0.3
_LEAST_PART = 0.15
_SOLID_PART = 0.9
_LONGEST_CUT = 0.75
"""A cut is at most this share of the smaller part's shorter side: a waist, not the border of two halves."""

_MOST_PARTS = 6
_FEWEST_DEFECT_PIXELS = 3.0


def split(mask: Mask, *, smallest: float) -> list[Mask]:
    """The parts of one region, each a mask of the same size; the region itself when there is no clear waist.

    The outline is cut between deep points of its convexity defects (Suzuki and Abe, 1985, for the outline; the split is
    that of LaTorre et al., 2013, for touching cells). Two halves of one item are worse than two items in one box: both
    parts must be solid (or come apart in their turn), large, of at least ``smallest`` pixels, and the cut short.
    """
    done: list[Mask] = []
    waiting = [mask]
    while waiting and len(done) + len(waiting) < _MOST_PARTS:
        whole = waiting.pop()
        parts = _cut(whole, smallest)
        if parts is None:
            done.append(whole)
        else:
            waiting.extend(parts)
    return done + waiting


def _cut(mask: Mask, smallest: float) -> tuple[Mask, Mask] | None:
    outline = _outline(mask)
    if outline is None or len(outline) < 8:
        return None
    hull_area = cv2.contourArea(cv2.convexHull(outline))
    area = float(cv2.countNonZero(mask))
    if area < 2 * smallest or hull_area <= 0 or cv2.contourArea(outline) / hull_area > _SOLID:
        return None
    best: tuple[float, tuple[Mask, Mask]] | None = None
    for start, end in _candidates(outline):
        parts = _parts(mask, start, end)
        if parts is None:
            continue
        value = _worth(parts, hull_area - area, area, float(np.hypot(*(start - end))), smallest)
        if value is not None and (best is None or value > best[0]):
            best = value, parts
    return best[1] if best else None


def _outline(mask: Mask) -> npt.NDArray[np.int32] | None:
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(outlines, key=cv2.contourArea), np.int32) if outlines else None


def _candidates(outline: npt.NDArray[np.int32]) -> list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]]:
    """Pairs of outline points to cut between: deep defect to deep defect, and to the nearest point across."""
    hull = cv2.convexHull(outline, returnPoints=False)
    defects = cv2.convexityDefects(outline, np.sort(hull, axis=0)[::-1])
    if defects is None:
        return []
    points = outline.reshape(-1, 2)
    deep = [(int(row[2]), row[3] / 256.0) for row in defects.reshape(-1, 4) if row[3] / 256.0 >= _FEWEST_DEFECT_PIXELS]
    deep = sorted(deep, key=lambda entry: -entry[1])[:5]
    pairs = []
    for place, (index, depth) in enumerate(deep):
        pairs += [(points[index], points[other]) for other, _ in deep[place + 1 :]]
        across = _across(points, index, depth)
        if across is not None:
            pairs.append((points[index], points[across]))
    return pairs


def _across(points: npt.NDArray[np.int32], index: int, depth: float) -> int | None:
    """The nearest outline point that lies far along the outline: the other end of a cut at a single notch."""
    count = len(points)
    way = np.abs(np.arange(count) - index)
    way = np.minimum(way, count - way)
    distance = np.hypot(*(points - points[index]).T.astype(np.float64))
    is_far = way > np.maximum(2.5 * distance, 2 * depth)
    if not is_far.any():
        return None
    return int(np.argmin(np.where(is_far, distance, np.inf)))


def _parts(mask: Mask, start: npt.NDArray[np.int32], end: npt.NDArray[np.int32]) -> tuple[Mask, Mask] | None:
    opened = mask.copy()
    cv2.line(opened, start.tolist(), end.tolist(), 0, 2)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4, ltype=cv2.CV_32S)
    if count < 3:
        return None
    first, second = (int(label) for label in np.argsort(stats[1:, cv2.CC_STAT_AREA])[::-1][:2] + 1)
    return _whole(labels == first), _whole(labels == second)


def _whole(is_part: npt.NDArray[np.bool_]) -> Mask:
    return np.where(is_part, 255, 0).astype(np.uint8)


def _worth(parts: tuple[Mask, Mask], hollow: float, area: float, cut: float, smallest: float) -> float | None:
    """How good a cut is; ``None`` when it would break an item."""
    rest = 0.0
    ragged: list[Mask] = []
    for part in parts:
        outline = _outline(part)
        size = cv2.countNonZero(part)
        if outline is None or size < max(smallest, _LEAST_PART * area):
            return None
        hull = cv2.contourArea(cv2.convexHull(outline))
        if hull <= 0 or cut > _LONGEST_CUT * min(cv2.minAreaRect(outline)[1]):
            return None
        if cv2.contourArea(outline) / hull < _SOLID_PART:
            ragged.append(part)
        rest += max(0.0, hull - size)
    gain = 1 - rest / max(1.0, hollow)
    if not ragged:
        return gain if gain >= _LEAST_GAIN else None
    # The last of a row comes off when the others come apart in their turn.
    is_row = len(ragged) == 1 and gain >= _LEAST_ROW_GAIN and _cut(ragged[0], smallest) is not None
    return gain if is_row else None
