"""Selling on a belt: one after another under the camera, in motion."""

from collections import Counter as Tally

import numpy as np
import pytest

from core.cameras.demo_counter import DemoCounter
from core.cameras.demo_products import PRODUCTS
from core.cameras.demo_scene import TrueItem
from core.catalog.records import Product, ProductDetails
from core.checkout.session import CheckoutSession
from core.checkout.stability import is_whole
from core.frames import Frame
from core.settings import CheckoutSettings
from core.sightings import Candidate, Detections, Match, Outcome, Sighting, Track
from core.vision.tracker import Tracker
from tests.core.checkout.shelf import START, MemoryJournal, MemoryLog, counter, sale, seen

SHELF = {
    number: Product(
        number,
        ProductDetails(name=product.name, price_minor=100),
        20,
        is_archived=False,
        picture=None,
        created_at=START,
    )
    for number, product in enumerate(PRODUCTS, 1)
}
NUMBERS = {product.name: number for number, product in SHELF.items()}
PIXELS = np.zeros((360, 640, 3), np.uint8)


class Belt:
    """The drawn belt with its true boxes, some of them missed, seen by the real tracker and checkout."""

    def __init__(self, seed: int, *, missed: float) -> None:
        self.source = DemoCounter.from_uri(f"demo:?script=belt&seed={seed}&items=5", width=640, height=360, fps=15)
        self.journal = MemoryJournal()
        self.session = CheckoutSession(
            sale(), journal=self.journal, items=MemoryLog(), products=SHELF, settings=CheckoutSettings(mode="belt")
        )
        self._tracker = Tracker()
        self._looks: dict[int, int] = {}
        self._missed = missed
        self._random = np.random.default_rng(seed)

    def run(self, frames: int) -> Tally[str]:
        """Let the belt run; what really passed."""
        passed: dict[int, str] = {}
        for number in range(frames):
            things = [thing for thing in self.source.truth(number) if thing.visible > 0.3]
            passed |= {thing.item_id: thing.name for thing in things}
            seen_boxes = [thing.box for thing in things if self._random.random() >= self._missed]
            boxes = np.array(seen_boxes, np.float32).reshape(-1, 4)
            found = Detections(boxes, np.full(len(boxes), 0.9, np.float32))
            tracks = self._tracker.update(found, width=640, height=360, captured_at=number / 15)
            frame = Frame(PIXELS, number, number / 15, number / 15)
            self.session.observe(tuple(self._sighting(track, things) for track in tracks), frame)
        return Tally(passed.values())

    def sold(self) -> Tally[str]:
        return Tally({line.name: line.quantity for line in self.session.view().lines if not line.is_voided})

    def _sighting(self, track: Track, things: list[TrueItem]) -> Sighting:
        """As the looks would have it: settled after the third, by the item that is under the middle of the box."""
        x, y = (track.box[0] + track.box[2]) / 2, (track.box[1] + track.box[3]) / 2
        under = [one for one in things if one.box[0] <= x <= one.box[2] and one.box[1] <= y <= one.box[3]]
        if not under or track.missed:
            return Sighting(track, None, 0, 0.0, is_settled=False)
        looks = self._looks[track.track_id] = self._looks.get(track.track_id, 0) + 1
        match = Match(Outcome.KNOWN, (Candidate(NUMBERS[under[0].name], under[0].name, 0.9),))
        return Sighting(track, match, min(looks // 4, 3), 1.0, is_settled=looks >= 12)


@pytest.mark.parametrize("seed", [3, 9])
@pytest.mark.parametrize("missed", [0.0, 0.25])
def test_what_passed_is_in_the_basket_as_often_as_it_passed(seed: int, missed: float) -> None:
    belt = Belt(seed, missed=missed)
    passed = belt.run(300)
    assert passed.total() == 5
    assert belt.sold() == passed
    assert belt.session.open_questions == 0


def test_an_item_that_has_left_keeps_its_line() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1, at=(200, 200), moving=True))
    desk.shows(seconds=60)
    assert desk.amounts() == {"Product 1": 1}
    desk.shows(seen(2, 1, at=(200, 200), moving=True))
    assert desk.amounts() == {"Product 1": 2}


def test_a_track_that_breaks_on_the_way_is_the_same_piece() -> None:
    desk = counter(mode="belt")
    for step in range(6):
        desk.shows(seen(1, 1, at=(100 + 20 * step, 200), moving=True))
    desk.shows(seconds=1.0)
    desk.shows(seen(2, 1, at=(100 + 20 * 5 + 220, 200), moving=True))
    assert desk.amounts() == {"Product 1": 1}


def test_a_twin_close_behind_is_another_piece() -> None:
    desk = counter(mode="belt")
    for step in range(6):
        desk.shows(seen(1, 1, at=(400 + 20 * step, 200), moving=True))
    desk.shows(seconds=0.3)
    desk.shows(seen(2, 1, at=(250, 200), moving=True))
    assert desk.amounts() == {"Product 1": 2}


def test_what_is_cut_off_by_the_border_is_not_named_yet() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1, at=(-20, 200), moving=True))
    desk.shows(seen(1, 1, at=(0, 200), moving=True))
    assert desk.amounts() == {}
    desk.shows(seen(1, 1, at=(30, 200), moving=True))
    assert desk.amounts() == {"Product 1": 1}
    desk.shows(seen(1, 2, at=(590, 200), moving=True))
    assert desk.amounts() == {"Product 1": 1}, "a last glance at half an item changes nothing"


def test_an_item_as_long_as_the_picture_is_whole() -> None:
    assert is_whole((0, 100, 639, 200), width=640, height=480)
    assert not is_whole((0, 100, 200, 200), width=640, height=480)
    assert not is_whole((100, 400, 200, 480), width=640, height=480)


def test_a_doubtful_item_is_asked_about_after_it_has_passed() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1, at=(200, 200), moving=True, outcome=Outcome.POSSIBLE))
    desk.shows(seconds=30)
    (question,) = desk.session.questions()
    desk.session.answer(question.track_id, 2)
    assert desk.amounts() == {"Product 2": 1}
    assert desk.session.questions() == ()


def test_nothing_passes_unasked_because_it_was_too_quick() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1, at=(200, 200), moving=True, settled=False))
    assert desk.session.questions() == ()
    desk.shows(seconds=2)
    (question,) = desk.session.questions()
    assert question.crop.shape == (80, 80, 3)
    desk.session.answer(question.track_id, 1)
    assert desk.amounts() == {"Product 1": 1}


def test_questions_about_what_has_passed_end_with_the_sale() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1, at=(200, 200)), seen(2, 2, at=(400, 200), outcome=Outcome.POSSIBLE))
    desk.shows(seconds=2)
    desk.session.pay("cash")
    desk.journal.open_next()
    desk.shows(seconds=2)
    assert desk.session.questions() == ()
    assert desk.amounts() == {}
