"""Items by a network and by change together, for a fixed camera: neither misses what the other sees."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError, UserError
from core.frames import Frame
from core.geometry import areas, covered_share, intersections, iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Boxes, Detections, no_boxes
from core.vision.detectors.change import ChangeDetector
from core.vision.detectors.furniture import FurnitureStore, looks_alike
from core.vision.detectors.pairing import SAME, pair
from core.vision.detectors.steady_network import BoxFinder, SteadyNetwork

_DOUBT = 0.3
"""Share of the network's threshold above which its belief speaks for a change that has about the same box."""

_CLEAR = 0.45
"""Share of the threshold from which such a belief does not come and go by noise alone."""

_AGREE = 0.7
"""IoU from which the two boxes of one item are both right, and the item's lies between them."""

_PART = 0.7
"""Share of a change inside an item's box from which it is a part of that item."""

_TOLD = 0.55
"""Share of a change that the network's items cover from which they are all that it shows."""

_REST = 0.35
"""Share of a change beside the network's items that may be an item of its own."""

_IN_HAND = 0.8
"""Share of a box under hands from which it may be the hand itself."""

_HELD = 1.15
"""Times the threshold that a box under hands must be believed."""

_SEAM = 1.3
"""Times the threshold that a box must be believed which shows hardly more than parts of several surer items."""

_PATIENCE_SECONDS = 1.0
"""A change of which the network says nothing counts as an item after lying still for so long."""

_STILL = 0.7
_LARGEST = 0.4
"""Share of the picture that an item which only change shows covers at most."""


class ItemNetwork(BoxFinder, Protocol):
    """What the fused detector asks of a detection network: its name, its engine and its boxes; called by one thread."""

    @property
    def name(self) -> str:
        """Of its card."""
        ...

    @property
    def runtime_label(self) -> str:
        """Engine and device that it really runs on."""
        ...

    def close(self) -> None:
        """Free the engine; nothing may be detected afterwards."""
        ...


@dataclass(slots=True)
class _Waiting:
    """A change that the network does not speak for, and since when it lies there."""

    box: Boxes
    since: float


