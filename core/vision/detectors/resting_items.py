"""Items that came to rest, remembered by their look, so that what comes near them stays apart from them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

import cv2
import numpy as np
import numpy.typing as npt

from core.vision.detectors.change_signs import Floors, change_signs, keeps_texture
from core.vision.detectors.empty_counter import EmptyCounter
from core.vision.detectors.motion import Motion
from core.vision.detectors.regions import Bounds, Region, box_overlap, is_fragment, united
from core.vision.detectors.working_view import Mask, Plane, Planes, disk

_SETTLE_SECONDS = 0.2
"""How long a still item must keep its box before its look is remembered."""

_STEADY_OVERLAP = 0.8
_MARGIN = 3
_INTACT = 0.88
"""Share of an item's pixels, against its own usual share, that an untouched item shows."""

_USUAL_RATE = 0.02
_VISIBLE = 0.55
_BARED = 0.3
"""Share of an item's telling pixels at which the empty counter shows when it has been moved or taken."""

_WHOLLY_BARED = 0.8
"""The same for an item that, in a shadow, would itself look like the counter."""

_AROUND = 8
"""Working pixels beside an item's place in which a shadow over it is looked for."""

_SHADED = 8.0
"""Gray levels that the counter has lost there in a shadow."""

_BARE_SECONDS = 0.1
_LIKE_EMPTY = 0.8
_SAME_LIGHT = 12.0

_DISTURBED_SECONDS = 0.25
_HIDDEN_SECONDS = 12.0
_FOLLOW_SECONDS = 4.0
"""Time constant with which a resting item's look follows the light."""

Truths = npt.NDArray[np.bool_]
"""H×W, one truth for each working pixel."""

_RIM = disk(2 * _MARGIN + 1)


class _State(Enum):
    VISIBLE = auto()
    HIDDEN = auto()
    GONE = auto()


