"""A detector that is measured: every box of the last frame is kept, also those that it did not give as items."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.frames import Frame
from core.sightings import Detections
from core.vision.detector import Detector


class MeasuredDetector(ABC):
    """Works as the given detector does; ``detect`` also fills in what it saw. For one thread.

    ``found``: every box of the last frame; ``is_item``: which of them were given as items.
    """

    def __init__(self, detector: Detector) -> None:
        self.name = detector.name
        self.found = Detections.none()
        self.is_item: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._detector = detector

    @property
    def is_learned(self) -> bool:
        """Whether it knows what it needs to find items."""
        return self._detector.is_learned

    def take_notices(self) -> tuple[UserError, ...]:
        """What a person should know, each told once."""
        return self._detector.take_notices()

    def learn_empty(self, frame: Frame) -> None:
        """Take the frame as the empty counter; raises ``DataFolderError`` when it cannot be kept."""
        self._detector.learn_empty(frame)

    @abstractmethod
    def detect(self, frame: Frame) -> Detections:
        """The items in the frame and the hands over it, boxes in the frame's pixels."""

    def close(self) -> None:
        """Free the engine; nothing may be detected afterwards."""
        self._detector.close()
