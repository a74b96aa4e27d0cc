"""Items as change against the learned empty counter, for a fixed camera."""

import logging

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError, UserError
from core.frames import Frame, Pixels
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Boxes, Detections, no_boxes
from core.vision.detectors.area import CounterArea
from core.vision.detectors.change_signs import Floors, change_signs
from core.vision.detectors.counter_store import CounterStore, DamagedCounterError
from core.vision.detectors.empty_counter import EmptyCounter, Watch
from core.vision.detectors.ghosts import is_ghost
from core.vision.detectors.glance import Glance
from core.vision.detectors.hands import HandWatch, tiles
from core.vision.detectors.motion import Motion
from core.vision.detectors.regions import Bounds, Region, find_regions, parted, without_fragments
from core.vision.detectors.resting_items import RestingItems, Scene
from core.vision.detectors.working_view import ExposureMeter, Mask, Plane, Planes, disk, shrink, to_planes

_log = logging.getLogger(__name__)

_STRICTEST = 2.0
"""Factor on all thresholds at sensitivity 0; at 0.5 it is 1, at 1 its reciprocal."""

_CALM = 0.6
"""Signs below which a pixel of a resting item is taken for unchanged and followed."""

_SMALLEST_MASK = 0.5
"""Share of the smallest item's box that its pixels fill at least."""

_TINY = 4.0
"""Times the fewest pixels of an item: what is smaller and hangs on an item is a part of it."""

_LARGEST_ITEM = 0.4
"""Share of the picture beyond which nothing is remembered as an item at rest."""

_STILL_SHARE = 0.05
_GHOST_SECONDS = 0.3
_OTHER_VIEW_SHARE = 0.55
_OTHER_VIEW_SECONDS = 2.0
"""So much of the picture, strange and still for so long, is another view."""

_DARKEST = 24.0
_FADED = 2.5
"""A picture of which nine tenths are darker than this, and by more than exposure varies, shows nothing: the light is
off, or something lies before the lens.
"""

_FOLLOW_SECONDS = 0.2
_FIRST_KEEP_SECONDS = 2.0
_KEEP_SECONDS = 300.0
"""The counter is followed and written to disk this often; the first time soon after it was learned."""

_SHADED = 8.0
"""Gray levels beyond noise from which a difference of brightness is a shadow rather than drifting light."""

_AROUND = disk(11)
_BARE_RIM = disk(7)


