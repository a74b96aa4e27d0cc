"""YOLO exports whose boxes are placed already: with objectness (v5, v7), without (v8, v9, v11), or after their own NMS.

Source: the ONNX exports of the Ultralytics packages and of YOLOv7 (C.-Y. Wang et al., arXiv 2207.02696).
"""

import numpy as np

from core.vision.detectors.coco import COCO_LABELS
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
    check_scores,
    detector_tree,
    only_picture,
    shape_words,
)
from core.vision.detectors.grid import USUAL_STRIDES, corners, count_cells, in_pixels
from core.vision.model_card import DetectorCard
from core.vision.runtimes.runtime import TensorSpec

FORM = {
    "color": "RGB",
    "scale": 1 / 255,
    "fit": "letterbox",
    "padding": "both",
    "pad_value": 114,
    "resampling": "linear",
}
FED = "YOLO is fed RGB from 0 to 1, gray on both sides."
_ANCHORS = 3
"""Boxes for each cell in the families with objectness."""
_LARGEST_FRACTION = 2.0
"""A box may reach beyond the picture; coordinates in pixels are far above this."""
_FEWEST = 6
_LIST_LIMIT = 1000
_FEWEST_BOXES = 20
_ROUNDING = 1e-3
EMPTY_LIST = Doubt(
    "lists no box for the picture, so that pixels and fractions cannot be told apart",
    "Try it on a picture in which it finds something",
)


