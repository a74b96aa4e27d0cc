"""The YOLOX family: one output, a row for each cell of three grids, not yet placed on the grid.

Source: Z. Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv 2107.08430, and its ONNX export.
"""

import numpy as np

from core.vision.detectors.family import (
    Family,
    Found,
    Guess,
    Outputs,
    Scores,
    Settled,
    Specs,
    UnfitOutputError,
    check_labels,
    check_scores,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import corners, grid, input_size
from core.vision.detectors.yolo import FED, FORM, is_constant
from core.vision.model_card import DetectorCard

_LARGEST_LOG_SIDE = 8.0
"""exp(8) strides are wider than any picture; the cut keeps a wild prediction finite."""
_FORM = {"color": "BGR", "fit": "letterbox", "padding": "end", "pad_value": 114, "resampling": "linear"}
_LARGEST_FRACTION = 2.0
_NEAR = 1.0
"""Sides of a cell that the centers of a detector without anchors lie from its middle at most, mostly."""
_DISTANCES = 32
"""Columns of NanoDet's distances."""


def decode_yolox(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×A×(5+C): center x, y in cells from the cell's corner, log of width and height in
    cells, objectness 0–1, C class scores 0–1. The score is objectness, times the best class's if the card says so.
    """
    rows, form = outputs["predictions"], card.input
    cells, strides = grid(form.width, form.height)
    if rows.ndim != 3 or rows.shape[:2] != (1, len(cells)) or rows.shape[2] < 6:
        raise UnfitOutputError(
            f"returns {shape_words(rows.shape)} numbers, and YOLOX at {form.width}×{form.height} "
            f"returns 1×{len(cells)}×(5 + classes)"
        )
    rows = rows[0]
    check_labels(rows.shape[1] - 5, card)
    classes = rows[:, 5:].argmax(axis=1)
    scores = rows[:, 4]
    if card.score == "class":
        scores = scores * np.take_along_axis(rows[:, 5:], classes[:, None], axis=1)[:, 0]
    check_scores(scores)
    chosen = scores >= threshold
    rows, strides = rows[chosen], strides[chosen]
    centers = (rows[:, :2] + cells[chosen]) * strides
    sides = np.exp(np.minimum(rows[:, 2:4], _LARGEST_LOG_SIDE)) * strides
    return Found(corners(centers, sides), np.minimum(scores[chosen], 1).astype(np.float32), classes[chosen])


def propose_yolox(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for a plain YOLOX export: an input 1×3×H×W, one output 1×A×(5+C) that fits H and W."""
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 3:
        return None
    tree = detector_tree("yolox", image, _FORM, {"predictions": tensors[0].name})
    height, width = tree["input"]["height"], tree["input"]["width"]
    rows, columns = tensors[0].shape[1:]
    if height % 32 or width % 32 or columns is None or columns < 6 or rows != len(grid(width, height)[0]):
        return None
    return Guess(
        tree | {"score": "object"}, "YOLOX is fed BGR from 0 to 255, gray at the right and bottom.", columns - 5
    )


def settle_yolox(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """Rows of this shape may be placed on the grid already, in pixels or in fractions of the input.

    Then they are YOLOX's own, decoded in the graph, when the centers lie at their cells and objectness varies, and else
    another YOLO's, which is fed in its way.
    """
    rows = outputs["predictions"][0]
    _refuse_distances(rows)
    cells, strides = grid(card.input.width, card.input.height)
    given, middles = rows[:, :4], (cells + 0.5) * strides
    units = "pixels"
    if given[:, 2:].min() > 0 and np.abs(given).max() <= _LARGEST_FRACTION:
        given, units = given * input_size(card.input), "fractions"
    to_cell = np.median(np.abs(given[:, :2] - middles) / strides)
    if units == "pixels" and to_cell >= np.median(np.abs(given[:, :2])):
        return {}
    because = f"the boxes are placed on the grid already, in {units}"
    changes = {"decoder": Settled("yolov5", because), "box_units": Settled(units, because)}
    if to_cell > _NEAR or is_constant(rows[:, 4]):
        changes |= {"score": Settled("class", "the boxes are no YOLOX's"), "input": Settled(FORM, FED)}
    return changes


def _refuse_distances(rows: Scores) -> None:
    """NanoDet's rows on the same grids look alike: scores first, logits last."""
    is_belief = (rows >= 0) & (rows <= 1)
    if rows.shape[1] > _DISTANCES and is_belief[:, :-_DISTANCES].all() and not is_belief[:, -_DISTANCES:].all():
        raise UnfitOutputError(
            "returns scores and distances as NanoDet does, in one tensor on three grids, "
            "which leaves open from where in a cell they count"
        )


YOLOX = Family(parts=("predictions",), decode=decode_yolox, propose=propose_yolox, settle=settle_yolox)
