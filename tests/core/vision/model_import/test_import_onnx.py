"""Cards proposed for bare ONNX files: what is read from the graph, and what from the numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import ModelError
from core.vision.model_card import DetectorCard, EmbedderCard, proposed_card
from core.vision.model_import.proposal import Proposal
from core.vision.model_import.trial import try_detector, try_embedder
from tests.core.vision.foreign_graphs import (
    cells,
    fastestdet_map,
    floats,
    nanodet_outputs,
    save_graph,
    yolov5_rows,
    yolov8_columns,
)
from tests.core.vision.model_import.proposing import PICTURE, names, propose
from tests.core.vision.open_detector import save_open_detector

BOX = (20.0, 16.0, 20.0, 10.0)
CORNERS = (10, 11, 30, 21)
SIDES = np.array([64, 64, 64, 64, 1, 1], np.float32).reshape(1, 6, 1)
Numbers = npt.NDArray[Any]


def detector_of(proposal: Proposal) -> DetectorCard:
    card = proposed_card(proposal.weights, proposal.tree)
    assert isinstance(card, DetectorCard)
    return card


def yolox_rows(*, decoded: bool, classes: int = 2) -> npt.NDArray[np.float32]:
    """A box at the cell of column 2, row 2 of the finest grid; the rest near their cells, or at their corners."""
    rows = np.zeros((1, cells(), 5 + classes), np.float32)
    rows[..., :2] = 0.5
    rows[0, 18, :5] = (0.5, 0, np.log(20 / 8), np.log(10 / 8), 0.9)
    rows[0, 18, 5:] = (0.1, 0.8)
    if decoded:
        place = 0
        for stride in (8, 16, 32):
            for row in range(64 // stride):
                for column in range(64 // stride):
                    rows[0, place, :2] = ((column + 0.5) * stride, (row + 0.5) * stride)
                    rows[0, place, 2:4] = stride
                    place += 1
        rows[0, 18, :4] = BOX
    return rows


def ssd_lists(boxes: Numbers, *, count: bool) -> dict[str, Numbers]:
    lists: dict[str, Numbers] = {
        "detection_boxes": boxes[None].astype(np.float32),
        "detection_classes": np.ones((1, len(boxes)), np.float32),
        "detection_scores": np.full((1, len(boxes)), 0.8, np.float32),
    }
    return lists | ({"num_detections": np.array([len(boxes)], np.float32)} if count else {})


def sigmoid_inverse(belief: float) -> float:
    return float(np.log(belief / (1 - belief)))


FORMS: dict[str, tuple[dict[str, Numbers], dict[str, Any], str]] = {
    "yolox": ({"output": yolox_rows(decoded=False)}, {}, "yolox"),
    "yolox decoded": ({"output": yolox_rows(decoded=True)}, {}, "yolov5"),
    "yolov8": ({"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)}, {}, "yolov8"),
    "yolov8 in fractions": ({"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2) / SIDES}, {}, "yolov8"),
    "yolov5": ({"output": yolov5_rows({7: (*BOX, 0.9, 0.1, 0.8)}, classes=2)}, {}, "yolov5"),
    "listed": ({"output0": floats((*CORNERS, 0.8, 1), (0, 0, 0, 0, 0, 0))[None]}, {}, "yolo-listed"),
    "listed in fractions": (
        {"output0": floats((*(side / 64 for side in CORNERS), 0.8, 1), (0, 0, 0, 0, 0, 0))[None]},
        {},
        "yolo-listed",
    ),
    "nanodet": (
        nanodet_outputs(stride=8, row=1, column=2, scores=(0.1, 0.8), distances=(1.25, 0.125, 1.25, 1.125)),
        {},
        "nanodet",
    ),
    "fastestdet": (
        {
            "758": fastestdet_map(
                row=1,
                column=1,
                numbers=(
                    0.9,
                    float(np.arctanh(0.25)),
                    0.0,
                    sigmoid_inverse(20 / 64),
                    sigmoid_inverse(10 / 64),
                ),
                classes=(0.2, 0.8),
            )
        },
        {},
        "fastestdet",
    ),
    "ssd": (
        ssd_lists(floats((11, 10, 21, 30)) / 64, count=True),
        {"image": ("image_tensor:0", (1, 64, 64, 3)), "dtype": np.uint8},
        "ssd",
    ),
    "ssd in decimals": (ssd_lists(floats((11, 10, 21, 30)) / 64, count=True), {"image": ("x", (1, 64, 64, 3))}, "ssd"),
    "ssd without a count": (ssd_lists(floats(CORNERS), count=False), {}, "ssd"),
    "efficientdet": (
        ssd_lists(floats((11, 10, 21, 30)), count=True),
        {"image": ("input", ("n", 64, 64, 3))},
        "efficientdet",
    ),
    "dino": (
        {
            "pred_logits": floats((-6, sigmoid_inverse(0.8)), (-4, -4))[None],
            "pred_boxes": floats(BOX, BOX)[None] / 64,
        },
        {"image": ("inputs", ("n", 3, 64, 64))},
        "dino",
    ),
    "detr": (
        {
            "logits": np.log(floats((0.1, 0.8, 0.1), *[(0.05, 0.05, 0.9)] * 4))[None] + 3,
            "boxes": floats(*[BOX] * 5)[None] / 64,
        },
        {},
        "detr",
    ),
    "rt-detr": (
        {
            "logits": floats((-6, sigmoid_inverse(0.8), -5), *[(-6, -5, -4)] * 4)[None],
            "pred_boxes": floats(*[BOX] * 5)[None] / 64,
        },
        {},
        "dino",
    ),
    "detr by its own names": (
        {
            "pred_logits": np.log(floats((0.1, 0.8, 0.1), *[(0.05, 0.05, 0.9)] * 4))[None] + 3,
            "pred_boxes": floats(*[BOX] * 5)[None] / 64,
        },
        {"image": ("inputs", (1, 3, 64, 64))},
        "detr",
    ),
    "yolov8 off the grid": ({"o": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2, count=50)}, {}, "yolov8"),
    "yolov5 off the grid": (
        {"o": np.ascontiguousarray(yolov5_rows({7: (*BOX, 0.9, 0.1, 0.8)}, classes=2)[:, :40])},
        {},
        "yolov5",
    ),
    "yolov8 with a finer grid": (
        {"o": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2, count=cells(strides=(4, 8, 16, 32)))},
        {},
        "yolov8",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_known_by_its_graph_and_its_numbers(tmp_path: Path, form: str) -> None:
    outputs, graph, decoder = FORMS[form]
    proposal = propose(save_graph(tmp_path / "model.onnx", outputs, **graph), threshold=0.5)
    card = detector_of(proposal)
    assert card.decoder == decoder
    assert proposal.is_run
    assert "preprocessing-guessed" in names(proposal)
    (seen,) = try_detector(card, PICTURE, threshold=card.threshold)
    np.testing.assert_allclose(seen.box, CORNERS, atol=0.01)
    assert seen.label in ("class 1", "item")


def test_open_shapes_are_learned_by_running(tmp_path: Path) -> None:
    outputs = {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)}
    file = save_graph(
        tmp_path / "open.onnx",
        outputs,
        image=("images", ("batch", 3, "height", "width")),
        shapes={"output0": ("batch", 6, "anchors")},
        notes={"imgsz": "[64, 64]", "names": "{0: 'bag', 1: 'box'}", "task": "detect", "stride": "32"},
    )
    proposal = propose(file)
    card = detector_of(proposal)
    assert (card.input.width, card.input.height, card.labels) == (64, 64, ("bag", "box"))
    assert {value.key: value.used_as for value in proposal.values} == {
        "input images": "input.name, input.layout NCHW, 64×64",
        "output output0": "outputs.predictions",
        "imgsz": "input.width, input.height",
        "names": "labels",
        "task": "decoder",
    }
    assert [key.key for key in proposal.ignored] == ["stride"]


def test_a_size_is_asked_for_and_taken(tmp_path: Path) -> None:
    outputs = {"output0": yolov8_columns({}, classes=2)}
    file = save_graph(tmp_path / "any.onnx", outputs, image=("images", (1, 3, "h", "w")))
    with pytest.raises(ModelError, match="takes pictures of any size") as caught:
        propose(file)
    assert "--size 640x640" in caught.value.remedy
    assert detector_of(propose(file, size=(64, 64))).input.width == 64
    fixed = save_graph(tmp_path / "fixed.onnx", outputs)
    with pytest.raises(ModelError, match="takes pictures of 64×64 only"):
        propose(fixed, size=(128, 64))


def test_a_model_of_open_size_is_tried_at_the_one_that_is_asked_for(tmp_path: Path) -> None:
    file = save_open_detector(tmp_path / "open.onnx")
    with pytest.raises(ModelError, match="takes pictures of any size"):
        propose(file)
    card = detector_of(propose(file, size=(128, 96)))
    assert (card.decoder, card.input.width, card.input.height, card.input.trim) == ("center", 128, 96, 0)
    card = detector_of(propose(save_open_detector(tmp_path / "wide.onnx", size=("h", 64)), size=(64, 32)))
    assert (card.input.width, card.input.height) == (64, 32)


def test_outlines_are_left_out_and_the_license_is_kept(tmp_path: Path) -> None:
    outputs = {
        "output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2, after=4),
        "output1": np.zeros((1, 4, 16, 16), np.float32),
    }
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs, notes={"task": "segment", "license": "AGPL-3.0"}))
    assert detector_of(proposal).outputs == {"predictions": "output0", "masks": "output1"}
    assert detector_of(proposal).license == "AGPL-3.0"
    assert "outlines-unused" in names(proposal)
    assert "license-unknown" not in names(proposal)


def test_eighty_classes_are_cocos(tmp_path: Path) -> None:
    proposal = propose(save_graph(tmp_path / "m.onnx", {"output": yolov5_rows({}, classes=80)}))
    card = detector_of(proposal)
    assert (card.labels[0], card.labels[79], card.score) == ("person", "toothbrush", "object")
    assert "person" in card.ignored_labels
    assert "bottle" not in card.ignored_labels
    assert {"labels-guessed", "labels-ignored", "score-object"} <= set(names(proposal))


def test_given_labels_must_be_as_many_as_the_classes(tmp_path: Path) -> None:
    file = save_graph(tmp_path / "m.onnx", {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)})
    assert detector_of(propose(file, labels=("bag", "box"))).labels == ("bag", "box")
    with pytest.raises(ModelError, match="scores of 2 classes, and the card names 3"):
        propose(file, labels=("bag", "box", "person"))


def test_nvidias_dino_has_a_background(tmp_path: Path) -> None:
    outputs, graph, _ = FORMS["dino"]
    card = detector_of(propose(save_graph(tmp_path / "m.onnx", outputs, **graph)))
    assert (card.labels, card.ignored_labels, card.threshold) == (("background", "item"), ("background",), 0.5)
    assert card.input.fit == "letterbox"


def test_six_columns_are_a_list_only_when_classes_are_whole_numbers(tmp_path: Path) -> None:
    rows = np.zeros((1, 40, 6), np.float32)
    rows[0, 3] = (*BOX, 0.9, 0.7)
    card = detector_of(propose(save_graph(tmp_path / "m.onnx", {"o": rows}), threshold=0.5))
    assert card.decoder == "yolov5"
    (seen,) = try_detector(card, PICTURE, threshold=0.5)
    np.testing.assert_allclose(seen.box, CORNERS, atol=0.01)


def test_float16_and_a_fixed_batch_are_told(tmp_path: Path) -> None:
    outputs = {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2).astype(np.float16)}
    half = propose(save_graph(tmp_path / "half.onnx", outputs, dtype=np.float16))
    assert "float16-input" in names(half)
    assert len(try_detector(detector_of(half), PICTURE, threshold=0.5)) == 1
    twice = {"output0": np.concatenate([yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)] * 2)}
    two = propose(save_graph(tmp_path / "two.onnx", twice, image=("images", (2, 3, 64, 64))))
    assert "fixed-batch" in names(two)
    assert len(try_detector(detector_of(two), PICTURE, threshold=0.5)) == 1


@pytest.mark.parametrize(
    ("image", "vector", "size", "scale"),
    [
        ("inputs", "outputs", 2048, 1 / 255),
        ("input", "embeddings", 448, 1 / (255 * 0.26857)),
        ("input", "fc_pred", 256, 1 / (255 * 0.226)),
        ("x", "y", 512, 1 / (255 * 0.229)),
    ],
)
def test_one_row_of_numbers_is_an_embedder(tmp_path: Path, image: str, vector: str, size: int, scale: float) -> None:
    outputs = {vector: np.ones((1, size), np.float32)}
    if vector == "embeddings":
        outputs = {"probs": np.ones((1, 315), np.float32)} | outputs
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs, image=(image, (1, 3, 224, 224))))
    card = proposed_card(proposal.weights, proposal.tree)
    assert isinstance(card, EmbedderCard)
    assert (card.embedding_size, card.outputs, card.input.fit) == (size, {"embedding": vector}, "stretch")
    assert card.input.scale[0] == pytest.approx(scale)


def test_an_embedders_classes_are_taken_when_their_names_are_given(tmp_path: Path) -> None:
    outputs = {"probs": np.full((1, 3), 1 / 3, np.float32), "embeddings": np.ones((1, 448), np.float32)}
    file = save_graph(tmp_path / "m.onnx", outputs, image=("input", (1, 3, 224, 224)))
    proposal = propose(file, labels=("milk", "tea", "bread"))
    card = proposed_card(proposal.weights, proposal.tree)
    assert isinstance(card, EmbedderCard)
    assert card.outputs == {"embedding": "embeddings", "probabilities": "probs"}
    assert card.labels == ("milk", "tea", "bread")
    assert "nothing here reads it" not in [key.reason for key in proposal.ignored]
    try_embedder(card, PICTURE)
    wrong = propose(file, labels=("milk", "tea"))
    assert wrong.tree["outputs"] == {"embedding": "embeddings"}
    assert "class-count" in names(wrong)


def test_classes_that_came_through_json_keep_their_order(tmp_path: Path) -> None:
    labels = tuple(f"class of {number}" for number in range(12))
    file = save_graph(
        tmp_path / "m.onnx",
        {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8, *[0.1] * 10)}, classes=12)},
        notes={"names": json.dumps(dict(enumerate(labels)))},
    )
    assert detector_of(propose(file)).labels == labels


@pytest.mark.parametrize("note", ["{0: 'bag', 'b': 'box'}", "{[1]: 2}", "{1j: 'bag', 2: 'box'}", "{"])
def test_notes_that_name_no_classes_are_passed_over(tmp_path: Path, note: str) -> None:
    outputs = {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)}
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs, notes={"names": note, "imgsz": note}))
    assert detector_of(proposal).labels == ()
    assert "labels-missing" in names(proposal)
