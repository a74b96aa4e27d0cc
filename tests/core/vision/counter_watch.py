"""A change detector that watches a drawn counter, for tests."""

from collections.abc import Iterable

from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Detections
from core.vision.detectors.change import ChangeDetector
from tests.core.vision.counter_scene import Pack, Scene, boxes_of

CARTON = Pack(200, 150, angle=20)
BAR = Pack(450, 240, width=110, length=50, angle=-35, color=(60, 90, 190))
TIN = Pack(330, 80, width=60, length=60, color=(40, 120, 70))


def ready(data: DataFolder, scene: Scene, **settings: object) -> ChangeDetector:
    """A detector that a person told when the counter was empty."""
    detector = ChangeDetector(DetectionSettings.model_validate(settings), data)
    detector.learn_empty(scene.frame())
    return detector


def last(detector: ChangeDetector, frames: Iterable[Frame]) -> Detections:
    found = Detections.none()
    for frame in frames:
        found = detector.detect(frame)
    return found


def rest(detector: ChangeDetector, scene: Scene, *packs: Pack, frames: int = 13) -> Detections:
    """What is found after the packs lay there for a while."""
    return last(detector, (scene.frame(*packs) for _ in range(frames)))


def knows_counter(detector: ChangeDetector) -> bool:
    """A fresh look at a property that the type checker takes for unchanging."""
    return detector.is_learned


def fit(found: Detections, *packs: Pack) -> float:
    """The least IoU of a pack with its best box."""
    return float(iou(boxes_of(*packs), found.boxes).max(axis=1).min()) if len(found) else 0.0
