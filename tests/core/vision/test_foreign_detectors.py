"""Every decoder on a small real graph whose boxes are known exactly."""

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
from core.vision.detectors.families import FAMILIES
from core.vision.detectors.network_detector import NetworkDetector
from tests.core.vision.foreign_graphs import (
    fastestdet_map,
    floats,
    nanodet_outputs,
    save_graph,
    sharp_distances,
    yolov5_rows,
    yolov8_columns,
)
from tests.core.vision.tiny_networks import detector_tree, write_card

SIDE = 64
Outputs = dict[str, npt.NDArray[Any]]


def open_given(
    folder: Path,
    decoder: str,
    outputs: Outputs,
    parts: dict[str, str],
    *,
    threshold: float = 0.3,
    layout: str = "NCHW",
    dtype: Any = np.float32,
    **card: Any,
) -> NetworkDetector:
    """The detector of a card with the decoder over a graph that returns the outputs; its input is stretched."""
    shape = (1, 3, SIDE, SIDE) if layout == "NCHW" else (1, SIDE, SIDE, 3)
    models = DataFolder(folder).models
    save_graph(models / "given" / "tiny.onnx", outputs, image=("images", shape), dtype=dtype)
    tree = detector_tree(side=SIDE, decoder=decoder, outputs=parts, **card)
    tree["input"] |= {"layout": layout, "fit": "stretch"}
    write_card(models / "given" / "card.toml", tree)
    settings = DetectionSettings(method="network", model="given", threshold=threshold)
    detector = open_detector(settings, data=DataFolder(folder), runtime="onnxruntime", threads=1)
    assert isinstance(detector, NetworkDetector)
    return detector


def expect(
    detector: NetworkDetector, boxes: list[list[float]], scores: list[float], classes: list[int], *, width: int = 128
) -> None:
    """Boxes in a frame of the width and 64 rows, best first."""
    frame = Frame.of(np.full((64, width, 3), 90, np.uint8), sequence=0, captured_at=0.0)
    found = detector.find(frame)
    np.testing.assert_allclose(found.boxes, np.array(boxes, np.float32).reshape(-1, 4), atol=1e-3)
    np.testing.assert_allclose(found.scores, scores, atol=1e-5)
    assert found.classes.tolist() == classes
    np.testing.assert_array_equal(detector.detect(frame).boxes, found.boxes)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("units", ["pixels", "fractions"])
def test_yolov8_in_pixels_or_fractions_either_way_round(tmp_path: Path, *, turned: bool, units: str) -> None:
    columns = yolov8_columns({5: (20, 16, 20, 10, 0.1, 0.8, 0.2), 70: (50, 50, 8, 12, 0.6, 0.1, 0.1)})
    if units == "fractions":
        columns[:, :4] /= SIDE
    table = columns.transpose(0, 2, 1).copy() if turned else columns
    detector = open_given(tmp_path, "yolov8", {"output0": table}, {"predictions": "output0"}, box_units=units)
    expect(detector, [[20, 11, 60, 21], [92, 44, 108, 56]], [0.8, 0.6], [1, 0])


def test_yolov8_with_as_many_classes_as_boxes_is_read_as_it_is_exported(tmp_path: Path) -> None:
    columns = yolov8_columns({5: (20, 16, 20, 10, *([0.0] * 79), 0.9)}, classes=80)
    assert columns.shape == (1, 84, 84)
    detector = open_given(tmp_path, "yolov8", {"output0": columns}, {"predictions": "output0"})
    expect(detector, [[20, 11, 60, 21]], [0.9], [79])


def test_the_coefficients_of_outlines_are_no_classes(tmp_path: Path) -> None:
    columns = yolov8_columns({5: (20, 16, 20, 10, 0.1, 0.8, 0.2, 5.0, -7.0)}, after=2)
    outputs = {"output0": columns, "output1": np.zeros((1, 2, 16, 16), np.float32)}
    parts = {"predictions": "output0", "masks": "output1"}
    expect(open_given(tmp_path, "yolov8", outputs, parts), [[20, 11, 60, 21]], [0.8], [1])


