"""What shapes leave open is settled by the numbers, with the way to feed the model; what stays open is told."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import ModelError
from core.vision.detectors.grid import grid
from core.vision.model_card import DetectorCard, proposed_card
from core.vision.model_import.importers import propose_card
from core.vision.model_import.proposal import ImportRequest, Proposal
from core.vision.model_import.trial import SeenBox, try_detector
from tests.core.vision.foreign_graphs import (
    floats,
    nanodet_outputs,
    save_graph,
    sharp_distances,
    yolov5_rows,
    yolov8_columns,
)

SIDE = 64
WIDE = np.full((SIDE, 2 * SIDE, 3), 120, np.uint8)
"""Twice as wide as the input, so that a wrong letterbox shows."""
BOX = (20.0, 16.0, 20.0, 10.0)
CORNERS = (10, 11, 30, 21)
LARGE_SIDE = 128
LARGE = ("images", (1, 3, LARGE_SIDE, LARGE_SIDE))
"""An input whose grids have not by chance as many cells as COCO's classes have columns."""
LARGE_BOX = (40.0, 32.0, 40.0, 20.0)
"""The same box there."""
PLACED = {
    "both": (20, -10, 60, 10),
    "end": (20, 22, 60, 42),
    "stretch": (20, 11, 60, 21),
}
"""The same box in the wide picture, not yet cut to it, by how that was fitted into the input."""
Numbers = npt.NDArray[Any]


def propose(path: Path, **request: Any) -> Proposal:
    return propose_card(path, ImportRequest(WIDE, **request))


def names(proposal: Proposal) -> list[str]:
    return [finding.name for finding in proposal.findings]


def told(proposal: Proposal, name: str) -> str:
    return next(finding.message for finding in proposal.findings if finding.name == name)


def card_of(proposal: Proposal) -> DetectorCard:
    card = proposed_card(proposal.weights, proposal.tree)
    assert isinstance(card, DetectorCard)
    return card


def seen_by(proposal: Proposal) -> SeenBox:
    """The one box in the wide picture."""
    (seen,) = try_detector(card_of(proposal), WIDE, threshold=0.5)
    return seen


def expect_box(proposal: Proposal, fit: str) -> SeenBox:
    seen = seen_by(proposal)
    np.testing.assert_allclose(seen.box, np.clip(PLACED[fit], 0, [128, 64, 128, 64]), atol=0.01)
    return seen


def detr_outputs(queries: int, classes: int, found: int, name: str = "pred_logits") -> dict[str, Numbers]:
    """A softmax over the classes and "nothing": so many queries find the class 0, the rest nothing."""
    logits = np.full((1, queries, classes + 1), -3, np.float32)
    logits[..., -1] = 5
    boxes = np.tile(floats((0.5, 0.5, 0.2, 0.2))[None], (1, queries, 1))
    for place in range(found):
        logits[0, place] = -5
        logits[0, place, 0] = 4
        boxes[0, place] = (0.2 + 0.4 * place, 0.3, 0.1, 0.1)
    return {name: logits, "pred_boxes": boxes}


@pytest.mark.parametrize("name", ["logits", "pred_logits"])
@pytest.mark.parametrize(("queries", "classes"), [(100, 1), (10, 1), (5, 1), (3, 1), (5, 2), (3, 2), (100, 91)])
def test_a_softmax_with_nothing_is_detr_with_however_few_classes_and_queries(
    tmp_path: Path, queries: int, classes: int, name: str
) -> None:
    proposal = propose(save_graph(tmp_path / "m.onnx", detr_outputs(queries, classes, 2, name)))
    card = card_of(proposal)
    assert (card.decoder, card.labels, card.ignored_labels) == ("detr", (), ())
    assert (card.input.fit, card.threshold) == ("stretch", 0.25)
    assert card.input.scale[0] == pytest.approx(1 / (255 * 0.229))
    assert "stretched" in told(proposal, "preprocessing-guessed")
    assert {"settled-decoder", "labels-missing"} <= set(names(proposal))
    assert "form-doubtful" not in names(proposal)
    seen = try_detector(card, WIDE, threshold=0.25)
    assert {box.label for box in seen} == {"class 0"}
    np.testing.assert_allclose(sorted(box.box[0] for box in seen), [19.2, 70.4], atol=0.01)