class FusedDetector:
    """A detection network and change against the empty counter, looking at the same frames. One thread.

    The network says what items are; its boxes part items that touch. A change that agrees with a faint belief of the
    network makes it count, and one that lies still without any counts too. What the network takes for an item on the
    counter that a person told to be empty belongs to the counter for as long as nothing changes there and the camera
    is not moved. Hands come from change; a box under a hand must be believed the more. Until the empty counter is
    known the network works alone. While the picture stands still the network is asked now and then only.
    """

    def __init__(
        self, change: ChangeDetector, network: ItemNetwork, settings: DetectionSettings, data: DataFolder
    ) -> None:
        """``network`` should report boxes from ``faint_threshold`` of the settings' threshold on."""
        self.name = f"{network.name} and change against the empty counter"
        self._change = change
        self._network = network
        self._steady = SteadyNetwork(network, threshold=settings.threshold, faint=_CLEAR * settings.threshold)
        self._threshold = settings.threshold
        self._store = FurnitureStore(data)
        self._furniture = no_boxes()
        self._size: tuple[int, int] | None = None
        self._waiting: list[_Waiting] = []

    @property
    def runtime_label(self) -> str:
        """Engine and device that the network really runs on."""
        return self._network.runtime_label

    @property
    def is_learned(self) -> bool:
        """Whether the empty counter is known; until then the network works alone."""
        return self._change.is_learned

    def take_notices(self) -> tuple[UserError, ...]:
        """What a person should know, told once: what change detection tells."""
        return self._change.take_notices()

    def learn_empty(self, frame: Frame) -> None:
        """Take the frame as the empty counter; what the network sees on it is no item.

        Raises ``DataFolderError`` when it cannot be kept; it is in use all the same.
        """
        self._size = (frame.width, frame.height)
        self._waiting = []
        self._steady.forget()
        self._furniture = self._network.detect(frame).boxes
        self._change.learn_empty(frame)
        self._store.save(self._furniture, frame.width, frame.height)

    def detect(self, frame: Frame) -> Detections:
        """The items in the frame and the hands over it, boxes in the frame's pixels, the network's first."""
        changed = self._change.detect(frame)
        seen = self._steady.detect(frame, self._change.glance, changed)
        size = (frame.width, frame.height)
        if size != self._size:
            self._size, self._furniture, self._waiting = size, self._store.load(*size), []
        self._give_up_furniture(frame)
        if not self._change.is_learned:
            sure = seen.scores >= self._threshold
            return Detections(seen.boxes[sure], seen.scores[sure], changed.hands)
        items = fuse(changed, self._without_furniture(seen, changed), threshold=self._threshold)
        rest, scores = unexplained(changed, items)
        is_item = self._has_waited(rest, frame) & (_share_under(rest, changed.hands) < SAME)
        is_item &= areas(rest) <= _LARGEST * frame.width * frame.height
        return Detections(
            np.concatenate([items.boxes, rest[is_item]]), np.concatenate([items.scores, scores[is_item]]), changed.hands
        )

    def close(self) -> None:
        """Free the engine; nothing may be detected afterwards."""
        self._network.close()

    def _give_up_furniture(self, frame: Frame) -> None:
        """When another counter was learned: what does not look there as it did belongs to the former one alone."""
        replaced = self._change.take_replaced()
        if replaced is None or not len(self._furniture):
            return
        former, present = replaced
        kept = looks_alike(self._furniture * (present.shape[1] / frame.width), former, present)
        if kept.all():
            return
        self._furniture = self._furniture[kept]
        # Change detection tells of a folder that cannot be written to: it keeps the other counter there.
        with suppress(DataFolderError):
            self._store.save(self._furniture, frame.width, frame.height)

    def _without_furniture(self, seen: Detections, changed: Detections) -> Detections:
        """What the network sees, less what it saw on the empty counter where nothing has changed."""
        if not len(self._furniture) or not len(seen):
            return seen
        known = iou(seen.boxes, self._furniture).max(axis=1) >= SAME
        unchanged = _share_under(seen.boxes, changed.boxes) < _REST
        kept = ~(known & unchanged)
        return Detections(seen.boxes[kept], seen.scores[kept])

    def _has_waited(self, boxes: Boxes, frame: Frame) -> npt.NDArray[np.bool_]:
        """Which of the boxes lie where they are for long enough."""
        now = frame.captured_at if frame.media_time is None else frame.media_time
        waiting, answers = [], []
        for box in boxes:
            former = next((w for w in self._waiting if float(iou(box[None], w.box)[0, 0]) >= _STILL), None)
            since = now if former is None or former.since > now else former.since
            waiting.append(_Waiting(box[None], since))
            answers.append(now - since >= _PATIENCE_SECONDS)
        self._waiting = waiting
        return np.array(answers, np.bool_)


def faint_threshold(threshold: float) -> float:
    """The score from which a network's boxes can help change detection, for the threshold of its items."""
    return max(0.01, _DOUBT * threshold)


def fuse(changed: Detections, seen: Detections, *, threshold: float) -> Detections:
    """The network's boxes that are items: believed from ``threshold`` on, or faintly where there is such a change.

    ``changed`` brings hands. Two boxes of ``seen`` must not show the same. Where both have an item, the box lies
    between the two, or is the surer one's; what then shows the same as a surer one is left out. A box that joins what
    change has parted is another reading of the same items, and must be believed far more; one on the seam of items
    more.
    """
    if not len(seen):
        return Detections.none()
    boxes, scores = seen.boxes.copy(), seen.scores.copy()
    sure = (1 + threshold) / 2
    in_hand = _share_under(seen.boxes, changed.hands) >= _IN_HAND
    needed = np.where(in_hand, _HELD * threshold, threshold)
    if len(changed):
        partner = pair(seen.boxes, changed.boxes)
        for index in np.flatnonzero((partner >= 0) & ~in_hand):
            own, other = scores[index], changed.scores[partner[index]]
            boxes[index] = _middle(boxes[index], changed.boxes[partner[index]], own, other)
            scores[index] = max(own, other, threshold)
        joins = (partner < 0) & (_share_under(seen.boxes, changed.boxes) >= _PART)
        joins &= covered_share(seen.boxes, changed.boxes) < _PART
        needed[joins] = sure
    needed = np.where(_on_seam(seen, threshold), np.maximum(needed, min(_SEAM * threshold, sure)), needed)
    kept = scores >= needed
    boxes, scores = boxes[kept], scores[kept]
    single = ~_repeated(boxes, scores)
    return Detections(boxes[single], scores[single])