@pytest.mark.parametrize(("score", "expected"), [("class", 0.45), ("object", 0.9)])
@pytest.mark.parametrize("units", ["pixels", "fractions"])
def test_yolov5_multiplies_objectness(tmp_path: Path, *, score: str, expected: float, units: str) -> None:
    rows = yolov5_rows({200: (20, 16, 20, 10, 0.9, 0.2, 0.1, 0.5)})
    if units == "fractions":
        rows[..., :4] /= SIDE
    detector = open_given(tmp_path, "yolov5", {"output": rows}, {"predictions": "output"}, score=score, box_units=units)
    expect(detector, [[20, 11, 60, 21]], [expected], [2])


def test_yolo_after_its_own_suppression(tmp_path: Path) -> None:
    rows = np.zeros((1, 300, 6), np.float32)
    rows[0, :2] = [(10, 11, 30, 21, 0.9, 2), (46, 44, 54, 56, 0.29, 0)]
    detector = open_given(tmp_path, "yolo-listed", {"output0": rows}, {"predictions": "output0"})
    expect(detector, [[20, 11, 60, 21]], [0.9], [2])


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_nanodet_takes_the_expected_distance_from_the_middle_of_its_cell(tmp_path: Path, stride: int) -> None:
    outputs = nanodet_outputs(stride=stride, row=1, column=1, scores=(0.2, 0.7), distances=(0.5, 0.25, 0.125, 0.75))
    parts = {f"classes_{own}": f"cls_pred_stride_{own}" for own in (8, 16, 32)}
    parts |= {f"distances_{own}": f"dis_pred_stride_{own}" for own in (8, 16, 32)}
    center = 1.5 * stride
    box = [center - 0.5 * stride, center - 0.25 * stride, center + 0.125 * stride, center + 0.75 * stride]
    expect(open_given(tmp_path, "nanodet", outputs, parts), [np.clip(box, 0, SIDE).tolist()], [0.7], [1], width=64)


def test_nanodet_plus_counts_from_the_corner_of_its_cell(tmp_path: Path) -> None:
    rows = np.zeros((1, 64 + 16 + 4 + 1, 3 + 32), np.float32)
    rows[0, 64 + 5, :3] = (0.1, 0.2, 0.8)
    rows[0, 64 + 5, 3:] = sharp_distances((0.5, 0.25, 1.5, 2.0))
    detector = open_given(tmp_path, "nanodet-plus", {"output": rows}, {"predictions": "output"})
    expect(detector, [[16 - 8, 16 - 4, 16 + 24, 16 + 32]], [0.8], [2], width=64)


@pytest.mark.parametrize(("score", "expected"), [("class", 0.9**0.6 * 0.6**0.4), ("object", 0.9)])
def test_fastestdet_places_boxes_from_its_cell(tmp_path: Path, *, score: str, expected: float) -> None:
    logit = float(np.log(0.25 / 0.75))
    table = fastestdet_map(
        row=2, column=1, numbers=(0.9, float(np.arctanh(0.5)), float(np.arctanh(-0.25)), logit, 0.0), classes=(0.4, 0.6)
    )
    detector = open_given(tmp_path, "fastestdet", {"758": table}, {"predictions": "758"}, score=score)
    center_x, center_y = (1 + 0.5) * 16, (2 - 0.25) * 16
    expect(detector, [[center_x - 8, center_y - 16, center_x + 8, center_y + 16]], [expected], [1], width=64)


SSD_PARTS = {"boxes": "detection_boxes", "scores": "detection_scores", "classes": "detection_classes"}
COUNT = {"count": "num_detections"}


