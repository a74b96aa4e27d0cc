"""YOLO exports whose boxes are placed already: with objectness (v5, v7), without (v8, v9, v11), or after their own NMS.

Source: the ONNX exports of the Ultralytics packages and of YOLOv7 (C.-Y. Wang et al., arXiv 2207.02696).
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
from core.vision.detectors.grid import USUAL_STRIDES, corners, count_cells, in_pixels
from core.vision.model_card import DetectorCard

_FORM = {
    "color": "RGB",
    "scale": 1 / 255,
    "fit": "letterbox",
    "padding": "both",
    "pad_value": 114,
    "resampling": "linear",
}
_BECAUSE = "YOLO is fed RGB from 0 to 1, gray on both sides."
_ANCHORS = 3
"""Boxes for each cell in the families with objectness."""
_LARGEST_FRACTION = 2.0
"""A box may reach beyond the picture; coordinates in pixels are far above this."""
_FEWEST = 6
_LIST_LIMIT = 1000
_FEWEST_BOXES = 20


def decode_yolov8(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×(4+C)×N, or the same turned: center x, y, width, height, C class scores 0–1.

    With a part ``masks`` the last columns are its coefficients, which are left out.
    """
    columns = _columns(outputs["predictions"], card, wide=False)
    masks = outputs["masks"].shape[1] if "masks" in outputs else 0
    beliefs = columns[4 : len(columns) - masks]
    check_labels(len(beliefs), card)
    return _found(columns, beliefs.max(axis=0), beliefs, card, threshold)


