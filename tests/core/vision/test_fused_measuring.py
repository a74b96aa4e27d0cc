"""Measuring the fused detector: its items are the station's own, and what it believes too little is there as well."""

from pathlib import Path

import numpy as np

from core.evaluation.detection_score import DetectionScore
from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Box, no_boxes
from core.vision.fused_measuring import MeasuredFusedDetector
from tests.core.vision.counter_scene import Scene
from tests.core.vision.test_fused_detector import OTHER, PACK, open_fused

FAINT: Box = (380.0, 20.0, 440.0, 70.0)


def open_measured(folder: Path, *items: tuple[Box, float], threshold: float = 0.4) -> MeasuredFusedDetector:
    open_fused(folder, *items).close()
    settings = DetectionSettings(method="both", model="given", threshold=threshold)
    return MeasuredFusedDetector(settings, data=DataFolder(folder), runtime="onnxruntime", threads=1, lowest=0.05)


def frames() -> list[Frame]:
    scene = Scene()
    shown = [scene.frame() for _ in range(8)]
    shown += [scene.frame(PACK) for _ in range(8)]
    return shown + [scene.frame(PACK, OTHER) for _ in range(24)]


def test_what_is_measured_finds_exactly_what_the_station_finds(tmp_path: Path) -> None:
    items = ((PACK.box, 0.2), (OTHER.box, 0.09), (FAINT, 0.07))
    station = open_fused(tmp_path / "station", *items)
    measured = open_measured(tmp_path / "measured", *items)
    counts = []
    for number, frame in enumerate(frames()):
        if number == 2:
            station.learn_empty(frame)
            measured.learn_empty(frame)
        live, seen = station.detect(frame), measured.detect(frame)
        assert np.array_equal(live.boxes, seen.boxes)
        assert np.array_equal(live.scores, seen.scores)
        assert np.array_equal(live.hands, seen.hands)
        assert np.array_equal(measured.found.boxes[measured.is_item], live.boxes)
        counts.append((len(live), len(measured.found)))
    assert counts[-1] == (2, 3), "two items, and one box that nobody believes"
    assert measured.found.scores[-1] < 0.1
    assert (station.name, station.is_learned) == (measured.name, measured.is_learned)
    station.close()
    measured.close()


def test_a_high_threshold_costs_recall_and_not_average_precision(tmp_path: Path) -> None:
    measured = open_measured(tmp_path, (PACK.box, 0.7), (OTHER.box, 0.8), threshold=0.95)
    there = np.array([PACK.box, OTHER.box], np.float32)
    score = DetectionScore()
    for _ in range(3):
        measured.detect(Scene().frame(PACK, OTHER))
        score.add(measured.found.boxes, measured.found.scores, there, no_boxes(), is_item=measured.is_item)
    assert (score.recall, score.average_precision) == (0.0, 1.0)
    measured.close()


def test_what_is_refused_ranks_below_what_is_taken(tmp_path: Path) -> None:
    """A box under a hand must be believed the more; until then it is none of the items, however it scored."""
    measured = open_measured(tmp_path, (PACK.box, 0.39), (OTHER.box, 0.41))
    measured.detect(Scene().frame())
    assert measured.is_item.tolist() == [True, False]
    assert measured.found.scores[0] >= 0.4 > measured.found.scores[1]
    measured.close()