def decode_yolov8(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×(4+C)×N, or the same turned: center x, y, width, height, C class scores 0–1.

    With a part ``masks`` the last columns are its coefficients, which are left out.
    """
    columns = _columns(outputs, card, wide=False)
    beliefs = columns[4 : len(columns) - _masks(outputs)]
    check_labels(len(beliefs), card)
    return _found(columns, beliefs.max(axis=0), beliefs, card, threshold)


def decode_yolov5(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×N×(5+C), or the same turned: as above, with objectness before the class scores.

    The score is objectness, times the best class's if the card says so.
    """
    columns = _columns(outputs, card, wide=True)
    beliefs = columns[5 : len(columns) - _masks(outputs)]
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


def _columns(outputs: Outputs, card: DetectorCard, *, wide: bool) -> Scores:
    """The values of N boxes as columns: one row each for x, y, width, height and the rest.

    The side that is as long as the labels want it holds them; without labels the one that fits the grid counts the
    boxes, or the longer one; ``wide`` decides between equals.
    """
    table = outputs["predictions"]
    if table.ndim != 3 or table.shape[0] != 1 or min(table.shape[1:]) < 5:
        raise UnfitOutputError(
            f"returns {shape_words(table.shape)} numbers, not 1×(4 + classes)×N or 1×N×(5 + classes)"
        )
    first, second = table.shape[1:]
    possible = _counts(card.input.width, card.input.height)
    fits_labels = _turned(first, second, len(card.labels), _masks(outputs)) if card.labels else None
    if fits_labels is not None:
        boxes_first = fits_labels
    elif (first in possible) != (second in possible):
        boxes_first = first in possible
    elif not card.labels and (fits_coco := _turned(first, second, len(COCO_LABELS), _masks(outputs))) is not None:
        boxes_first = fits_coco
    else:
        boxes_first = first > second or (wide and first == second)
    return np.asarray(table[0].T if boxes_first else table[0], np.float32)


def _turned(first: int, second: int, classes: int, masks: int = 0) -> bool | None:
    """Whether the second side is the one that holds a box and so many classes; ``None`` when both may be, or none."""
    rows = (4 + classes + masks, 5 + classes + masks)
    return second in rows if (first in rows) != (second in rows) else None


def _masks(outputs: Outputs) -> int:
    """How many coefficients of outlines stand behind the classes."""
    return int(outputs["masks"].shape[1]) if "masks" in outputs else 0


def _counts(width: int, height: int) -> set[int]:
    """How many boxes a YOLO of this input size can return."""
    return {count_cells(width, height, strides) * anchors for strides in USUAL_STRIDES for anchors in (1, _ANCHORS)}


def propose_yolov8(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for an output 1×(4+C)×A, or 1×A×5, and, for models that also outline items, the masks 1×M×h×w beside it.

    The maps that the boxes were made from may be there as well.
    """
    return _propose("yolov8", inputs, outputs, anchors=1)


def propose_yolov5(inputs: Specs, outputs: Specs) -> Guess | None:
    """The same for an output 1×3A×(5+C) or turned."""
    return _propose("yolov5", inputs, outputs, anchors=_ANCHORS)


def _propose(family: str, inputs: Specs, outputs: Specs, *, anchors: int) -> Guess | None:
    image, tables = only_picture(inputs), [spec for spec in outputs.values() if len(spec.shape) == 3]
    if image is None or len(tables) != 1 or tables[0].shape[0] not in (1, None):
        return None
    tree = detector_tree(family, image, FORM, {"predictions": tables[0].name})
    width, height = tree["input"]["width"], tree["input"]["height"]
    counts = {anchors * count_cells(width, height, strides) for strides in USUAL_STRIDES}
    first, second = tables[0].shape[1:]
    least = 6 if anchors > 1 else 5
    columns = first if second in counts else second if first in counts and (anchors > 1 or second == least) else None
    masks = _mask_output([spec for spec in outputs.values() if spec is not tables[0]])
    if columns is None or columns < least or masks is None:
        return None
    if masks:
        tree["outputs"]["masks"] = masks
    return Guess(tree, FED, columns - least + 1 - ((outputs[masks].shape[1] or 0) if masks else 0))


def _mask_output(maps: list[TensorSpec]) -> str | None:
    """Of the outputs beside the table, the one with the masks; empty without; ``None`` when some are no such maps.

    The maps that the boxes were made from are several, all with as many channels: 1×K×h×w, or 1×3×h×w×K.
    """
    if any(len(spec.shape) not in (4, 5) for spec in maps):
        return None
    plain = [spec for spec in maps if len(spec.shape) == 4]
    channels = [spec.shape[1] for spec in plain]
    alone = [spec.name for spec in plain if channels.count(spec.shape[1]) == 1]
    return (alone[0] if alone else "") if len(alone) <= 1 else None


def propose_listed(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for an output 1×N×6 with at most 1000 rows: what is left when the model suppresses by itself."""
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 3:
        return None
    _, rows, columns = tensors[0].shape
    if columns != _FEWEST or (rows is not None and rows > _LIST_LIMIT):
        return None
    return Guess(detector_tree("yolo-listed", image, FORM, {"predictions": tensors[0].name}), FED)


def propose_by_shape(inputs: Specs, outputs: Specs, *, named: int = 0) -> Guess | None:
    """A card for an output 1×a×b that fits no usual grid, when one side is clearly that of the boxes.

    ``named``: how many classes are known by name, which tells the sides apart; else COCO's may be. Channels first is
    taken for YOLOv8 and its descendants, boxes first for YOLOv5, as these are exported.
    """
    image, tensors = only_picture(inputs), list(outputs.values())
    if image is None or len(tensors) != 1 or len(tensors[0].shape) != 3 or None in tensors[0].shape[1:]:
        return None
    first, second = (size or 0 for size in tensors[0].shape[1:])
    classes = named or len(COCO_LABELS)
    turned = _turned(first, second, classes)
    if turned is not None:
        columns = second if turned else first
        family = "yolov5" if columns == 5 + classes else "yolov8"
    else:
        columns = min(first, second)
        family = "yolov5" if first > second and columns > _FEWEST - 1 else "yolov8"
        if columns < _FEWEST - 1 or max(first, second) < max(_FEWEST_BOXES, 2 * columns):
            return None
    tree = detector_tree(family, image, FORM, {"predictions": tensors[0].name})
    return Guess(tree, FED, columns - (5 if family == "yolov5" else 4))


def settle_yolo(outputs: Outputs, card: DetectorCard) -> dict[str, Settled]:
    """Whether boxes are counted in pixels or in fractions of the input, and whether objectness is there and says
    anything.
    """
    columns = _columns(outputs, card, wide=card.decoder == "yolov5")
    changes = _units(float(columns[:4].max(initial=0)))
    if card.decoder != "yolov5" or _has_anchors(columns, card):
        return changes
    behind = len(columns) - 4 - _masks(outputs)
    if behind == (len(card.labels) or len(COCO_LABELS)):
        because = f"{behind} numbers stand behind each box, one for each class"
        changes |= {"decoder": Settled("yolov8", because, classes=behind), "input": Settled(FORM, FED)}
        changes["score"] = Settled("class", because)
    elif is_constant(columns[4]):
        changes["score"] = Settled("class", "objectness is the same for all boxes")
    return changes


def doubt_yolov5(outputs: Outputs, card: DetectorCard) -> Doubt | None:
    """Whether objectness is there, which neither the count of boxes nor that of the columns tells."""
    columns = _columns(outputs, card, wide=True)
    behind = len(columns) - 4 - _masks(outputs)
    is_told = card.labels or behind == 1 + len(COCO_LABELS) or is_constant(columns[4])
    if is_told or _has_anchors(columns, card):
        return None
    return Doubt(
        "does not show whether the number behind each box is the belief in any item (decoder yolov5) or in its first "
        "class (decoder yolov8)",
        "Give its labels with --labels: their number tells",
    )


def is_constant(objectness: Scores) -> bool:
    """Whether it is 1 everywhere, as in exports of YOLOv6, which has none."""
    return bool(len(objectness) and np.abs(objectness - 1).max() < _ROUNDING)


def _has_anchors(columns: Scores, card: DetectorCard) -> bool:
    """Whether there are three boxes for each cell, as only families with objectness have."""
    sizes = (card.input.width, card.input.height)
    return columns.shape[1] in {_ANCHORS * count_cells(*sizes, strides) for strides in USUAL_STRIDES}


def settle_listed(outputs: Outputs, _card: DetectorCard) -> dict[str, Settled]:
    """The same for listed boxes, pixels when the list is empty; and whether they are listed at all."""
    rows = outputs["predictions"][0]
    if not np.array_equal(rows[:, 5], rows[:, 5].round()):
        return {"decoder": Settled("yolov5", "the last column holds no numbers of classes", classes=1)}
    return _units(float(rows[:, :4].max(initial=0.0)))


def doubt_listed(outputs: Outputs, _card: DetectorCard) -> Doubt | None:
    """The units, when the list is empty."""
    return None if outputs["predictions"][..., :4].any() else EMPTY_LIST


def _units(largest: float) -> dict[str, Settled]:
    if 0 < largest <= _LARGEST_FRACTION:
        return {"box_units": Settled("fractions", f"no coordinate of a box is above {largest:.3g}")}
    return {}


YOLOV8 = Family(parts=("predictions",), decode=decode_yolov8, propose=propose_yolov8, settle=settle_yolo)
YOLOV5 = Family(
    parts=("predictions",), decode=decode_yolov5, propose=propose_yolov5, settle=settle_yolo, doubt=doubt_yolov5
)
YOLO_LISTED = Family(
    parts=("predictions",), decode=decode_listed, propose=propose_listed, settle=settle_listed, doubt=doubt_listed
)
