"""NanoDet: for each cell a distribution over the distance to every side of the box (generalized focal loss).

Source: X. Li et al., "Generalized Focal Loss", arXiv 2006.04388; RangiLyu's NanoDet and NanoDet-Plus exports.
"""

import re

import numpy as np
from scipy.special import softmax

from core.sightings import Boxes
from core.vision.detectors.family import (
    Family,
    Found,
    Guess,
    Outputs,
    Scores,
    Specs,
    UnfitOutputError,
    check_labels,
    check_scores,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import STRIDES, count_cells, grid
from core.vision.model_card import DetectorCard

_MORE_STRIDES = (8, 16, 32, 64)
_BINS = 8
"""Of NanoDet's distributions, in every published configuration: distances from 0 to 7 strides."""
_COLORS = {
    "color": "BGR",
    "scale": [1 / 57.375, 1 / 57.12, 1 / 58.395],
    "offset": [103.53, 116.28, 123.675],
    "resampling": "linear",
}
_LETTERBOX = _COLORS | {"fit": "letterbox", "padding": "both", "pad_value": 0}
_STRETCH = _COLORS | {"fit": "stretch"}


def decode_nanodet(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``classes_8`` A×C, scores 0–1, and ``distances_8`` A×4B, logits of B bins a side; 16 and 32 alike.

    A cell stands for its own middle. ``classes_64`` and ``distances_64`` are read when the card names them.
    """
    strides = tuple(stride for stride in _MORE_STRIDES if f"classes_{stride}" in outputs)
    beliefs = np.concatenate([_rows(outputs[f"classes_{stride}"]) for stride in strides])
    logits = np.concatenate([_rows(outputs[f"distances_{stride}"]) for stride in strides])
    return _found(beliefs, logits, card, threshold, strides=strides, middle=0.5)


def decode_nanodet_plus(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×A×(C+32), scores 0–1 before logits, on grids of 8, 16, 32 and 64 pixels.

    A cell stands for its upper left corner.
    """
    rows = _rows(outputs["predictions"])
    beliefs, logits = rows[:, : -4 * _BINS], rows[:, -4 * _BINS :]
    return _found(beliefs, logits, card, threshold, strides=_MORE_STRIDES, middle=0.0)


def _found(
    beliefs: Scores, logits: Scores, card: DetectorCard, threshold: float, *, strides: tuple[int, ...], middle: float
) -> Found:
    cells, sizes = grid(card.input.width, card.input.height, strides)
    if len(beliefs) != len(cells) or len(logits) != len(cells) or logits.shape[1] % 4 or beliefs.shape[1] == 0:
        raise UnfitOutputError(
            f"returns {len(beliefs)}×{beliefs.shape[1]} scores and {len(logits)}×{logits.shape[1]} distances, and "
            f"NanoDet at {card.input.width}×{card.input.height} has {len(cells)} cells"
        )
    check_labels(beliefs.shape[1], card)
    scores = beliefs.max(axis=1)
    check_scores(scores)
    chosen = scores >= threshold
    boxes = _boxes((cells[chosen] + middle) * sizes[chosen], logits[chosen], sizes[chosen])
    return Found(boxes, np.minimum(scores[chosen], 1), beliefs[chosen].argmax(axis=1))


def _boxes(centers: Scores, logits: Scores, sizes: Scores) -> Boxes:
    """The expected distance of each side: left, top, right, bottom, in strides."""
    bins = logits.shape[1] // 4
    beliefs = softmax(logits.reshape(-1, 4, bins), axis=2)
    distances = beliefs @ np.arange(bins, dtype=np.float32) * sizes
    return np.concatenate([centers - distances[:, :2], centers + distances[:, 2:]], axis=1).astype(np.float32)


def _rows(tensor: Scores) -> Scores:
    if tensor.ndim == 3 and tensor.shape[0] == 1:
        tensor = tensor[0]
    if tensor.ndim != 2:
        raise UnfitOutputError(f"returns {shape_words(tensor.shape)} numbers, not a row for each cell")
    return tensor


def propose_nanodet(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for six outputs, or eight: for each grid its scores and its distances, told apart by their shapes."""
    image = only_picture(inputs)
    if image is None or len(outputs) not in (6, 8):
        return None
    tree = detector_tree("nanodet", image, _LETTERBOX, {})
    cells = {count_cells(tree["input"]["width"], tree["input"]["height"], (s,)): s for s in _MORE_STRIDES}
    parts: dict[str, str] = {}
    for spec in outputs.values():
        shape = spec.shape[-2:]
        stride = cells.get(shape[0] or 0) if len(spec.shape) in (2, 3) else None
        if stride is None or shape[1] is None:
            return None
        is_distance = shape[1] % 4 == 0 and (shape[1] == 4 * _BINS or "dis" in spec.name or "reg" in spec.name)
        is_distance &= not re.search(r"cls|class|conf", spec.name)
        parts[f"{'distances' if is_distance else 'classes'}_{stride}"] = spec.name
    if len(parts) != len(outputs) or not set(_PARTS) <= set(parts):
        return None
    tree["outputs"] = parts
    return Guess(
        tree,
        "NanoDet is fed BGR less ImageNet's means, black on both sides.",
        outputs[parts["classes_8"]].shape[-1] or 0,
    )


def propose_nanodet_plus(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for one output 1×A×(C+32) on four grids."""
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 3:
        return None
    tree = detector_tree("nanodet-plus", image, _STRETCH, {"predictions": tensors[0].name})
    rows, columns = tensors[0].shape[1:]
    cells = count_cells(tree["input"]["width"], tree["input"]["height"], _MORE_STRIDES)
    if rows != cells or columns is None or columns <= 4 * _BINS:
        return None
    return Guess(tree, "NanoDet-Plus is fed BGR less ImageNet's means, stretched to its input.", columns - 4 * _BINS)


_PARTS = tuple(f"{what}_{stride}" for what in ("classes", "distances") for stride in STRIDES)

NANODET = Family(parts=_PARTS, decode=decode_nanodet, propose=propose_nanodet)
NANODET_PLUS = Family(parts=("predictions",), decode=decode_nanodet_plus, propose=propose_nanodet_plus)
