"""Exposure and focus are held, freed, and held again when the camera comes back."""

import threading
from collections.abc import Callable, Iterator

import pytest

from core.camera_post import CameraPost, held_settings
from core.cameras import usb
from core.cameras.address import SourceAddress
from core.cameras.camera_controls import (
    AS_IT_IS,
    AUTOMATIC,
    ControlDesk,
    ControlError,
    ControlState,
    ControlWish,
    Lock,
    SteerableSource,
    V4l2Controls,
)
from core.cameras.capture import CaptureState
from core.cameras.live_capture import LiveCapture
from core.cameras.source import CameraLost, FrameSource
from core.frames import Frame
from core.latest import LatestSlot
from core.settings import CameraSettings
from core.station_view import Problem
from core.status_board import StatusBoard
from core.vision_loop import VisionLoop
from tests.core.cameras.fake_webcam import (
    AUTO_EXPOSURE,
    AUTOFOCUS,
    EXPOSURE,
    FOCUS,
    FakeWebcam,
    capture_of,
    webcam,
)


def test_a_camera_is_asked_for_what_it_has() -> None:
    state = V4l2Controls(webcam()).read()
    assert state == ControlState(Lock(True, False, 156), Lock(True, False, 35))
    fixed_focus = FakeWebcam({EXPOSURE: 156, AUTO_EXPOSURE: 1})
    assert V4l2Controls(fixed_focus).read() == ControlState(Lock(True, True, 156), Lock())
    only_manual = FakeWebcam({FOCUS: 20})
    assert V4l2Controls(only_manual).read() == ControlState(Lock(), Lock(True, True, 20))


def test_exposure_and_focus_are_held_at_what_they_are() -> None:
    device = webcam()
    state = V4l2Controls(device).apply(ControlWish(exposure=AS_IT_IS, focus=AS_IT_IS))
    assert state == ControlState(Lock(True, True, 156), Lock(True, True, 35))
    assert device.values == {EXPOSURE: 156, AUTO_EXPOSURE: 1, FOCUS: 35, AUTOFOCUS: 0}


def test_a_value_is_set_after_the_automatic_mode_is_off_and_read_back() -> None:
    device = webcam()
    state = V4l2Controls(device).apply(ControlWish(exposure=5000))
    assert device.told == [(AUTO_EXPOSURE, 1), (EXPOSURE, 5000)]
    assert state.exposure == Lock(True, True, 2047), "what the device made of it"
    assert device.values[AUTOFOCUS] == 1, "nobody wished anything of the focus"


def test_what_was_held_becomes_automatic_again() -> None:
    device = webcam()
    controls = V4l2Controls(device)
    controls.apply(ControlWish(exposure=200, focus=10))
    state = controls.apply(ControlWish(exposure=AUTOMATIC, focus=AUTOMATIC))
    assert not state.exposure.is_held
    assert not state.focus.is_held


def test_a_camera_without_controls_is_left_alone() -> None:
    device = FakeWebcam({})
    assert V4l2Controls(device).apply(ControlWish(exposure=100, focus=AUTOMATIC)) == ControlState()
    assert device.told == []


def test_settings_say_what_is_wished() -> None:
    held = CameraSettings(hold_exposure=True, exposure=120)
    assert ControlWish.of(CameraSettings()) == ControlWish()
    assert ControlWish.of(held) == ControlWish(exposure=120)
    assert ControlWish.of(CameraSettings(), former=held) == ControlWish(exposure=AUTOMATIC)
    assert ControlWish.of(held, former=held) == ControlWish(exposure=120)


@pytest.fixture
def opened() -> Iterator[Callable[[FakeWebcam], LiveCapture]]:
    sources: list[tuple[LiveCapture, FakeWebcam]] = []

    def open_one(device: FakeWebcam, wish: ControlWish | None = None) -> LiveCapture:
        sources.append((capture_of(device, wish), device))
        return sources[-1][0]

    yield open_one
    for source, device in sources:
        source.close()
        device.unplug()


def test_the_device_is_told_on_the_thread_that_reads_it(opened: Callable[..., LiveCapture]) -> None:
    device = webcam()
    source = opened(device)
    assert isinstance(source, SteerableSource)
    assert source.read() is not None
    state = source.steer(ControlWish(exposure=300)).result(20)
    assert state.exposure == Lock(True, True, 300)
    assert source.controls == state
    assert source.steer(None).result(20) == state
    assert device.threads == {"camera reader"}


def test_a_wish_from_before_holds_with_the_first_frame(opened: Callable[..., LiveCapture]) -> None:
    device = webcam()
    source = opened(device, ControlWish(exposure=90, focus=AS_IT_IS))
    assert source.read() is not None
    assert source.controls == ControlState(Lock(True, True, 90), Lock(True, True, 35))


