"""The thread that reads the camera, keeps only the newest frame and brings a lost camera back."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum

from core.cameras.camera_controls import ControlState, ControlWish, SteerableSource, no_controls
from core.cameras.source import CameraLost, FrameSource, SourceDescription
from core.errors import UserError
from core.frames import Frame
from core.latest import LatestSlot

_log = logging.getLogger(__name__)


class CaptureState(StrEnum):
    """Where the capture thread is: ``lost`` is also a source that could not be opened."""

    OPENING = "opening"
    READING = "reading"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """What the capture thread has to say.

    ``description`` is ``None`` until a source was opened. ``message`` and ``remedy`` say what is wrong, empty when
    nothing is; while reading they name a single picture that was skipped. ``frames`` counts all frames handed over,
    ``fps`` those of the last second.
    """

    state: CaptureState
    description: SourceDescription | None = None
    message: str = ""
    remedy: str = ""
    frames: int = 0
    fps: float = 0.0


def reopening_pauses() -> Iterator[float]:
    """Seconds between attempts to reopen a lost camera: 0.5, 1, 2, 4, 8, then 10 for ever."""
    pause = 0.5
    while True:
        yield pause
        pause = min(2 * pause, 10.0)


class Pacer:
    """Plays recorded frames at the rate of their recording, without drift: times are kept against one start."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._due = 0.0
        self._media_time = 0.0

    def delay(self, media_time: float, *, now: float, interval: float) -> float:
        """Seconds to wait, at the clock time ``now``, before showing the frame at ``media_time`` seconds of the clip.

        A clip that starts over goes on one ``interval`` after its last frame. Late frames come at once; more than a
        second late (a machine that slept), the clip goes on from now instead of racing.
        """
        if self._start is None:
            self._start = now - media_time
        elif media_time <= self._media_time:
            self._start = self._due + interval - media_time
        if now - (self._start + media_time) > 1.0:
            self._start = now - media_time
        self._media_time = media_time
        self._due = self._start + media_time
        return max(0.0, self._due - now)


