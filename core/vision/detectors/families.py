"""The decoders that a detector's card can name; a new family is a file beside this one and a line here."""

from core.vision.detectors.family import Family
from core.vision.detectors.yolox import YOLOX

FAMILIES: dict[str, Family] = {"yolox": YOLOX}