def _on_seam(seen: Detections, threshold: float) -> npt.NDArray[np.bool_]:
    """Which boxes surer items hide together, and none of them alone: where two packs touch, print makes a third."""
    is_surer = (seen.scores[None] > seen.scores[:, None]) & (seen.scores[None] >= threshold)
    own = np.maximum(areas(seen.boxes), 1e-6)[:, None]
    shares = np.where(is_surer, intersections(seen.boxes, seen.boxes) / own, 0)
    return np.asarray((shares.sum(axis=1) >= _PART) & (shares.max(axis=1, initial=0) < _PART), np.bool_)


def _repeated(boxes: Boxes, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Which boxes show the same as a surer one, now that change has corrected some."""
    return np.asarray(((iou(boxes, boxes) >= SAME) & (scores[None] > scores[:, None])).any(axis=1), np.bool_)


def unexplained(changed: Detections, items: Detections) -> tuple[Boxes, npt.NDArray[np.float32]]:
    """Changes, or the rests of them, that the items do not account for: boxes N×4 and scores N.

    An item that has a change of its own accounts for no other.
    """
    if not len(changed):
        return no_boxes(), np.zeros(0, np.float32)
    partner = pair(changed.boxes, items.boxes)
    free = np.delete(items.boxes, partner[partner >= 0], axis=0)
    is_part = covered_share(changed.boxes, free) >= _PART
    told = _share_under(changed.boxes, free)
    rests, scores = [], []
    for index in np.flatnonzero((partner < 0) & ~is_part & (told < _TOLD)):
        box = changed.boxes[index]
        rest = box if told[index] == 0 else _largest_rest(box, free)
        if float(areas(rest[None])[0]) >= _REST * float(areas(box[None])[0]):
            rests.append(rest)
            scores.append(changed.scores[index])
    return np.array(rests, np.float32).reshape(-1, 4), np.array(scores, np.float32)


def _middle(
    first: npt.NDArray[np.float32], second: npt.NDArray[np.float32], own: float, other: float
) -> npt.NDArray[np.float32]:
    """The box of an item that two see with the beliefs ``own`` and ``other``."""
    if float(iou(first[None], second[None])[0, 0]) < _AGREE:
        return first if own >= other else second
    return np.asarray((own * first + other * second) / (own + other), np.float32)


def _largest_rest(box: npt.NDArray[np.float32], items: Boxes) -> npt.NDArray[np.float32]:
    """The largest strip of a box beside all the items that reach into it."""
    inside = items[intersections(box[None], items)[0] > 0]
    x0, y0, x1, y1 = (float(value) for value in box)
    left, top = (float(value) for value in inside[:, :2].min(axis=0))
    right, bottom = (float(value) for value in inside[:, 2:].max(axis=0))
    strips = np.array([(x0, y0, left, y1), (right, y0, x1, y1), (x0, y0, x1, top), (x0, bottom, x1, y1)], np.float32)
    return np.asarray(strips[int(areas(strips).argmax())], np.float32)


def _share_under(boxes: Boxes, covers: Boxes) -> npt.NDArray[np.float32]:
    """N×4, M×4 → N: the share of each box, 0–1, that covers hide together; where covers overlap it counts twice."""
    if not len(boxes) or not len(covers):
        return np.zeros(len(boxes), np.float32)
    shared = intersections(boxes, covers).sum(axis=1)
    own = areas(boxes)
    share = np.divide(shared, own, out=np.zeros_like(shared), where=own > 0)
    return np.asarray(np.minimum(share, 1), np.float32)
