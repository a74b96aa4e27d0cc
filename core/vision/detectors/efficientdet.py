"""EfficientDet with its NMS inside, as NVIDIA's TAO exports it: boxes y1, x1, y2, x2 in pixels of the network's input.

Source: M. Tan et al., "EfficientDet", arXiv 1911.09070; the tensors of NVIDIA's Retail Object Detection 1.x.
"""

from core.vision.detectors.family import Family, Found, Guess, Outputs, Specs, detector_tree, layout_of, only_picture
from core.vision.detectors.ssd import PARTS, TAO, TAO_FED, doubt_lists, list_parts, read_lists, settle_lists
from core.vision.model_card import DetectorCard


def decode_efficientdet(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``boxes`` 1×N×4, ``scores`` 1×N in 0–1, ``classes`` 1×N and ``count`` 1."""
    return read_lists(outputs, card, threshold, order="yxyx")


def propose_efficientdet(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for four lists of a model that takes decimal numbers, colors last."""
    image, parts = only_picture(inputs), list_parts(outputs)
    if image is None or parts is None or "count" not in parts:
        return None
    if image.dtype == "uint8" or layout_of(image) != "NHWC":
        return None
    return Guess(detector_tree("efficientdet", image, TAO, parts), TAO_FED)


EFFICIENTDET = Family(
    parts=(*PARTS, "count"),
    decode=decode_efficientdet,
    propose=propose_efficientdet,
    settle=settle_lists,
    doubt=doubt_lists,
)
