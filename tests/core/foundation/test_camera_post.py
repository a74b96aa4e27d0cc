"""What the camera post does with cameras that go and come, and what it says of them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.camera_post import CameraPost
from core.cameras.address import SourceAddress
from core.cameras.camera_controls import ControlWish
from core.cameras.source import AttachedCamera
from core.frames import Frame
from core.latest import LatestSlot
from core.settings import CameraSettings
from core.station_view import Problem, Severity
from core.status_board import StatusBoard
from core.vision_loop import VisionLoop
from tests.core.cameras.clips import gray, write_picture
from tests.fakes import CameraPort, FakeCamera

PATIENCE = 20.0
SETTINGS = CameraSettings(width=320, height=240, fps=5)


class Counter:
    """A camera post with one USB port, and what was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.port = CameraPort()
        self.attached: list[AttachedCamera] = []
        self.opened: list[str] = []
        self.told: list[Problem] = []
        self.frames: LatestSlot[Frame] = LatestSlot()
        self.board = StatusBoard()
        loop = VisionLoop(self.frames, LatestSlot(), self.board, on_view=lambda: None, on_problem=self.told.append)
        self.post = CameraPost(self.frames, self.board, loop, on_problem=self.told.append, loop_clip=False)

        def open_usb(
            address: SourceAddress, *, width: int, height: int, fps: float, wish: ControlWish | None
        ) -> FakeCamera:
            self.opened.append(address.text)
            return self.port.open()

        monkeypatch.setattr("core.cameras.attached.attached_cameras", lambda: self.attached)
        monkeypatch.setattr("core.cameras.usb.open_usb", open_usb)

    def show(self) -> None:
        """The open camera sees something, which is handed over."""
        self.port.show()
        assert self.frames.take(timeout=PATIENCE) is not None

    def play_to_the_end(self) -> None:
        thread = self.post._thread
        assert thread is not None
        thread.join(PATIENCE)
        assert not thread.is_alive()

    @property
    def words(self) -> list[tuple[str, bool]]:
        return [(problem.message, problem.is_over) for problem in self.told]


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    counter = Counter(monkeypatch)
    yield counter
    assert counter.post.close(PATIENCE)


def test_drawn_items_never_take_the_place_of_a_camera_that_was_unplugged(counter: Counter) -> None:
    counter.attached = [AttachedCamera("usb:/dev/video0", "Webcam")]
    counter.post.open("auto", SETTINGS)
    counter.show()
    counter.attached = []
    counter.port.unplug()
    counter.port.wait_for_openings(2)
    # It comes back under another number, as it does when the former one is still in use.
    counter.attached = [AttachedCamera("usb:/dev/video1", "Webcam")]
    counter.port.plug_in()
    counter.show()
    assert counter.opened[:2] == ["usb:/dev/video0", "usb:/dev/video0"]
    assert counter.opened[-1] == "usb:/dev/video1"
    assert not counter.board.read().is_demo


def test_without_a_camera_the_demo_shop_is_shown_all_the_same(counter: Counter) -> None:
    counter.post.open("auto", SETTINGS)
    assert counter.frames.take(timeout=3 * PATIENCE) is not None
    assert counter.board.read().is_demo


@pytest.fixture
def cut_short(tmp_path: Path) -> Path:
    """A folder whose first picture breaks off behind its head."""
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    first = write_picture(tmp_path / "1.png", noise)
    first.write_bytes(first.read_bytes()[:500])
    write_picture(tmp_path / "2.png", gray(2))
    return tmp_path


def test_a_picture_that_was_skipped_stays_told_when_the_next_one_comes(counter: Counter, cut_short: Path) -> None:
    counter.post.open(f"folder:{cut_short}?fps=100", SETTINGS)
    counter.play_to_the_end()
    assert counter.words == [(f"The picture {cut_short / '1.png'} cannot be read.", False)]
    counter.post.open("usb:0", SETTINGS)
    assert counter.words[1:] == [("", True)]


def test_a_lost_camera_is_taken_back_when_another_source_is_chosen(counter: Counter, tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", gray(1))
    counter.port.unplug()
    counter.post.open("usb:0", SETTINGS)
    counter.port.wait_for_openings(2)
    counter.post.open(f"folder:{tmp_path}?fps=100", SETTINGS)
    counter.play_to_the_end()
    # Nothing "is back": the lost camera is still lost.
    assert counter.words == [("There is no fake camera.", False), ("", True)]


def test_a_camera_that_comes_back_is_said_to_be_back(counter: Counter) -> None:
    counter.post.open("usb:0", SETTINGS)
    counter.show()
    counter.port.unplug()
    counter.port.wait_for_openings(2)
    counter.port.plug_in()
    counter.show()
    counter.post.close(PATIENCE)
    assert counter.words == [("The fake camera was unplugged.", False), ("The camera is back.", True)]
    assert counter.told[-1].severity is Severity.INFORM
