"""Finding items as change against the empty counter."""

from pathlib import Path

import numpy as np
import pytest

from core.geometry import iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Detections
from core.vision.detectors.change import ChangeDetector
from tests.core.vision.table import HEIGHT, WIDTH, Table

BOX = (200, 120, 290, 220)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "shop")
    folder.prepare()
    return folder


def ready(data: DataFolder, table: Table, **settings: object) -> ChangeDetector:
    """A detector that has learned the empty table by itself."""
    detector = ChangeDetector(DetectionSettings.model_validate(settings), data)
    for _ in range(15):
        assert len(detector.detect(table.frame())) == 0
    assert detector.is_learned
    return detector


def overlap(found: Detections, *items: tuple[int, int, int, int]) -> float:
    """The least IoU of an item with its best box."""
    return float(iou(np.array(items, np.float32), found.boxes).max(axis=1).min()) if len(found) else 0.0


def test_an_item_on_the_learned_counter_is_found_tightly(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    found = detector.detect(table.frame(BOX))
    assert len(found) == 1
    assert overlap(found, BOX) > 0.8
    assert 0 < found.scores[0] <= 1


def test_several_items_are_several_boxes_and_stay_found_for_long(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    items = (BOX, (400, 60, 480, 130), (60, 230, 150, 310))
    for _ in range(300):
        found = detector.detect(table.frame(*items))
    assert len(found) == 3
    assert overlap(found, *items) > 0.7


def test_a_soft_shadow_is_not_an_item(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    assert len(detector.detect(table.frame(shadow=(180, 100, 330, 240)))) == 0


def test_another_exposure_is_not_an_item(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    detector.detect(table.frame(BOX))
    found = detector.detect(table.frame(BOX, gain=0.85))
    assert len(found) == 1
    assert overlap(found, BOX) > 0.75


def test_slow_evening_light_is_followed(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    for step in range(400):
        found = detector.detect(table.frame(BOX, gain=1 - 0.0007 * step))
    assert len(found) == 1


def test_a_hand_is_not_an_item_and_hides_what_it_covers(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    for step in range(6):
        found = detector.detect(table.frame(hand=(300, 0, 360, 80 + 20 * step)))
        assert len(found) == 0
    assert len(found.hands) == 1


def test_an_item_pushed_to_the_border_is_an_item_once_it_rests(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    at_border = (WIDTH - 100, 150, WIDTH, 240)
    for _ in range(60):
        found = detector.detect(table.frame(at_border))
    assert overlap(found, at_border) > 0.7


def test_what_was_learned_with_the_counter_and_taken_away_leaves_no_ghost(data: DataFolder) -> None:
    table = Table()
    detector = ChangeDetector(DetectionSettings(), data)
    detector.learn_empty(table.frame(BOX))
    for _ in range(75):
        found = detector.detect(table.frame())
    assert len(found) == 0
    other = (400, 60, 480, 130)
    assert overlap(detector.detect(table.frame(other)), other) > 0.7


def test_two_items_that_touch_at_a_corner_are_two(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    first, second = (200, 100, 290, 190), (284, 184, 374, 274)
    found = detector.detect(table.frame(first, second))
    assert len(found) == 2
    assert overlap(found, first, second) > 0.6


def test_a_long_item_is_not_cut_in_two(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    found = detector.detect(table.frame((120, 150, 420, 210)))
    assert len(found) == 1


def test_the_learned_counter_is_there_after_a_restart(data: DataFolder) -> None:
    table = Table()
    ready(data, table)
    again = ChangeDetector(DetectionSettings(), data)
    again.detect(table.frame())
    assert again.is_learned
    assert overlap(again.detect(table.frame(BOX)), BOX) > 0.7


@pytest.mark.parametrize("name", ["empty-320x180.png", "empty-320x180.json"])
def test_a_damaged_picture_of_the_counter_is_learned_again(data: DataFolder, name: str) -> None:
    table = Table()
    ready(data, table)
    (data.empty_counter / name).write_bytes(b"{")
    detector = ready(data, table)
    assert overlap(detector.detect(table.frame(BOX)), BOX) > 0.7


def test_a_camera_that_was_turned_learns_its_new_view(data: DataFolder) -> None:
    detector = ready(data, Table())
    other = Table(seed=9)
    other._surface = np.flipud(other._surface) * np.linspace(0.3, 1.4, WIDTH, dtype=np.float32)[None, :, None]
    other.number = 15
    for _ in range(90):
        found = detector.detect(other.frame())
    assert detector.is_learned
    assert len(found) == 0


def test_what_lies_outside_the_counter_region_is_left_alone(data: DataFolder) -> None:
    table = Table()
    region = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    detector = ready(data, table, counter_region=region)
    found = detector.detect(table.frame(BOX, (480, 120, 560, 220)))
    assert len(found) == 1
    assert overlap(found, BOX) > 0.7


def test_a_more_sensitive_counter_finds_a_fainter_item(data: DataFolder) -> None:
    def faint(detector: ChangeDetector) -> int:
        frame = Table().frame()
        pixels = frame.pixels.copy()
        pixels[120:220, 200:290, 2] -= 16
        return len(detector.detect(type(frame).of(pixels, sequence=99, captured_at=0.6)))

    shy = ready(data, Table(), sensitivity=0.0)
    bold = ready(data, Table(), sensitivity=1.0)
    assert (faint(shy), faint(bold)) == (0, 1)


def test_boxes_stay_inside_the_picture(data: DataFolder) -> None:
    table = Table()
    detector = ready(data, table)
    for _ in range(60):
        found = detector.detect(table.frame((0, 0, 80, 90), (WIDTH - 70, HEIGHT - 80, WIDTH, HEIGHT)))
    assert (found.boxes >= 0).all()
    assert (found.boxes[:, 2] <= WIDTH).all()
    assert (found.boxes[:, 3] <= HEIGHT).all()
