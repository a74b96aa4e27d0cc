"""The items that need a person: asked about, oldest first, until somebody answers or they are gone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.catalog.records import Product
from core.checkout.basket_view import ProductChoice, Question
from core.checkout.counter_item import CounterItem
from core.checkout.stability import Belief
from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.sightings import Box, Match, Outcome

_CHOICES = 3
_MOST_QUESTIONS = 2


@dataclass(slots=True)
class _Doubt:
    """An item that waits for a person, with its picture from the moment the doubt arose."""

    item: CounterItem
    belief: Belief
    crop: Pixels


class Doubts:
    """What is asked about; belongs to the session's thread. An item is asked about once, by its newest belief."""

    def __init__(self) -> None:
        self._waiting: dict[int, _Doubt] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def item_ids(self) -> frozenset[int]:
        """The items that wait for a person."""
        return frozenset(self._waiting)

    def ask(self, item: CounterItem, belief: Belief, *, box: Box, frame: Frame) -> None:
        """Ask about an item that lies in ``box``; nothing is asked about a box without a part in the frame."""
        former = self._waiting.get(item.item_id)
        if former is not None:
            former.belief = belief
            return
        slices = crop_slices(box, width=frame.width, height=frame.height)
        if slices is not None:
            self._waiting[item.item_id] = _Doubt(item, belief, frame.pixels[slices].copy())

    def ask_afterwards(self, item: CounterItem, belief: Belief, crop: Pixels) -> None:
        """Ask about an item that has passed, with the picture that was taken of it."""
        self._waiting[item.item_id] = _Doubt(item, belief, crop)

    def settle(self, item_id: int) -> None:
        """Ask about this item no longer, if it was asked about."""
        self._waiting.pop(item_id, None)

    def keep(self, item_ids: Collection[int]) -> None:
        """Ask about no others than these."""
        self._waiting = {key: doubt for key, doubt in self._waiting.items() if key in item_ids}

    def clear(self) -> None:
        self._waiting.clear()

    def questions(self, products: Mapping[int, Product]) -> tuple[Question, ...]:
        """What a person is asked now, oldest first, with choices among ``products``."""
        asked = list(self._waiting.values())[:_MOST_QUESTIONS]
        return tuple(
            Question(
                track_id=doubt.item.track_id,
                box=doubt.item.box,
                outcome=Outcome.UNKNOWN if doubt.belief.outcome is Outcome.UNKNOWN else Outcome.POSSIBLE,
                choices=choices_among(doubt.belief.match, products),
                crop=doubt.crop,
            )
            for doubt in asked
        )


def choices_among(match: Match, products: Mapping[int, Product]) -> tuple[ProductChoice, ...]:
    """The best candidates that are still among the products, as answers to a question."""
    ranked = match.candidates[:_CHOICES]
    known = ((candidate, products.get(candidate.product_id)) for candidate in ranked)
    return tuple(
        ProductChoice(product.product_id, product.name, product.details.price_minor, candidate.score, product.picture)
        for candidate, product in known
        if product is not None
    )