@dataclass(slots=True, eq=False)
class RestingItem:
    """One item at rest. ``look`` and ``mask`` cover the widened box ``place``; ``telling`` marks where it differs
    clearly from the empty counter.
    """

    region: Region
    place: tuple[slice, slice]
    look: Planes
    mask: Mask
    inner: Mask
    telling: Mask
    usual: float = 1.0
    intact_at: float = 0.0
    seen_at: float = 0.0
    is_visible: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One leveled picture with what is known of it: ``signs`` against the painted picture, with their ``floors``."""

    seen: Planes
    signs: Plane
    floors: Floors
    counter: EmptyCounter
    motion: Motion
    is_near_hand: Callable[[Bounds], bool]
    now: float


@dataclass(slots=True)
class _Candidate:
    box: Bounds
    since: float


@dataclass(slots=True)
class RestingItems:
    """Settles still regions into remembered items and watches whether they are still there. One thread."""

    items: list[RestingItem] = field(default_factory=list)
    _candidates: list[_Candidate] = field(default_factory=list)
    _painted: Planes | None = None

    def paint(self, learned: Planes) -> Planes:
        """What the counter should look like: empty, with the resting items on it; read-only for the caller.

        The picture is kept until an item changes or ``repaint`` is called.
        """
        if not self.items:
            return learned
        if self._painted is None:
            self._painted = learned.copy()
            for item in self.items:
                for canvas, look in zip(self._painted[:, *item.place], item.look, strict=True):
                    np.copyto(canvas, look, where=item.mask > 0)
        return self._painted

    def repaint(self) -> None:
        """The empty counter has changed."""
        self._painted = None

    def check(self, scene: Scene) -> bool:
        """Judge each item; ``True`` when some are gone from their place, so that the picture must be painted anew."""
        kept = []
        for item in self.items:
            state = _judge(item, scene)
            item.is_visible = state is _State.VISIBLE
            if state is not _State.GONE:
                kept.append(item)
        if len(kept) == len(self.items):
            return False
        self.items = kept
        self._painted = None
        return True

    def settle(self, regions: list[Region], is_still: list[bool], *, seen: Planes, signs: Plane, now: float) -> None:
        """Remember the regions that lay still at one place long enough."""
        candidates = []
        for region, still in zip(regions, is_still, strict=True):
            since = min(
                (c.since for c in self._candidates if box_overlap(c.box, region.box) > _STEADY_OVERLAP), default=now
            )
            if not still:
                since = now
            if now - since >= _SETTLE_SECONDS:
                self._painted = None
                self.items.append(_remember(region, seen, signs, now))
            else:
                candidates.append(_Candidate(region.box, since))
        self._candidates = candidates

    def reclaim(self, regions: list[Region], *, tiny: float) -> list[Region]:
        """The regions, those that are parts of an item at rest united with it; that item must come to rest anew."""
        claimed = []
        for region in regions:
            host = next((item for item in self.items if is_fragment(region, item.region, tiny=tiny)), None)
            union = united(region, host.region) if host else None
            if host and union:
                self.items.remove(host)
                self._painted = None
                claimed.append(union)
            else:
                claimed.append(region)
        return claimed

    def follow(self, seen: Planes, calm: Mask, seconds: float) -> None:
        """Let the look of visible items follow slow changes of light where ``calm`` is 255: nothing else is there."""
        self._painted = None
        rate = min(1.0, seconds / _FOLLOW_SECONDS)
        for item in self.items:
            if item.is_visible:
                rows, columns = item.place
                untouched = np.ascontiguousarray(calm[rows, columns])
                for now, look in zip(seen[:, rows, columns], item.look, strict=True):
                    cv2.accumulateWeighted(np.ascontiguousarray(now), look, rate, untouched)

    def absorb(self, seen: Planes, region: Mask) -> None:
        """Take over what is seen where ``region`` is 255 as the look of the items that lie there."""
        self._painted = None
        for item in self.items:
            there = region[item.place] > 0
            item.look[:, there] = seen[:, *item.place][:, there]

    def covered(self, shape: tuple[int, ...]) -> Mask:
        """255 where the items at rest lie, H×W."""
        mask = np.zeros(shape, np.uint8)
        for item in self.items:
            item.region.draw(mask)
        return mask

    def visible(self) -> list[Region]:
        """The regions of the items that can be seen now."""
        return [item.region for item in self.items if item.is_visible]


def _remember(region: Region, seen: Planes, signs: Plane, now: float) -> RestingItem:
    height, width = seen.shape[1:]
    x0, y0, x1, y1 = region.box
    rows = slice(max(0, y0 - _MARGIN), min(height, y1 + _MARGIN))
    columns = slice(max(0, x0 - _MARGIN), min(width, x1 + _MARGIN))
    mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    mask[y0 - rows.start : y1 - rows.start, x0 - columns.start : x1 - columns.start] = region.mask
    telling = np.where((signs[rows, columns] > 1.5) & (mask > 0), 255, 0).astype(np.uint8)
    look = np.ascontiguousarray(seen[:, rows, columns])
    return RestingItem(region, (rows, columns), look, cv2.dilate(mask, _RIM), mask, telling, intact_at=now, seen_at=now)


def _judge(item: RestingItem, scene: Scene) -> _State:
    if _is_replaced_by_counter(item, scene):
        return _State.GONE
    same = _share(scene.signs[item.place] < 1.0, item.inner)
    if same >= _INTACT * item.usual:
        if not scene.is_near_hand(item.region.box):
            item.usual += _USUAL_RATE * (same - item.usual)
        item.intact_at = item.seen_at = scene.now
        return _State.VISIBLE
    if _bared_share(item, scene) > _BARED:
        return _State.GONE
    if scene.now - item.intact_at > _DISTURBED_SECONDS and not scene.is_near_hand(item.region.box):
        return _State.GONE
    if same >= _VISIBLE:
        item.seen_at = scene.now
        return _State.VISIBLE
    return _State.GONE if scene.now - item.seen_at > _HIDDEN_SECONDS else _State.HIDDEN


def _bared_share(item: RestingItem, scene: Scene) -> float:
    """Share of the telling pixels that show the empty counter and not the item."""
    return _share(_shows_counter(item, scene) & (scene.signs[item.place] >= 1.0), item.telling)


def _is_replaced_by_counter(item: RestingItem, scene: Scene) -> bool:
    """Whether the empty counter shows all over the place of an item that would look like it in the shade.

    A shadow is no sign of change, so what is paler than the counter and of its hue, such as a part of a sleeve, seems
    to lie there still when it is gone. The counter's grain tells it from the item in a shadow, where it has one.
    """
    rows, columns = item.place
    lost = cv2.subtract(item.look[0], scene.seen[0, rows, columns])
    # Few items have lost light, and only those are worth the closer look.
    if cv2.mean(lost, mask=item.telling)[0] < _SAME_LIGHT:
        return False
    noise = scene.counter.noise.brightness[rows, columns]
    is_counter = _shows_counter(item, scene) & (lost >= _SAME_LIGHT + 3.0 * noise)
    if _share(is_counter, item.telling) <= _WHOLLY_BARED:
        return False
    seen, empty = scene.seen[:, rows, columns], scene.counter.planes[:, rows, columns]
    keeps = keeps_texture(seen, empty, item.telling.astype(np.float32), float(noise.mean()))
    # Without grain nothing in its place tells them apart, but a shadow falls beside it as well.
    return not _is_shaded_around(item, scene) if keeps is None else keeps


def _is_shaded_around(item: RestingItem, scene: Scene) -> bool:
    """Whether the counter around an item's place is darker than it was learned."""
    tall, wide = scene.seen.shape[1:]
    (top, bottom), (left, right) = ((part.start, part.stop) for part in item.place)
    y0, x0 = max(0, top - _AROUND), max(0, left - _AROUND)
    around = np.s_[y0 : min(tall, bottom + _AROUND), x0 : min(wide, right + _AROUND)]
    lost = cv2.subtract(scene.counter.planes[0][around], scene.seen[0][around])
    is_beside = np.ones(lost.shape, np.bool_)
    is_beside[top - y0 : bottom - y0, left - x0 : right - x0] = False
    return bool(is_beside.any()) and float(np.median(lost[is_beside])) >= _SHADED


def _shows_counter(item: RestingItem, scene: Scene) -> Truths:
    """Where in the item's place the empty counter may be seen, at rest and in full light: a gray sleeve is not it."""
    rows, columns = item.place
    seen = np.ascontiguousarray(scene.seen[:, rows, columns])
    empty = np.ascontiguousarray(scene.counter.planes[:, rows, columns])
    is_empty = change_signs(seen, empty, scene.floors.inside(rows, columns)) < _LIKE_EMPTY
    is_empty &= cv2.absdiff(seen[0], empty[0]) < _SAME_LIGHT + 3.0 * scene.counter.noise.brightness[rows, columns]
    return np.asarray(is_empty & (scene.motion.within(_BARE_SECONDS, rows, columns) == 0))


def _share(is_so: Truths, region: Mask) -> float:
    there = region > 0
    return float(np.count_nonzero(is_so & there)) / max(1, int(np.count_nonzero(there)))
