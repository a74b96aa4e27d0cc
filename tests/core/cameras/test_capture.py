"""The capture thread: newest frame only, paced clips, lost cameras that come back, prompt leaving."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice, repeat
from pathlib import Path

import numpy as np
import pytest

from core.cameras.capture import CaptureState, CaptureStatus, CaptureThread, Pacer, reopening_pauses
from core.cameras.source import FrameSource, SourceDescription, SourceError, open_source
from core.errors import UserError
from core.frames import Frame
from core.latest import LatestSlot
from tests.core.cameras.clips import gray, write_counting_clip, write_picture
from tests.fakes import CameraPort


class Changes:
    """Collects what the thread reports and waits for a state."""

    def __init__(self) -> None:
        self.seen: list[CaptureStatus] = []
        self._changed = threading.Condition()

    def __call__(self, status: CaptureStatus) -> None:
        with self._changed:
            self.seen.append(status)
            self._changed.notify_all()

    def wait_for(self, *states: CaptureState) -> CaptureStatus:
        """Wait until the states have been reported, in this order, nothing else between."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.seen) >= len(states), timeout=20), self.seen
            assert [status.state for status in self.seen[: len(states)]] == list(states)
            return self.seen[len(states) - 1]

    @property
    def states(self) -> list[CaptureState]:
        with self._changed:
            return [status.state for status in self.seen]


OPENING, READING, LOST, ENDED = CaptureState.OPENING, CaptureState.READING, CaptureState.LOST, CaptureState.ENDED


@contextmanager
def capturing(
    open_now: Callable[[], FrameSource], *, loop: bool = False
) -> Iterator[tuple[CaptureThread, LatestSlot[Frame], Changes]]:
    frames: LatestSlot[Frame] = LatestSlot()
    changes = Changes()
    thread = CaptureThread(open_now, frames, on_change=changes, loop=loop, pauses=lambda: repeat(0.001))
    thread.start()
    try:
        yield thread, frames, changes
    finally:
        assert thread.stop(timeout=20)


def take(frames: LatestSlot[Frame]) -> Frame:
    frame = frames.take(timeout=20)
    assert frame is not None
    return frame


def test_live_frames_are_handed_over_as_they_come() -> None:
    port = CameraPort()
    with capturing(port.open) as (thread, frames, changes):
        for number in range(3):
            port.show(gray(number))
            frame = take(frames)
            assert (frame.sequence, frame.pixels[0, 0, 0]) == (number, number)
        status = changes.wait_for(OPENING, READING)
        assert status.description is not None
        assert status.description.label == "Fake camera"
        assert thread.status.frames == 3
        assert thread.name == "capture"
    assert port.cameras[0].is_closed


def test_only_the_newest_frame_is_kept_and_drops_are_counted() -> None:
    port = CameraPort()
    with capturing(port.open) as (thread, frames, _):
        for number in range(10):
            port.show(gray(number))
        while thread.status.frames < 10:
            time.sleep(0.001)
        assert frames.drops == 9
        assert take(frames).pixels[0, 0, 0] == 9


def test_an_unplugged_camera_is_reported_once_and_comes_back() -> None:
    port = CameraPort()
    with capturing(port.open) as (thread, frames, changes):
        port.show()
        first = take(frames)
        port.unplug()
        lost = changes.wait_for(OPENING, READING, LOST)
        assert lost.message == "The fake camera was unplugged."
        assert lost.remedy == "Plug it in again."
        assert lost.description is not None
        port.wait_for_openings(5)
        assert changes.states == [OPENING, READING, LOST]
        port.plug_in()
        port.show()
        assert take(frames).sequence > first.sequence
        assert changes.wait_for(OPENING, READING, LOST, READING).message == ""
        assert thread.status.message == ""


def test_a_camera_that_is_not_there_yet_is_reported_once_and_opened_when_it_comes() -> None:
    port = CameraPort(is_plugged=False)
    with capturing(port.open) as (_, frames, changes):
        lost = changes.wait_for(OPENING, LOST)
        assert lost.message == "There is no fake camera."
        assert lost.description is None
        port.wait_for_openings(4)
        port.plug_in()
        port.show()
        take(frames)
        changes.wait_for(OPENING, LOST, READING)