def test_the_threshold_and_the_labels_that_a_person_gave_stay(tmp_path: Path) -> None:
    file = save_graph(tmp_path / "m.onnx", detr_outputs(100, 1, 2))
    card = card_of(propose(file, labels=("good",), threshold=0.4))
    assert (card.decoder, card.labels, card.threshold) == ("detr", ("good",), 0.4)


@pytest.mark.parametrize("classes", [2, 11])
def test_nvidias_dino_with_many_silent_queries_stays_as_it_is(tmp_path: Path, classes: int) -> None:
    logits = np.full((1, 900, classes), -5, np.float32)
    logits[0, :8, -1] = 3
    outputs = {"pred_logits": logits, "pred_boxes": np.full((1, 900, 4), 0.3, np.float32)}
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs, image=("inputs", ("n", 3, SIDE, SIDE))))
    card = card_of(proposal)
    assert (card.decoder, card.labels[0], card.input.fit, card.threshold) == ("dino", "background", "letterbox", 0.5)
    assert not {"settled-decoder", "form-doubtful"} & set(names(proposal))


def test_logits_that_say_nothing_in_neither_way_are_doubtful(tmp_path: Path) -> None:
    outputs = {"logits": np.full((1, 9, 3), 0.5, np.float32), "pred_boxes": np.full((1, 9, 4), 0.3, np.float32)}
    outputs["logits"][0, 0, 0] = 1.5
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs))
    assert "whether its last class is “nothing”" in told(proposal, "form-doubtful")


@pytest.mark.parametrize("shape", [(1, 3, SIDE, SIDE), (1, SIDE, SIDE, 3)])
def test_a_model_that_takes_bytes_is_fed_bytes(tmp_path: Path, shape: tuple[int, ...]) -> None:
    outputs = {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)}
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs, image=("images", shape), dtype=np.uint8))
    card = card_of(proposal)
    assert (card.input.scale, card.input.offset) == ((1, 1, 1), (0, 0, 0))
    assert "bytes-input" in names(proposal)
    expect_box(proposal, "both")
    nano = nanodet_outputs(stride=8, row=1, column=2, scores=(0.1, 0.8), distances=(1.25, 0.125, 1.25, 1.125))
    other = card_of(propose(save_graph(tmp_path / "n.onnx", nano, image=("images", shape), dtype=np.uint8)))
    assert (other.decoder, other.input.scale, other.input.offset) == ("nanodet", (1, 1, 1), (0, 0, 0))


def rows_at_cells(*, units: float, objectness: float, near: bool = True) -> dict[str, Numbers]:
    """A row for each cell of three grids, the box in the cell of the third row and column, placed on the grid."""
    cells, strides = grid(SIDE, SIDE)
    rows = np.zeros((1, len(cells), 7), np.float32)
    rows[0, :, :2] = (cells + 0.5) * strides if near else 40
    rows[0, :, 2:4] = strides
    rows[0, :, 4] = objectness
    rows[0, 18] = (*BOX, max(objectness, 0.9), 0.1, 0.8)
    rows[..., :4] /= units
    return {"output": rows}


@pytest.mark.parametrize("units", [1, SIDE])
@pytest.mark.parametrize(
    ("objectness", "near", "color", "fit"),
    [(0.01, True, "BGR", "end"), (1, True, "RGB", "both"), (0.01, False, "RGB", "both")],
    ids=["yolox", "yolov6", "others"],
)
def test_placed_rows_on_yoloxs_grid_are_fed_as_their_own_family(
    tmp_path: Path, *, objectness: float, near: bool, color: str, fit: str, units: float
) -> None:
    outputs = rows_at_cells(units=units, objectness=objectness, near=near)
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs))
    card = card_of(proposal)
    assert (card.decoder, card.box_units) == ("yolov5", "pixels" if units == 1 else "fractions")
    assert (card.input.color, card.input.padding, card.score) == (color, fit, "object" if fit == "end" else "class")
    assert ("YOLOX is fed" in told(proposal, "preprocessing-guessed")) == (color == "BGR")
    expect_box(proposal, fit)
    assert ("form-doubtful" in names(proposal)) == (objectness != 1)
    told_by_labels = propose(proposal.weights, labels=("bag", "box"))
    assert "form-doubtful" not in names(told_by_labels)
    assert expect_box(told_by_labels, fit).label == "box"


