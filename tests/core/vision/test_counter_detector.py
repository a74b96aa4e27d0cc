"""The shipped detector: what it finds on the demo counter and, where the pictures are at hand, on a real one."""

import json
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.cameras.demo_counter import DemoCounter
from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder, models_folder
from core.settings import DetectionSettings
from core.sightings import Boxes
from core.vision.detector import Detector, open_detector
from core.vision.model_card import DetectorCard, load_card

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "counter19"
LARGEST_FILE = 10_000_000


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    """As the settings have it when a person chooses a network and nothing else."""
    data = DataFolder(tmp_path_factory.mktemp("data"))
    return open_detector(DetectionSettings(method="network"), data=data, runtime="onnxruntime", threads=1)


@lru_cache(maxsize=1)
def demo_counter() -> DemoCounter:
    return DemoCounter.from_uri("demo:?seed=11", width=960, height=540, fps=2)


def count_hits(found: Boxes, truth: Boxes) -> int:
    """How many true boxes have a found one with an IoU of at least 0.5."""
    if not len(found) or not len(truth):
        return 0
    return int((iou(truth, found).max(axis=1) >= 0.5).sum())


def test_the_card_names_the_file_that_ships() -> None:
    card = load_card("tillsight-detector", (models_folder(),))
    assert isinstance(card, DetectorCard)
    assert card.verify() == card.sha256
    assert card.weights.stat().st_size <= LARGEST_FILE
    assert card.threshold == DetectionSettings().threshold


def test_items_at_rest_on_the_demo_counter_are_found(detector: Detector) -> None:
    counter = demo_counter()
    true = hits = boxes = 0
    for number in range(0, 120, 4):
        items = counter.truth(number)
        if not items or any(item.is_moving for item in items):
            continue
        found = detector.detect(counter.frame(number)).boxes
        truth = np.array([item.box for item in items], np.float32)
        true, hits, boxes = true + len(truth), hits + count_hits(found, truth), boxes + len(found)
    assert true > 20
    assert hits >= 0.9 * true
    assert hits >= 0.9 * boxes


def test_an_empty_counter_holds_nothing(detector: Detector) -> None:
    counter = demo_counter()
    assert len(detector.detect(Frame.of(counter.empty_counter.copy(), sequence=0, captured_at=0.0))) == 0


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pictures are not here")
def test_a_session_that_it_was_not_trained_on_is_found_whole(detector: Detector) -> None:
    tree = json.loads((SHARED / "annotations.json").read_text(encoding="utf-8"))
    true = hits = boxes = 0
    for entry in tree["frames"]:
        if not entry["session"].startswith("C"):
            continue
        picture = cv2.imread(str(SHARED / entry["file"]))
        assert picture is not None
        frame = Frame.of(np.ascontiguousarray(picture[..., ::-1]), sequence=0, captured_at=0.0)
        truth = np.array([item["box"] for item in entry["objects"]], np.float32).reshape(-1, 4)
        truth *= np.array([frame.width, frame.height] * 2, np.float32)
        found = detector.detect(frame).boxes
        true, hits, boxes = true + len(truth), hits + count_hits(found, truth), boxes + len(found)
    assert hits >= 0.99 * true
    # A pack cut off at the lower left corner of some frames has no label.
    assert hits >= 0.96 * boxes
