"""The center family on a small real graph whose items are known exactly."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import ModelError
from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detector import open_detector
from core.vision.detectors.network_detector import NetworkDetector
from tests.core.vision.foreign_graphs import save_graph
from tests.core.vision.tiny_networks import write_card

SIDE = 64
CELLS = 8
Maps = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def maps(*items: tuple[int, int, float, tuple[float, float, float, float]], classes: int = 1) -> Maps:
    """Silence but for items: row, column, belief, pixels to the four sides."""
    centers = np.zeros((1, classes, CELLS, CELLS), np.float32)
    sides = np.full((1, 4, CELLS, CELLS), 3.0, np.float32)
    for row, column, belief, reach in items:
        centers[0, -1, row, column] = belief
        sides[0, :, row, column] = reach
    return centers, sides


def open_maps(folder: Path, given: Maps, *, fit: str = "letterbox", **settings: Any) -> NetworkDetector:
    """The detector over a graph that returns the maps for every picture."""
    home = DataFolder(folder).models / "given"
    save_graph(home / "tiny.onnx", {"centers": given[0], "sides": given[1]})
    form = {"name": "images", "width": SIDE, "height": SIDE, "fit": fit, "padding": "both", "pad_value": 127}
    tree = {
        "kind": "detector",
        "name": "given",
        "file": "tiny.onnx",
        "license": "Apache-2.0",
        "source": "a test",
        "decoder": "center",
        "input": form,
        "outputs": {"centers": "centers", "sides": "sides"},
    }
    write_card(home / "card.toml", tree)
    chosen = DetectionSettings(method="network", model="given", smallest_item=0.0001, **settings)
    detector = open_detector(chosen, data=DataFolder(folder), runtime="onnxruntime", threads=1)
    assert isinstance(detector, NetworkDetector)
    return detector


def frame(width: int, height: int) -> Frame:
    return Frame.of(np.full((height, width, 3), 90, np.uint8), sequence=0, captured_at=0.0)


def test_a_center_and_its_four_distances_become_a_box(tmp_path: Path) -> None:
    detector = open_maps(tmp_path, maps((2, 5, 0.8, (10, 6, 14, 9)), (6, 1, 0.4, (8, 4, 8, 4))))
    found = detector.detect(frame(SIDE, SIDE))
    np.testing.assert_allclose(found.boxes, [[34, 14, 58, 29], [4, 48, 20, 56]], atol=1e-3)
    np.testing.assert_allclose(found.scores, [0.8, 0.4], atol=1e-6)


def test_boxes_find_their_way_out_of_padding_on_both_sides(tmp_path: Path) -> None:
    detector = open_maps(tmp_path, maps((3, 4, 0.9, (10, 10, 10, 6))))
    found = detector.detect(frame(128, 64))
    np.testing.assert_allclose(found.boxes, [[52, 4, 92, 36]], atol=1e-3)


def test_what_is_believed_less_than_the_threshold_is_dropped(tmp_path: Path) -> None:
    items = maps((2, 5, 0.8, (10, 6, 14, 9)), (6, 1, 0.4, (8, 4, 8, 4)))
    assert len(open_maps(tmp_path, items, threshold=0.5).detect(frame(SIDE, SIDE))) == 1
    assert len(open_maps(tmp_path, items, threshold=0.9).detect(frame(SIDE, SIDE))) == 0


def test_the_best_of_several_classes_counts(tmp_path: Path) -> None:
    centers, sides = maps((4, 4, 0.7, (8, 8, 8, 8)), classes=3)
    centers[0, 0, 4, 4] = 0.5
    found = open_maps(tmp_path, (centers, sides)).find(frame(SIDE, SIDE))
    np.testing.assert_allclose(found.scores, [0.7], atol=1e-6)
    assert found.classes.tolist() == [2]


@pytest.mark.parametrize(
    ("centers", "sides"),
    [
        (np.zeros((1, 1, 8, 8)), np.zeros((1, 4, 8, 4))),
        (np.zeros((1, 1, 8, 8)), np.zeros((1, 5, 8, 8))),
        (np.zeros((1, 64)), np.zeros((1, 4, 8, 8))),
        (np.full((1, 1, 8, 8), 3.0), np.zeros((1, 4, 8, 8))),
        (np.full((1, 1, 8, 8), np.nan), np.zeros((1, 4, 8, 8))),
        (np.full((1, 1, 8, 8), 0.9), np.full((1, 4, 8, 8), np.inf)),
    ],
)
def test_outputs_of_another_form_are_told(
    tmp_path: Path, centers: npt.NDArray[np.float64], sides: npt.NDArray[np.float64]
) -> None:
    with pytest.raises(ModelError, match="does not fit"):
        open_maps(tmp_path, (centers.astype(np.float32), sides.astype(np.float32)))


def test_bare_weights_of_this_form_need_no_card(tmp_path: Path) -> None:
    centers, sides = maps((3, 4, 0.9, (10, 10, 10, 6)))
    path = save_graph(tmp_path / "bare.onnx", {"centers": centers, "sides": sides})
    settings = DetectionSettings(method="network", model=str(path))
    detector = open_detector(settings, data=DataFolder(tmp_path), runtime="onnxruntime", threads=1)
    assert isinstance(detector, NetworkDetector)
    assert detector.card.decoder == "center"
    np.testing.assert_allclose(detector.detect(frame(128, 64)).boxes, [[52, 4, 92, 36]], atol=1e-3)


def test_maps_that_do_not_cover_the_picture_are_not_taken_for_this_form(tmp_path: Path) -> None:
    centers, sides = maps()
    path = save_graph(
        tmp_path / "bare.onnx", {"centers": centers, "sides": sides}, image=("images", (1, 3, SIDE, 2 * SIDE))
    )
    with pytest.raises(ModelError, match="of no form"):
        open_detector(DetectionSettings(method="network", model=str(path)), data=DataFolder(tmp_path), threads=1)
