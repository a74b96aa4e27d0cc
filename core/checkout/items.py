"""The physical items of a sale: one item is counted once, however often its track breaks."""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.catalog.records import LineOrigin, SaleLine, SoldBy
from core.geometry import iou
from core.sightings import Box, Sighting

Verdict = Literal["open", "counted", "dismissed", "sold"]
"""``open``: no line yet; ``counted``: in the basket; ``dismissed``: not an item; ``sold``: paid, still lying there."""

_NO_TRACK = -1

_ONCE: tuple[Verdict, ...] = ("counted", "sold")
"""What is not counted again while it may be the same piece."""

_SOLD_MEMORY_SECONDS = 3.0
"""How long a paid item may be out of sight and still be the same one when it shows up near the same place."""

_BELT_MEMORY_SECONDS = 1.5
"""On a belt, a twin that comes later than this is another piece."""

_SOLD_AWAY_SECONDS = 1.5
"""How long a paid item may be out of sight and still be the same one when its product shows up anywhere."""

_DRIFT_SECONDS = 0.4
"""Over so much time the speed of an item on the belt is averaged."""

PLACE_MEMORY_SECONDS = 10.0
"""How long a nameless item is remembered by its place alone."""


@dataclass(slots=True)
class CounterItem:
    """One thing on the counter. ``product_id`` is what it is sold as; ``is_personal``: a person said so.

    ``is_recovered``: it was counted before the program started or the sale was parked, and was not seen since.
    ``drift``: how it moves, in pixels a second across and down; ``None`` before that is known.
    ``place``: where it last lay and looked like what it is sold as. ``shows``: the product that its track looks like.
    ``is_hidden``: its track goes on unseen. ``since``: when it was noticed first.
    """

    item_id: int
    track_id: int
    box: Box
    seen_at: float
    verdict: Verdict = "open"
    product_id: int | None = None
    line_id: int | None = None
    is_personal: bool = False
    is_present: bool = True
    is_recovered: bool = False
    picture: str | None = None
    drift: tuple[float, float] | None = None
    place: Box | None = None
    shows: int | None = None
    is_hidden: bool = False
    since: float = 0.0

    @property
    def may_be_left_behind(self) -> bool:
        """Whether its track is unseen, has left its place or shows something else: it may be another thing's by now."""
        if self.place is None or self.product_id is None:
            return False
        return self.is_hidden or not _is_near(self.place, self.box) or self.shows not in (None, self.product_id)

    @property
    def is_out_of_sight(self) -> bool:
        """Whether no track shows it: it has none, or one that is unseen and last looked like something else."""
        return not self.is_present or (self.is_hidden and self.shows not in (None, self.product_id))

    def expected(self, now: float) -> Box:
        """Where it is by ``now`` if it went on as it did when it was last seen."""
        across, down = (speed * (now - self.seen_at) for speed in self.drift or (0.0, 0.0))
        return self.box[0] + across, self.box[1] + down, self.box[2] + across, self.box[3] + down


