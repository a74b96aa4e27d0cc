"""A network and change detection together: what each adds, what neither may take for an item."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import UserError
from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Box, Boxes, Detections, no_boxes
from core.vision.detector import open_detector
from core.vision.detectors.furniture import FurnitureStore
from core.vision.detectors.fused import FusedDetector, fuse, unexplained
from tests.core.vision.counter_scene import HEIGHT, WIDTH, Pack, Scene
from tests.core.vision.foreign_graphs import save_graph
from tests.core.vision.tiny_networks import write_card

CELLS = (9, 16)
PACK = Pack(300, 160, angle=0)
OTHER = Pack(120, 250, color=(60, 90, 190), angle=0)


def found(*boxes: Box, scores: tuple[float, ...] | None = None, hands: Boxes | None = None) -> Detections:
    values = np.array(scores or [0.9] * len(boxes), np.float32)
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), values, no_boxes() if hands is None else hands)


def open_fused(folder: Path, *items: tuple[Box, float]) -> FusedDetector:
    """A fused detector whose network sees the same boxes in every picture, with the given beliefs."""
    centers = np.zeros((1, 1, *CELLS), np.float32)
    sides = np.ones((1, 4, *CELLS), np.float32)
    for (x0, y0, x1, y1), belief in items:
        column, row = int((x0 + x1) / 2 / WIDTH * CELLS[1]), int((y0 + y1) / 2 / HEIGHT * CELLS[0])
        x, y = (column + 0.5) * WIDTH / CELLS[1], (row + 0.5) * HEIGHT / CELLS[0]
        centers[0, 0, row, column] = belief
        sides[0, :, row, column] = (x - x0, y - y0, x1 - x, y1 - y)
    home = DataFolder(folder).models / "given"
    save_graph(home / "tiny.onnx", {"centers": centers, "sides": sides}, image=("images", (1, 3, HEIGHT, WIDTH)))
    tree = {
        "kind": "detector",
        "name": "given",
        "file": "tiny.onnx",
        "license": "Apache-2.0",
        "source": "a test",
        "decoder": "center",
        "input": {"name": "images", "width": WIDTH, "height": HEIGHT},
        "outputs": {"centers": "centers", "sides": "sides"},
    }
    write_card(home / "card.toml", tree)
    settings = DetectionSettings(method="both", model="given", threshold=0.4)
    detector = open_detector(settings, data=DataFolder(folder), runtime="onnxruntime", threads=1)
    assert isinstance(detector, FusedDetector)
    return detector


def watch(detector: FusedDetector, scene: Scene, *packs: Pack, frames: int) -> Detections:
    seen = Detections.none()
    for _ in range(frames):
        seen = detector.detect(scene.frame(*packs))
    return seen


def shows(seen: Detections, pack: Pack) -> bool:
    """Whether exactly one box shows the pack."""
    if not len(seen):
        return False
    overlaps: npt.NDArray[np.float32] = iou(seen.boxes, np.array([pack.box], np.float32))
    return int((overlaps >= 0.6).sum()) == 1


def test_the_network_finds_what_changes_too_little(tmp_path: Path) -> None:
    detector, scene = open_fused(tmp_path, (PACK.box, 0.7)), Scene()
    seen = watch(detector, scene, frames=40)
    assert detector.is_learned
    assert shows(seen, PACK)


def test_change_finds_what_the_network_has_no_eye_for_once_it_lies_still(tmp_path: Path) -> None:
    detector, scene = open_fused(tmp_path), Scene()
    detector.learn_empty(scene.frame())
    watch(detector, scene, frames=5)
    assert not shows(watch(detector, scene, PACK, frames=5), PACK)
    assert shows(watch(detector, scene, PACK, frames=20), PACK)


def test_a_faint_belief_and_a_change_make_an_item_at_once(tmp_path: Path) -> None:
    detector, scene = open_fused(tmp_path, (PACK.box, 0.2)), Scene()
    detector.learn_empty(scene.frame())
    assert not shows(watch(detector, scene, frames=5), PACK)
    assert shows(watch(detector, scene, PACK, frames=3), PACK)


def test_both_see_one_item_once(tmp_path: Path) -> None:
    detector, scene = open_fused(tmp_path, (PACK.box, 0.9)), Scene()
    assert len(detector.detect(scene.frame())) == 1
    watch(detector, scene, PACK, OTHER, frames=30)
    detector = open_fused(tmp_path / "second", (PACK.box, 0.9))
    scene = Scene()
    detector.detect(scene.frame())
    detector.learn_empty(scene.frame())
    seen = watch(detector, scene, PACK, OTHER, frames=30)
    assert shows(seen, PACK)
    assert shows(seen, OTHER)
    assert len(seen) == 2


def test_what_the_network_sees_on_the_empty_counter_belongs_to_it_until_something_lies_there(tmp_path: Path) -> None:
    detector, scene = open_fused(tmp_path, (PACK.box, 0.9)), Scene()
    assert len(detector.detect(scene.frame())) == 1
    detector.learn_empty(scene.frame())
    assert len(watch(detector, scene, frames=20)) == 0
    assert shows(watch(detector, scene, PACK, frames=3), PACK)


def test_what_belongs_to_the_counter_is_known_after_a_restart(tmp_path: Path) -> None:
    scene = Scene()
    open_fused(tmp_path, (PACK.box, 0.9)).learn_empty(scene.frame())
    again = open_fused(tmp_path, (PACK.box, 0.9))
    assert len(watch(again, scene, frames=3)) == 0
    assert again.is_learned


@pytest.mark.parametrize("content", ["[]", "{", '{"version": 9, "boxes": []}', '{"version": 1, "boxes": [[1, 2]]}'])
def test_a_damaged_file_of_what_belongs_to_the_counter_is_not_used(tmp_path: Path, content: str) -> None:
    store = FurnitureStore(DataFolder(tmp_path))
    store.save(np.array([PACK.box], np.float32), WIDTH, HEIGHT)
    np.testing.assert_allclose(store.load(WIDTH, HEIGHT), [PACK.box], atol=0.01)
    (path,) = DataFolder(tmp_path).empty_counter.glob("furniture-*.json")
    path.write_text(content, encoding="utf-8")
    assert len(store.load(WIDTH, HEIGHT)) == 0


def test_what_belonged_to_one_counter_belongs_to_no_other(tmp_path: Path) -> None:
    """The camera was turned to another counter while an item lay where the network had seen a part of the first."""
    detector, scene = open_fused(tmp_path, (PACK.box, 0.9)), Scene()
    detector.learn_empty(scene.frame())
    assert len(watch(detector, scene, frames=20)) == 0
    elsewhere = Scene(seed=5, ground=(70, 96, 120), count=scene.count)
    seen = watch(detector, elsewhere, PACK, frames=90)
    assert detector.is_learned
    assert [type(notice) for notice in detector.take_notices()] == [UserError]
    assert shows(seen, PACK)
    again = open_fused(tmp_path, (PACK.box, 0.9))
    assert shows(watch(again, elsewhere, PACK, frames=3), PACK), "after a restart too"


def test_what_belongs_to_the_counter_belongs_to_it_in_another_light(tmp_path: Path) -> None:
    """The light is so strange that the counter is learned anew."""
    detector, scene = open_fused(tmp_path, (PACK.box, 0.9)), Scene()
    detector.learn_empty(scene.frame())
    for ground in ((70, 96, 120), scene.ground):
        elsewhere = Scene(ground=ground, count=scene.count)
        seen = watch(detector, elsewhere, frames=90)
        scene.count = elsewhere.count
        assert len(detector.take_notices()) == 1
        assert detector.is_learned
        assert len(seen) == 0


def test_until_the_counter_is_known_the_network_works_alone(tmp_path: Path) -> None:
    detector = open_fused(tmp_path, (PACK.box, 0.9), (OTHER.box, 0.2))
    seen = detector.detect(Scene().frame())
    assert not detector.is_learned
    assert shows(seen, PACK)
    assert len(seen) == 1


def test_frames_of_another_size_start_anew(tmp_path: Path) -> None:
    detector, scene = open_fused(tmp_path, (PACK.box, 0.9)), Scene()
    detector.learn_empty(scene.frame())
    wide = np.full((2 * HEIGHT, 2 * WIDTH, 3), 120, np.uint8)
    assert len(detector.detect(Frame.of(wide, sequence=1, captured_at=100.0))) == 1


def test_the_network_is_believed_from_the_threshold_on_or_where_change_agrees() -> None:
    seen = found((0, 0, 50, 50), (100, 0, 150, 50), (200, 0, 250, 50), scores=(0.5, 0.2, 0.2))
    items = fuse(found((109, 0, 150, 50), scores=(0.7,)), seen, threshold=0.4)
    np.testing.assert_allclose(items.boxes, [(0, 0, 50, 50), (107, 0, 150, 50)])
    np.testing.assert_allclose(items.scores, [0.5, 0.7])


@pytest.mark.parametrize(("belief", "count"), [(0.42, 0), (0.5, 1)])
def test_a_box_full_of_hand_must_be_believed_more(belief: float, count: int) -> None:
    hands = np.array([(0, 0, 60, 30), (0, 30, 60, 60)], np.float32)
    items = fuse(found(hands=hands), found((5, 5, 55, 55), scores=(belief,)), threshold=0.4)
    assert len(items) == count


@pytest.mark.parametrize("belief", [0.5, 0.8])
def test_a_box_that_joins_what_change_has_parted_must_be_believed_more(belief: float) -> None:
    changed = found((0, 0, 50, 100), (50, 0, 95, 100))
    items = fuse(changed, found((10, 0, 90, 60), scores=(belief,)), threshold=0.4)
    assert len(items) == int(belief > 0.7)


def test_boxes_that_part_one_change_stand() -> None:
    items = fuse(found((0, 0, 200, 100)), found((0, 0, 95, 100), (105, 0, 200, 100), scores=(0.5, 0.45)), threshold=0.4)
    assert len(items) == 2


@pytest.mark.parametrize(("belief", "count"), [(0.45, 2), (0.6, 3)])
def test_a_box_on_the_seam_of_two_items_must_be_believed_more(belief: float, count: int) -> None:
    left, right, seam = (100, 100, 200, 200), (205, 100, 305, 200), (150, 105, 250, 195)
    assert len(fuse(found(), found(left, right, seam, scores=(0.8, 0.7, belief)), threshold=0.4)) == count


def test_a_small_item_on_a_large_one_is_no_seam() -> None:
    large, small = (100, 100, 300, 300), (150, 150, 200, 190)
    assert len(fuse(found(), found(large, small, scores=(0.8, 0.45)), threshold=0.4)) == 2


def test_two_readings_of_one_item_are_one_when_change_tells_how_large_it_is() -> None:
    whole, upper, lower = (100, 100, 300, 400), (100, 100, 300, 270), (100, 180, 300, 385)
    assert float(iou(np.array([upper], np.float32), np.array([lower], np.float32))[0, 0]) < 0.5
    items = fuse(found(whole), found(lower, upper, scores=(0.6, 0.45)), threshold=0.4)
    assert len(items) == 1


@pytest.mark.parametrize("change", [(2, 2, 98, 100), (20, 20, 60, 60), (0, 0, 200, 100)])
def test_a_change_that_items_account_for_is_no_other_item(change: Box) -> None:
    boxes, _ = unexplained(found(change), found((0, 0, 100, 100), (100, 0, 200, 100)))
    assert len(boxes) == 0


def test_boxes_of_one_item_that_differ_give_the_surer_one() -> None:
    seen, changed = found((0, 0, 60, 100), scores=(0.5,)), found((20, 0, 90, 100), scores=(0.9,))
    np.testing.assert_array_equal(fuse(changed, seen, threshold=0.4).boxes, [(20, 0, 90, 100)])
    seen, changed = found((0, 0, 60, 100), scores=(0.9,)), found((20, 0, 90, 100), scores=(0.5,))
    np.testing.assert_array_equal(fuse(changed, seen, threshold=0.4).boxes, [(0, 0, 60, 100)])


def test_an_item_accounts_for_one_change_alone() -> None:
    boxes, _ = unexplained(found((0, 0, 100, 100), (20, 20, 60, 60)), found((0, 0, 100, 100)))
    np.testing.assert_array_equal(boxes, [(20, 20, 60, 60)])


def test_the_rest_of_a_change_beside_an_item_may_be_another() -> None:
    boxes, scores = unexplained(found((0, 0, 200, 100), scores=(0.6,)), found((0, 5, 90, 95)))
    np.testing.assert_array_equal(boxes, [[90, 0, 200, 100]])
    np.testing.assert_allclose(scores, [0.6])


def test_without_changes_or_items_nothing_needs_an_explanation() -> None:
    assert len(unexplained(Detections.none(), found((0, 0, 9, 9)))[0]) == 0
    boxes, _ = unexplained(found((0, 0, 9, 9)), Detections.none())
    np.testing.assert_array_equal(boxes, [[0, 0, 9, 9]])
