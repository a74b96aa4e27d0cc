"""Weights given by their path: what their numbers settle, and what is refused until the model is imported."""

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
from tests.core.vision.foreign_graphs import floats, save_graph, yolov5_rows, yolov8_columns

SIDE = 64
BOX = (20.0, 16.0, 20.0, 10.0)
CORNERS = [10.0, 11.0, 30.0, 21.0]
Numbers = npt.NDArray[Any]


def open_bare(file: Path) -> NetworkDetector:
    settings = DetectionSettings(method="network", model=str(file), threshold=0.5)
    detector = open_detector(settings, data=DataFolder(file.parent), runtime="onnxruntime", threads=1)
    assert isinstance(detector, NetworkDetector)
    return detector


def detr_outputs() -> dict[str, Numbers]:
    logits = np.tile(floats((-3, -3, 5))[None], (1, 100, 1))
    logits[0, 7] = (-5, 4, -5)
    return {"logits": logits, "pred_boxes": np.tile(floats(BOX)[None] / SIDE, (1, 100, 1))}


SETTLED: dict[str, tuple[dict[str, Numbers], str]] = {
    "detr": (detr_outputs(), "detr"),
    "torchvision's ssd": (
        {"boxes": floats(CORNERS), "scores": np.full(1, 0.8, np.float32), "labels": np.ones(1, np.int64)},
        "ssd",
    ),
    "yolov8 in fractions": (
        {
            "o": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)
            / np.array([SIDE] * 4 + [1] * 2, np.float32).reshape(1, 6, 1),
        },
        "yolov8",
    ),
    "yolov5": ({"o": yolov5_rows({7: (*BOX, 0.9, 0.1, 0.8)}, classes=2)}, "yolov5"),
}


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
@pytest.mark.parametrize("form", SETTLED)
def test_weights_without_a_card_are_read_as_the_import_reads_them(tmp_path: Path, form: str, dtype: Any) -> None:
    outputs, decoder = SETTLED[form]
    detector = open_bare(save_graph(tmp_path / "mine.onnx", outputs, dtype=dtype))
    assert (detector.card.decoder, detector.card.labels) == (decoder, ())
    frame = Frame.of(np.full((SIDE, SIDE, 3), 90, np.uint8), sequence=0, captured_at=0.0)
    np.testing.assert_allclose(detector.detect(frame).boxes, [CORNERS], atol=0.01)


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ({"o": np.ascontiguousarray(yolov8_columns({}).transpose(0, 2, 1))}, "belief in any item"),
        ({"o": np.zeros((1, 30, 6), np.float32)}, "lists no box"),
        ({"l": np.zeros((1, 9, 3), np.float32) + floats((2, 0, 0)), "b": np.zeros((1, 9, 4), np.float32)}, "“nothing”"),
        ({"l": np.zeros((1, 9, 3), np.float32), "b": np.full((1, 9, 4), 40, np.float32)}, "boxes that reach 40"),
    ],
)
def test_what_the_numbers_leave_open_is_refused_until_it_is_imported(
    tmp_path: Path, outputs: dict[str, Numbers], words: str
) -> None:
    with pytest.raises(ModelError, match=f"mine.onnx cannot be used without a card: it .*{words}") as caught:
        open_bare(save_graph(tmp_path / "mine.onnx", outputs))
    assert "tillsight models import mine.onnx" in caught.value.remedy


@pytest.mark.parametrize("shape", [(1, 3, 4, 4), (1, 3, 16, 5000)])
def test_a_picture_that_no_card_can_state_is_told(tmp_path: Path, shape: tuple[int, ...]) -> None:
    file = save_graph(tmp_path / "mine.onnx", detr_outputs(), image=("images", shape))
    with pytest.raises(ModelError, match=r"No card can be made for mine\.onnx: input"):
        open_bare(file)


@pytest.mark.parametrize("name", ["~nobody-of-this-name/mine.onnx", f"{'a' * 300}.onnx"])
def test_a_path_that_cannot_be_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="is missing"):
        open_bare(Path(name))
