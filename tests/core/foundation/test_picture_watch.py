"""The watch over the camera's picture: what it compares with, when it looks, and what it posts."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import UserError
from core.frames import Frame
from core.paths import DataFolder
from core.picture_watch import PictureWatch
from core.station_view import PictureState
from core.status_board import StatusBoard
from core.vision.detectors.counter_store import CounterStore
from core.vision.detectors.empty_counter import EmptyCounter
from core.vision.detectors.working_view import shrink
from core.vision.picture_checks import Finding, PictureCheck
from tests.core.vision.counter_scene import Pack, Scene

FURNITURE = (Pack(70, 50, 110, 70, 8), Pack(580, 310, 90, 60, -14), Pack(70, 300, 70, 60, 30), Pack(560, 60, 80, 60))


class Post:
    """A watch that looks as often as it is let, at the frame that is shown to it."""

    def __init__(self, folder: Path) -> None:
        self.data = DataFolder(folder)
        self.data.prepare()
        self.board = StatusBoard()
        self.told: list[UserError] = []
        self.scene = Scene(seed=3)
        self.frame: Frame | None = None
        self.watch = PictureWatch(lambda: self.frame, self.board, self.data, tell=self.told.append, interval=0.02)
        self.watch.begin("usb:0")
        self.watch.start()

    def show(self, change: Callable[[Frame], Frame] = lambda frame: frame) -> None:
        self.frame = change(self.scene.frame(*FURNITURE))

    def show_until(self, is_so: Callable[[PictureState], bool], change: Callable[[Frame], Frame] | None = None) -> None:
        """New frames again and again, until the posted state is as wished."""
        pause = threading.Event()
        for _ in range(1500):
            self.show(change or (lambda frame: frame))
            if is_so(self.state):
                return
            pause.wait(0.02)
        raise AssertionError(self.state)

    @property
    def state(self) -> PictureState:
        return self.board.read().picture


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    made = Post(tmp_path)
    yield made
    assert made.watch.stop(10)


def moved(frame: Frame) -> Frame:
    pixels = cv2.warpAffine(
        frame.pixels, np.array([[1, 0, 30], [0, 1, 20]], np.float32), (640, 360), borderMode=cv2.BORDER_REPLICATE
    )
    return replace(frame, pixels=np.asarray(pixels, np.uint8))


def findings(state: PictureState) -> dict[PictureCheck, Finding]:
    return {result.check: result.finding for result in state.checks}


def test_nothing_is_posted_without_a_frame(post: Post) -> None:
    time.sleep(0.1)
    assert post.state == PictureState()


def test_a_counter_that_a_person_shows_is_compared_with(post: Post) -> None:
    post.show_until(lambda state: bool(state.checks))
    assert findings(post.state)[PictureCheck.PLACE] is Finding.UNKNOWN
    assert post.frame is not None
    post.watch.remember(post.frame)
    post.show_until(lambda state: state.setup is not None)
    assert post.state.setup is not None
    assert post.state.setup.is_by_person
    post.show_until(lambda state: findings(state)[PictureCheck.PLACE] is Finding.FINE)
    assert post.state.warnings == ()


def test_a_moved_camera_is_told_until_the_counter_is_shown_again(post: Post) -> None:
    post.show()
    assert post.frame is not None
    post.watch.remember(post.frame)
    post.show_until(lambda state: [w.finding for w in state.warnings] == [Finding.MOVED], moved)
    post.show(moved)
    post.watch.remember(post.frame)
    post.show_until(lambda state: findings(state).get(PictureCheck.PLACE) is Finding.FINE, moved)


def test_what_was_set_up_is_there_after_a_restart(post: Post, tmp_path: Path) -> None:
    post.show()
    assert post.frame is not None
    post.watch.remember(post.frame)
    post.show_until(lambda state: state.setup is not None)
    again = Post(tmp_path)
    try:
        again.show_until(lambda state: state.setup is not None)
        assert again.state.setup is not None
        assert again.state.setup.is_by_person
    finally:
        assert again.watch.stop(10)


def test_another_camera_is_not_compared_with_the_former(post: Post) -> None:
    post.show()
    assert post.frame is not None
    post.watch.remember(post.frame)
    post.show_until(lambda state: state.setup is not None)
    post.watch.begin("usb:1")
    post.show_until(lambda state: bool(state.checks) and state.setup is None)
    assert findings(post.state)[PictureCheck.PLACE] is Finding.UNKNOWN


def test_what_the_detector_learned_by_itself_serves_until_a_person_says(post: Post) -> None:
    time.sleep(0.05)
    post.show()
    assert post.frame is not None
    learned = EmptyCounter.from_picture(shrink(post.frame.pixels))
    CounterStore(post.data).save(learned.to_store(), 640, 360)
    post.show_until(lambda state: state.setup is not None)
    assert post.state.setup is not None
    assert not post.state.setup.is_by_person
    post.show_until(lambda state: [w.finding for w in state.warnings] == [Finding.MOVED], moved)


def test_a_picture_that_cannot_be_kept_is_told_and_used(post: Post) -> None:
    post.data.empty_counter.rmdir()
    post.data.empty_counter.write_bytes(b"in the way")
    post.show()
    assert post.frame is not None
    post.watch.remember(post.frame)
    post.show_until(lambda state: findings(state).get(PictureCheck.PLACE) is Finding.FINE)
    assert [error.message for error in post.told] == [post.told[0].message]
    assert "cannot be kept" in post.told[0].message


def test_a_bug_in_a_look_does_not_end_the_watch(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.picture_watch.check_picture", fail)
    post.show()
    for _ in range(500):
        if "a look at the camera's picture failed" in caplog.text:
            break
        time.sleep(0.02)
    monkeypatch.undo()
    post.show_until(lambda state: bool(state.checks))
