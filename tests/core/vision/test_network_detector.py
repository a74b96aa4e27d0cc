"""Detection networks from file to boxes: YOLOX's grid, the settings' cuts, and files that do not fit."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core.errors import ModelError
from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detector import Detector, open_detector
from core.vision.detectors.network_detector import NetworkDetector
from tests.core.vision.tiny_networks import detector_tree, embedder_tree, save_detector, save_embedder, write_card

SIDE = 64
CLASSES = 3
SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def silent_rows(side: int = SIDE) -> npt.NDArray[np.float32]:
    """The prediction "nothing anywhere" for the three grids of a square input."""
    cells = sum((side // stride) ** 2 for stride in (8, 16, 32))
    rows = np.zeros((cells, 5 + CLASSES), np.float32)
    rows[:, 5:] = 0.01
    return rows


def place(
    rows: npt.NDArray[np.float32],
    box: tuple[float, float, float, float],
    *,
    stride: int = 8,
    objectness: float = 0.9,
    label: int = 0,
    belief: float = 1.0,
) -> None:
    """Let the cell under the box's center predict the box, given in network pixels: the decoder's formula inverted."""
    x0, y0, x1, y1 = box
    center_x, center_y = (x0 + x1) / 2 / stride, (y0 + y1) / 2 / stride
    column, row, columns = int(center_x), int(center_y), SIDE // stride
    before = sum((SIDE // finer) ** 2 for finer in (8, 16, 32) if finer < stride)
    prediction = rows[before + row * columns + column]
    prediction[:5] = (
        center_x - column,
        center_y - row,
        np.log((x1 - x0) / stride),
        np.log((y1 - y0) / stride),
        objectness,
    )
    prediction[5 + label] = belief


def open_tiny(
    folder: Path, rows: npt.NDArray[np.float32], *, card: dict[str, Any] | None = None, **settings: Any
) -> Detector:
    models = DataFolder(folder).models
    save_detector(models / "tiny" / "tiny.onnx", rows, side=SIDE)
    write_card(models / "tiny" / "card.toml", detector_tree(side=SIDE, **(card or {})))
    chosen = DetectionSettings(method="network", model="tiny", **settings)
    return open_detector(chosen, data=DataFolder(folder), runtime="onnxruntime", threads=1)


def frame(width: int = 128, height: int = 64) -> Frame:
    return Frame.of(np.full((height, width, 3), 90, np.uint8), sequence=0, captured_at=0.0)


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_a_prediction_of_every_grid_becomes_a_box_in_the_frame(tmp_path: Path, stride: int) -> None:
    rows = silent_rows()
    place(rows, (10, 8, 31, 25), stride=stride, objectness=0.8, belief=0.5)
    found = open_tiny(tmp_path, rows).detect(frame(128, 64))
    np.testing.assert_allclose(found.boxes, [[20, 16, 62, 50]], atol=1e-3)
    np.testing.assert_allclose(found.scores, [0.4], atol=1e-6)
    assert len(found.hands) == 0


def test_boxes_are_cut_to_the_frame(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (-10, -6, 30, 20))
    found = open_tiny(tmp_path, rows).detect(frame(64, 64))
    np.testing.assert_allclose(found.boxes, [[0, 0, 30, 20]], atol=1e-3)


def test_the_score_may_be_that_anything_is_there(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (10, 10, 30, 30), objectness=0.8, belief=0.1)
    assert len(open_tiny(tmp_path, rows).detect(frame())) == 0
    found = open_tiny(tmp_path, rows, card={"score": "object"}).detect(frame())
    np.testing.assert_allclose(found.scores, [0.8], atol=1e-6)


def test_threshold_overlap_and_smallest_item(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (8, 8, 28, 28), objectness=0.9)
    place(rows, (16, 8, 36, 28), objectness=0.6)
    place(rows, (50, 50, 54, 54), objectness=0.7)

    def scores(**settings: Any) -> list[float]:
        return [round(float(score), 2) for score in open_tiny(tmp_path, rows, **settings).detect(frame(64, 64)).scores]

    assert scores() == [0.9, 0.7, 0.6]
    assert scores(threshold=0.65) == [0.9, 0.7]
    assert scores(overlap=0.4) == [0.9, 0.7]
    assert scores(smallest_item=0.01) == [0.9, 0.6]


def test_a_box_over_the_whole_picture_is_no_item(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (0, 0, 64, 64), stride=32)
    assert len(open_tiny(tmp_path, rows).detect(frame(64, 64))) == 0


def test_the_border_is_not_looked_at(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (20, 20, 40, 40))
    whole = open_tiny(tmp_path, rows).detect(frame(200, 200))
    inner = open_tiny(tmp_path, rows, ignored_border=0.25).detect(frame(200, 200))
    np.testing.assert_allclose(whole.boxes, [[62.5, 62.5, 125, 125]], atol=1e-3)
    np.testing.assert_allclose(inner.boxes, [[81.25, 81.25, 112.5, 112.5]], atol=1e-3)


def test_items_beside_the_counter_are_dropped(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (4, 4, 20, 20), objectness=0.9)
    place(rows, (44, 44, 60, 60), objectness=0.8)
    upper_left = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    found = open_tiny(tmp_path, rows, counter_region=upper_left).detect(frame(64, 64))
    np.testing.assert_allclose(found.boxes, [[4, 4, 20, 20]], atol=1e-3)
    everything = open_tiny(tmp_path, rows, counter_region=((0.0, 0.0), (1.0, 1.0))).detect(frame(64, 64))
    assert len(everything) == 2


def test_ignored_labels_are_dropped(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (4, 4, 20, 20), label=0)
    place(rows, (40, 40, 60, 60), label=2, objectness=0.8)
    card = {"labels": ["bag", "box", "person"], "ignored_labels": ["person"]}
    found = open_tiny(tmp_path, rows, card=card).detect(frame(64, 64))
    np.testing.assert_allclose(found.scores, [0.9], atol=1e-6)


def test_learning_the_empty_counter_changes_nothing(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (10, 10, 30, 30))
    detector = open_tiny(tmp_path, rows)
    detector.learn_empty(frame())
    assert len(detector.detect(frame())) == 1


def test_wild_numbers_stay_finite_and_meaningless_ones_are_told(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (10, 10, 30, 30))
    rows[0, :] = (0, 0, 1000, 1000, 1, 1, 0, 0)
    found = open_tiny(tmp_path, rows).detect(frame())
    assert np.isfinite(found.boxes).all()
    rows[3, 4] = np.nan
    with pytest.raises(ModelError, match="mean nothing"):
        open_tiny(tmp_path, rows)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"decoder": "crystal-ball"}, "decoder 'crystal-ball'; known: yolox"),
        ({"outputs": {"boxes": "output"}}, "no output 'predictions'"),
        ({"outputs": {"predictions": "boxes"}}, "not 'boxes'"),
    ],
)
def test_a_card_that_does_not_fit_is_told(tmp_path: Path, card: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        open_tiny(tmp_path, silent_rows(), card=card)


def test_rows_that_fit_no_grid_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="YOLOX at 64×64 returns 1×84"):
        open_tiny(tmp_path, silent_rows()[:-1])


def test_bare_yolox_weights_need_no_card(tmp_path: Path) -> None:
    rows = silent_rows()
    place(rows, (10, 8, 31, 25), objectness=0.7)
    save_detector(tmp_path / "mine.onnx", rows, side=SIDE)
    settings = DetectionSettings(method="network", model=str(tmp_path / "mine.onnx"))
    detector = open_detector(settings, data=DataFolder(tmp_path), threads=1)
    np.testing.assert_allclose(detector.detect(frame(128, 64)).boxes, [[20, 16, 62, 50]], atol=1e-3)


def test_bare_weights_of_another_form_ask_for_a_card(tmp_path: Path) -> None:
    save_detector(tmp_path / "a.onnx", silent_rows()[:, :4], side=SIDE)
    save_detector(tmp_path / "b.onnx", silent_rows()[:-1], side=SIDE)
    save_embedder(tmp_path / "c.onnx")
    for name in ("a", "b", "c"):
        settings = DetectionSettings(method="network", model=str(tmp_path / f"{name}.onnx"))
        with pytest.raises(ModelError, match="of no form that is known here") as caught:
            open_detector(settings, data=DataFolder(tmp_path), threads=1)
        assert "tillsight models import" in caught.value.remedy


def test_a_detector_that_is_not_there_is_told(tmp_path: Path) -> None:
    for model, words in (
        ("", "No detector is chosen"),
        (str(tmp_path / "x.onnx"), "is missing"),
        ("x", "no model card named"),
        ("efficientnet-lite2", "does not find them"),
        ("yolox-nano", "do not ship with the program"),
    ):
        with pytest.raises(ModelError, match=words):
            open_detector(DetectionSettings(method="network", model=model), data=DataFolder(tmp_path), threads=1)


def test_an_embedders_card_is_refused(tmp_path: Path) -> None:
    card = write_card(tmp_path / "own" / "card.toml", embedder_tree())
    with pytest.raises(ModelError, match="describes items"):
        open_detector(DetectionSettings(method="network", model=str(card)), data=DataFolder(tmp_path), threads=1)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the measuring data are not there")
@pytest.mark.parametrize("way", ["card", "bare"])
def test_yolox_nano_finds_bags_on_a_real_counter_at_a_low_score(tmp_path: Path, way: str) -> None:
    weights = SHARED / "models" / "kazuhito_yolox" / "yolox_nano.onnx"
    model = str(weights)
    if way == "card":
        place_of_shop = DataFolder(tmp_path).models / "yolox-nano" / "yolox_nano.onnx"
        place_of_shop.parent.mkdir(parents=True)
        place_of_shop.symlink_to(weights)
        model = "yolox-nano"
    settings = DetectionSettings(method="network", model=model, threshold=0.05)
    detector = open_detector(settings, data=DataFolder(tmp_path), runtime="onnxruntime", threads=1)
    assert isinstance(detector, NetworkDetector)
    assert detector.runtime_label == "ONNX Runtime on CPU"
    folder = SHARED / "counter19"
    frames = [entry for entry in json.loads((folder / "annotations.json").read_text())["frames"] if entry["objects"]]
    hits = total = 0
    for entry in frames[::8]:
        picture = cv2.cvtColor(cv2.imread(str(folder / entry["file"])), cv2.COLOR_BGR2RGB)
        height, width = picture.shape[:2]
        truth = np.array([thing["box"] for thing in entry["objects"]], np.float32) * (width, height, width, height)
        found = detector.detect(Frame.of(picture, sequence=0, captured_at=0.0))
        hits += int((iou(truth.astype(np.float32), found.boxes).max(axis=1, initial=0) >= 0.5).sum())
        total += len(truth)
    assert hits / total > 0.5
