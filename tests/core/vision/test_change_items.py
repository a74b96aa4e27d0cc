"""Finding items as change against the empty counter, on a drawn counter."""

from pathlib import Path

import numpy as np
import pytest

from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detectors.change import ChangeDetector
from tests.core.vision.counter_scene import HEIGHT, WIDTH, Pack, Scene
from tests.core.vision.counter_watch import BAR, CARTON, TIN, fit, ready, rest


def test_items_are_found_tightly_at_once_and_stay_found(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, frames=3)
    found = detector.detect(scene.frame(CARTON, BAR, TIN))
    assert len(found) == 3
    assert fit(found, CARTON, BAR, TIN) > 0.8
    assert ((found.scores > 0.3) & (found.scores <= 1)).all()
    found = rest(detector, scene, CARTON, BAR, TIN, frames=60)
    assert len(found) == 3
    assert fit(found, CARTON, BAR, TIN) > 0.8


def test_the_box_of_a_resting_item_stands_still(data: DataFolder) -> None:
    scene = Scene(noise=4.0)
    detector = ready(data, scene)
    first = rest(detector, scene, CARTON, frames=20)
    again = rest(detector, scene, CARTON, frames=15)
    assert np.array_equal(first.boxes, again.boxes)


def test_two_items_that_touch_at_a_corner_are_two(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    first, second = Pack(220, 140, angle=0), Pack(308, 198, angle=0, color=(60, 90, 190))
    found = rest(detector, scene, first, second)
    assert len(found) == 2
    assert fit(found, first, second) > 0.7


def test_a_long_item_is_not_cut_in_two(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    for angle in (0, 30, 65):
        assert len(rest(detector, scene, Pack(300, 180, width=240, length=50, angle=angle), frames=23)) == 1


def test_what_lies_outside_the_counter_region_is_left_alone(data: DataFolder) -> None:
    scene = Scene()
    left_half = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    detector = ready(data, scene, counter_region=left_half)
    found = rest(detector, scene, CARTON, BAR)
    assert len(found) == 1
    assert fit(found, CARTON) > 0.75


def test_what_lies_in_the_ignored_border_is_left_alone(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene, ignored_border=0.2)
    found = rest(detector, scene, CARTON, TIN.at(50, 40), frames=25)
    assert len(found) == 1
    assert fit(found, CARTON) > 0.75


def test_items_smaller_than_the_smallest_are_noise(data: DataFolder) -> None:
    scene = Scene()
    gum = Pack(400, 100, width=30, length=20)
    assert len(rest(ready(data, scene), scene, gum)) == 1
    assert len(rest(ready(data, scene, smallest_item=0.01), scene, gum)) == 0


def test_boxes_stay_inside_the_picture(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    found = rest(detector, scene, TIN.at(20, 20), TIN.at(WIDTH - 20, HEIGHT - 15), frames=30)
    assert len(found) == 2
    assert (found.boxes >= 0).all()
    assert (found.boxes[:, 2] <= WIDTH).all()
    assert (found.boxes[:, 3] <= HEIGHT).all()


def test_the_same_frames_give_the_same_boxes(data: DataFolder, tmp_path: Path) -> None:
    def run(folder: DataFolder) -> list[list[float]]:
        scene = Scene()
        detector = ready(folder, scene)
        boxes: list[list[float]] = rest(detector, scene, CARTON, BAR, frames=6).boxes.tolist()
        return boxes

    assert run(data) == run(DataFolder(tmp_path / "other"))


def test_items_put_down_together_a_hair_apart_are_two(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    first = Pack(220, 140, width=130, length=80, angle=-10)
    second = Pack(310, 220, width=110, length=54, angle=-10, color=(60, 40, 110))
    found = rest(detector, scene, first, second)
    assert len(found) == 2
    assert fit(found, first, second) > 0.7


def test_a_pack_with_a_band_in_the_color_of_the_counter_is_one(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    pack = Pack(300, 180, width=140, length=70, angle=20, has_label=False)
    band = Pack(300, 180, width=8, length=70, angle=20, color=scene.ground, has_label=False, casts_shadow=False)
    assert len(rest(detector, scene, pack, band)) == 1


def test_a_small_item_beside_a_large_one_is_an_item(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    large = Pack(250, 180, width=150, length=110)
    gum = Pack(350, 150, width=26, length=52, color=(60, 90, 190))
    rest(detector, scene, large)
    found = rest(detector, scene, large, gum)
    assert len(found) == 2
    assert fit(found, large, gum) > 0.7


@pytest.mark.parametrize("size", [(8, 8), (33, 17), (161, 121), (90, 700)])
def test_frames_of_any_size_and_content_are_survived(data: DataFolder, size: tuple[int, int]) -> None:
    random = np.random.default_rng(size)
    detector = ChangeDetector(DetectionSettings(), data)
    for number in range(30):
        pixels = np.full((size[1], size[0], 3), 128, np.uint8)
        if number > 18:
            pixels = random.integers(0, 256, pixels.shape, np.uint8)
        if number in {25, 26}:
            pixels[:] = 0
        found = detector.detect(Frame.of(pixels, sequence=number, captured_at=number / 12))
        assert (found.boxes >= 0).all()
        assert (found.boxes[:, 2:] <= size).all()
        assert len(found.scores) == len(found)
