"""SSD with its post-processing inside: lists of boxes, scores and classes.

Source: TensorFlow's Object Detection API, the ONNX model zoo's SSD, torchvision's detection exports.
"""

import re
from typing import Literal

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
    check_scores,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import in_pixels
from core.vision.model_card import DetectorCard

_RAW = {"color": "RGB", "fit": "stretch", "resampling": "linear"}
_CENTERED = _RAW | {"scale": 1 / 127.5, "offset": 127.5}
_PATTERNS = {
    "count": r"num|count|valid",
    "boxes": r"box",
    "scores": r"score|conf|prob",
    "classes": r"class|label|cls",
}
"""What exporters call the lists; tried in this order."""
_TENSORFLOW = ("detection_boxes", "detection_scores", "detection_classes", "num_detections")
"""TensorFlow's names; it may return more lists, raw ones and some for every class, which are not needed."""
_LARGEST_FRACTION = 2.0

PARTS = ("boxes", "scores", "classes")


def decode_ssd(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``boxes`` 1×N×4, ``scores`` 1×N in 0–1, ``classes`` 1×N and, if the card names it, ``count``.

    Units and order of the corners are the card's.
    """
    return read_lists(outputs, card, threshold, order=card.box_order)


def read_lists(outputs: Outputs, card: DetectorCard, threshold: float, *, order: Literal["xyxy", "yxyx"]) -> Found:
    """The lists' first ``count`` entries (all without one) whose score is high enough; inverted boxes are left out."""
    boxes = outputs["boxes"].reshape(-1, 4) if outputs["boxes"].shape[-1:] == (4,) else None
    scores, classes = outputs["scores"].reshape(-1), outputs["classes"].reshape(-1)
    if boxes is None or not len(boxes) == len(scores) == len(classes):
        forms = ", ".join(f"{part} {shape_words(outputs[part].shape)}" for part in PARTS)
        raise UnfitOutputError(f"returns lists that do not fit each other ({forms})")
    count = _count(outputs, len(boxes))
    boxes, scores, classes = boxes[:count], scores[:count], classes[:count]
    check_scores(scores)
    if order == "yxyx":
        boxes = boxes[:, [1, 0, 3, 2]]
    chosen = (scores >= threshold) & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
    return Found(
        in_pixels(boxes[chosen], card).astype(np.float32),
        np.minimum(scores[chosen], 1),
        classes[chosen].round().astype(np.intp),
    )


def _count(outputs: Outputs, most: int) -> int:
    if "count" not in outputs:
        return most
    stated = outputs["count"].reshape(-1)
    if stated.size != 1 or not 0 <= stated[0] <= most:
        raise UnfitOutputError(f"returns {most} boxes and a count that does not fit them")
    return int(stated[0])


def propose_ssd(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for three or four lists that their names tell apart."""
    image, parts = only_picture(inputs), list_parts(outputs)
    if image is None or parts is None:
        return None
    is_raw = image.dtype == "uint8"
    tree = detector_tree("ssd", image, _RAW if is_raw else _CENTERED, parts)
    tree["box_units"] = "fractions"
    tree["box_order"] = "yxyx" if "count" in parts else "xyxy"
    because = "it takes bytes" if is_raw else "SSD is usually fed from −1 to 1"
    return Guess(tree, f"The picture is fed as RGB because {because}; most exports stretch it.")


def list_parts(outputs: Specs) -> dict[str, str] | None:
    """The tensors' names by part, ``None`` when they are not such lists."""
    parts: dict[str, str] = {}
    plain = {name: spec for name, spec in outputs.items() if name.split(":")[0] in _TENSORFLOW}
    if len(plain) == len(_TENSORFLOW):
        outputs = plain
    for name, spec in outputs.items():
        part = next((part for part, pattern in _PATTERNS.items() if re.search(pattern, name, re.IGNORECASE)), None)
        if part is None or part in parts or len(spec.shape) > 3:
            return None
        parts[part] = name
    if not set(PARTS) <= set(parts):
        return None
    boxes, scores = outputs[parts["boxes"]].shape, outputs[parts["scores"]].shape
    are_lists = len(scores) <= 2 or scores[-1] == 1
    return parts if boxes and boxes[-1] in (4, None) and are_lists else None


def settle_lists(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """Whether the listed boxes are counted in pixels or in fractions, and so whose lists they are."""
    largest = _largest(outputs["boxes"])
    if largest == 0:
        return {}
    if largest > _LARGEST_FRACTION:
        because = f"coordinates of boxes reach {largest:.0f}"
        if card.decoder == "ssd" and card.box_order == "yxyx":
            return {"decoder": Settled("efficientdet", because), "box_units": Settled("pixels", because)}
        return {"box_units": Settled("pixels", because)}
    because = f"no coordinate of a box is above {largest:.3g}"
    if card.decoder == "efficientdet":
        return {
            "decoder": Settled("ssd", because),
            "box_units": Settled("fractions", because),
            "box_order": Settled("yxyx", "lists with a count come from TensorFlow"),
        }
    return {"box_units": Settled("fractions", because)}


def _largest(boxes: Scores) -> float:
    return float(boxes.max(initial=0.0))


SSD = Family(parts=PARTS, decode=decode_ssd, propose=propose_ssd, settle=settle_lists)
