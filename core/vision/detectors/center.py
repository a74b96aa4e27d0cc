"""The center family: a map of where items' centers are, and from each cell the distances to the item's four sides.

Sources: X. Zhou et al., "Objects as Points", arXiv 1904.07850; Z. Tian et al., "FCOS", arXiv 1904.01355. The program's
own detector, ``tillsight-detector``, is of this family.
"""

from typing import Any

import numpy as np

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
from core.vision.model_card import DetectorCard

_STRIDES = (4, 8, 16)
"""Pixels that a cell may be wide and high in bare weights."""

_FORM: dict[str, Any] = {
    "color": "RGB",
    "scale": 1 / 128,
    "offset": 127,
    "fit": "letterbox",
    "padding": "both",
    "pad_value": 127,
    "resampling": "area",
}


def decode_center(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``centers`` 1×C×h×w, belief 0–1 that an item's center is in the cell, above its neighbors' or 0, and
    ``sides`` 1×4×h×w, pixels of the input from the cell's middle to the item's left, top, right and bottom.
    """
    centers, sides, form = outputs["centers"], outputs["sides"], card.input
    if centers.ndim != 4 or centers.shape[0] != 1 or sides.shape != (1, 4, *centers.shape[2:]):
        raise UnfitOutputError(
            f"returns {shape_words(centers.shape)} and {shape_words(sides.shape)} numbers, "
            "not centers 1×classes×rows×columns with sides 1×4×rows×columns"
        )
    _, count, rows, columns = centers.shape
    check_labels(count, card)
    beliefs = centers[0].reshape(count, rows * columns)
    scores = beliefs.max(axis=0)
    check_scores(scores)
    chosen = np.flatnonzero(scores >= threshold)
    left, top, right, bottom = sides[0].reshape(4, -1)[:, chosen]
    if not (np.isfinite(left + right).all() and np.isfinite(top + bottom).all()):
        raise UnfitOutputError("returns numbers that mean nothing (not finite)")
    x = (chosen % columns + 0.5) * (form.width / columns)
    y = (chosen // columns + 0.5) * (form.height / rows)
    boxes = np.stack([x - left, y - top, x + right, y + bottom], axis=1).astype(np.float32)
    return Found(boxes, np.minimum(scores[chosen], 1).astype(np.float32), beliefs[:, chosen].argmax(axis=0))


def propose_center(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for two outputs of the input's proportions, ``centers`` 1×C×h×w and ``sides`` 1×4×h×w."""
    image = only_picture(inputs)
    if image is None or set(outputs) != {"centers", "sides"}:
        return None
    tree = detector_tree("center", image, _FORM, {"centers": "centers", "sides": "sides"})
    height, width = tree["input"]["height"], tree["input"]["width"]
    centers, sides = outputs["centers"].shape, outputs["sides"].shape
    if len(centers) != 4 or len(sides) != 4 or sides[1] != 4 or centers[1] is None or centers[2:] != sides[2:]:
        return None
    if centers[2:] not in [(height // stride, width // stride) for stride in _STRIDES]:
        return None
    return Guess(tree, "Centers with sides are this program's own form, fed RGB around 0 in gray.", centers[1])


CENTER = Family(parts=("centers", "sides"), decode=decode_center, propose=propose_center)
