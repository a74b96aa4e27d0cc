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
    Settled,
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
from core.vision.runtimes.runtime import TensorSpec

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
    pairs: dict[int, list[TensorSpec]] = {}
    for spec in outputs.values():
        stride = cells.get(spec.shape[-2] or 0) if len(spec.shape) in (2, 3) else None
        if stride is None or spec.shape[-1] is None:
            return None
        pairs.setdefault(stride, []).append(spec)
    if not set(STRIDES) <= set(pairs) or any(len(pair) != 2 for pair in pairs.values()):
        return None
    parts: dict[str, str] = {}
    for stride, pair in pairs.items():
        classes, distances = sorted(pair, key=_is_distance)
        if (distances.shape[-1] or 0) % 4:
            return None
        parts |= {f"classes_{stride}": classes.name, f"distances_{stride}": distances.name}
    tree["outputs"] = parts
    return Guess(
        tree,
        "NanoDet is fed BGR less ImageNet's means, black on both sides.",
        outputs[parts["classes_8"]].shape[-1] or 0,
    )


def _is_distance(spec: TensorSpec) -> tuple[bool, bool, bool]:
    """Sorts the distances of a grid behind its scores: by their names, as many bins as usual, or any for each side.

    Where all that is alike, scores are exported first; the numbers correct it.
    """
    columns = spec.shape[-1] or 0
    by_name = bool(re.search(r"dis|reg", spec.name)) and not re.search(r"cls|class|conf", spec.name)
    return by_name, columns == 4 * _BINS, columns % 4 == 0


def settle_nanodet(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """Scores are 0 to 1 and distances are not, where their shapes leave open which is which."""
    strides = [stride for stride in _MORE_STRIDES if f"classes_{stride}" in outputs]
    classes, distances = (
        np.concatenate([outputs[f"{what}_{stride}"].ravel() for stride in strides]) for what in ("classes", "distances")
    )
    if _are_beliefs(classes) or not _are_beliefs(distances) or outputs["classes_8"].shape[-1] % 4:
        return {}
    swapped = dict(card.outputs)
    for stride in strides:
        own = (f"classes_{stride}", f"distances_{stride}")
        swapped |= {own[0]: card.outputs[own[1]], own[1]: card.outputs[own[0]]}
    because = "only the numbers of these outputs are scores from 0 to 1"
    return {"outputs": Settled(swapped, because, classes=outputs["distances_8"].shape[-1])}


def _are_beliefs(numbers: Scores) -> bool:
    return bool(numbers.min(initial=0) >= 0 and numbers.max(initial=1) <= 1)


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

NANODET = Family(parts=_PARTS, decode=decode_nanodet, propose=propose_nanodet, settle=settle_nanodet)
NANODET_PLUS = Family(parts=("predictions",), decode=decode_nanodet_plus, propose=propose_nanodet_plus)