def cocos_rows(count: int) -> npt.NDArray[np.float32]:
    """1×count×85 with objectness, for the large input."""
    rows = np.full((1, count, 85), 30, np.float32)
    rows[..., 4:] = 0
    rows[0, 7] = (*LARGE_BOX, 0.9, *([0.1] * 79), 0.9)
    return rows


@pytest.mark.parametrize("count", [336, 150])
def test_a_constant_objectness_is_no_score_even_for_cocos_classes(tmp_path: Path, count: int) -> None:
    rows = cocos_rows(count)
    rows[..., 4] = 1
    card = card_of(propose(save_graph(tmp_path / "m.onnx", {"output": rows}, image=LARGE)))
    assert (card.decoder, len(card.labels), card.score) == ("yolov5", 80, "class")


@pytest.mark.parametrize("units", [1, LARGE_SIDE])
@pytest.mark.parametrize("count", [336, 150])
@pytest.mark.parametrize(("classes", "given"), [(1, False), (2, True), (80, False), (80, True)])
def test_turned_yolov8_is_told_by_the_number_of_its_classes(
    tmp_path: Path, *, classes: int, given: bool, count: int, units: float
) -> None:
    columns = yolov8_columns({5: (*LARGE_BOX, *([0.1] * (classes - 1)), 0.8)}, classes=classes, count=count)
    columns[:, :4] /= units
    labels = {place: f"good {place}" for place in range(classes)}
    rows = {"output0": np.ascontiguousarray(columns.transpose(0, 2, 1))}
    file = save_graph(tmp_path / "m.onnx", rows, image=LARGE, notes={"names": str(labels)} if given else {})
    proposal = propose(file)
    card = card_of(proposal)
    assert (card.decoder, card.score, card.input.color) == ("yolov8", "class", "RGB")
    label = f"good {classes - 1}" if given else "toothbrush" if classes == 80 else "class 0"
    assert expect_box(proposal, "both").label == label
    assert "form-doubtful" not in names(proposal)


def test_turned_yolov8_without_labels_is_doubtful(tmp_path: Path) -> None:
    columns = yolov8_columns({5: (*BOX, 0.1, 0.8, 0.1)})
    file = save_graph(tmp_path / "m.onnx", {"o": np.ascontiguousarray(columns.transpose(0, 2, 1))})
    assert "--labels" in told(propose(file), "form-doubtful")
    assert seen_by(propose(file, labels=("bag", "box", "can"))).label == "box"


def test_three_boxes_for_a_cell_always_have_objectness(tmp_path: Path) -> None:
    rows = yolov5_rows({7: (*BOX, 0.9, *([0.1] * 78), 0.9)}, classes=79)
    assert rows.shape[2] == 84
    proposal = propose(save_graph(tmp_path / "m.onnx", {"output": rows}))
    assert (card_of(proposal).decoder, seen_by(proposal).label) == ("yolov5", "class 78")
    assert not {"settled-decoder", "form-doubtful"} & set(names(proposal))


