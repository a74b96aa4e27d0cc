"""Hands that bring, move and take items."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detectors.change import ChangeDetector
from tests.core.vision.counter_scene import WIDTH, Color, Hand, Pack, Scene
from tests.core.vision.counter_watch import BAR, CARTON, TIN, fit, last, ready, rest


def test_an_item_taken_away_is_gone(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    assert len(rest(detector, scene, CARTON, BAR, frames=20)) == 2
    found = rest(detector, scene, BAR, frames=10)
    assert len(found) == 1
    assert fit(found, BAR) > 0.8


@pytest.mark.parametrize("paler", [1.3, 1.4])
def test_a_plain_item_in_a_paler_tone_of_the_counter_is_gone_when_it_is_taken(data: DataFolder, paler: float) -> None:
    scene = Scene()
    detector = ready(data, scene)
    pale = CARTON.plain(_paler(scene, paler))
    assert fit(rest(detector, scene, pale, BAR, frames=20), pale, BAR) > 0.75
    found = rest(detector, scene, BAR, frames=6)
    assert len(found) == 1
    assert fit(found, BAR) > 0.8


def test_an_arm_that_rested_in_a_sleeve_like_the_counter_leaves_nothing_behind(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    arm = Hand(300, 220, from_x=320, sleeve=_paler(scene, 1.3))
    ways = [*range(-20, 220, 16), *[220] * 15, *range(220, -40, -26)]
    for way in ways:
        detector.detect(scene.frame(hand=replace(arm, y=way)))
    assert len(rest(detector, scene, frames=6)) == 0


@pytest.mark.parametrize("paler", [1.3, 1.4])
def test_a_pale_item_stays_in_a_shadow_that_makes_it_as_dark_as_the_counter(data: DataFolder, paler: float) -> None:
    scene = Scene()
    detector = ready(data, scene)
    pale = CARTON.plain(_paler(scene, paler))
    rest(detector, scene, pale, frames=20)
    for step in range(20):
        shadow = Pack(-50 + 12 * step, 150, width=200, length=200, is_shadow=True)
        found = detector.detect(scene.frame(pale, shadow, shade=1 / paler))
        assert len(found) == 1
        assert fit(found, pale) > 0.75
    found = last(detector, (scene.frame(pale, shadow, shade=1 / paler) for _ in range(10)))
    assert len(found) == 1


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


def _paler(scene: Scene, times: float) -> Color:
    red, green, blue = (min(255, round(level * times)) for level in scene.ground)
    return red, green, blue


def test_a_pale_item_stays_in_a_shadow_on_a_counter_without_grain(tmp_path: Path) -> None:
    """Nothing in its place tells it from the empty counter then; the counter beside it is as dark."""
    data = DataFolder(tmp_path)
    data.prepare()
    detector = ChangeDetector(DetectionSettings(), data)

    def shows(*, item: bool, light: float, second: int) -> int:
        found = 0
        for step in range(15):
            pixels = np.full((360, 640, 3), 140, np.float32)
            if item:
                pixels[140:220, 260:380] = 185
            pixels[80:280, 200:440] *= light
            moment = second + step / 15
            frame = Frame(pixels=pixels.astype(np.uint8), sequence=round(15 * moment), captured_at=moment)
            found = len(detector.detect(frame))
        return found

    detector.learn_empty(Frame(pixels=np.full((360, 640, 3), 140, np.uint8), sequence=0, captured_at=0.0))
    counts = [shows(item=True, light=1.0, second=second) for second in range(1, 5)]
    counts += [shows(item=True, light=140 / 185, second=second) for second in range(5, 9)]
    assert counts[-5:] == [1] * 5
    assert [shows(item=False, light=1.0, second=second) for second in range(9, 12)][-1] == 0
