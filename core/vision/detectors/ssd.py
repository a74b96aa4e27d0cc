"""SSD with its post-processing inside: lists of boxes, scores and classes.

Source: TensorFlow's Object Detection API, the ONNX model zoo's SSD, torchvision's detection exports.
"""

import re
from typing import Literal

import numpy as np

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
    check_scores,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import in_pixels
from core.vision.detectors.yolo import EMPTY_LIST
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
_TFLITE = "TFLite_Detection_PostProcess"
_TFLITE_PARTS = ("boxes", "classes", "scores", "count")
"""The order of TensorFlow Lite's lists, which all have one name and a number behind it."""
_LARGEST_FRACTION = 2.0
TAO = {"color": "RGB", "fit": "letterbox", "padding": "end", "pad_value": 0, "resampling": "linear"}
TAO_FED = "EfficientDet is fed RGB from 0 to 255, black at the right and bottom, and scales it by itself."
_CENTERED_FED = "The picture is fed as RGB because SSD is usually fed from −1 to 1; most exports stretch it."

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
    """A card for three or four lists that their names or their forms tell apart."""
    image, parts = only_picture(inputs), list_parts(outputs)
    if image is None or parts is None:
        return None
    is_raw = image.dtype == "uint8"
    tree = detector_tree("ssd", image, _RAW if is_raw else _CENTERED, parts)
    tree["box_units"] = "fractions"
    tree["box_order"] = "yxyx" if "count" in parts else "xyxy"
    bytes_fed = "The picture is fed as RGB because it takes bytes; most exports stretch it."
    return Guess(tree, bytes_fed if is_raw else _CENTERED_FED)


def list_parts(outputs: Specs) -> dict[str, str] | None:
    """The tensors' names by part, ``None`` when they are not such lists."""
    parts: dict[str, str] = {}
    plain = {name: spec for name, spec in outputs.items() if name.split(":")[0] in _TENSORFLOW}
    if len(plain) == len(_TENSORFLOW):
        outputs = plain
    for name, spec in outputs.items():
        part = next((part for part, pattern in _PATTERNS.items() if re.search(pattern, name, re.IGNORECASE)), None)
        if part is None or part in parts or len(spec.shape) > 3:
            return _nameless_parts(outputs)
        parts[part] = name
    if not set(PARTS) <= set(parts):
        return None
    boxes, scores = outputs[parts["boxes"]].shape, outputs[parts["scores"]].shape
    are_lists = len(scores) <= 2 or scores[-1] == 1
    return parts if boxes and boxes[-1] in (4, None) and are_lists else None


def _nameless_parts(outputs: Specs) -> dict[str, str] | None:
    """The same for TensorFlow Lite's, by their order, and torchvision's, whose classes alone are whole numbers."""
    if [name.split(":")[0] for name in outputs] == [_TFLITE] * len(_TFLITE_PARTS):
        return dict(zip(_TFLITE_PARTS, sorted(outputs), strict=True))
    specs = list(outputs.values())
    boxes = [spec.name for spec in specs if len(spec.shape) in (2, 3) and spec.shape[-1] == 4]
    rows = [spec for spec in specs if spec.name not in boxes and len(spec.shape) in (1, 2)]
    classes = [spec.name for spec in rows if spec.dtype in ("int32", "int64")]
    scores = [spec.name for spec in rows if spec.dtype in ("float16", "float32")]
    if len(specs) != len(PARTS) or not len(boxes) == len(classes) == len(scores) == 1:
        return None
    lengths = {outputs[boxes[0]].shape[-2], *(spec.shape[-1] for spec in rows)}
    return {"boxes": boxes[0], "scores": scores[0], "classes": classes[0]} if len(lengths) == 1 else None


def settle_lists(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """Whether the listed boxes are counted in pixels or in fractions, and so whose lists they are."""
    largest = _largest(outputs["boxes"])
    if largest == 0:
        return {}
    if largest > _LARGEST_FRACTION:
        because = f"coordinates of boxes reach {largest:.0f}"
        if card.decoder == "ssd" and card.box_order == "yxyx":
            return {
                "decoder": Settled("efficientdet", because),
                "box_units": Settled("pixels", because),
                "input": Settled(TAO, TAO_FED),
            }
        return {"box_units": Settled("pixels", because)}
    because = f"no coordinate of a box is above {largest:.3g}"
    if card.decoder == "efficientdet":
        return {
            "decoder": Settled("ssd", because),
            "box_units": Settled("fractions", because),
            "box_order": Settled("yxyx", "lists with a count come from TensorFlow"),
            "input": Settled(_CENTERED, _CENTERED_FED),
        }
    return {"box_units": Settled("fractions", because)}


def doubt_lists(outputs: Outputs, _card: DetectorCard) -> Doubt | None:
    """The units, when no box is listed."""
    return None if _largest(outputs["boxes"]) else EMPTY_LIST


def _largest(boxes: Scores) -> float:
    return float(boxes.max(initial=0.0))


SSD = Family(parts=PARTS, decode=decode_ssd, propose=propose_ssd, settle=settle_lists, doubt=doubt_lists)
