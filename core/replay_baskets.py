"""Baskets of a replay: what the station says lies there, placement by placement, and what a cashier would be paid."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.catalog.names import product_key
from core.checkout.basket import BasketError
from core.checkout.session import CheckoutSession
from core.evaluation.basket_score import ReadBasket
from core.evaluation.placements import Placement, placements
from core.evaluation.truth import Truth
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
    """The lines of a sale when the first item was taken away again; ``frame`` is that before."""

    frame: int
    basket: ReadBasket


class BasketReader:
    """Goes along with a replay and its truth; for one thread.

    A placement that lasts is read from the station at its end: every track that has settled, by its name or its best
    guess. A shorter one, and every picture of a folder of unrelated ones, gives a station no time: it is read from the
    pictures themselves, and the reading that most of them share counts. The sale is paid at the end of each
    lasting placement from which something is taken, after each open question was answered with its first choice.
    """

    def __init__(self, truth: Truth, *, is_unrelated: bool) -> None:
        self.baskets: list[PlacedBasket] = []
        self.sales: list[PaidSale] = []
        self._placements = placements(truth)
        self._is_unrelated = is_unrelated
        self._place = 0
        self._readings: list[tuple[tuple[str, ...], int]] = []

    def add(self, replayed: Replayed, matches: Sequence[Match] | None) -> PlacedBasket | None:
        """One more frame with the names of its boxes, if they were read; the basket of a placement that ends here."""
        number = replayed.observation.frame.sequence
        placement = self._placements[self._place] if self._place < len(self._placements) else None
        if placement is None or number < placement.start:
            return None
        if matches is not None:
            self._readings.append(_read(matches))
        if number < placement.last:
            return None
        basket = self._basket(placement, replayed)
        if placement.is_lasting and placement.is_left and not self._is_unrelated:
            self._pay(replayed.checkout, placement)
        self._readings.clear()
        self._place += 1
        if basket is not None:
            self.baskets.append(basket)
        return basket

    def _basket(self, placement: Placement, replayed: Replayed) -> PlacedBasket | None:
        if placement.is_lasting and not self._is_unrelated:
            settled = [_belief(sighting) for sighting in replayed.observation.sightings]
            keys, asked = _read([match for match in settled if match is not None])
            return PlacedBasket(placement, ReadBasket(placement.items, keys, asked), is_settled=True)
        if not self._readings:
            return None
        # The last of equally frequent readings is the one that had the most time.
        counted = Counter(keys for keys, _ in reversed(self._readings))
        keys = counted.most_common(1)[0][0]
        asked = next(asked for read, asked in reversed(self._readings) if read == keys)
        return PlacedBasket(placement, ReadBasket(placement.items, keys, asked), is_settled=False)

    def _pay(self, checkout: CheckoutSession, placement: Placement) -> None:
        asked = checkout.open_questions
        _answer_all(checkout)
        lines = checkout.view().lines
        sold = [product_key(line.name) for line in lines if not line.is_voided for _ in range(max(1, line.quantity))]
        # What is left of a sale that was paid is not sold again.
        expected = () if placement.is_rest and self.sales else placement.items
        if expected or sold:
            self.sales.append(PaidSale(placement.last, ReadBasket(expected, tuple(sorted(sold)), asked)))
        if sold:
            checkout.pay("replay")


def _belief(sighting: Sighting) -> Match | None:
    return sighting.match if sighting.is_settled else None


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
