"""USB cameras behind OpenCV, with a stand-in for the capture device only."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.cameras import usb
from core.cameras.live_capture import LiveCapture
from core.cameras.source import CameraLost, SourceDescription, SourceError, open_source
from core.frames import Pixels


class FakeDevice:
    """What ``cv2.VideoCapture`` is for a camera: ``read`` waits for a picture (BGR) and fails once it is unplugged."""

    def __init__(self, *, width: int = 64, height: int = 48) -> None:
        self.asked: dict[int, float] = {}
        self.is_released = False
        self._size = (width, height)
        self._changed = threading.Condition()
        self._waiting: list[Pixels] = []
        self._is_there = True

    def isOpened(self) -> bool:
        return not self.is_released

    def get(self, propId: int, /) -> float:
        width, height = self._size
        return {cv2.CAP_PROP_FRAME_WIDTH: width, cv2.CAP_PROP_FRAME_HEIGHT: height, cv2.CAP_PROP_FPS: 25.0}[propId]

    def set(self, propId: int, value: float, /) -> bool:
        self.asked[propId] = value
        return True

    def read(self) -> tuple[bool, Pixels | None]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._is_there)
            return (True, self._waiting.pop(0)) if self._waiting else (False, None)

    def release(self) -> None:
        self.is_released = True

    def see(self, bgr: tuple[int, int, int]) -> None:
        width, height = self._size
        with self._changed:
            self._waiting.append(np.full((height, width, 3), bgr, np.uint8))
            self._changed.notify_all()

    def unplug(self) -> None:
        with self._changed:
            self._is_there = False
            self._changed.notify_all()


@contextmanager
def capturing(device: FakeDevice, *, patience: float = 20.0) -> Iterator[LiveCapture]:
    source = LiveCapture(
        lambda: device,
        SourceDescription("usb:0", "Camera", 1280, 720, 30, is_live=True),
        lost=lambda: CameraLost("It is gone.", remedy="Bring it back."),
        first_patience=patience,
        patience=patience,
    )
    try:
        yield source
    finally:
        source.close()
        device.unplug()


def test_frames_come_in_rgb_and_the_description_becomes_exact() -> None:
    device = FakeDevice()
    with capturing(device) as source:
        for number in range(3):
            device.see((10, 20, 30))
            frame = source.read()
            assert frame is not None
            assert frame.sequence == number
            assert frame.media_time is None
            assert tuple(frame.pixels[0, 0]) == (30, 20, 10)
        assert (source.description.width, source.description.height, source.description.fps) == (64, 48, 25)


def test_an_unplugged_device_is_lost_and_let_go() -> None:
    device = FakeDevice()
    with capturing(device) as source:
        device.unplug()
        with pytest.raises(CameraLost, match="gone"):
            source.read()
        source._reader.join(20)
        assert device.is_released
        assert source.read() is None


def test_a_device_that_hangs_is_lost_after_a_while() -> None:
    with capturing(FakeDevice(), patience=0.01) as source, pytest.raises(CameraLost):
        source.read()


def test_closing_releases_a_waiting_read() -> None:
    results: list[object] = []
    with capturing(FakeDevice()) as source:
        reader = threading.Thread(target=lambda: results.append(source.read()))
        reader.start()
        source.close()
        reader.join(20)
        assert results == [None]


def test_a_device_that_cannot_be_opened_is_lost() -> None:
    def refuse() -> FakeDevice:
        raise cv2.error("no such device")

    source = LiveCapture(
        refuse,
        SourceDescription("usb:0", "Camera", 1280, 720, 30, is_live=True),
        lost=lambda: CameraLost("It is gone.", remedy="Bring it back."),
        first_patience=20,
        patience=20,
    )
    with pytest.raises(CameraLost):
        source.read()


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="needs Linux's device files")
class TestUsb:
    def test_a_missing_camera_may_still_come(self) -> None:
        with pytest.raises(CameraLost, match="/dev/video97") as raised:
            open_source("usb:97")
        assert "Plug it in" in raised.value.remedy

    def test_a_device_that_is_no_camera_cannot_be_opened(self, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(CameraLost, match="/dev/null"):
            open_source("usb:/dev/null")
        assert capfd.readouterr().err == ""

    @pytest.mark.parametrize("target", ["", "front", "/etc/passwd", "-1"])
    def test_a_wrong_address_is_told(self, target: str) -> None:
        with pytest.raises(SourceError):
            open_source(f"usb:{target}")

    def test_a_file_is_not_a_camera(self) -> None:
        with pytest.raises(SourceError, match="not a camera"):
            open_source("usb:/dev/shm")

    def test_a_camera_is_asked_for_motion_jpeg_size_and_rate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        device = FakeDevice(width=640, height=480)
        monkeypatch.setattr(cv2, "VideoCapture", lambda *_: device)
        source = open_source("usb:/dev/null", width=1280, height=720, fps=30)
        assert list(device.asked.items())[:4] == [
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, 1280),
            (cv2.CAP_PROP_FRAME_HEIGHT, 720),
            (cv2.CAP_PROP_FPS, 30),
        ]
        assert (source.description.width, source.description.height, source.description.fps) == (640, 480, 25)
        device.unplug()
        with pytest.raises(CameraLost, match="gives no pictures"):
            source.read()

    def test_the_sentence_tells_an_unplugged_camera_from_a_silent_one(self) -> None:
        assert "unplugged" in usb._what_happened("/dev/video97").message
        assert "gives no pictures" in usb._what_happened("/dev/null").message


def test_opencv_keeps_its_remarks_to_itself() -> None:
    assert os.environ["OPENCV_FFMPEG_LOGLEVEL"] == "-8"