def test_ssd_with_tensorflows_lists_in_bytes(tmp_path: Path) -> None:
    outputs: Outputs = {
        "detection_boxes": floats((0.25, 0.125, 0.5, 0.75), (0, 0, 1, 1), (0.5, 0.5, 0.9, 0.9))[None],
        "detection_scores": floats((0.8, 0.1, 0.7)),
        "detection_classes": floats((44, 1, 1)),
        "num_detections": floats((2.0,))[0],
    }
    detector = open_given(
        tmp_path,
        "ssd",
        outputs,
        SSD_PARTS | COUNT,
        layout="NHWC",
        dtype=np.uint8,
        box_units="fractions",
        box_order="yxyx",
    )
    expect(detector, [[16, 16, 96, 32]], [0.8], [44])


def test_ssd_with_corners_in_pixels_and_no_count(tmp_path: Path) -> None:
    outputs: Outputs = {
        "boxes": floats((8, 16, 48, 32), (9, 16, 8, 32)),
        "scores": np.array([0.8, 0.9], np.float32),
        "labels": np.array([3, 1], np.int64),
    }
    parts = {"boxes": "boxes", "scores": "scores", "classes": "labels"}
    expect(open_given(tmp_path, "ssd", outputs, parts), [[16, 16, 96, 32]], [0.8], [3])


def test_an_empty_list_is_an_empty_counter(tmp_path: Path) -> None:
    outputs: Outputs = {
        "boxes": np.zeros((1, 0, 4), np.float32),
        "scores": np.zeros((1, 0), np.float32),
        "labels": np.zeros((1, 0), np.int64),
    }
    parts = {"boxes": "boxes", "scores": "scores", "classes": "labels"}
    expect(open_given(tmp_path, "ssd", outputs, parts), [], [], [])


def test_efficientdet_lists_rows_before_columns_in_network_pixels(tmp_path: Path) -> None:
    boxes = np.zeros((1, 100, 4), np.float32)
    boxes[0, :3] = [(16, 8, 32, 48), (40, 40, 60, 60), (1, 1, 9, 9)]
    outputs: Outputs = {
        "num_detections": np.array([[2]], np.int32),
        "detection_boxes": boxes,
        "detection_scores": np.full((1, 100), 0.9, np.float32) - np.arange(100, dtype=np.float32) / 200,
        "detection_classes": np.zeros((1, 100), np.int32),
    }
    detector = open_given(tmp_path, "efficientdet", outputs, SSD_PARTS | COUNT, layout="NHWC", threshold=0.7)
    expect(detector, [[16, 16, 96, 32], [80, 40, 120, 60]], [0.9, 0.895], [0, 0])


def logit(belief: float) -> float:
    return float(np.log(belief / (1 - belief)))


DETR_PARTS = {"logits": "pred_logits", "boxes": "pred_boxes"}


def test_dino_uses_sigmoids_and_leaves_the_background_out(tmp_path: Path) -> None:
    outputs: Outputs = {
        "pred_logits": floats((-6, logit(0.8)), (logit(0.9), logit(0.6)), (-6, logit(0.2)))[None],
        "pred_boxes": floats((0.5, 0.25, 0.5, 0.25), (0.5, 0.5, 0.1, 0.1), (0.2, 0.2, 0.1, 0.1))[None],
    }
    labels: dict[str, Any] = {"labels": ["background", "item"], "ignored_labels": ["background"]}
    detector = open_given(tmp_path, "dino", outputs, DETR_PARTS, **labels)
    expect(detector, [[32, 8, 96, 24]], [0.8], [1])


def test_equal_scores_stay_two_items(tmp_path: Path) -> None:
    outputs: Outputs = {
        "pred_logits": floats((-6, 2), (-6, 2))[None],
        "pred_boxes": floats((0.25, 0.25, 0.25, 0.25), (0.75, 0.75, 0.25, 0.25))[None],
    }
    frame = Frame.of(np.full((64, 64, 3), 90, np.uint8), sequence=0, captured_at=0.0)
    assert len(open_given(tmp_path, "dino", outputs, DETR_PARTS).detect(frame)) == 2


