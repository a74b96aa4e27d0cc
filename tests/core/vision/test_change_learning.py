"""The empty counter: learned, kept, doubted and learned again."""

import pytest

from core.errors import DataFolderError
from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detectors.change import ChangeDetector
from tests.core.vision.counter_scene import Hand, Scene
from tests.core.vision.counter_watch import BAR, CARTON, fit, knows_counter, last, ready, rest


def test_what_was_learned_with_the_counter_and_taken_away_leaves_no_ghost(data: DataFolder) -> None:
    scene = Scene()
    detector = ChangeDetector(DetectionSettings(), data)
    detector.learn_empty(scene.frame(CARTON))
    rest(detector, scene, CARTON, frames=5)
    for _ in range(40):
        assert len(detector.detect(scene.frame())) == 0
    assert fit(rest(detector, scene, CARTON), CARTON) > 0.75


def test_the_first_still_second_is_learned_without_a_word(data: DataFolder) -> None:
    scene = Scene()
    detector = ChangeDetector(DetectionSettings(), data)
    assert not detector.is_learned
    assert len(rest(detector, scene, frames=20)) == 0
    assert knows_counter(detector)
    assert fit(rest(detector, scene, BAR), BAR) > 0.75


def test_single_pictures_far_apart_are_no_still_second(data: DataFolder) -> None:
    scene = Scene()
    detector = ChangeDetector(DetectionSettings(), data)
    for second in range(20):
        frame = scene.frame(CARTON)
        detector.detect(Frame.of(frame.pixels, sequence=second, captured_at=float(second)))
    assert not detector.is_learned


def test_a_hand_at_the_start_delays_learning(data: DataFolder) -> None:
    scene = Scene()
    detector = ChangeDetector(DetectionSettings(), data)
    last(detector, (scene.frame(hand=Hand(300, 60 + 8 * step)) for step in range(23)))
    assert not detector.is_learned
    rest(detector, scene, frames=20)
    assert knows_counter(detector)
    assert len(rest(detector, scene, frames=2)) == 0


def test_the_learned_counter_is_there_after_a_restart(data: DataFolder) -> None:
    scene = Scene()
    ready(data, scene)
    again = ChangeDetector(DetectionSettings(), data)
    found = rest(again, scene, CARTON, frames=2)
    assert again.is_learned
    assert fit(found, CARTON) > 0.75


def test_a_damaged_picture_of_the_counter_is_told_and_learned_again(data: DataFolder) -> None:
    scene = Scene()
    ready(data, scene)
    for path in data.empty_counter.glob("empty-*.png"):
        path.write_bytes(path.read_bytes()[:-9])
    detector = ChangeDetector(DetectionSettings(), data)
    rest(detector, scene, frames=20)
    assert detector.is_learned
    (notice,) = detector.take_notices()
    assert "damaged" in notice.message
    assert detector.take_notices() == ()
    assert fit(rest(detector, scene, CARTON), CARTON) > 0.75


def test_a_counter_that_cannot_be_kept_is_told_and_used(data: DataFolder) -> None:
    scene = Scene()
    data.empty_counter.rmdir()
    data.empty_counter.write_text("in the way", encoding="utf-8")
    detector = ChangeDetector(DetectionSettings(), data)
    with pytest.raises(DataFolderError):
        detector.learn_empty(scene.frame())
    assert fit(rest(detector, scene, CARTON), CARTON) > 0.75


def test_a_camera_that_was_turned_learns_its_new_view(data: DataFolder) -> None:
    detector = ready(data, Scene())
    other = Scene(seed=5, ground=(60, 110, 90), count=1)
    rest(detector, other, frames=75)
    (notice,) = detector.take_notices()
    assert "another counter" in notice.message
    assert detector.is_learned
    assert len(rest(detector, other, frames=2)) == 0


def test_frames_of_another_size_have_a_counter_of_their_own(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    frame = scene.frame()
    small = Frame.of(frame.pixels[:240, :320].copy(), sequence=0, captured_at=frame.captured_at)
    assert len(detector.detect(small)) == 0
    assert not detector.is_learned
    assert fit(rest(detector, scene, CARTON, frames=2), CARTON) > 0.75


def test_a_clip_that_begins_again_is_followed(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, CARTON, frames=20)
    scene.count = 0
    found = rest(detector, scene, BAR, frames=20)
    assert len(found) == 1
    assert fit(found, BAR) > 0.75
