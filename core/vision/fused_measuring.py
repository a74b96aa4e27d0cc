"""Measuring a network and change together: the items they find, and the boxes that were believed too little."""

import numpy as np

from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Detections
from core.vision.detector import Detector, open_detector
from core.vision.detectors.change import ChangeDetector
from core.vision.detectors.fused import FusedDetector, faint_threshold
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.detectors.pairing import SAME
from core.vision.measured_detector import MeasuredDetector


class FaintNetwork:
    """Passes on what a network believes from ``threshold`` on and remembers everything in ``found``; for one thread."""

    def __init__(self, network: Detector, threshold: float) -> None:
        self.name = network.name
        self.found = Detections.none()
        self._network = network
        self._threshold = threshold

    @property
    def runtime_label(self) -> str:
        """Engine and device that the network really runs on."""
        return self._network.runtime_label if isinstance(self._network, NetworkDetector) else ""

    def detect(self, frame: Frame) -> Detections:
        """The boxes from the threshold on."""
        self.found = self._network.detect(frame)
        chosen = self.found.scores >= self._threshold
        return Detections(self.found.boxes[chosen], self.found.scores[chosen])

    def close(self) -> None:
        """Free the engine; nothing may be detected afterwards."""
        self._network.close()


class MeasuredFusedDetector(MeasuredDetector):
    """Finds exactly the items that the station's fused detector finds, and keeps the faint boxes too; for one thread.

    ``found`` are the items of the last frame and behind them the network's other boxes down to the score ``lowest``;
    ``is_item`` says which of them are items. What the station refuses ranks below its threshold, however it scored.
    """

    def __init__(
        self, settings: DetectionSettings, *, data: DataFolder, runtime: str, threads: int, lowest: float
    ) -> None:
        """``settings`` are the station's own; raises ``ModelError``."""
        faint = faint_threshold(settings.threshold)
        wide = settings.model_copy(update={"method": "network", "threshold": min(faint, lowest)})
        self._network = FaintNetwork(open_detector(wide, data=data, runtime=runtime, threads=threads), faint)
        super().__init__(FusedDetector(ChangeDetector(settings, data), self._network, settings, data))
        self._refused = float(np.nextafter(np.float32(settings.threshold), np.float32(0)))

    def detect(self, frame: Frame) -> Detections:
        """The items in the frame and the hands over it, boxes in the frame's pixels."""
        items = self._detector.detect(frame)
        seen = self._network.found
        is_other = iou(seen.boxes, items.boxes).max(axis=1, initial=0.0) < SAME
        scores = np.minimum(seen.scores[is_other], np.float32(self._refused))
        self.found = Detections(
            np.concatenate([items.boxes, seen.boxes[is_other]]), np.concatenate([items.scores, scores]), items.hands
        )
        self.is_item = np.arange(len(self.found)) < len(items)
        return items
