"""The physical items of a sale: one item is counted once, however often its track breaks."""

import math
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from core.catalog.records import Sale, SaleItem
from core.checkout.counter_item import CounterItem, Verdict, distance, is_near, is_same_place
from core.checkout.reopened import expected_items, note, put_in_place
from core.sightings import Box, Sighting

_ONCE: tuple[Verdict, ...] = ("counted", "sold")
"""What is not counted again while it may be the same piece."""

_SOLD_MEMORY_SECONDS = 3.0
"""How long a paid item may be out of sight and still be the same one when it shows up near the same place."""

_BELT_MEMORY_SECONDS = 1.5
"""On a belt, a twin that comes later than this is another piece."""

_SOLD_AWAY_SECONDS = 1.5
"""How long a paid item may be out of sight and still be the same one when its product shows up anywhere."""

PLACE_MEMORY_SECONDS = 10.0
"""How long a nameless item is remembered by its place alone."""


class CounterItems:
    """Links tracks to items; belongs to the session's thread."""

    def __init__(self, *, mode: Literal["place", "belt"]) -> None:
        self.mode = mode
        self._items: dict[int, CounterItem] = {}
        self._by_track: dict[int, int] = {}
        self._next = 1
        self._size: tuple[int, int] | None = None
        self._early: dict[int, Box] = {}

    def __iter__(self) -> Iterator[CounterItem]:
        return iter(tuple(self._items.values()))

    def of_track(self, track_id: int) -> CounterItem | None:
        item_id = self._by_track.get(track_id)
        return self._items.get(item_id) if item_id is not None else None

    def refresh(
        self,
        sightings: tuple[Sighting, ...],
        *,
        now: float,
        size: tuple[int, int],
        kept: Collection[int] = frozenset(),
    ) -> None:
        """Note where every linked item is now, and which have left. ``now`` in seconds, monotonic.

        ``size``: width and height of the picture. ``kept``: items that are not forgotten, because a person is asked
        about them.
        """
        self._size = size
        seen = {sighting.track.track_id: sighting for sighting in sightings}
        for item in self._items.values():
            put_in_place(item, size, now)
            sighting = seen.get(item.track_id)
            item.is_present = sighting is not None
            if sighting is not None:
                best = sighting.match.best if sighting.match is not None else None
                item.shows, item.is_hidden = best.product_id if best is not None else None, sighting.track.missed > 0
                item.follow(sighting.track.box, now)
        is_early = any(
            item.is_recovered and item.left is not None and now - item.seen_at <= PLACE_MEMORY_SECONDS
            for item in self._items.values()
        )
        self._early = {key: one.track.box for key, one in seen.items() if is_early or key in self._early}
        for item in [item for item in self._items.values() if self._is_forgotten(item, now)]:
            if item.item_id not in kept:
                self._drop(item)

    def link(self, sighting: Sighting, *, product_id: int | None, now: float) -> CounterItem:
        """The item that a track shows: its own, one left behind, one that vanished and is back, or a new one."""
        track = sighting.track
        own = self.of_track(track.track_id)
        if own is not None:
            return own
        item = self._left_behind(track.box, product_id) or self._returned(sighting, product_id, now)
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
            if is_near(other.track.box, sighting.track.box):
                return True
        return False

    def merge_returned(
        self, item: CounterItem, product_id: int, *, now: float, is_said: bool = False
    ) -> CounterItem | None:
        """The counted item that ``item`` proves to be, now that it is known as ``product_id``; it is forgotten.

        ``item`` is it, come back under another name or none, so that it was not recognized as itself. ``is_said``: a
        person named it; then it must have vanished shortly before ``item`` was noticed.
        """
        twin = self._twin(item.box, product_id, now) or (None if is_said else self._mistaken(item.box, product_id))
        within = PLACE_MEMORY_SECONDS if is_said else math.inf
        if twin is None or twin is item or item.since - twin.seen_at > within:
            return None
        self._drop(twin)
        return twin

    def recover(self, sale: Sale, *, has_places: bool) -> None:
        """Expect the pieces that a recalled or reopened sale has counted, so that they are not counted again.

        What has lain there since the sale was left is its own again. ``has_places``: the others may still lie where
        they were, as far as the sale tells.
        """
        lying = [item for item in self._items.values() if item.was is not None and item.was[0] == sale.sale_id]
        for item in lying:
            if item.was is not None:
                _, item.verdict, item.line_id = item.was
                item.was = None
        for item in expected_items(sale, self._next, has_places=has_places):
            there = next(
                (one for one in lying if (one.line_id, one.product_id) == (item.line_id, item.product_id)), None
            )
            if there is not None:
                lying.remove(there)
                continue
            self._items[item.item_id] = item
            self._next = item.item_id + 1

    def notes(self) -> tuple[SaleItem, ...]:
        """What the journal must know of the items of this sale, so that ``recover`` finds them again."""
        return tuple(note(item, self._size) for item in self if item.verdict in ("counted", "dismissed"))

    def settle(self, sale_id: int) -> None:
        """The sale is paid, void or set aside: what lies there is no longer for sale, what left is forgotten."""
        for item in list(self._items.values()):
            if item.is_present and item.verdict == "sold":
                continue
            if item.is_present:
                item.was = sale_id, item.verdict, item.line_id
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
                and is_near(item.place, box)
            ),
            None,
        )

    def _returned(self, sighting: Sighting, product_id: int | None, now: float) -> CounterItem | None:
        box = sighting.track.box
        gone = [item for item in self._items.values() if not item.is_present and not item.is_recovered]
        near = [item for item in gone if self._is_near(item, box, now)]
        sold = [item for item in gone if item.verdict == "sold" and self._is_sold_one(item, box, product_id, now)]
        if sold:
            return min(sold, key=lambda item: distance(item.box, box))
        found = self._still_in_place(sighting)
        if found is None and product_id is not None:
            found = self._twin(box, product_id, now) or self._mistaken(box, product_id)
        found = found or self._in_the_same_place(sighting)
        if found is not None:
            return found
        nameless = [
            item
            for item in near
            if now - item.seen_at <= PLACE_MEMORY_SECONDS
            and (item.verdict in ("open", "dismissed") or (item.is_personal and self._may_show(item, product_id)))
        ]
        return min(nameless, key=lambda item: distance(item.box, box)) if nameless else None

    def _may_show(self, item: CounterItem, product_id: int | None) -> bool:
        """Whether an item that a person named may look like this to the camera: like nothing, or as it did before."""
        return product_id is None or (self.mode == "place" and product_id == item.mistaken_for)

    def _still_in_place(self, sighting: Sighting) -> CounterItem | None:
        """The item of a reopened sale that lay near here and was sold as, or mistaken for, what is seen here now."""
        best = sighting.match.best if sighting.match is not None else None
        box = sighting.track.box
        there = [
            item
            for item in self._left_in_place()
            if best is not None and item.is_known_as(best.product_id) and is_near(item.box, box)
        ]
        return min(there, key=lambda item: distance(item.box, box)) if there else None

    def _in_the_same_place(self, sighting: Sighting) -> CounterItem | None:
        """The item of a reopened sale that lay exactly here, where something has lain since: whatever it looks like.

        A product that was taught in between may have given it another name.
        """
        box = sighting.track.box
        if sighting.track.track_id not in self._early:
            return None
        there = [item for item in self._left_in_place() if is_same_place(item.box, box)]
        return min(there, key=lambda item: distance(item.box, box)) if there else None

    def _left_in_place(self) -> list[CounterItem]:
        if self.mode == "belt":
            return []
        return [item for item in self._items.values() if item.is_recovered and item.left is not None]

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
            if item.is_out_of_sight
            and item.product_id == product_id
            and item.verdict == "counted"
            # A piece that comes long after one was removed is for sale; that one is kept, for it may be restored.
            and not (item.is_removed and now - item.seen_at > PLACE_MEMORY_SECONDS)
            and not self._is_awaited(item)
        ]
        if self.mode == "belt":
            twins = [
                item
                for item in twins
                if item.is_recovered or (now - item.seen_at <= _BELT_MEMORY_SECONDS and self._is_near(item, box, now))
            ]
        return min(twins, key=lambda item: distance(item.box, box)) if twins else None

    def _mistaken(self, box: Box, product_id: int) -> CounterItem | None:
        """The item of a reopened sale that was moved meanwhile, and looks like this although it is something else."""
        there = [
            item
            for item in self._items.values()
            if item.is_recovered
            and item.verdict == "counted"
            and item.mistaken_for == product_id
            and not self._is_awaited(item)
        ]
        return min(there, key=lambda item: distance(item.box, box)) if there else None

    def _is_awaited(self, item: CounterItem) -> bool:
        """Whether an item of a reopened sale will be linked with what has lain in its place since."""
        if self.mode == "belt" or not item.is_recovered or item.left is None:
            return False
        waiting = (box for track_id, box in self._early.items() if track_id not in self._by_track)
        return any(is_same_place(item.box, box) for box in waiting)

    def _is_near(self, item: CounterItem, box: Box, now: float) -> bool:
        return is_near(item.box if self.mode == "place" else item.expected(now), box)

    def _drop(self, item: CounterItem) -> None:
        del self._items[item.item_id]
        if self._by_track.get(item.track_id) == item.item_id:
            del self._by_track[item.track_id]

    def _is_forgotten(self, item: CounterItem, now: float) -> bool:
        if item.is_present:
            return False
        if item.verdict == "sold":
            return now - item.seen_at > _SOLD_MEMORY_SECONDS
        return item.verdict != "counted" and now - item.seen_at > PLACE_MEMORY_SECONDS
