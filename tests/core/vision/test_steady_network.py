"""A network that is left in peace while nothing happens, and told of everything that does."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Detections
from core.vision.detector import open_detector
from core.vision.detectors.fused import FusedDetector
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.detectors.steady_network import SteadyNetwork
from tests.core.vision.counter_scene import RATE, Hand, Pack, Scene
from tests.core.vision.counter_watch import ready
from tests.core.vision.open_detector import write_open_detector

THRESHOLD = 0.72
WHITE = Pack(296, 156, width=20, length=20, color=(255, 255, 255), has_label=False)
OTHER = Pack(488, 236, width=20, length=20, color=(250, 252, 248), has_label=False)
"""Each fills one of the network's cells."""


class Watched:
    """Both detectors over the same frames; every frame's answer beside what the network alone says of it."""

    def __init__(self, data: DataFolder, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        write_open_detector(data.models / "open", width=320, height=320)
        settings = DetectionSettings(method="network", model="open", threshold=THRESHOLD)
        network = open_detector(settings, data=data, runtime="onnxruntime", threads=1)
        assert isinstance(network, NetworkDetector)
        self.asked: list[int] = []
        self.answers: list[tuple[Detections, Detections]] = []
        self._look: Callable[[Frame], Detections] = network.detect
        monkeypatch.setattr(network, "detect", self._note)
        self.change = ready(data, scene)
        self.steady = SteadyNetwork(network, threshold=THRESHOLD, faint=0.4)

    def _note(self, frame: Frame) -> Detections:
        self.asked.append(frame.sequence)
        return self._look(frame)

    def see(self, frames: Iterable[Frame]) -> list[Detections]:
        """The answers to these frames."""
        before = len(self.answers)
        for frame in frames:
            changed = self.change.detect(frame)
            answer = self.steady.detect(frame, self.change.glance, changed)
            self.answers.append((answer, self._look(frame)))
        return [answer for answer, _ in self.answers[before:]]


@pytest.fixture
def scene() -> Scene:
    return Scene(noise=1.5, ground=(44, 40, 38))


@pytest.fixture
def watched(data: DataFolder, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(data, scene, monkeypatch)


def still(scene: Scene, *packs: Pack, frames: int) -> list[Frame]:
    return [scene.frame(*packs) for _ in range(frames)]


def test_a_still_counter_is_looked_at_twice_a_second_and_its_boxes_stay_the_same(
    watched: Watched, scene: Scene
) -> None:
    watched.see(still(scene, WHITE, OTHER, frames=2 * RATE))
    asked = len(watched.asked)
    answers = watched.see(still(scene, WHITE, OTHER, frames=4 * RATE))
    assert 6 <= len(watched.asked) - asked <= 10
    assert len(answers[0]) >= 2
    for answer in answers:
        np.testing.assert_array_equal(answer.boxes, answers[0].boxes)
        np.testing.assert_array_equal(answer.scores, answers[0].scores)


def test_every_answer_is_the_one_for_its_frame(watched: Watched, scene: Scene) -> None:
    """Packs that are brought, pushed, slid slowly and taken away, with and without a hand."""
    watched.see(still(scene, frames=2 * RATE))
    reach = [Hand(420 - 12 * step, 10 * step) for step in range(15)]
    watched.see(scene.frame(hand=hand) for hand in reach)
    watched.see(scene.frame(WHITE, hand=hand) for hand in reversed(reach))
    watched.see(still(scene, WHITE, frames=RATE))
    watched.see(scene.frame(WHITE.at(296 + 4 * step, 156)) for step in range(20))
    watched.see(still(scene, WHITE.at(376, 156), frames=RATE))
    watched.see(still(scene, WHITE, OTHER, frames=RATE))
    watched.see(still(scene, OTHER, frames=RATE))
    watched.see(still(scene, frames=RATE))
    assert {len(own) for _, own in watched.answers} >= {0, 1, 2}
    for answer, own in watched.answers:
        assert len(answer) == len(own)
        distance = np.abs(answer.boxes[:, None] - own.boxes[None]).max(axis=2)
        assert (distance.min(axis=1, initial=1e9) <= 20).all(), "no more than a cell of the network"
    assert len(watched.asked) < 0.8 * len(watched.answers)


def test_what_is_put_down_is_seen_in_its_first_frame_and_gone_in_the_first_without_it(
    watched: Watched, scene: Scene
) -> None:
    watched.see(still(scene, frames=3 * RATE))
    assert len(watched.see([scene.frame(WHITE)])[0]) > 0
    watched.see(still(scene, WHITE, frames=3 * RATE))
    assert len(watched.see([scene.frame()])[0]) == 0


def test_a_network_in_two_minds_is_asked_about_every_frame_unless_change_decides(
    watched: Watched, scene: Scene
) -> None:
    doubtful = Pack(296, 156, width=32, length=32, color=(190, 190, 190), has_label=False)
    watched.see(still(scene, doubtful, frames=2 * RATE))
    asked = len(watched.asked)
    assert {len(answer) for answer in watched.see(still(scene, doubtful, frames=2 * RATE))} == {1}
    assert len(watched.asked) - asked < RATE
    watched.change.learn_empty(scene.frame(doubtful))
    asked = len(watched.asked)
    assert {len(answer) for answer in watched.see(still(scene, doubtful, frames=2 * RATE))} == {1}
    assert len(watched.asked) - asked == 2 * RATE


def test_a_hand_keeps_the_network_awake(watched: Watched, scene: Scene) -> None:
    watched.see(still(scene, WHITE, frames=2 * RATE))
    watched.see(scene.frame(WHITE, hand=Hand(420 - 12 * step, 10 * step)) for step in range(10))
    resting = Hand(300, 100)
    asked = len(watched.asked)
    watched.see(scene.frame(WHITE, hand=resting) for _ in range(10))
    hands = sum(bool(len(watched.change.detect(scene.frame(WHITE, hand=resting)).hands)) for _ in range(3))
    assert hands == 0 or len(watched.asked) - asked == 10


def test_it_is_asked_again_after_so_many_frames_when_the_clock_stands_still(watched: Watched, scene: Scene) -> None:
    watched.see(still(scene, WHITE, frames=2 * RATE))
    frames = still(scene, WHITE, frames=50)
    now = frames[0].captured_at
    asked = len(watched.asked)
    watched.see(Frame.of(frame.pixels, sequence=frame.sequence, captured_at=now) for frame in frames)
    assert 3 <= len(watched.asked) - asked <= 5


def test_without_a_glance_every_frame_is_looked_at(watched: Watched, scene: Scene) -> None:
    for number in range(5):
        watched.steady.detect(scene.frame(WHITE), None, Detections.none())
        assert len(watched.asked) == number + 1


def test_frames_of_another_size_are_looked_at(watched: Watched, scene: Scene) -> None:
    watched.see(still(scene, WHITE, frames=2 * RATE))
    (frame,) = still(scene, WHITE, frames=1)
    glance, changed = watched.change.glance, watched.change.detect(frame)
    asked = len(watched.asked)
    large = Frame.of(frame.pixels.repeat(2, axis=0).repeat(2, axis=1), sequence=0, captured_at=frame.captured_at)
    answer = watched.steady.detect(large, glance, changed)
    assert len(watched.asked) == asked + 1
    assert answer.boxes.max() > 500


def test_the_station_s_detector_leaves_its_network_in_peace(
    tmp_path: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = DataFolder(tmp_path)
    write_open_detector(data.models / "open", width=320, height=320)
    settings = DetectionSettings(method="both", model="open", threshold=THRESHOLD)
    detector = open_detector(settings, data=data, runtime="onnxruntime", threads=1)
    assert isinstance(detector, FusedDetector)
    asked: list[int] = []
    look = NetworkDetector.detect

    def note(network: NetworkDetector, frame: Frame) -> Detections:
        asked.append(frame.sequence)
        return look(network, frame)

    monkeypatch.setattr(NetworkDetector, "detect", note)
    detector.learn_empty(scene.frame())
    for frame in still(scene, WHITE, frames=4 * RATE):
        found = detector.detect(frame)
    assert len(found) == 1
    assert len(asked) < 2 * RATE
    asked.clear()
    detector.learn_empty(scene.frame())
    detector.detect(scene.frame())
    assert len(asked) == 2