def maps(channels: int, *, anchors: bool) -> dict[str, Numbers]:
    sizes = [SIDE // stride for stride in (8, 16, 32)]
    form = (1, 3, 0, 0, channels) if anchors else (1, channels, 0, 0)
    return {
        f"head{size}": np.zeros([size if index in (2, 3) else n for index, n in enumerate(form)], np.float32)
        for size in sizes
    }


def test_the_maps_that_boxes_were_made_from_may_be_there(tmp_path: Path) -> None:
    five = {"output": yolov5_rows({7: (*BOX, 0.9, 0.1, 0.9)}, classes=2)} | maps(7, anchors=True)
    proposal = propose(save_graph(tmp_path / "v5.onnx", five))
    assert card_of(proposal).decoder == "yolov5"
    assert len(proposal.ignored) == 3
    expect_box(proposal, "both")
    eight = maps(66, anchors=False) | {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)}
    proposal = propose(save_graph(tmp_path / "v8.onnx", eight))
    assert card_of(proposal).outputs == {"predictions": "output0"}
    expect_box(proposal, "both")


def test_masks_are_told_from_the_maps_beside_them(tmp_path: Path) -> None:
    outputs = {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2, after=4)} | maps(70, anchors=False)
    outputs["protos"] = np.zeros((1, 4, 16, 16), np.float32)
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs))
    assert card_of(proposal).outputs == {"predictions": "output0", "masks": "protos"}
    assert expect_box(proposal, "both").label == "class 1"


