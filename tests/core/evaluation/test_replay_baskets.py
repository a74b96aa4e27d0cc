"""What a cashier would be paid for what lies there, frame by frame, with a real checkout behind it."""

import numpy as np

from core.evaluation.truth import TrueFrame, TrueObject, Truth
from core.frames import Frame
from core.pipeline import Observation, Timings
from core.replay import Replayed
from core.replay_baskets import BasketReader, PaidSale
from core.sightings import Detections
from tests.core.checkout.shelf import SHELF, counter, seen

RATE = 10.0
WIDTH, HEIGHT = 640, 480
SETTLING = 8
"""Frames after which the looks at an item agree."""

PLACES = {1: (100, 100), 2: (300, 100), 3: (300, 300)}


def sales(*frames: str) -> list[PaidSale]:
    """The sales of a clip with a word for each frame, a digit for each product that lies there and is seen."""
    told = tuple(TrueFrame(number, tuple(_thing(int(digit)) for digit in word)) for number, word in enumerate(frames))
    reader = BasketReader(Truth(RATE, (WIDTH, HEIGHT), told, tells_motion=False), is_unrelated=False)
    desk = counter()
    came: dict[str, int] = {}
    for truth, word in zip(told, frames, strict=True):
        came = {digit: came.get(digit, truth.number) for digit in word}
        sightings = tuple(
            # A product comes once in a frame, so with the frame of its coming its number is never used again.
            seen(10 * at + int(digit), int(digit), at=PLACES[int(digit)], settled=truth.number - at >= SETTLING)
            for digit, at in came.items()
        )
        desk.shows(*sightings)
        pixels = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
        frame = Frame.of(pixels, sequence=truth.number, captured_at=truth.number / RATE)
        observation = Observation(frame, sightings, Detections.none(), Timings(0.0, 0.0, 0.0))
        is_item = np.zeros(0, np.bool_)
        replayed = Replayed(
            observation, Detections.none(), is_item, frame.captured_at, desk.session.view(), desk.session, 0.0
        )
        reader.add(replayed, truth, None)
        desk.journal.open_next()
    reader.finish()
    return reader.sales


def _thing(product: int) -> TrueObject:
    x, y = PLACES[product]
    return TrueObject(SHELF[product].details.name, (x / WIDTH, y / HEIGHT, (x + 80) / WIDTH, (y + 80) / HEIGHT))


def test_a_customer_pays_once_while_the_items_are_taken_away() -> None:
    paid = sales(*[""] * 5, *["12"] * 20, *["1"] * 20, *[""] * 20, *["3"] * 20, *[""] * 5)
    assert [sale.basket.true for sale in paid] == [("product_1", "product_2"), ("product_3",)]
    assert all(sale.basket.is_exact for sale in paid)


def test_a_customer_who_puts_an_item_back_at_once_pays_for_the_others() -> None:
    """Another one has paid before; nobody could have sold what lay there for half a second."""
    paid = sales(*["3"] * 20, *[""] * 20, *["1"] * 20, *["12"] * 5, *["1"] * 20, *[""] * 20)
    assert [sale.basket.true for sale in paid] == [("product_3",), ("product_1",)]
    assert [sale.basket.read for sale in paid] == [("product_3",), ("product_1",)]