class CounterItems:
    """Links tracks to items; belongs to the session's thread."""

    def __init__(self, *, mode: Literal["place", "belt"]) -> None:
        self.mode = mode
        self._items: dict[int, CounterItem] = {}
        self._by_track: dict[int, int] = {}
        self._next = 1

    def __iter__(self) -> Iterator[CounterItem]:
        return iter(tuple(self._items.values()))

    def of_track(self, track_id: int) -> CounterItem | None:
        item_id = self._by_track.get(track_id)
        return self._items.get(item_id) if item_id is not None else None

    def refresh(self, sightings: tuple[Sighting, ...], *, now: float, kept: Collection[int] = frozenset()) -> None:
        """Note where every linked item is now, and which have left. ``now`` in seconds, monotonic.

        ``kept``: items that are not forgotten, because a person is asked about them.
        """
        seen = {sighting.track.track_id: sighting for sighting in sightings}
        for item in self._items.values():
            sighting = seen.get(item.track_id)
            item.is_present = sighting is not None
            if sighting is not None:
                best = sighting.match.best if sighting.match is not None else None
                item.shows, item.is_hidden = best.product_id if best is not None else None, sighting.track.missed > 0
                _follow(item, sighting.track.box, now)
        for item in [item for item in self._items.values() if self._is_forgotten(item, now)]:
            if item.item_id not in kept:
                self._drop(item)

    def link(self, sighting: Sighting, *, product_id: int | None, now: float) -> CounterItem:
        """The item that a track shows: its own, one left behind, one that vanished and is back, or a new one."""
        track = sighting.track
        own = self.of_track(track.track_id)
        if own is not None:
            return own
        item = self._left_behind(track.box, product_id) or self._returned(track.box, product_id, now)
        if item is None:
            item = CounterItem(self._next, track.track_id, track.box, now, since=now)
            self._items[item.item_id] = item
            self._next += 1
        else:
            self._by_track.pop(item.track_id, None)
            item.track_id, item.box, item.seen_at, item.is_present = track.track_id, track.box, now, True
            item.is_recovered, item.drift, item.shows, item.is_hidden = False, None, product_id, False
        self._by_track[track.track_id] = item.item_id
        return item

    def hides_near(self, sighting: Sighting, sightings: Iterable[Sighting]) -> bool:
        """Whether a counted or paid piece of the product that ``sighting`` shows is out of sight right here.

        Its track still lives, in the place where it is expected, and may be what is seen: it will be told apart when
        that track ends or is seen again.
        """
        best = sighting.match.best if sighting.match is not None else None
        for other in sightings:
            item = self.of_track(other.track.track_id) if other.track.missed > 0 else None
            if item is None or best is None or item.verdict not in _ONCE or item.product_id != best.product_id:
                continue
            if _is_near(other.track.box, sighting.track.box):
                return True
        return False

    def merge_returned(
        self, item: CounterItem, product_id: int, *, now: float, within: float = math.inf
    ) -> CounterItem | None:
        """The counted item that ``item`` proves to be, now that it is known as ``product_id``; it is forgotten.

        It vanished no more than ``within`` seconds before ``item`` was noticed, which is it, come back under another
        name or none, so that it was not recognized as itself.
        """
        twin = self._twin(item.box, product_id, now)
        if twin is None or twin is item or item.since - twin.seen_at > within:
            return None
        self._drop(twin)
        return twin

    def recover(self, lines: tuple[SaleLine, ...]) -> None:
        """Expect the pieces that a recalled or reopened sale has counted, so that they are not counted again."""
        for line in lines:
            if line.is_voided or line.origin is LineOrigin.LOOKED_UP:
                continue
            for _ in range(line.quantity if line.sold_by is SoldBy.UNIT else 1):
                self._items[self._next] = CounterItem(
                    item_id=self._next,
                    track_id=_NO_TRACK,
                    box=(0.0, 0.0, 0.0, 0.0),
                    seen_at=0.0,
                    verdict="counted",
                    product_id=line.product_id,
                    line_id=line.line_id,
                    is_present=False,
                    is_recovered=True,
                )
                self._next += 1

    def settle(self) -> None:
        """The sale is paid or void: what lies there is no longer for sale, what left is forgotten."""
        for item in list(self._items.values()):
            if item.is_present:
                item.verdict, item.line_id = "sold", None
            else:
                self._drop(item)

    def clear(self) -> None:
        self._items.clear()
        self._by_track.clear()

    def _left_behind(self, box: Box, product_id: int | None) -> CounterItem | None:
        """The item that still lies in its place while its track went off with what was carried past, or is unseen.

        That track shows no item from then on. If it was the item after all, moved while another piece of its product
        was put in its place, it is counted as soon as it lies still.
        """
        if self.mode == "belt" or product_id is None:
            return None
        return next(
            (
                item
                for item in self._items.values()
                if item.is_present
                and item.verdict in _ONCE
                and item.product_id == product_id
                and item.may_be_left_behind
                and item.place is not None
                and _is_near(item.place, box)
            ),
            None,
        )

    def _returned(self, box: Box, product_id: int | None, now: float) -> CounterItem | None:
        gone = [item for item in self._items.values() if not item.is_present and not item.is_recovered]
        near = [item for item in gone if self._is_near(item, box, now)]
        sold = [item for item in gone if item.verdict == "sold" and self._is_sold_one(item, box, product_id, now)]
        if sold:
            return min(sold, key=lambda item: _distance(item.box, box))
        twin = self._twin(box, product_id, now) if product_id is not None else None
        if twin is not None:
            return twin
        nameless = [
            item
            for item in near
            if now - item.seen_at <= PLACE_MEMORY_SECONDS
            and (item.verdict in ("open", "dismissed") or (item.is_personal and product_id is None))
        ]
        return min(nameless, key=lambda item: _distance(item.box, box)) if nameless else None

    def _is_sold_one(self, item: CounterItem, box: Box, product_id: int | None, now: float) -> bool:
        away = now - item.seen_at
        if away <= _SOLD_MEMORY_SECONDS and self._is_near(item, box, now):
            return item.product_id is None or product_id is None or item.product_id == product_id
        return product_id is not None and item.product_id == product_id and away <= _SOLD_AWAY_SECONDS

    def _twin(self, box: Box, product_id: int, now: float) -> CounterItem | None:
        """The counted piece of a product that is out of sight and may be the one that is seen now."""
        twins = [
            item
            for item in self._items.values()
            if item.is_out_of_sight and item.product_id == product_id and item.verdict == "counted"
        ]
        if self.mode == "belt":
            twins = [
                item
                for item in twins
                if item.is_recovered or (now - item.seen_at <= _BELT_MEMORY_SECONDS and self._is_near(item, box, now))
            ]
        return min(twins, key=lambda item: _distance(item.box, box)) if twins else None

    def _is_near(self, item: CounterItem, box: Box, now: float) -> bool:
        return _is_near(item.box if self.mode == "place" else item.expected(now), box)

    def _drop(self, item: CounterItem) -> None:
        del self._items[item.item_id]
        if self._by_track.get(item.track_id) == item.item_id:
            del self._by_track[item.track_id]

    def _is_forgotten(self, item: CounterItem, now: float) -> bool:
        if item.is_present:
            return False
        if item.verdict == "sold":
            return now - item.seen_at > _SOLD_MEMORY_SECONDS
        return item.verdict in ("open", "dismissed") and now - item.seen_at > PLACE_MEMORY_SECONDS


def _follow(item: CounterItem, box: Box, now: float) -> None:
    """Note where an item is, and how it moves."""
    step = now - item.seen_at
    if step > 0:
        across, down = (_middle(box)[axis] - _middle(item.box)[axis] for axis in (0, 1))
        present = across / step, down / step
        former = item.drift or present
        share = 1 - math.exp(-step / _DRIFT_SECONDS)
        item.drift = (former[0] + share * (present[0] - former[0]), former[1] + share * (present[1] - former[1]))
    item.box, item.seen_at = box, now


def _is_near(first: Box, second: Box) -> bool:
    overlap = iou(np.array([first], np.float32), np.array([second], np.float32))[0, 0]
    size = max(first[2] - first[0], first[3] - first[1])
    return bool(overlap > 0.3 or _distance(first, second) < 0.5 * size)


def _distance(first: Box, second: Box) -> float:
    return math.dist(_middle(first), _middle(second))


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
