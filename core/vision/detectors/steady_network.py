"""A network that is asked again only when there may be something new to see."""

from typing import Protocol

import numpy as np

from core.frames import Frame
from core.sightings import Detections
from core.vision.detectors.glance import Glance
from core.vision.detectors.pairing import pair

_ENOUGH = 3
"""Answers in a row about one still picture that must tell the same before the network is left in peace."""

_DOUBT = 0.15
"""Share of the threshold within which a score may be on the other side of it the next time."""

_LONGEST_SECONDS = 0.5
_MOST_FRAMES = 15
"""It is asked again after so long or so many frames, whatever the picture shows."""


class BoxFinder(Protocol):
    """Whatever finds boxes in a frame; called by one thread."""

    def detect(self, frame: Frame) -> Detections:
        """The boxes in the frame's pixels."""
        ...


class SteadyNetwork:
    """A detection network that looks at every frame while anything moves, and now and then while nothing does.

    Its last answer holds as long as the picture, coarsely, stays what it was, change detection sees no hand and counts
    as many items as before, and the answers about this picture told the same: a box that comes and goes with the
    camera's noise is asked for in every frame. One thread.
    """

    def __init__(self, network: BoxFinder, *, threshold: float, faint: float) -> None:
        """``threshold``: from which score a box is an item; ``faint``: from which one may come and go unnoticed."""
        self._network = network
        self._threshold = threshold
        self._faint = faint
        self.forget()

    def forget(self) -> None:
        """Ask the network at the next frame, whatever it shows."""
        self._answer: Detections | None = None
        self._glance: Glance | None = None
        self._scene: tuple[int, int, int] | None = None
        self._agreed = 0
        self._asked_at = 0.0
        self._frames = 0

    def detect(self, frame: Frame, glance: Glance | None, changed: Detections) -> Detections:
        """What the network sees in the frame, or saw in one that showed the same.

        ``glance`` and ``changed`` are what change detection made of the frame; without a glance the network looks.
        """
        now = frame.captured_at if frame.media_time is None else frame.media_time
        scene = (frame.width, frame.height, len(changed))
        if not self._shows_the_same(scene, glance, changed):
            self.forget()
            self._glance, self._scene = glance, scene
        is_recent = 0 <= now - self._asked_at < _LONGEST_SECONDS and self._frames < _MOST_FRAMES
        if self._answer is not None and self._agreed >= _ENOUGH and is_recent:
            self._frames += 1
            return self._answer
        self._asked_at, self._frames = now, 0
        return self._ask(frame, changed)

    def _shows_the_same(self, scene: tuple[int, int, int], glance: Glance | None, changed: Detections) -> bool:
        if glance is None or self._glance is None or scene != self._scene or len(changed.hands):
            return False
        return not glance.differs_from(self._glance)

    def _ask(self, frame: Frame, changed: Detections) -> Detections:
        seen, former = self._network.detect(frame), self._answer
        if former is None or not self._tell_the_same(former, seen, changed):
            self._agreed = 0
        self._agreed += 1
        if former is None or self._agreed <= _ENOUGH:
            self._answer = seen
            return seen
        return former

    def _tell_the_same(self, first: Detections, second: Detections, changed: Detections) -> bool:
        """Whether two answers have the same boxes, but for the faintest, and none that may be an item or not."""
        if self._has_doubts(first, changed) or self._has_doubts(second, changed):
            return False
        partner = pair(first.boxes, second.boxes)
        alone = np.delete(second.scores, partner[partner >= 0])
        if max(first.scores[partner < 0].max(initial=0), alone.max(initial=0)) >= self._faint:
            return False
        return self._items(first, changed) == self._items(second, changed)

    def _has_doubts(self, answer: Detections, changed: Detections) -> bool:
        """Whether a score, that no change speaks for, is near the threshold."""
        alone = answer.scores[pair(answer.boxes, changed.boxes) < 0]
        return bool((np.abs(alone / self._threshold - 1) < _DOUBT).any())

    def _items(self, answer: Detections, changed: Detections) -> int:
        """How many boxes are items, believed or spoken for by a change."""
        is_item = (answer.scores >= self._threshold) | (pair(answer.boxes, changed.boxes) >= 0)
        return int(np.count_nonzero(is_item))
