"""DETR and its descendants: a fixed number of queries, each with class logits and a box.

Source: N. Carion et al., "End-to-End Object Detection with Transformers", arXiv 2005.12872; H. Zhang et al., "DINO",
arXiv 2203.03605; the tensors of NVIDIA's Retail Object Detection 2.x.
"""

import re

import numpy as np
from scipy.special import expit, softmax

from core.vision.detectors.family import (
    Doubt,
    Family,
    Found,
    Guess,
    Outputs,
    Scores,
    Settled,
    Specs,
    UnfitOutputError,
    check_labels,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import corners, input_size
from core.vision.model_card import DetectorCard

_IMAGENET = {
    "color": "RGB",
    "scale": [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
    "offset": [123.675, 116.28, 103.53],
    "fit": "stretch",
    "resampling": "linear",
}
_TAO = {
    "color": "RGB",
    "scale": 1 / (255 * 0.226),
    "offset": [123.675, 116.28, 103.53],
    "fit": "letterbox",
    "padding": "end",
    "pad_value": 0,
    "resampling": "linear",
}
_FED = "Descendants of DETR are fed RGB less ImageNet's means, stretched; those of RT-DETR from 0 to 1."
BACKGROUND = "background"
_CLEARLY = 1.0
"""A logit that says so: a belief of 0.73 by itself."""
_MOST = 0.5
"""Share of the queries that find nothing, in a picture with fewer items than queries."""
_LARGEST_FRACTION = 4.0
"""A box may reach beyond the picture; coordinates in pixels are far above this."""


def decode_detr(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``logits`` 1×Q×(C+1), softmax over the classes, the last of which is "nothing", and ``boxes`` 1×Q×4:
    center x, y, width, height in fractions of the input.
    """
    logits, boxes = _tensors(outputs)
    beliefs = softmax(logits, axis=1)[:, :-1]
    return _found(beliefs, boxes, card, threshold)


def decode_dino(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """The same with C independent classes, a sigmoid each. A background class is one of the card's ignored labels."""
    logits, boxes = _tensors(outputs)
    return _found(expit(logits), boxes, card, threshold)


def _found(beliefs: Scores, boxes: Scores, card: DetectorCard, threshold: float) -> Found:
    check_labels(beliefs.shape[1], card)
    scores = beliefs.max(axis=1)
    if not np.isfinite(scores).all():
        raise UnfitOutputError("returns numbers that mean nothing (not finite)")
    chosen = scores >= threshold
    placed = corners(boxes[chosen, :2], boxes[chosen, 2:]) * input_size(card.input)
    return Found(placed.astype(np.float32), scores[chosen].astype(np.float32), beliefs[chosen].argmax(axis=1))


def _tensors(outputs: Outputs) -> tuple[Scores, Scores]:
    logits, boxes = outputs["logits"], outputs["boxes"]
    fits = logits.ndim == boxes.ndim == 3 and logits.shape[:2] == boxes.shape[:2] and boxes.shape[2] == 4
    if not fits or logits.shape[0] != 1:
        raise UnfitOutputError(
            f"returns {shape_words(logits.shape)} logits and {shape_words(boxes.shape)} boxes, not 1×Q×C and 1×Q×4"
        )
    if boxes.size and np.abs(boxes).max() > _LARGEST_FRACTION:
        raise UnfitOutputError(f"returns boxes that reach {np.abs(boxes).max():.0f}, not fractions of the picture")
    if logits.size and logits.min() >= 0 and logits.max() <= 1:
        raise UnfitOutputError("returns numbers from 0 to 1 where DETR has logits")
    return logits[0], boxes[0]


def propose_dino(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for two outputs 1×Q×C and 1×Q×4; which of the two families it is, their numbers tell.

    Outputs ``pred_logits`` and ``pred_boxes`` are those of NVIDIA's TAO, where class 0 is the background.
    """
    image = only_picture(inputs)
    parts = _parts(outputs)
    if image is None or parts is None:
        return None
    if parts != {"logits": "pred_logits", "boxes": "pred_boxes"}:
        return Guess(detector_tree("dino", image, _IMAGENET, parts), _FED, outputs[parts["logits"]].shape[2] or 0)
    tree = detector_tree("dino", image, _TAO, parts)
    count = outputs["pred_logits"].shape[2] or 1
    items = ["item"] if count == 2 else [f"class {number}" for number in range(1, count)]
    tree |= {"labels": [BACKGROUND, *items], "ignored_labels": [BACKGROUND], "threshold": 0.5}
    return Guess(tree, "NVIDIA's DINO is fed RGB less ImageNet's means, black at the right and bottom.", count)


def _parts(outputs: Specs) -> dict[str, str] | None:
    if len(outputs) != 2:
        return None
    boxes = [name for name, spec in outputs.items() if len(spec.shape) == 3 and spec.shape[2] == 4]
    if len(boxes) == 2:
        boxes = [name for name in boxes if re.search("box", name, re.IGNORECASE)]
    if len(boxes) != 1:
        return None
    (other,) = set(outputs) - set(boxes)
    shape = outputs[other].shape
    if len(shape) != 3 or shape[1] != outputs[boxes[0]].shape[1] or re.search("score|prob|conf", other, re.IGNORECASE):
        return None
    return {"logits": other, "boxes": boxes[0]}


def settle_dino(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """A last class that wins, and clearly, where nothing is found means "nothing": then it is a softmax."""
    logits, _ = _tensors(outputs)
    nothing, silent = _empty_queries(logits)
    if logits.shape[1] < 2 or nothing <= silent or (nothing < _MOST and silent > 0):
        return {}
    because = f"the last class wins in {nothing:.0%} of the queries: it means nothing"
    changes = {"decoder": Settled("detr", because, classes=logits.shape[1] - 1), "input": Settled(_IMAGENET, _FED)}
    if card.ignored_labels == (BACKGROUND,):
        changes |= {"labels": Settled([], because), "ignored_labels": Settled([], because)}
    return changes


def doubt_dino(outputs: Outputs, _card: DetectorCard) -> Doubt | None:
    """With several classes, whether the last one is "nothing", when too few queries find nothing in either way."""
    logits, _ = _tensors(outputs)
    if logits.shape[1] < 2 or _empty_queries(logits)[1] >= _MOST:
        return None
    return Doubt(
        "does not show whether its last class is “nothing” (decoder detr) or an item (decoder dino)",
        "Try it on a picture with few items, and look at what its boxes are",
    )


def _empty_queries(logits: Scores) -> tuple[float, float]:
    """Shares of the queries that find nothing as a softmax says it, by the last class, and as sigmoids do, by none."""
    if not len(logits):
        return 0.0, 0.0
    nothing = (logits.argmax(axis=1) == logits.shape[1] - 1) & (logits[:, -1] > _CLEARLY)
    return float(nothing.mean()), float((logits.max(axis=1) < 0).mean())


DETR = Family(parts=("logits", "boxes"), decode=decode_detr, propose=lambda _inputs, _outputs: None)
DINO = Family(parts=("logits", "boxes"), decode=decode_dino, propose=propose_dino, settle=settle_dino, doubt=doubt_dino)