def lists(scale: float) -> dict[str, Numbers]:
    return {
        "detection_boxes": floats((11, 10, 21, 30))[None] / scale,
        "detection_classes": np.ones((1, 1), np.float32),
        "detection_scores": np.full((1, 1), 0.8, np.float32),
        "num_detections": np.array([1], np.float32),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
@pytest.mark.parametrize("shape", [(1, 3, SIDE, SIDE), (1, SIDE, SIDE, 3)])
@pytest.mark.parametrize(("scale", "decoder", "fit"), [(SIDE, "ssd", "stretch"), (1, "efficientdet", "end")])
def test_lists_are_fed_as_the_family_that_their_units_tell(
    tmp_path: Path, *, scale: float, decoder: str, fit: str, shape: tuple[int, ...], dtype: Any
) -> None:
    proposal = propose(save_graph(tmp_path / "m.onnx", lists(scale), image=("x", shape), dtype=dtype))
    card = card_of(proposal)
    assert card.decoder == decoder
    assert card.input.scale[0] == pytest.approx(1 / 127.5 if decoder == "ssd" and dtype == np.float32 else 1)
    expect_box(proposal, fit)


def test_empty_lists_leave_the_units_open(tmp_path: Path) -> None:
    empty = {"boxes": np.zeros((0, 4)), "scores": np.zeros(0), "labels": np.zeros(0)}
    file = save_graph(tmp_path / "m.onnx", {name: value.astype(np.float32) for name, value in empty.items()})
    assert "lists no box" in told(propose(file), "form-doubtful")
    listed = save_graph(tmp_path / "n.onnx", {"output0": np.zeros((1, 30, 6), np.float32)})
    assert "lists no box" in told(propose(listed), "form-doubtful")


@pytest.mark.parametrize("labels", [("bag",), ("bag", "box", "can")])
def test_a_wrong_number_of_labels_is_answered_by_the_right_one(tmp_path: Path, labels: tuple[str, ...]) -> None:
    file = save_graph(tmp_path / "m.onnx", {"output0": yolov8_columns({5: (*BOX, 0.1, 0.8)}, classes=2)})
    with pytest.raises(ModelError, match=f"scores of 2 classes, and the card names {len(labels)}") as caught:
        propose(file, labels=labels)
    assert "all 2 classes" in caught.value.remedy


def test_scores_out_of_range_are_not_answered_by_labels(tmp_path: Path) -> None:
    file = save_graph(tmp_path / "m.onnx", {"o": yolov8_columns({3: (1, 1, 1, 1, 7.5)})})
    with pytest.raises(ModelError, match="scores from") as caught:
        propose(file)
    assert "--labels" not in caught.value.remedy


@pytest.mark.parametrize("count", [90, 20])
def test_fewer_boxes_than_columns_are_told_by_cocos_classes(tmp_path: Path, count: int) -> None:
    rows = cocos_rows(count)
    proposal = propose(save_graph(tmp_path / "m.onnx", {"output": rows}, image=LARGE))
    assert card_of(proposal).decoder == "yolov5"
    assert expect_box(proposal, "both").label == "toothbrush"


@pytest.mark.parametrize("turned", [False, True])
def test_a_handful_of_boxes_is_told_by_the_labels(tmp_path: Path, *, turned: bool) -> None:
    table = yolov8_columns({5: (*BOX, 0.8)}, classes=1, count=7)
    table = np.ascontiguousarray(table.transpose(0, 2, 1)) if turned else table
    file = save_graph(tmp_path / "m.onnx", {"o": table})
    with pytest.raises(ModelError, match="which no decoder here reads") as caught:
        propose(file)
    assert "give its labels with --labels" in caught.value.remedy
    assert expect_box(propose(file, labels=("bag",)), "both").label == "bag"


def test_nanodet_in_one_tensor_is_not_taken_for_yolox(tmp_path: Path) -> None:
    rows = np.zeros((1, 84, 7 + 32), np.float32)
    rows[0, 18] = (*([0.1] * 6), 0.9, *sharp_distances((1.25, 0.125, 1.25, 1.125)))
    with pytest.raises(ModelError, match="scores and distances as NanoDet does"):
        propose(save_graph(tmp_path / "m.onnx", {"output": rows}))


def test_scores_of_yolox_before_their_sigmoid_are_told(tmp_path: Path) -> None:
    rows = np.full((1, 84, 7), -4, np.float32)
    rows[..., :4] = (0.5, 0.5, -1, -1)
    rows[0, 3, 4:] = 5
    with pytest.raises(ModelError, match="not within 0–1"):
        propose(save_graph(tmp_path / "m.onnx", {"output": rows}))


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize(("classes", "bins"), [(32, 8), (4, 11), (80, 11), (2, 8), (2, 11)])
def test_nanodet_with_numbers_for_names_is_told_by_its_scores(
    tmp_path: Path, *, classes: int, bins: int, is_reversed: bool
) -> None:
    outputs: dict[str, Numbers] = {}
    for stride in (8, 16, 32):
        cells = (SIDE // stride) ** 2
        scores = np.full((1, cells, classes), 0.01, np.float32)
        distances = np.zeros((1, cells, 4 * bins), np.float32)
        if stride == 8:
            scores[0, 10, -1] = 0.8
            distances[0, 10] = sharp_distances((1.25, 0.125, 1.25, 1.125), bins)
        own = {f"7{stride:02}": scores, f"8{stride:02}": distances}
        outputs |= dict(reversed(own.items())) if is_reversed else own
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs))
    card = card_of(proposal)
    assert (card.outputs["classes_8"], card.outputs["distances_32"]) == ("708", "832")
    assert expect_box(proposal, "both").label == ("toothbrush" if classes == 80 else f"class {classes - 1}")


@pytest.mark.parametrize("is_reversed", [False, True])
def test_lists_with_numbers_for_names_are_told_by_their_forms(tmp_path: Path, *, is_reversed: bool) -> None:
    outputs: dict[str, Numbers] = {
        "3076": floats(CORNERS),
        "3077": np.array([1], np.int64),
        "3078": np.array([0.8], np.float32),
    }
    outputs = dict(reversed(outputs.items())) if is_reversed else outputs
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs))
    assert card_of(proposal).outputs == {"boxes": "3076", "classes": "3077", "scores": "3078"}
    assert expect_box(proposal, "stretch").label == "class 1"


def test_tensorflow_lites_lists_are_told_by_their_order(tmp_path: Path) -> None:
    name = "TFLite_Detection_PostProcess"
    given = lists(SIDE)
    outputs = {
        name: given["detection_boxes"],
        f"{name}:1": given["detection_classes"],
        f"{name}:2": given["detection_scores"],
        f"{name}:3": given["num_detections"],
    }
    proposal = propose(save_graph(tmp_path / "m.onnx", outputs, image=("x", (1, SIDE, SIDE, 3))))
    assert (card_of(proposal).decoder, expect_box(proposal, "stretch").label) == ("ssd", "class 1")
