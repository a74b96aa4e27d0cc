"""Whether the camera still stands where it stood and the light is still what it was when the empty counter was learned.

Pure functions of two small pictures of the same size (``working_view.shrink``); any thread.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels
from core.vision.picture_checks import CheckResult, Finding, PictureCheck

Gray = npt.NDArray[np.float32]
Cells = npt.NDArray[np.bool_]

_CELL = 40
"""Side in pixels of the cells that vote, 12×7 of them in a working picture."""

_LEAST_VARIANCE = 6.0
"""Square gray levels; a plainer cell looks alike wherever the camera points."""

_ALIKE = 0.6
_CLEARLY_MORE = 0.3
"""Correlations of a cell with the learned one: it is the same, and it fits one place better than another."""

_CORNERS = 800
_LEAST_MOVE = 0.02
_MOST_MOVE = 0.5
_MOST_ZOOM = 1.25
_FEWEST_MOVED = 8
_MOVED_SHARE = 0.1
_MOVED_TO_STILL = 3
_FITTING_TO_FORMER = 1.0
_STILL_SHARE = 0.2
_FEWEST_STILL = 6
_SURELY_STILL_SHARE = 0.8
"""With so many cells at their place no move is looked for, which takes most of the time."""

# Light. Two cameras with automatic exposure varied from 0.83 to 1.07 while goods came and went.
_DARKER, _BRIGHTER = 0.7, 1.4
_MOST_TINT = 1.25
_DARKEST = 40.0
_WHITE = 250
_MOST_WHITE = 0.3
_OFFSET = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Both pictures in gray, and which cells of the learned one have texture and are still seen at their place."""

    seen: Gray
    learned: Gray
    likeness: Gray
    is_textured: Cells

    @property
    def is_still(self) -> Cells:
        return np.asarray(self.is_textured & (self.likeness > _ALIKE), np.bool_)


@dataclass(frozen=True, slots=True)
class _Poll:
    """How many cells fit a move clearly better than the former place, the other way round, and fit the move at all."""

    distance: float
    moved: int
    still: int
    fitting: int


def check_place(small: Pixels, learned: Pixels) -> CheckResult:
    """Whether the camera was moved, though goods and hands cover part of the counter.

    A shift, turn and zoom is proposed by matched corners (ORB with RANSAC) and a shift by phase correlation. Then the
    cells of the counter vote: those that fit their former place, and those that fit the proposed one clearly better.
    Goods have no vote, for they fit neither.
    """
    if small.shape != learned.shape:
        return CheckResult(PictureCheck.PLACE, Finding.UNKNOWN)
    pair = _compare(small, learned)
    textured = int(np.count_nonzero(pair.is_textured))
    fitting = int(np.count_nonzero(pair.is_still))
    if fitting >= max(_FEWEST_STILL, _SURELY_STILL_SHARE * textured):
        return CheckResult(PictureCheck.PLACE, Finding.FINE)
    evened = cv2.createCLAHE(3.0, (6, 6))
    now, then = evened.apply(_gray(small)), evened.apply(_gray(learned))
    moves = [move for move in (_move_by_phase(now, then), _move_by_corners(now, then)) if move is not None]
    polls = [_vote(pair, move) for move in moves if _distance(move, pair.seen) <= _MOST_MOVE]
    # The smaller move wins a tie: a picture that trembles fits many moves a little better.
    best = max(polls, key=lambda poll: (poll.moved - poll.still, -poll.distance), default=None)
    if (
        best is not None
        and best.distance >= _LEAST_MOVE
        and best.moved >= max(_FEWEST_MOVED, _MOVED_SHARE * textured)
        and best.moved >= _MOVED_TO_STILL * best.still
        and best.fitting >= _FITTING_TO_FORMER * fitting
    ):
        return CheckResult(PictureCheck.PLACE, Finding.MOVED, best.distance)
    is_there = fitting >= max(_FEWEST_STILL, _STILL_SHARE * textured)
    return CheckResult(PictureCheck.PLACE, Finding.FINE if is_there else Finding.UNKNOWN)


def check_light(small: Pixels, learned: Pixels | None) -> CheckResult:
    """Whether brightness or color of the light changed since the counter was learned, or is of no use by itself.

    Judged where the counter itself is still seen, so that goods do not count.
    """
    highest = small.max(axis=2)
    brightness = float(np.percentile(highest, 75))
    if brightness < _DARKEST:
        return CheckResult(PictureCheck.LIGHT, Finding.TOO_DARK, brightness)
    white = float((small.min(axis=2) >= _WHITE).mean())
    if white > _MOST_WHITE and (learned is None or float((learned.min(axis=2) >= _WHITE).mean()) < white / 2):
        return CheckResult(PictureCheck.LIGHT, Finding.TOO_BRIGHT, white)
    ratios = _ratios(small, learned) if learned is not None and small.shape == learned.shape else None
    if ratios is None:
        return CheckResult(PictureCheck.LIGHT, Finding.UNKNOWN)
    change = float(ratios.mean())
    if not _DARKER <= change <= _BRIGHTER:
        return CheckResult(PictureCheck.LIGHT, Finding.DARKER if change < 1 else Finding.BRIGHTER, change)
    tint = float(ratios.max() / ratios.min())
    if tint > _MOST_TINT:
        return CheckResult(PictureCheck.LIGHT, Finding.TINTED, tint)
    return CheckResult(PictureCheck.LIGHT, Finding.FINE, change)