class CaptureThread(threading.Thread):
    """Opens a source and puts its frames into a slot, where the newest wins; recorded frames come at their own pace.

    A lost camera is reported once and opened again after growing pauses, for as long as the thread runs; any other
    failure to open is reported and ends the thread. ``on_change`` is called on this thread whenever the state changes,
    and for a recorded picture that cannot be read; it must not block. Sequence numbers grow over reopening and loops.
    """

    def __init__(
        self,
        open_now: Callable[[], FrameSource],
        frames: LatestSlot[Frame],
        *,
        on_change: Callable[[CaptureStatus], None],
        loop: bool = False,
        pauses: Callable[[], Iterator[float]] = reopening_pauses,
    ) -> None:
        super().__init__(name="capture", daemon=True)
        self._open_now = open_now
        self._frames = frames
        self._on_change = on_change
        self._loop = loop
        self._new_pauses = pauses
        self._pauses = pauses()
        self._pacer = Pacer()
        self._stopping = threading.Event()
        self._source: FrameSource | None = None
        self._skipped: set[str] = set()
        self._next_sequence = 0
        self._lock = threading.Lock()
        self._base = CaptureStatus(CaptureState.OPENING)
        self._count = 0
        self._times: deque[float] = deque()

    @property
    def status(self) -> CaptureStatus:
        """The state now; any thread. The rate falls to 0 by itself when frames stop coming."""
        source = self._source
        with self._lock:
            self._forget_old(time.monotonic())
            description = source.description if source is not None else self._base.description
            return replace(self._base, description=description, frames=self._count, fps=float(len(self._times)))

    @property
    def controls(self) -> ControlState | None:
        """What the open device has of exposure and focus; ``None`` for one without controls. Any thread."""
        source = self._source
        return source.controls if isinstance(source, SteerableSource) else None

    def steer(self, wish: ControlWish | None) -> "Future[ControlState]":
        """Tell the open device what to hold (``None``: only ask); see ``SteerableSource.steer``. Any thread."""
        source = self._source
        if isinstance(source, SteerableSource):
            return source.steer(wish)
        description = self.status.description
        return no_controls(description.label if description is not None else "the camera")

    def stop(self, timeout: float = 3.0) -> bool:
        """Let the source go and wait up to ``timeout`` seconds; true when the thread has ended. Not on this thread."""
        self._stopping.set()
        source = self._source
        if source is not None:
            source.close()
        if self.ident is None:
            return True
        self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        self._change(CaptureState.OPENING)
        try:
            self._keep_reading()
        except Exception:
            self._change(
                CaptureState.LOST,
                "Reading the camera failed by a fault in the program.",
                "Choose the camera again in the settings, or start the program again.",
            )
            raise

    def _keep_reading(self) -> None:
        while not self._stopping.is_set():
            try:
                has_ended = self._read_once_through()
            except CameraLost as lost:
                self._report_lost(lost)
                self._stopping.wait(next(self._pauses))
            except UserError as problem:
                self._report_lost(problem)
                return
            else:
                if has_ended:
                    self._change(CaptureState.ENDED)
                    return

    def _read_once_through(self) -> bool:
        """Open the source and hand over its frames; false when it shall be opened again to start over."""
        with closing(self._open_now()) as source:
            self._source = source
            try:
                handed_over = self._hand_over_all(source)
                starts_over = (self._loop or source.description.is_looped) and handed_over > 0
                return not starts_over and not self._stopping.is_set()
            finally:
                with self._lock:
                    self._base = replace(self._base, description=source.description)
                self._source = None

    def _hand_over_all(self, source: FrameSource) -> int:
        handed_over = 0
        shift = 0
        lasting = 0.0
        while not self._stopping.is_set():
            try:
                frame = source.read()
            except CameraLost:
                raise
            except UserError as problem:
                if source.description.is_live:
                    raise
                self._report_skipped(problem)
                continue
            if frame is None:
                # The last picture is shown for as long as the others before it is said that the clip has ended.
                self._stopping.wait(lasting)
                break
            lasting = 0.0 if frame.media_time is None else 1 / source.description.fps
            if handed_over == 0:
                shift = max(0, self._next_sequence - frame.sequence)
            if self._pace(frame, source.description):
                self._hand_over(frame, shift)
                handed_over += 1
        if source.description.is_live and not self._stopping.is_set():
            raise CameraLost(
                f"The source {source.description.label} has ended.", remedy="It is opened again as soon as it is there."
            )
        return handed_over

    def _pace(self, frame: Frame, description: SourceDescription) -> bool:
        """Wait until a recorded frame is due; false when the thread is to stop meanwhile."""
        if frame.media_time is None:
            return True
        delay = self._pacer.delay(frame.media_time, now=time.monotonic(), interval=1 / description.fps)
        return not self._stopping.wait(delay)

    def _hand_over(self, frame: Frame, shift: int) -> None:
        now = time.monotonic()
        # A recorded frame was decoded ahead of its time: for what follows, it is captured when it is shown.
        captured_at = frame.captured_at if frame.media_time is None else now
        frame = replace(frame, sequence=frame.sequence + shift, captured_at=captured_at)
        self._next_sequence = frame.sequence + 1
        with self._lock:
            self._count += 1
            self._times.append(now)
            self._forget_old(now)
        self._frames.put(frame)
        if self._base.state is not CaptureState.READING:
            self._pauses = self._new_pauses()
            self._change(CaptureState.READING)

    def _forget_old(self, now: float) -> None:
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()

    def _report_lost(self, problem: UserError) -> None:
        if self._stopping.is_set():
            return
        if self._base.state is CaptureState.LOST:
            _log.debug("The camera is still not there: %s", problem.message)
            return
        _log.warning("%s", problem)
        with self._lock:
            self._times.clear()
        self._change(CaptureState.LOST, problem.message, problem.remedy)

    def _report_skipped(self, problem: UserError) -> None:
        if problem.message not in self._skipped:
            self._skipped.add(problem.message)
            _log.warning("%s", problem)
            self._change(self._base.state, problem.message, problem.remedy)

    def _change(self, state: CaptureState, message: str = "", remedy: str = "") -> None:
        with self._lock:
            self._base = replace(self._base, state=state, message=message, remedy=remedy)
        self._on_change(self.status)
