"""What is remembered of one item from frame to frame."""

import math
from collections import deque

import numpy as np
import numpy.typing as npt

from core.sightings import Box, Track

_STILL_SECONDS = 0.10
_MOVING_SECONDS = 0.03
"""Time constants with which the displayed box glides: slowly over jitter, fast after an item that moves."""

_JITTER_SHARE = 0.08
"""Shifts up to this share of the box's size are jitter to be smoothed."""

_COAST_SECONDS = 0.35
"""An item on its way that is not detected goes on for so long, as on a belt; then it waits where it is."""

_WINDOW_SECONDS = 0.3
_REST_SECONDS = 0.2
_MOVING_SHARE = 0.04
_SCORE_SECONDS = 0.15

Edges = npt.NDArray[np.float64]
"""x0, y0, x1, y1 in pixels of the frame."""


class Trail:
    """One track in the making, from its first box on. Belongs to its tracker."""

    def __init__(self, track_id: int, box: npt.NDArray[np.float32], score: float) -> None:
        self.track_id = track_id
        self.box: Edges = box.astype(np.float64)
        self.expected: Edges = self.box
        self.age = 1
        self.missed = 0
        self.lost_seconds = 0.0
        self.covered_seconds = 0.0
        self.is_covered = False
        self.uncovered_for = math.inf
        self.rest: Edges | None = None
        """Where it last lay still; ``None`` before it ever did."""
        self._shown: Edges = self.box
        self._score = score
        self._clock = 0.0
        self._centers: deque[tuple[float, float, float]] = deque()
        self._drift = np.zeros(2)
        self._mark()

    def resize(self, across: float, down: float) -> None:
        """Keep its place in pictures that have become ``across`` times as wide and ``down`` times as high."""
        factors = np.array([across, down, across, down])
        self.box, self.expected, self._shown = self.box * factors, self.expected * factors, self._shown * factors
        self.rest = None if self.rest is None else self.rest * factors
        self._centers = deque((at, x * across, y * down) for at, x, y in self._centers)
        self._drift = self._drift * factors[:2]

    def wait(self, step: float) -> None:
        """Let ``step`` seconds pass: ``expected`` is where the item is then, if it goes on as it did."""
        self._clock += step
        is_on_its_way = not self.is_covered and self.lost_seconds < _COAST_SECONDS
        self.expected = self.box + np.tile(self._drift * step, 2) if is_on_its_way else self.box

    def see(self, box: npt.NDArray[np.float32], score: float, step: float, *, is_touched: bool = False) -> None:
        """Go to the box in which the item was found; one that a hand touches may be a part of it."""
        self.box = box.astype(np.float64)
        shift = float(np.abs(self.box - self._shown).max())
        seconds = _STILL_SECONDS if shift < _JITTER_SHARE * self._size else _MOVING_SECONDS
        self._shown = self._shown + (1 - math.exp(-step / seconds)) * (self.box - self._shown)
        self._score += (1 - math.exp(-step / _SCORE_SECONDS)) * (score - self._score)
        self.age += 1
        self.missed = 0
        self.lost_seconds = self.covered_seconds = 0.0
        self.is_covered = False
        self.uncovered_for = math.inf
        self._mark()
        if not is_touched and self._clock - self._centers[0][0] >= _REST_SECONDS and not self._is_moving():
            self.rest = self.box

    def miss(self, step: float, *, is_covered: bool) -> None:
        """Stay where the item was last, or coast on; time under a cover is counted apart."""
        self.missed += 1
        if not is_covered:
            self._shown = self._shown + (self.expected - self.box)
            self.box = self.expected
        if is_covered:
            self.covered_seconds += step
            self.lost_seconds = 0.0
            self.uncovered_for = 0.0
        else:
            self.lost_seconds += step
            self.uncovered_for += step
        self.is_covered = is_covered

    def has_left(self, *, width: int, height: int) -> bool:
        """Whether its middle coasted out of a picture of this size."""
        x, y = (self.box[:2] + self.box[2:]) / 2
        return not (0 <= x <= width and 0 <= y <= height)

    def told(self, *, width: int, height: int) -> Track:
        """What the rest of the program is told; the box is cut to the picture."""
        x0, y0, x1, y1 = (float(edge) for edge in np.clip(self._shown, 0, [width, height, width, height]))
        box: Box = (x0, y0, x1, y1)
        score = min(1.0, max(0.0, self._score))
        return Track(self.track_id, box, score, self.age, self.missed, self._is_moving(), self.is_covered)

    @property
    def _size(self) -> float:
        return max(1.0, float(np.hypot(self.box[2] - self.box[0], self.box[3] - self.box[1])) / math.sqrt(2.0))

    def _mark(self) -> None:
        x, y = (self.box[:2] + self.box[2:]) / 2
        self._centers.append((self._clock, float(x), float(y)))
        while len(self._centers) > 2 and self._clock - self._centers[0][0] > _WINDOW_SECONDS:
            self._centers.popleft()
        (first, *start), (last, *end) = self._centers[0], self._centers[-1]
        self._drift = np.zeros(2)
        if last > first and self._is_moving():
            self._drift = (np.array(end) - np.array(start)) / (last - first)

    def _is_moving(self) -> bool:
        recent = [(x, y) for at, x, y in self._centers if self._clock - at <= _WINDOW_SECONDS]
        if len(recent) < 2:
            return False
        spread = np.ptp(np.array(recent), axis=0)
        return bool(np.hypot(*spread) > _MOVING_SHARE * self._size)
