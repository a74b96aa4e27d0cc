"""The decoders that a detector's card can name; a new family is a file beside this one and a line here."""

from core.vision.detectors.center import CENTER
from core.vision.detectors.detr import DETR, DINO
from core.vision.detectors.efficientdet import EFFICIENTDET
from core.vision.detectors.family import Family
from core.vision.detectors.fastestdet import FASTESTDET
from core.vision.detectors.nanodet import NANODET, NANODET_PLUS
from core.vision.detectors.ssd import SSD
from core.vision.detectors.yolo import YOLO_LISTED, YOLOV5, YOLOV8
from core.vision.detectors.yolox import YOLOX

FAMILIES: dict[str, Family] = {
    "yolox": YOLOX,
    "center": CENTER,
    "yolov5": YOLOV5,
    "yolov8": YOLOV8,
    "yolo-listed": YOLO_LISTED,
    "nanodet": NANODET,
    "nanodet-plus": NANODET_PLUS,
    "fastestdet": FASTESTDET,
    "efficientdet": EFFICIENTDET,
    "ssd": SSD,
    "dino": DINO,
    "detr": DETR,
}
"""By the decoder's name. The first that recognizes bare weights proposes their card."""
