"""Looks are taken when they are needed, settle a name, and start again when another item lies there."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.recognition.gallery import Gallery
from core.recognition.looks import LookBook
from core.recognition.recognizer import Recognizer
from core.sightings import Outcome, Track
from tests.core.recognition.shop import VectorShop

SHOP = VectorShop()


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return SHOP.recognizer()


def track(track_id: int = 1, left: float = 100.0, **changes: Any) -> Track:
    plain = Track(track_id, (left, 100.0, left + 80.0, 180.0), 0.9, 5, 0, is_moving=False, is_covered=False)
    return replace(plain, **changes)


def look(product: int, seed: int = 50) -> npt.NDArray[np.float32]:
    return np.asarray(SHOP.looks(product, 1, seed=seed)[0])


def settle(book: LookBook, recognizer: Recognizer, item: Track, product: int, now: float = 0.0) -> float:
    for seed in range(3):
        assert book.which([item], now) == (item.track_id,)
        book.add(item.track_id, look(product, 60 + seed), recognizer)
        now += 0.05
    return now


def test_a_new_item_is_looked_at_until_the_looks_agree(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    item = track()
    assert book.sighting(item).match is None
    now = settle(book, recognizer, item, 2)
    sighting = book.sighting(item)
    assert sighting.match is not None
    assert sighting.match.best is not None
    assert (sighting.match.best.product_id, sighting.looks, sighting.agreement) == (2, 3, 1.0)
    assert sighting.is_settled
    assert book.which([item], now) == ()


def test_after_a_while_a_settled_item_is_looked_at_again(recognizer: Recognizer) -> None:
    book = LookBook(looks=3, refresh=5.0)
    now = settle(book, recognizer, track(), 2)
    assert book.which([track()], now + 4.0) == ()
    assert book.which([track()], now + 5.1) == (1,)


def test_a_moving_item_is_glanced_at_now_and_then(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    moving = track(is_moving=True)
    assert book.which([moving], 0.0) == (1,)
    book.add(1, look(2, 70), recognizer)
    assert book.which([moving], 0.1) == ()
    assert book.which([moving], 0.4) == (1,)
    assert book.sighting(moving).match is not None


def test_an_item_whose_looks_never_agree_is_handed_to_a_person(recognizer: Recognizer) -> None:
    book = LookBook(looks=2)
    for number in range(6):
        book.which([track()], number * 0.05)
        book.add(1, look((2, 6)[number % 2], 90 + number), recognizer)
    sighting = book.sighting(track())
    assert sighting.is_settled
    assert sighting.match is not None
    assert sighting.match.outcome is not Outcome.KNOWN


@pytest.mark.parametrize("changes", [{"is_covered": True}, {"missed": 2}])
def test_covered_or_missed_items_are_left_alone(changes: dict[str, Any]) -> None:
    book = LookBook()
    assert book.which([track(**changes)], 0.0) == ()
    assert book.which([track()], 0.1) == (1,)


def test_a_moved_item_is_looked_at_again_and_keeps_its_name(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    now = settle(book, recognizer, track(), 2)
    assert book.which([track(left=160.0, is_moving=True)], now) == ()
    assert not book.sighting(track(left=160.0)).is_settled
    assert book.which([track(left=160.0)], now + 0.1) == (1,)
    book.add(1, look(2, 70), recognizer)
    assert book.sighting(track(left=160.0)).looks == 4
    assert book.sighting(track(left=160.0)).is_settled


def test_an_item_that_was_exchanged_starts_again(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    now = settle(book, recognizer, track(), 2)
    turned = track(box=(100.0, 100.0, 160.0, 200.0))
    assert book.which([turned], now) == (1,)
    match = book.add(1, look(6, 70), recognizer)
    assert match.best is not None
    assert match.best.product_id == 6
    sighting = book.sighting(turned)
    assert (sighting.looks, sighting.is_settled) == (1, False)
    assert book.which([turned], now + 0.1) == (1,)


def test_one_strange_look_of_a_resting_item_does_not_change_its_name(recognizer: Recognizer) -> None:
    book = LookBook(looks=3, refresh=1.0)
    now = settle(book, recognizer, track(), 2) + 2.0
    assert book.which([track()], now) == (1,)
    match = book.add(1, look(6, 71), recognizer)
    assert match.best is not None
    assert match.best.product_id == 2
    sighting = book.sighting(track())
    assert sighting.agreement == pytest.approx(0.75)
    assert not sighting.is_settled
    assert book.which([track()], now + 0.05) == (1,)


def test_an_exchange_that_nobody_saw_is_noticed_after_a_few_looks(recognizer: Recognizer) -> None:
    book = LookBook(looks=3, refresh=1.0)
    now = settle(book, recognizer, track(), 2) + 2.0
    for seed in range(8):
        if book.which([track()], now):
            book.add(1, look(6, 80 + seed), recognizer)
        now += 0.3
    match = book.sighting(track()).match
    assert match is not None
    assert match.best is not None
    assert match.best.product_id == 6


def test_a_stranger_settles_as_unknown(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    stranger = SHOP.looks(11, 6, seed=5)
    for number in range(3):
        assert book.which([track()], 0.1 * number) == (1,)
        book.add(1, stranger[number], recognizer)
    sighting = book.sighting(track())
    assert sighting.match is not None
    assert sighting.match.outcome is not Outcome.KNOWN


def doubtful(product: int, seed: int) -> npt.NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(size=look(product).shape)
    mixed = look(product, seed) + 8 * noise / np.linalg.norm(noise)
    return np.asarray(mixed / np.linalg.norm(mixed), np.float32)


def test_doubtful_looks_of_a_part_do_not_count_once_the_whole_is_seen(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    part, whole = track(), replace(track(), box=(100.0, 100.0, 260.0, 180.0))
    now = 0.0
    for _ in range(4):
        assert book.which([part], now) == (1,)
        assert book.add(1, doubtful(2, 60), recognizer).outcome is Outcome.UNKNOWN
        now += 0.05
    assert book.which([whole], now) == (1,)
    assert book.add(1, doubtful(2, 70), recognizer).outcome is Outcome.UNKNOWN
    assert book.sighting(whole).looks == 1


def test_doubtful_looks_of_an_item_on_its_way_add_up(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    for step in range(4):
        moved = track(left=100.0 + 40 * step)
        assert book.which([moved], 0.5 * step) == (1,)
        book.add(1, doubtful(2, 60), recognizer)
    assert book.sighting(moved).looks == 4


def test_new_items_come_before_those_in_doubt(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    book.which([track(1)], 0.0)
    book.add(1, look(2), recognizer)
    assert book.which([track(1), track(2, left=400.0)], 0.1) == (2, 1)


def test_an_item_that_stays_in_doubt_is_looked_at_now_and_then(recognizer: Recognizer) -> None:
    book = LookBook(looks=2, retry=1.0)
    now = 0.0
    for number in range(6):
        assert book.which([track()], now) == (1,)
        book.add(1, look((2, 6)[number % 2], 90 + number), recognizer)
        now += 0.05
    assert book.which([track()], now) == ()
    assert book.which([track()], now + 1.0) == (1,)


def test_a_new_recognizer_judges_the_looks_that_are_kept(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    settle(book, recognizer, track(), 2)
    gallery = Gallery(SHOP.dimension, "k")
    for product in (2, 3):
        gallery.add(40 + product, "New name", range(product * 10, product * 10 + 5), SHOP.looks(product, 5))
    book.rematch(gallery.build())
    sighting = book.sighting(track())
    assert sighting.match is not None
    assert sighting.match.best is not None
    assert sighting.match.best.product_id == 42
    assert sighting.looks == 3
    assert sighting.is_settled


def test_a_stranger_is_looked_at_twice_as_often_before_a_person_is_asked(recognizer: Recognizer) -> None:
    book = LookBook(looks=2)
    strange = np.asarray(np.random.default_rng(5).standard_normal((1, SHOP.dimension)), np.float32)
    settled = []
    for number in range(4):
        assert book.which([track()], number * 0.1) == (1,)
        book.add(1, strange / np.linalg.norm(strange), recognizer)
        settled.append(book.sighting(track()).is_settled)
    assert book.sighting(track()).match is not None
    assert settled == [False, False, False, True]


def test_an_empty_gallery_settles_as_unknown() -> None:
    book = LookBook(looks=2)
    empty = Gallery(SHOP.dimension, "k").build()
    for number in range(2):
        assert book.which([track()], number * 0.1) == (1,)
        book.add(1, look(0, number), empty)
    sighting = book.sighting(track())
    assert sighting.match is not None
    assert sighting.match.outcome is Outcome.UNKNOWN
    assert sighting.is_settled


def test_tracks_that_are_gone_are_forgotten(recognizer: Recognizer) -> None:
    book = LookBook()
    book.which([track()], 0.0)
    book.add(1, look(2), recognizer)
    assert book.vectors(1) is not None
    assert book.turn(1) == 1
    book.which([], 0.1)
    assert book.vectors(1) is None
    assert book.sighting(track()).match is None


def test_an_exchanged_item_gets_as_many_looks_as_a_new_one(recognizer: Recognizer) -> None:
    """However long the one before it lay there and was looked at."""

    def looks_until_a_person_is_asked(book: LookBook, item: Track, now: float) -> int:
        for count in range(20):
            if not book.which([item], now + 0.05 * count):
                return count
            book.add(1, look((4, 5, 6)[count % 3], 200 + count), recognizer)
        raise AssertionError("looked at for ever")

    expected = looks_until_a_person_is_asked(LookBook(looks=3), track(), 0.0)
    book = LookBook(looks=3, refresh=5.0)
    now = settle(book, recognizer, track(), 2)
    for seed in range(8):
        now += 6.0
        assert book.which([track()], now) == (1,)
        book.add(1, look(2, 90 + seed), recognizer)
    assert looks_until_a_person_is_asked(book, track(left=200.0), now + 1.0) == expected
    assert book.turn(1) == 11 + expected