def _ratios(small: Pixels, learned: Pixels) -> npt.NDArray[np.float32] | None:
    """Red, green and blue over the learned ones, each the median over the cells that are still seen."""
    still = _compare(small, learned).is_still
    if np.count_nonzero(still) < _FEWEST_STILL:
        return None
    now, then = (_cells(cv2.blur(picture.astype(np.float32), (_CELL, _CELL)))[still] for picture in (small, learned))
    return np.asarray(np.median((now + _OFFSET) / (then + _OFFSET), axis=0), np.float32)


def _compare(small: Pixels, learned: Pixels) -> _Pair:
    seen, then = (cv2.GaussianBlur(_gray(picture).astype(np.float32), (0, 0), 1.0) for picture in (small, learned))
    likeness, variance = _likeness(seen, then)
    return _Pair(seen, then, likeness, np.asarray(variance > _LEAST_VARIANCE, np.bool_))


def _gray(picture: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _cells(plane: Gray) -> Gray:
    """Means around every pixel → those of the cells."""
    return plane[_CELL // 2 :: _CELL, _CELL // 2 :: _CELL]


def _likeness(seen: Gray, learned: Gray) -> tuple[Gray, Gray]:
    """For every cell the correlation of both pictures, −1 to 1, and the variance of the learned one.

    A correlation does not change when the light does.
    """
    window = (_CELL, _CELL)
    mean_seen, mean_learned = cv2.blur(seen, window), cv2.blur(learned, window)
    variance_seen = _cells(cv2.blur(seen * seen, window) - mean_seen * mean_seen)
    variance = _cells(cv2.blur(learned * learned, window) - mean_learned * mean_learned)
    product = _cells(cv2.blur(seen * learned, window) - mean_seen * mean_learned)
    norm = np.sqrt(np.maximum(variance_seen, 1.0) * np.maximum(variance, 1.0))
    return np.asarray(product / norm, np.float32), np.asarray(variance, np.float32)


def _move_by_corners(now: Pixels, then: Pixels) -> Gray | None:
    """The 2×3 similarity that leads learned corners to those seen now."""
    points, words = cv2.ORB.create(_CORNERS, fastThreshold=4).detectAndCompute(then, None)
    # Goods have the stronger corners, so more are taken where they may lie.
    points_now, words_now = cv2.ORB.create(2 * _CORNERS, fastThreshold=4).detectAndCompute(now, None)
    if words is None or words_now is None:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(words, words_now)
    if len(matches) < _FEWEST_MOVED:
        return None
    before = np.array([points[match.queryIdx].pt for match in matches], np.float32)
    after = np.array([points_now[match.trainIdx].pt for match in matches], np.float32)
    move, _ = cv2.estimateAffinePartial2D(before, after, method=cv2.RANSAC, ransacReprojThreshold=2.0, maxIters=1000)
    if move is None or not 1 / _MOST_ZOOM < float(np.hypot(move[0, 0], move[1, 0])) < _MOST_ZOOM:
        return None
    return np.asarray(move, np.float32)


def _move_by_phase(now: Pixels, then: Pixels) -> Gray:
    """The 2×3 shift that leads the learned picture to the one seen now."""
    height, width = now.shape[:2]
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(then.astype(np.float32), now.astype(np.float32), window)
    return np.array([[1, 0, right], [0, 1, down]], np.float32)


def _distance(move: Gray, plane: Gray) -> float:
    """How far the corner that moves most goes, as a share of the longer side."""
    height, width = plane.shape
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float32)
    gone = corners @ move[:, :2].T + move[:, 2] - corners
    return float(np.linalg.norm(gone, axis=1).max() / max(width, height))


def _vote(pair: _Pair, move: Gray) -> _Poll:
    height, width = pair.seen.shape
    back = cv2.warpAffine(pair.seen, move, (width, height), flags=cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones_like(pair.seen), move, (width, height), flags=cv2.WARP_INVERSE_MAP)
    votes = pair.is_textured & (_cells(cv2.blur(inside, (_CELL, _CELL))) > 0.95)
    likeness, _ = _likeness(np.asarray(back, np.float32), pair.learned)
    fitting = votes & (likeness > _ALIKE)
    moved = fitting & (likeness - pair.likeness > _CLEARLY_MORE)
    still = votes & (pair.likeness > _ALIKE) & (pair.likeness - likeness > _CLEARLY_MORE)
    counts = (int(np.count_nonzero(cells)) for cells in (moved, still, fitting))
    return _Poll(_distance(move, pair.seen), *counts)
