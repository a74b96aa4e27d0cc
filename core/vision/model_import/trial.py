"""What an imported detector sees in a picture: boxes as numbers, and drawn."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.frames import Frame, Pixels
from core.settings import DetectionSettings
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.embedder import Embedder
from core.vision.model_card import DetectorCard, EmbedderCard
from core.vision.model_import.proposal import ModelImportError
from core.vision.network import open_network

_COLOR = (255, 0, 160)
_TEXT = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class SeenBox:
    """A box in pixels of the picture, its score 0–1, and its class by name, or by number where it has none."""

    box: tuple[float, float, float, float]
    score: float
    label: str


def try_detector(card: DetectorCard, picture: Pixels, *, threshold: float) -> list[SeenBox]:
    """The boxes in a picture of at least the score, highest score first; raises ``ModelError``."""
    network = open_network(card, runtime="onnxruntime", threads=1)
    try:
        settings = DetectionSettings(method="network", model=card.name, threshold=threshold)
        found = NetworkDetector(network, settings).find(Frame.of(picture, sequence=0, captured_at=0.0))
    finally:
        network.close()
    return [
        SeenBox((float(x0), float(y0), float(x1), float(y1)), float(score), _label(card, int(number)))
        for (x0, y0, x1, y1), score, number in zip(found.boxes, found.scores, found.classes, strict=True)
    ]


def try_embedder(card: EmbedderCard, picture: Pixels) -> None:
    """Describe a picture once; raises ``ModelError`` when that does not give what the card states."""
    network = open_network(card, runtime="onnxruntime", threads=1)
    try:
        Embedder(network).embed([picture])
    finally:
        network.close()


def _label(card: DetectorCard, number: int) -> str:
    return card.labels[number] if 0 <= number < len(card.labels) else f"class {number}"


def draw_boxes(picture: Pixels, boxes: list[SeenBox]) -> Pixels:
    """A copy of the picture with the boxes, each with its place in the list, from 1, and its score."""
    drawn = np.ascontiguousarray(picture).copy()
    scale = max(0.4, picture.shape[1] / 1600)
    for place, seen in enumerate(boxes, 1):
        x0, y0, x1, y1 = (round(side) for side in seen.box)
        cv2.rectangle(drawn, (x0, y0), (x1, y1), _COLOR, 2)
        words = f"{place}  {seen.score:.2f}"
        (width, height), base = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
        top = max(y0, height + base)
        cv2.rectangle(drawn, (x0, top - height - base), (x0 + width, top), _COLOR, cv2.FILLED)
        cv2.putText(drawn, words, (x0, top - base // 2), cv2.FONT_HERSHEY_SIMPLEX, scale, _TEXT, 1, cv2.LINE_AA)
    return drawn


def save_picture(picture: Pixels, file: Path) -> None:
    """Write a PNG file; raises ``ModelImportError``."""
    done, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    try:
        if not done:
            raise OSError("the picture cannot be encoded")
        file.write_bytes(data.tobytes())
    except OSError as error:
        raise ModelImportError(
            f"The picture cannot be written to {file} ({error.strerror or error}).",
            remedy="Name a file in a folder that exists.",
        ) from error