class ChangeDetector:
    """Finds what is new on the counter. One thread.

    Each frame is shrunk, freed of exposure and compared with what the counter should show: the learned empty counter
    with the items at rest on it. What differs is a hand when it reaches in from the border and moves, the counter
    itself when something was taken away that lay there at learning, and an item otherwise. An item at rest is
    remembered by its look: another one pushed against it, or a hand over it, does not melt into it.

    The empty counter is learned by ``learn_empty``, or from the first still second, and is kept in the data folder by
    frame size. Times are the frames' own, so that a replayed clip gives the same at any speed.
    """

    name = "Change against the empty counter"

    def __init__(self, settings: DetectionSettings, data: DataFolder) -> None:
        self._settings = settings
        self._area = CounterArea(settings)
        self._strictness = float(_STRICTEST ** (1 - 2 * settings.sensitivity))
        self._store = CounterStore(data)
        self._notices: list[UserError] = []
        self._size: tuple[int, int] | None = None
        self._now = 0.0
        self._last: float | None = None
        self._counter: EmptyCounter | None = None
        self._replaced: Pixels | None = None
        self._watch = Watch()
        self.glance: Glance | None = None
        """The last frame coarsely, the part where items may lie; ``None`` while the empty counter is not known."""
        self._forget_scene()

    def _forget_scene(self) -> None:
        self._resting = RestingItems()
        self._hands = HandWatch()
        self._motion = Motion()
        self._exposure = ExposureMeter()
        self._free: Mask | None = None
        self._valid: Mask | None = None
        self._floors: Floors | None = None
        self._strange_since: float | None = None
        self._followed_at = self._now
        self._keep_at: float | None = None

    @property
    def is_learned(self) -> bool:
        """Whether the empty counter is known; until then nothing is found."""
        return self._counter is not None

    def take_notices(self) -> tuple[UserError, ...]:
        """What a person should know, told once: a damaged or unwritable picture, a camera that was moved."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def take_replaced(self) -> tuple[Pixels, Pixels] | None:
        """The counter that was given up because the camera shows another, and the one that was learned instead.

        Both are H×W×3 RGB at the working size; told once, as soon as the other is learned, and ``None`` else.
        """
        if self._replaced is None or self._counter is None:
            return None
        former, self._replaced = self._replaced, None
        return former, self._counter.pixels

    def learn_empty(self, frame: Frame) -> None:
        """Take the frame as the picture of the empty counter; the next frames refine it while nothing changes.

        Raises ``DataFolderError`` when it cannot be kept; it is in use all the same.
        """
        self._size = (frame.width, frame.height)
        self._replaced = None
        self._adopt(EmptyCounter.from_picture(shrink(frame.pixels)))
        self._keep()

    def close(self) -> None:
        """Nothing is kept open."""

    def detect(self, frame: Frame) -> Detections:
        """The items that rest on the counter and the hands over it, boxes in the frame's pixels."""
        self._advance(frame)
        self.glance = None
        small = shrink(frame.pixels)
        counter = self._counter or self._learn_by_watching(small)
        if counter is None:
            return Detections.none()
        items, hands = self._look(small, counter)
        return self._as_detections(items, hands, frame, small.shape[1])

    def _advance(self, frame: Frame) -> None:
        """Follow the frames' clock, and begin anew with frames of another size."""
        at = frame.captured_at if frame.media_time is None else frame.media_time
        step = at - self._last if self._last is not None else 0.0
        self._last = at
        # A clip that begins again jumps back; a pause of any length counts as one second.
        self._now += min(step, 1.0) if step >= 0 else 1 / 30
        size = (frame.width, frame.height)
        if size == self._size:
            return
        self._size = size
        self._counter = self._replaced = None
        self._watch = Watch()
        self._forget_scene()
        try:
            stored = self._store.load(*size)
        except DamagedCounterError as notice:
            self._tell(notice)
            return
        if stored is not None and stored.picture.shape == shrink(frame.pixels).shape:
            self._counter = EmptyCounter.from_store(stored)

    def _learn_by_watching(self, small: Pixels) -> EmptyCounter | None:
        counter = self._watch.add(small, self._now)
        if counter is not None:
            self._adopt(counter)
        return counter

    def _adopt(self, counter: EmptyCounter) -> None:
        self._counter = counter
        self._forget_scene()
        self._keep_at = self._now + _FIRST_KEEP_SECONDS

    def _look(self, small: Pixels, counter: EmptyCounter) -> tuple[list[Region], list[Region]]:
        # When most is strange, the exposure itself may have been misjudged: then all pixels have a say.
        free = self._free if self._strange_since is None else None
        leveled = self._exposure.level(small, counter.planes, free)
        self._motion.watch(leveled, counter.noise, self._now)
        seen = to_planes(leveled)
        floors = self._current_floors(counter)
        expected = self._resting.paint(counter.planes)
        signs = change_signs(seen, expected, floors)
        if self._resting.check(Scene(seen, signs, floors, counter, self._motion, self._hands.is_near, self._now)):
            expected = self._resting.paint(counter.planes)
            signs = change_signs(seen, expected, floors)
        valid, bounds = self._looked_at(small)
        left, top, right, bottom = bounds
        self.glance = Glance.at(seen, counter.noise, slice(top, bottom), slice(left, right))
        smallest = _SMALLEST_MASK * self._settings.smallest_item * valid.size
        regions = find_regions(signs, seen, expected, counter.noise, valid=valid, smallest=smallest)
        if self._is_another_view(regions, valid, small, counter):
            return [], []
        others, hands = self._hands.sort(regions, motion=self._motion, seen=seen, bounds=bounds, now=self._now)
        whole = self._without_ghosts(others, seen, expected, counter)
        tiny = _TINY * smallest
        whole = self._resting.reclaim(without_fragments(whole, tiny=tiny), tiny=tiny)
        fresh = [part for region in whole for part in parted(region, signs, smallest=smallest)]
        is_still = [
            region.area < _LARGEST_ITEM * valid.size and self._motion.share(region, _GHOST_SECONDS) < _STILL_SHARE
            for region in fresh
        ]
        resting = self._resting.visible()
        self._resting.settle(fresh, is_still, seen=seen, signs=signs, now=self._now)
        self._follow(seen, counter, signs, regions)
        return resting + fresh, hands

    def _current_floors(self, counter: EmptyCounter) -> Floors:
        if self._floors is None:
            self._floors = Floors.above(counter.noise, strictness=self._strictness)
        return self._floors

    def _looked_at(self, small: Pixels) -> tuple[Mask, Bounds]:
        """The part of the picture where items may lie: a mask, and its bounds."""
        height, width = small.shape[:2]
        rows, columns = self._area.view(width=width, height=height)
        if self._valid is None:
            self._valid = np.zeros((height, width), np.uint8)
            self._valid[rows, columns] = 255
        return self._valid, (columns.start, rows.start, columns.stop, rows.stop)

    def _is_another_view(self, regions: list[Region], valid: Mask, small: Pixels, counter: EmptyCounter) -> bool:
        """Whether most of the picture lies still and is strange: the camera was moved. Then learning begins anew.

        A picture that is dark all over shows no items either, but the counter is still there when the light comes back.
        """
        strange = sum(region.area for region in regions if self._motion.share(region, 0.5) < _STILL_SHARE)
        if strange < _OTHER_VIEW_SHARE * cv2.countNonZero(valid):
            self._strange_since = None
            return False
        if _is_lightless(small, counter.pixels):
            self._strange_since = None
            return True
        if self._strange_since is None:
            self._strange_since = self._now
        if self._now - self._strange_since < _OTHER_VIEW_SECONDS:
            return False
        self._tell(
            UserError(
                "The camera shows another counter than the one that was learned.",
                remedy="It is learned again by itself; clear the counter and press “Counter is empty” to be sure.",
            )
        )
        self._replaced = counter.pixels
        self._counter = None
        self._watch = Watch()
        self._forget_scene()
        return True

    def _without_ghosts(
        self, regions: list[Region], seen: Planes, expected: Planes, counter: EmptyCounter
    ) -> list[Region]:
        """The regions where something lies; the counter takes over those where something was taken away."""
        fresh = []
        for region in regions:
            if not is_ghost(region, seen, expected):
                fresh.append(region)
            elif self._motion.share(region, _GHOST_SECONDS) < _STILL_SHARE:
                bare = np.zeros(seen.shape[1:], np.uint8)
                region.draw(bare)
                bare = cv2.dilate(bare, _BARE_RIM)
                self._resting.absorb(seen, bare)
                self._resting.repaint()
                counter.absorb(seen, cv2.bitwise_and(bare, cv2.bitwise_not(self._resting.covered(bare.shape))))
                self._keep_soon()
        return fresh

    def _follow(self, seen: Planes, counter: EmptyCounter, signs: Plane, regions: list[Region]) -> None:
        seconds = self._now - self._followed_at
        if seconds < _FOLLOW_SECONDS:
            return
        self._followed_at = self._now
        busy = self._motion.within(0.5)
        calm = np.where((signs < _CALM) & (busy == 0), 255, 0).astype(np.uint8)
        for region in [*regions, *(item.region for item in self._resting.items)]:
            region.draw(busy)
        busy = cv2.bitwise_or(cv2.dilate(busy, _AROUND), np.where(signs > 1.0, 255, 0).astype(np.uint8))
        self._free = cv2.bitwise_not(busy)
        is_shaded = cv2.absdiff(seen[0], counter.planes[0]) > _SHADED + 2.0 * counter.noise.brightness
        shaded = np.where(is_shaded, self._free, 0).astype(np.uint8)
        counter.follow(seen, self._free & ~shaded, shaded, seconds)
        self._resting.follow(seen, calm, seconds)
        self._resting.repaint()
        self._floors = None
        self._keep_when_due()

    def _keep_soon(self) -> None:
        soon = self._now + _FIRST_KEEP_SECONDS
        self._keep_at = soon if self._keep_at is None else min(self._keep_at, soon)

    def _keep_when_due(self) -> None:
        if self._keep_at is None or self._now < self._keep_at:
            return
        try:
            self._keep()
        except DataFolderError as notice:
            self._tell(notice)
        self._keep_at = self._now + _KEEP_SECONDS

    def _keep(self) -> None:
        if self._counter is not None and self._size is not None:
            self._store.save(self._counter.to_store(), *self._size)

    def _tell(self, notice: UserError) -> None:
        _log.warning("%s", notice)
        if all(str(notice) != str(former) for former in self._notices):
            self._notices.append(notice)

    def _as_detections(self, items: list[Region], hands: list[Region], frame: Frame, working_width: int) -> Detections:
        scale = frame.width / working_width
        boxes = _boxes([item.box for item in items], scale, frame)
        strengths = np.array([item.strength for item in items], np.float32)
        scores = (1 - np.exp(-strengths / 1.5)).astype(np.float32)
        kept = self._area.keeps(boxes, width=frame.width, height=frame.height) if len(boxes) else np.zeros(0, bool)
        covers = _boxes([tile for hand in hands for tile in tiles(hand)], scale, frame)
        return Detections(boxes[kept], scores[kept], covers)


def _is_lightless(small: Pixels, learned: Pixels) -> bool:
    now, then = (float(np.percentile(picture.max(axis=2), 90)) for picture in (small, learned))
    return now < _DARKEST and then > _FADED * now


def _boxes(places: list[Bounds], scale: float, frame: Frame) -> Boxes:
    if not places:
        return no_boxes()
    boxes: npt.NDArray[np.float32] = np.array(places, np.float32) * scale
    return np.clip(boxes, 0, [frame.width, frame.height, frame.width, frame.height]).astype(np.float32)
