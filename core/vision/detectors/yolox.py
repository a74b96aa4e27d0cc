"""The YOLOX family: one output, a row for each cell of three grids, not yet placed on the grid.

Source: Z. Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv 2107.08430, and its ONNX export.
"""

import numpy as np

from core.vision.detectors.family import (
    Family,
    Found,
    Guess,
    Outputs,
    Settled,
    Specs,
    UnfitOutputError,
    check_labels,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import corners, grid
from core.vision.model_card import DetectorCard

_LARGEST_LOG_SIDE = 8.0
"""exp(8) strides are wider than any picture; the cut keeps a wild prediction finite."""
_FORM = {"color": "BGR", "fit": "letterbox", "padding": "end", "pad_value": 114, "resampling": "linear"}


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
    if not np.isfinite(scores).all():
        raise UnfitOutputError("returns numbers that mean nothing (not finite)")
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
    """Rows of this shape may be placed on the grid already: then a center lies near its own cell."""
    cells, strides = grid(card.input.width, card.input.height)
    given = outputs["predictions"][0, :, :2]
    to_cell = np.median(np.abs(given - (cells + 0.5) * strides) / strides)
    if to_cell >= np.median(np.abs(given)):
        return {}
    return {"decoder": Settled("yolov5", "the boxes are placed on the grid already, in pixels")}


YOLOX = Family(parts=("predictions",), decode=decode_yolox, propose=propose_yolox, settle=settle_yolox)
