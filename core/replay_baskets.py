"""Baskets of a replay: what the station says lies there, placement by placement, and what a cashier would be paid."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.catalog.names import product_key
from core.checkout.basket import BasketError
from core.checkout.session import CheckoutSession
from core.checkout.stability import believe, is_whole
from core.evaluation.basket_score import ReadBasket
from core.evaluation.detection_score import pair
from core.evaluation.placements import Placement, placements
from core.evaluation.truth import TrueFrame, Truth
from core.evaluation.visits import visits
from core.replay import Replayed
from core.replay_reader import name_of
from core.sightings import Match, Outcome, Sighting


@dataclass(frozen=True, slots=True)
class PlacedBasket:
    """What was read of one placement, and whether from the station (``is_settled``) or from single pictures."""

    placement: Placement
    basket: ReadBasket
    is_settled: bool


@dataclass(frozen=True, slots=True)
class PaidSale:
    """The lines of a sale that was paid after ``frame``, before the first item was taken away or the next customer."""

    frame: int
    basket: ReadBasket


class BasketReader:
    """Goes along with a replay and its truth; for one thread.

    A placement that lasts is read from the station at its end: every track that has settled, by its name or its best
    guess; on a belt, where items are looked at anew all the time, as it was believed last. A shorter one, and every
    picture of a folder of unrelated ones, gives a station no time: it is read from the pictures themselves, and the
    reading that most of them share counts. Of a placement whose frames do not all come, those that do are read; one of
    which none comes holds nothing.

    The sale is paid at the end of each lasting placement from which something is taken, on a belt at the end of each
    visit, after each open question was answered with its first choice.
    """

    def __init__(self, truth: Truth, *, is_unrelated: bool, is_belt: bool = False) -> None:
        self.baskets: list[PlacedBasket] = []
        self.sales: list[PaidSale] = []
        self._placements = deque(placements(truth))
        self._visits = deque(visits(truth) if is_belt and not is_unrelated else ())
        self._is_unrelated = is_unrelated
        self._is_belt = is_belt
        self._believed: dict[int, Match] = {}
        self._readings: list[tuple[tuple[str, ...], int]] = []
        self._latest: tuple[Replayed, TrueFrame] | None = None
        self._checkout: CheckoutSession | None = None

    def add(self, replayed: Replayed, told: TrueFrame, matches: Sequence[Match] | None) -> PlacedBasket | None:
        """One more frame with its truth, and the names of its boxes if they were read.

        Returns the basket of a placement that ends here.
        """
        self._checkout = replayed.checkout
        if self._is_belt:
            self._believed = _believed_on_belt(replayed, self._believed)
        while self._placements and self._placements[0].last < told.number:
            self._end_placement()
        basket = None
        if self._placements and self._placements[0].start <= told.number:
            self._latest = replayed, told
            if matches is not None:
                self._readings.append(_read(matches))
            if self._placements[0].last == told.number:
                basket = self._end_placement()
        while self._visits and self._visits[0].last <= told.number:
            self._end_visit()
        return basket

    def finish(self) -> None:
        """End what the frames that never came would have ended."""
        while self._placements:
            self._end_placement()
        while self._visits:
            self._end_visit()

    def _end_placement(self) -> PlacedBasket | None:
        placement = self._placements.popleft()
        basket = self._basket(placement)
        if not (self._is_belt or self._is_unrelated) and placement.is_lasting and placement.is_left:
            # What is left of a sale that was paid is not sold again. What is put back within a moment pays nothing.
            is_paid = placement.is_rest and placement.was_left and self.sales
            expected = () if is_paid else placement.items
            self._pay(placement.last, expected, placement.hardly_seen, has_come=self._latest is not None)
        self._readings.clear()
        self._latest = None
        if basket is not None:
            self.baskets.append(basket)
        return basket

    def _end_visit(self) -> None:
        visit = self._visits.popleft()
        self._pay(visit.last, visit.items, has_come=self._checkout is not None)

    def _basket(self, placement: Placement) -> PlacedBasket | None:
        if self._latest is None:
            return PlacedBasket(placement, ReadBasket(placement.items, ()), is_settled=False)
        if placement.is_lasting and not self._is_unrelated:
            beliefs = [self._belief(sighting) for sighting in _judged(*self._latest)]
            keys, asked = _read([match for match in beliefs if match is not None])
            return PlacedBasket(placement, ReadBasket(placement.items, keys, asked), is_settled=True)
        if not self._readings:
            return None
        # The last of equally frequent readings is the one that had the most time.
        counted = Counter(keys for keys, _ in reversed(self._readings))
        keys = counted.most_common(1)[0][0]
        asked = next(asked for read, asked in reversed(self._readings) if read == keys)
        return PlacedBasket(placement, ReadBasket(placement.items, keys, asked), is_settled=False)

    def _belief(self, sighting: Sighting) -> Match | None:
        if self._is_belt:
            return self._believed.get(sighting.track.track_id)
        return sighting.match if sighting.is_settled else None

    def _pay(self, frame: int, expected: tuple[str, ...], hardly_seen: tuple[str, ...] = (), *, has_come: bool) -> None:
        """``hardly_seen`` may be sold as well or not; a sale of which no frame has come sells nothing."""
        checkout = self._checkout
        if checkout is None or not has_come:
            if expected:
                self.sales.append(PaidSale(frame, ReadBasket(expected, ())))
            return
        asked = checkout.open_questions
        _answer_all(checkout)
        lines = checkout.view().lines
        sold = [product_key(line.name) for line in lines if not line.is_voided for _ in range(max(1, line.quantity))]
        excused = (Counter(sold) - Counter(expected)) & Counter(hardly_seen)
        true = tuple(sorted((Counter(expected) + excused).elements())) if expected else ()
        if true or sold:
            self.sales.append(PaidSale(frame, ReadBasket(true, tuple(sorted(sold)), asked)))
        if sold:
            checkout.pay("replay")


def _judged(replayed: Replayed, told: TrueFrame) -> list[Sighting]:
    """What the station sees, but for what lies on items that are not judged."""
    frame, sightings = replayed.observation.frame, replayed.observation.sightings
    boxes = np.array([sighting.track.box for sighting in sightings], np.float32).reshape(-1, 4)
    judged = told.boxes(width=frame.width, height=frame.height)
    unjudged = told.boxes(width=frame.width, height=frame.height, is_judged=False)
    pairing = pair(boxes, np.ones(len(boxes), np.float32), judged, unjudged)
    return [sightings[row] for row in sorted([*pairing.found.values(), *pairing.false])]


def _believed_on_belt(replayed: Replayed, former: Mapping[int, Match]) -> dict[int, Match]:
    """What every track in sight was believed to be, as the checkout took it: while it was wholly in the picture."""
    frame = replayed.observation.frame
    believed = {}
    for sighting in replayed.observation.sightings:
        belief = believe(sighting, is_on_belt=True)
        is_in_sight = is_whole(sighting.track.box, width=frame.width, height=frame.height)
        match = belief.match if belief is not None and is_in_sight else former.get(sighting.track.track_id)
        if match is not None:
            believed[sighting.track.track_id] = match
    return believed


def _read(matches: Sequence[Match]) -> tuple[tuple[str, ...], int]:
    """The keys that are named, sorted, and how many items a person would be asked about."""
    names = [product_key(name_of(match)) for match in matches]
    asked = sum(match.outcome is not Outcome.KNOWN for match in matches)
    return tuple(sorted(name for name in names if name)), asked


def _answer_all(checkout: CheckoutSession) -> None:
    """Play a cashier who trusts the first choice; what has none is no item."""
    while True:
        questions = checkout.questions()
        if not questions:
            return
        for question in questions:
            try:
                if question.choices:
                    checkout.answer(question.track_id, question.choices[0].product_id)
                else:
                    checkout.dismiss(question.track_id)
            except BasketError:
                return
