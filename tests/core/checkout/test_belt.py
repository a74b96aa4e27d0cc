"""Selling on a belt: one after another under the camera, in motion."""

from collections import Counter as Tally

import pytest

from core.checkout.stability import is_whole
from core.sightings import Outcome
from tests.core.checkout.drawn_counter import DrawnCounter
from tests.core.checkout.shelf import counter, seen


@pytest.mark.parametrize("seed", [3, 9])
@pytest.mark.parametrize("missed", [0.0, 0.25])
def test_what_passed_is_in_the_basket_as_often_as_it_passed(seed: int, missed: float) -> None:
    belt = DrawnCounter("belt", seed, items=5, mode="belt", missed=missed)
    belt.run(range(200))
    assert len(belt.passed) == 5
    assert belt.sold() == Tally(belt.passed.values())
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


def test_an_item_seen_whole_and_in_part_is_one_and_nobody_is_asked_about_the_part() -> None:
    desk = counter(mode="belt")
    for step in range(4):
        whole = seen(1, 1, at=(200 + 20 * step, 200), moving=True)
        part = seen(2, 1, at=(202 + 20 * step, 202), size=(40, 70), moving=True, settled=False)
        desk.shows(whole, part)
    desk.shows()
    assert desk.amounts() == {"Product 1": 1}
    assert desk.session.open_questions == 0