def decode_yolov5(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×N×(5+C), or the same turned: as above, with objectness before the class scores.

    The score is objectness, times the best class's if the card says so.
    """
    columns = _columns(outputs["predictions"], card, wide=True)
    masks = outputs["masks"].shape[1] if "masks" in outputs else 0
    beliefs = columns[5 : len(columns) - masks]
    check_labels(len(beliefs), card)
    scores = columns[4] * beliefs.max(axis=0) if card.score == "class" else columns[4]
    return _found(columns, scores, beliefs, card, threshold)


def decode_listed(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×N×6 after the model's own suppression: two corners, score 0–1, class."""
    rows = outputs["predictions"]
    if rows.ndim != 3 or rows.shape[0] != 1 or rows.shape[2] != _FEWEST:
        raise UnfitOutputError(f"returns {shape_words(rows.shape)} numbers, not 1×N×6")
    check_scores(rows[0, :, 4])
    rows = rows[0][rows[0, :, 4] >= threshold]
    boxes = in_pixels(rows[:, :4], card)
    return Found(boxes, np.minimum(rows[:, 4], 1), rows[:, 5].round().astype(np.intp))


def _found(columns: Scores, scores: Scores, beliefs: Scores, card: DetectorCard, threshold: float) -> Found:
    check_scores(scores)
    chosen = scores >= threshold
    classes = beliefs[:, chosen].argmax(axis=0)
    boxes = in_pixels(corners(columns[:2, chosen].T, columns[2:4, chosen].T), card)
    return Found(boxes, np.minimum(scores[chosen], 1).astype(np.float32), classes)


def _columns(table: Scores, card: DetectorCard, *, wide: bool) -> Scores:
    """The values of N boxes as columns: one row each for x, y, width, height and the rest.

    The longer side counts the boxes unless the other fits the grid; ``wide`` decides between equals.
    """
    if table.ndim != 3 or table.shape[0] != 1 or min(table.shape[1:]) < 5:
        raise UnfitOutputError(
            f"returns {shape_words(table.shape)} numbers, not 1×(4 + classes)×N or 1×N×(5 + classes)"
        )
    first, second = table.shape[1:]
    possible = _counts(card.input.width, card.input.height)
    if (first in possible) != (second in possible):
        boxes_first = first in possible
    else:
        boxes_first = first > second or (wide and first == second)
    return np.asarray(table[0].T if boxes_first else table[0], np.float32)


def _counts(width: int, height: int) -> set[int]:
    """How many boxes a YOLO of this input size can return."""
    return {count_cells(width, height, strides) * anchors for strides in USUAL_STRIDES for anchors in (1, _ANCHORS)}


def propose_yolov8(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for an output 1×(4+C)×A, and, for models that also outline items, the masks 1×M×h×w beside it."""
    return _propose("yolov8", inputs, outputs, anchors=1, wide=False)


def propose_yolov5(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for an output 1×3A×(5+C)."""
    return _propose("yolov5", inputs, outputs, anchors=_ANCHORS, wide=True)


def _propose(family: str, inputs: Specs, outputs: Specs, *, anchors: int, wide: bool) -> Guess | None:
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or not tensors or len(tensors[0].shape) != 3 or tensors[0].shape[0] not in (1, None):
        return None
    parts = {"predictions": tensors[0].name}
    if len(tensors) == 2 and len(tensors[1].shape) == 4:
        parts["masks"] = tensors[1].name
    tree = detector_tree(family, image, _FORM, parts)
    counts = {
        anchors * count_cells(tree["input"]["width"], tree["input"]["height"], strides) for strides in USUAL_STRIDES
    }
    first, second = tensors[0].shape[1:]
    boxes, columns = (first, second) if wide else (second, first)
    if len(parts) != len(tensors) or boxes not in counts or columns is None or columns < (6 if wide else 5):
        return None
    masks = tensors[1].shape[1] or 0 if "masks" in parts else 0
    return Guess(tree, _BECAUSE, columns - (5 if wide else 4) - masks)


def propose_listed(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for an output 1×N×6 with at most 1000 rows: what is left when the model suppresses by itself."""
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 3:
        return None
    _, rows, columns = tensors[0].shape
    if columns != _FEWEST or (rows is not None and rows > _LIST_LIMIT):
        return None
    return Guess(detector_tree("yolo-listed", image, _FORM, {"predictions": tensors[0].name}), _BECAUSE)


def propose_by_shape(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for an output 1×a×b that fits no usual grid, when one side is clearly that of the boxes.

    Channels first is taken for YOLOv8 and its descendants, boxes first for YOLOv5, as these are exported.
    """
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 3 or None in tensors[0].shape[1:]:
        return None
    first, second = (size or 0 for size in tensors[0].shape[1:])
    boxes, columns = max(first, second), min(first, second)
    family, least = ("yolov5", 6) if first > second else ("yolov8", 5)
    if columns < least or boxes < max(_FEWEST_BOXES, 2 * columns):
        return None
    tree = detector_tree(family, image, _FORM, {"predictions": tensors[0].name})
    return Guess(tree, _BECAUSE, columns - least + 1)


def settle_yolo(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """Whether boxes are counted in pixels or in fractions of the input."""
    columns = _columns(outputs["predictions"], card, wide=card.decoder == "yolov5")
    return _units(float(columns[:4].max()))


def settle_listed(outputs: Outputs, _card: DetectorCard) -> dict[str, Settled]:
    """The same for listed boxes, pixels when the list is empty; and whether they are listed at all."""
    rows = outputs["predictions"][0]
    if not np.array_equal(rows[:, 5], rows[:, 5].round()):
        return {"decoder": Settled("yolov5", "the last column holds no numbers of classes")}
    return _units(float(rows[:, :4].max(initial=0.0)))


def _units(largest: float) -> dict[str, Settled]:
    if 0 < largest <= _LARGEST_FRACTION:
        return {"box_units": Settled("fractions", f"no coordinate of a box is above {largest:.3g}")}
    return {}


YOLOV8 = Family(parts=("predictions",), decode=decode_yolov8, propose=propose_yolov8, settle=settle_yolo)
YOLOV5 = Family(parts=("predictions",), decode=decode_yolov5, propose=propose_yolov5, settle=settle_yolo)
YOLO_LISTED = Family(parts=("predictions",), decode=decode_listed, propose=propose_listed, settle=settle_listed)