def read_to_the_end(source: LiveCapture) -> None:
    while source.read() is not None:
        pass


def test_a_camera_that_goes_away_tells_whoever_waits(opened: Callable[..., LiveCapture]) -> None:
    device = webcam()
    source = opened(device)
    assert source.read() is not None
    device.unplug()
    with pytest.raises(CameraLost):
        read_to_the_end(source)
    with pytest.raises(ControlError, match="went away"):
        source.steer(ControlWish(exposure=1)).result(20)


def test_a_camera_that_hangs_tells_whoever_waits_when_it_is_closed(opened: Callable[..., LiveCapture]) -> None:
    device = webcam()
    source = opened(device)
    assert source.read() is not None
    device.hang()
    answer = source.steer(None)
    source.close()
    with pytest.raises(ControlError, match="went away"):
        answer.result(20)


def test_a_source_without_controls_says_so() -> None:
    desk = ControlDesk(None, ControlWish(), camera="Clip")
    with pytest.raises(ControlError, match="exposure and focus of Clip"):
        desk.ask(ControlWish(exposure=1)).result(1)
    assert desk.state is None


class Counter:
    """A camera post whose camera can be unplugged and plugged in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.board = StatusBoard()
        self.problems: list[Problem] = []
        self.devices: list[FakeWebcam] = []
        frames: LatestSlot[Frame] = LatestSlot()
        loop = VisionLoop(frames, LatestSlot(), self.board, on_view=lambda: None, on_problem=self.problems.append)
        self.post = CameraPost(frames, self.board, loop, on_problem=self.problems.append, loop_clip=False)
        monkeypatch.setattr("core.camera_post.open_source", self._open)

    def _open(self, uri: str, *, width: int, height: int, fps: float, wish: ControlWish) -> FrameSource:
        self.devices.append(webcam())
        return capture_of(self.devices[-1], wish)

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(2000):
            if is_so():
                return
            pause.wait(0.01)
        raise AssertionError("it did not come to that")

    @property
    def controls(self) -> ControlState | None:
        return self.board.read().controls

    def close(self) -> None:
        self.post.close(5.0)
        for device in self.devices:
            device.unplug()


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    made = Counter(monkeypatch)
    yield made
    made.close()


def test_what_is_held_is_held_again_when_the_camera_returns(counter: Counter) -> None:
    settings = CameraSettings(source="usb:0")
    counter.post.open("usb:0", settings)
    counter.wait_for(lambda: counter.board.read().camera is CaptureState.READING and counter.controls is not None)
    settings = held_settings(settings, counter.post.ask().result(20), exposure=True, focus=None)
    assert (settings.hold_exposure, settings.exposure, settings.hold_focus) == (True, 156, False)
    counter.post.steer(settings.model_copy(update={"exposure": 80})).result(20)
    assert counter.controls == ControlState(Lock(True, True, 80), Lock(True, False, 35))
    counter.devices[-1].unplug()
    counter.wait_for(lambda: len(counter.devices) == 2 and counter.board.read().camera is CaptureState.READING)
    counter.wait_for(lambda: counter.controls is not None and counter.controls.exposure == Lock(True, True, 80))
    assert counter.devices[-1].values[AUTO_EXPOSURE] == 1
    former = settings
    settings = held_settings(former, counter.post.ask().result(20), exposure=False, focus=None)
    assert not settings.hold_exposure
    counter.post.steer(settings, former=former).result(20)
    assert counter.devices[-1].values[AUTO_EXPOSURE] == 3


def test_what_a_camera_does_not_have_is_refused_in_words(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = FakeWebcam({EXPOSURE: 100, AUTO_EXPOSURE: 3})
    counter.devices.append(fixed)
    monkeypatch.setattr("core.camera_post.open_source", lambda uri, *, wish, **_: capture_of(fixed, wish))
    settings = CameraSettings(source="usb:0")
    with pytest.raises(ControlError, match="cannot be set from here"):
        counter.post.ask().result(20)
    counter.post.open("usb:0", settings)
    counter.wait_for(lambda: counter.controls is not None)
    now = counter.post.ask().result(20)
    with pytest.raises(ControlError, match="does not let its focus be held"):
        held_settings(settings, now, exposure=None, focus=True)


def test_a_usb_camera_is_opened_with_its_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    device = webcam()
    monkeypatch.setattr("core.cameras.usb.sys.platform", "linux")
    monkeypatch.setattr(usb, "_open_capture", lambda *_args, **_kinds: device)
    address = SourceAddress("usb", "/dev/video0", "usb:/dev/video0")
    source = usb.open_usb(address, width=64, height=48, fps=25, wish=ControlWish(focus=12))
    try:
        assert source.read() is not None
        assert source.controls is not None
        assert source.controls.focus == Lock(True, True, 12)
    finally:
        source.close()
        device.unplug()
