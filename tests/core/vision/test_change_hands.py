"""Hands that bring, move and take items."""

from core.paths import DataFolder
from tests.core.vision.counter_scene import WIDTH, Hand, Pack, Scene
from tests.core.vision.counter_watch import BAR, CARTON, TIN, fit, ready, rest


def test_an_item_taken_away_is_gone(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    assert len(rest(detector, scene, CARTON, BAR, frames=20)) == 2
    found = rest(detector, scene, BAR, frames=10)
    assert len(found) == 1
    assert fit(found, BAR) > 0.8


def test_an_item_that_was_pushed_is_found_at_its_new_place(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, CARTON, frames=20)
    for step in range(1, 9):
        detector.detect(scene.frame(CARTON.at(200 + 4 * step, 150)))
    moved = CARTON.at(232, 150)
    found = rest(detector, scene, moved, frames=15)
    assert len(found) == 1
    assert fit(found, moved) > 0.8


def test_a_hand_that_brings_an_item_is_no_item_until_it_lets_go(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, frames=3)
    for step in range(20):
        held = TIN.at(330, -40 + 10 * step)
        found = detector.detect(scene.frame(held, hand=Hand(330, held.y, from_x=360)))
        assert len(found) == 0
    assert len(found.hands) > 0
    placed = TIN.at(330, 150)
    for step in range(20):
        detector.detect(scene.frame(placed, hand=Hand(330 + step, 150 - 12 * step, from_x=360)))
    found = rest(detector, scene, placed, frames=10)
    assert len(found) == 1
    assert len(found.hands) == 0
    assert fit(found, placed) > 0.75


def test_a_hand_over_resting_items_takes_none_of_them_along(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, CARTON, BAR, frames=20)
    for step in range(15):
        over = Hand(200, -20 + 12 * step, from_x=210)
        found = detector.detect(scene.frame(CARTON, BAR, hand=over))
        assert fit(found, BAR) > 0.75
    assert len(found.hands) > 0
    for step in range(8):
        detector.detect(scene.frame(CARTON, BAR, hand=Hand(200, 148 - 24 * step, from_x=210)))
    found = rest(detector, scene, CARTON, BAR, frames=2)
    assert len(found) == 2
    assert fit(found, CARTON, BAR) > 0.75


def test_an_item_pushed_to_the_border_is_an_item_once_it_rests(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    for step in range(20):
        found = detector.detect(scene.frame(TIN.at(WIDTH - 150 + 6 * step, 200)))
    at_border = TIN.at(WIDTH - 30, 200)
    assert len(rest(detector, scene, at_border, frames=3)) == 0
    found = rest(detector, scene, at_border, frames=25)
    assert len(found) == 1
    assert fit(found, at_border) > 0.7


def test_items_put_side_by_side_one_after_the_other_are_two(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    first, second = Pack(200, 180), Pack(291, 180)
    rest(detector, scene, first, frames=20)
    found = rest(detector, scene, first, second, frames=20)
    assert len(found) == 2
    assert fit(found, first, second) > 0.75
