"""FastestDet: one grid of 16 pixels, a map of objectness, box and class scores.

Source: dog-qiuqiu's FastestDet and its ONNX example.
"""

import numpy as np
from scipy.special import expit

from core.vision.detectors.family import (
    Family,
    Found,
    Guess,
    Outputs,
    Specs,
    UnfitOutputError,
    check_labels,
    check_scores,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import corners
from core.vision.model_card import DetectorCard

_STRIDE = 16
_FORM = {"color": "BGR", "scale": 1 / 255, "fit": "stretch", "resampling": "linear"}
_OBJECT_WEIGHT, _CLASS_WEIGHT = 0.6, 0.4
"""Exponents of objectness and of the class's belief in the score, as the authors weigh them."""


def decode_fastestdet(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×(5+C)×h×w: objectness 0–1, offsets of the center in cells before tanh, width and
    height in shares of the input before the sigmoid, C class beliefs that sum to 1.

    The score is objectness, weighed with the class's belief if the card says so.
    """
    table, form = outputs["predictions"], card.input
    if table.ndim != 4 or table.shape[0] != 1 or table.shape[1] < 6:
        raise UnfitOutputError(f"returns {shape_words(table.shape)} numbers, not 1×(5 + classes)×rows×columns")
    _, _, rows, columns = table.shape
    cells = table[0].reshape(table.shape[1], rows * columns)
    objectness, beliefs = cells[0], cells[5:]
    check_labels(len(beliefs), card)
    check_scores(objectness)
    if not np.allclose(beliefs.sum(axis=0), 1, atol=0.05):
        raise UnfitOutputError("returns class beliefs that do not sum to 1, as FastestDet's do")
    scores = objectness
    if card.score == "class":
        scores = np.maximum(objectness, 0) ** _OBJECT_WEIGHT * beliefs.max(axis=0) ** _CLASS_WEIGHT
    chosen = np.flatnonzero(scores >= threshold)
    corner = np.stack([chosen % columns, chosen // columns])
    size = np.array([[form.width], [form.height]], np.float32)
    centers = (corner + np.tanh(cells[1:3, chosen])) / np.array([[columns], [rows]]) * size
    sides = expit(cells[3:5, chosen]) * size
    return Found(
        corners(centers.T, sides.T),
        np.minimum(scores[chosen], 1).astype(np.float32),
        beliefs[:, chosen].argmax(axis=0),
    )


def propose_fastestdet(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for one output 1×(5+C)×h×w whose cells are 16 pixels wide and high."""
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 4:
        return None
    tree = detector_tree("fastestdet", image, _FORM, {"predictions": tensors[0].name})
    _, channels, rows, columns = tensors[0].shape
    expected = (tree["input"]["height"] // _STRIDE, tree["input"]["width"] // _STRIDE)
    if channels is None or channels < 6 or (rows, columns) != expected:
        return None
    return Guess(tree, "FastestDet is fed BGR from 0 to 1, stretched to its input.", channels - 5)


FASTESTDET = Family(parts=("predictions",), decode=decode_fastestdet, propose=propose_fastestdet)