def test_a_camera_that_opens_without_pictures_does_not_end_the_pauses() -> None:
    port = CameraPort()
    pauses_begun = []

    def pauses() -> Iterator[float]:
        pauses_begun.append(True)
        return repeat(0.001)

    changes = Changes()
    thread = CaptureThread(port.open, LatestSlot(), on_change=changes, pauses=pauses)
    thread.start()
    for opening in range(1, 5):
        port.wait_for_openings(opening)
        while len(port.cameras) < opening:
            port.wait_for_openings(opening)
        port.cameras[-1].vanish()
    assert thread.stop(timeout=20)
    assert changes.states == [OPENING, LOST]
    assert len(pauses_begun) == 1


def test_a_wrong_clip_is_told_and_ends_the_thread(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("not a clip")
    with capturing(lambda: open_source(str(path))) as (thread, _, changes):
        lost = changes.wait_for(OPENING, LOST)
        assert "note.txt" in lost.message
        assert lost.remedy
        thread.join(20)
        assert not thread.is_alive()
        assert thread.status.state is LOST


def test_a_clip_is_played_to_its_end(tmp_path: Path) -> None:
    path = write_counting_clip(tmp_path / "clip.avi", 5, codec="MJPG", fps=100)
    with capturing(lambda: open_source(str(path))) as (thread, frames, changes):
        thread.join(20)
        changes.wait_for(OPENING, READING, ENDED)
        assert thread.status.frames == 5
        assert frames.drops == 4
        assert take(frames).sequence == 4


@pytest.mark.parametrize("by_address", [True, False])
def test_a_looped_clip_starts_over_with_growing_sequence_numbers(tmp_path: Path, by_address: bool) -> None:
    path = write_counting_clip(tmp_path / "clip.avi", 3, codec="MJPG", fps=100)
    uri = f"file:{path}?loop=1" if by_address else str(path)
    with capturing(lambda: open_source(uri), loop=not by_address) as (_, frames, changes):
        last = -1
        while last < 7:
            frame = take(frames)
            assert frame.sequence > last
            last = frame.sequence
            assert float(frame.pixels.mean()) == pytest.approx(20 + 20 * (last % 3), abs=4)
        changes.wait_for(OPENING, READING)
        assert changes.states == [OPENING, READING]


def test_a_picture_that_cannot_be_read_is_told_and_passed_over(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", gray(1))
    (tmp_path / "2.png").write_bytes(b"broken")
    write_picture(tmp_path / "3.png", gray(3))
    with capturing(lambda: open_source(f"folder:{tmp_path}?fps=100")) as (thread, frames, changes):
        thread.join(20)
        skipped = changes.wait_for(OPENING, READING, READING)
        assert "2.png" in skipped.message
        changes.wait_for(OPENING, READING, READING, ENDED)
        assert take(frames).pixels[0, 0, 0] == 3


def test_a_loop_without_a_single_readable_picture_ends(tmp_path: Path) -> None:
    whole = write_picture(tmp_path / "1.png", np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8))
    whole.write_bytes(whole.read_bytes()[:500])
    with capturing(lambda: open_source(f"folder:{tmp_path}?loop=1")) as (thread, _, changes):
        thread.join(20)
        assert changes.states == [OPENING, OPENING, ENDED]
        assert "1.png" in changes.seen[1].message


def test_stopping_does_not_wait_for_a_pause_or_a_recorded_frame(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", gray(1))
    write_picture(tmp_path / "2.png", gray(2))
    with capturing(lambda: open_source(f"folder:{tmp_path}?fps=0.01")) as (_, frames, _):
        take(frames)
    thread = CaptureThread(
        CameraPort(is_plugged=False).open, LatestSlot(), on_change=Changes(), pauses=lambda: repeat(1000.0)
    )
    thread.start()
    assert thread.stop(timeout=20)


def test_the_last_picture_is_shown_as_long_as_the_others(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", gray(1))
    with capturing(lambda: open_source(f"folder:{tmp_path}?fps=2")) as (_, frames, changes):
        shown_at = take(frames).captured_at
        changes.wait_for(OPENING, READING, ENDED)
        assert time.monotonic() - shown_at > 0.45
    with capturing(lambda: open_source(f"folder:{tmp_path}?fps=0.01")) as (thread, frames, _):
        take(frames)
        assert thread.stop(timeout=20)


def test_a_thread_that_was_never_started_is_stopped_already() -> None:
    assert CaptureThread(CameraPort().open, LatestSlot(), on_change=Changes()).stop()


class StuckSource:
    """A driver that hangs: neither closing nor waiting helps until the test lets go."""

    def __init__(self) -> None:
        self.is_reading = threading.Event()
        self.let_go = threading.Event()

    @property
    def description(self) -> SourceDescription:
        return SourceDescription("usb:0", "Stuck", 64, 48, 30, is_live=True)

    def read(self) -> Frame | None:
        self.is_reading.set()
        self.let_go.wait()
        return None

    def close(self) -> None:
        """Does nothing, like a driver that hangs."""


def test_a_thread_that_will_not_join_is_said_to_run_on() -> None:
    source = StuckSource()
    thread = CaptureThread(lambda: source, LatestSlot(), on_change=Changes())
    thread.start()
    assert source.is_reading.wait(20)
    assert not thread.stop(timeout=0.01)
    source.let_go.set()
    assert thread.stop(timeout=20)


def test_a_bug_is_not_taken_for_a_lost_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: caught.append(args.exc_type))

    def broken() -> FrameSource:
        raise ZeroDivisionError

    with capturing(broken) as (thread, _, changes):
        thread.join(20)
        assert "fault in the program" in changes.wait_for(OPENING, LOST).message
    assert caught == [ZeroDivisionError]


def test_a_live_source_that_ends_is_lost() -> None:
    class EndingSource(StuckSource):
        def read(self) -> Frame | None:
            return None

    with capturing(EndingSource) as (_, _, changes):
        assert "Stuck" in changes.wait_for(OPENING, LOST).message


def test_pauses_grow_to_ten_seconds() -> None:
    assert list(islice(reopening_pauses(), 8)) == [0.5, 1, 2, 4, 8, 10, 10, 10]


class TestPacer:
    def test_frames_are_due_by_the_clock_of_the_first_one(self) -> None:
        pacer = Pacer()
        assert pacer.delay(5.0, now=100.0, interval=0.04) == 0
        assert pacer.delay(5.04, now=100.01, interval=0.04) == pytest.approx(0.03)
        assert pacer.delay(5.08, now=100.07, interval=0.04) == pytest.approx(0.01)

    def test_slow_frames_are_caught_up_without_drift(self) -> None:
        pacer = Pacer()
        now, shown = 50.0, []
        for number in range(200):
            now += pacer.delay(number / 25, now=now, interval=0.04)
            shown.append(now)
            now += 0.2 if number % 50 == 10 else 0.01
        assert shown[-1] == pytest.approx(50 + 199 / 25)
        assert max(time - (50 + number / 25) for number, time in enumerate(shown)) < 0.2

    def test_a_loop_goes_on_one_interval_after_the_last_frame(self) -> None:
        pacer = Pacer()
        pacer.delay(0.0, now=10.0, interval=0.5)
        pacer.delay(0.5, now=10.5, interval=0.5)
        assert pacer.delay(0.0, now=10.6, interval=0.5) == pytest.approx(0.4)
        assert pacer.delay(0.5, now=11.0, interval=0.5) == pytest.approx(0.5)

    def test_after_a_long_sleep_the_clip_goes_on_from_now(self) -> None:
        pacer = Pacer()
        pacer.delay(0.0, now=10.0, interval=0.5)
        assert pacer.delay(0.5, now=500.0, interval=0.5) == 0
        assert pacer.delay(1.0, now=500.1, interval=0.5) == pytest.approx(0.4)


def test_a_skipped_picture_is_an_error_that_a_person_can_act_on() -> None:
    assert issubclass(SourceError, UserError)
