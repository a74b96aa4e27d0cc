"""Finding items with a detection network and its card."""

import numpy as np

from core.errors import ModelError, UserError
from core.frames import Frame, Pixels
from core.geometry import clip_boxes
from core.settings import DetectionSettings
from core.sightings import Detections
from core.vision.detectors.area import CounterArea
from core.vision.detectors.families import FAMILIES
from core.vision.detectors.family import Found, UnfitOutputError
from core.vision.detectors.nms import keep_best
from core.vision.model_card import DetectorCard
from core.vision.network import Network
from core.vision.preprocessing import tensor_size, usual_picture

_MOST_CANDIDATES = 1000
"""Suppression costs the square of this; a counter never holds as many items."""


class NetworkDetector:
    """A network's boxes, of any class but the card's ignored ones, after the settings' cuts; for one thread.

    The network sees the part of the picture that the settings leave. Raises ``ModelError`` when the card names an
    unknown decoder or the network's outputs do not fit it.
    """

    def __init__(self, network: Network[DetectorCard], settings: DetectionSettings) -> None:
        card = network.card
        if card.decoder not in FAMILIES:
            raise self._error(card, f"names the decoder '{card.decoder}'; known: {', '.join(FAMILIES)}")
        self._family = FAMILIES[card.decoder]
        missing = [part for part in self._family.parts if part not in card.outputs]
        if missing:
            raise self._error(card, f"names no output '{missing[0]}', which the decoder {card.decoder} needs")
        self.name = card.name
        self.card = card
        self._network = network
        self._settings = settings
        self._area = CounterArea(settings)
        self._ignored = np.array([card.labels.index(label) for label in card.ignored_labels], np.intp)
        width, height = usual_picture(card.input)
        self._find(np.full((height, width, 3), 127, np.uint8))

    @property
    def runtime_label(self) -> str:
        """Engine and device that it really runs on."""
        return self._network.runtime_label

    @property
    def is_learned(self) -> bool:
        """A network comes with what it knows."""
        return True

    def take_notices(self) -> tuple[UserError, ...]:
        """A network has nothing to tell."""
        return ()

    def detect(self, frame: Frame) -> Detections:
        """The items in the frame, highest score first; raises ``ModelError`` when the network returns nonsense."""
        found = self.find(frame)
        return Detections(found.boxes, found.scores)

    def find(self, frame: Frame) -> Found:
        """The same with their classes; boxes in pixels of the frame."""
        width, height = frame.width, frame.height
        rows, columns = self._area.view(width=width, height=height)
        found = self._find(frame.pixels[rows, columns])
        shift = np.array([columns.start, rows.start, columns.start, rows.start], np.float32)
        boxes = clip_boxes(found.boxes + shift, width=width, height=height)
        chosen = self._area.keeps(boxes, width=width, height=height)
        chosen &= ~np.isin(found.classes, self._ignored)
        chosen &= (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        boxes, scores = boxes[chosen], found.scores[chosen]
        best = np.argsort(-scores, kind="stable")[:_MOST_CANDIDATES]
        kept = best[keep_best(boxes[best], scores[best], overlap=self._settings.overlap)]
        return Found(boxes[kept], scores[kept], found.classes[chosen][kept])

    def learn_empty(self, frame: Frame) -> None:
        """Nothing: a network needs no picture of the empty counter."""

    def close(self) -> None:
        """Free the engine; nothing may be detected afterwards."""
        self._network.close()

    def _find(self, pixels: Pixels) -> Found:
        """Boxes in pixels of the given picture."""
        outputs, (letterbox,) = self._network.run([pixels])
        height, width = pixels.shape[:2]
        card = self.card.at_size(*tensor_size([(width, height)], self.card.input))
        try:
            found = self._family.decode(outputs, card, self._settings.threshold)
        except UnfitOutputError as error:
            raise self._error(self.card, f"does not fit: the model {error}") from error
        return Found(letterbox.to_picture(found.boxes), found.scores, found.classes)

    @staticmethod
    def _error(card: DetectorCard, finding: str) -> ModelError:
        return ModelError(
            f"The card of the detector {card.name} {finding}.", remedy=f"Correct {card.path}, or choose another card."
        )