def test_detr_shares_one_belief_with_nothing(tmp_path: Path) -> None:
    outputs: Outputs = {
        "pred_logits": np.log(floats((0.1, 0.7, 0.2), (0.2, 0.1, 0.7)))[None],
        "pred_boxes": floats((0.5, 0.25, 0.5, 0.25), (0.5, 0.5, 0.1, 0.1))[None],
    }
    expect(open_given(tmp_path, "detr", outputs, DETR_PARTS), [[32, 8, 96, 24]], [0.7], [1])


@pytest.mark.parametrize(
    ("decoder", "outputs", "parts", "card", "words"),
    [
        ("yolov8", {"o": np.zeros((1, 84), np.float32)}, {"predictions": "o"}, {}, "returns 1×84 numbers"),
        (
            "yolov8",
            {"o": yolov8_columns({})},
            {"predictions": "o"},
            {"labels": ["a", "b"]},
            "scores of 3 classes, and the card names 2",
        ),
        ("yolov8", {"o": yolov8_columns({3: (1, 1, 1, 1, 7.5)})}, {"predictions": "o"}, {}, "scores from 0.01 to 7.5"),
        ("yolo-listed", {"o": np.zeros((1, 9, 7), np.float32)}, {"predictions": "o"}, {}, "not 1×N×6"),
        ("nanodet-plus", {"o": np.zeros((1, 84, 40), np.float32)}, {"predictions": "o"}, {}, "has 85 cells"),
        ("fastestdet", {"o": np.zeros((1, 9, 4, 4), np.float32)}, {"predictions": "o"}, {}, "do not sum to 1"),
        (
            "detr",
            {"l": np.zeros((1, 5, 3), np.float32), "b": np.zeros((1, 6, 4), np.float32)},
            {"logits": "l", "boxes": "b"},
            {},
            "1×5×3 logits and 1×6×4 boxes",
        ),
        (
            "ssd",
            {"b": np.zeros((1, 5, 4), np.float32), "s": np.zeros((1, 4), np.float32), "c": np.zeros((1, 5), np.int64)},
            {"boxes": "b", "scores": "s", "classes": "c"},
            {},
            "lists that do not fit each other",
        ),
        (
            "efficientdet",
            {
                "b": np.zeros((1, 5, 4), np.float32),
                "s": np.zeros((1, 5), np.float32),
                "c": np.zeros((1, 5), np.int32),
                "n": np.array([6], np.int32),
            },
            {"boxes": "b", "scores": "s", "classes": "c", "count": "n"},
            {},
            "a count that does not fit",
        ),
    ],
)
def test_numbers_of_another_form_are_told(
    tmp_path: Path, decoder: str, outputs: Outputs, parts: dict[str, str], card: dict[str, Any], words: str
) -> None:
    with pytest.raises(ModelError, match=words):
        open_given(tmp_path, decoder, outputs, parts, **card)


@pytest.mark.parametrize("decoder", FAMILIES)
def test_every_decoder_is_in_the_models_guide(decoder: str) -> None:
    readme = Path(__file__).resolve().parents[3] / "models" / "README.md"
    assert f"| `{decoder}` |" in readme.read_text(encoding="utf-8")


def test_bytes_do_not_bear_a_scale(tmp_path: Path) -> None:
    save_graph(tmp_path / "tiny.onnx", {"o": yolov8_columns({})}, dtype=np.uint8)
    tree = detector_tree(side=SIDE, decoder="yolov8", outputs={"predictions": "o"})
    tree["input"]["scale"] = 0.5
    card = write_card(tmp_path / "card.toml", tree)
    with pytest.raises(ModelError, match="takes bytes"):
        open_detector(DetectionSettings(method="network", model=str(card)), data=DataFolder(tmp_path), threads=1)
