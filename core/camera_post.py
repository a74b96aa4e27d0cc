"""Where the camera stands: opens a source, keeps its thread, and tells how it fares."""

from collections.abc import Callable
from concurrent.futures import Future

from core.cameras.address import SourceError, parse_address
from core.cameras.camera_controls import ControlError, ControlState, ControlWish, no_controls
from core.cameras.capture import CaptureState, CaptureStatus, CaptureThread
from core.cameras.source import DEMO, FrameSource, open_source, resolve_source
from core.frames import Frame
from core.latest import LatestSlot
from core.settings import CameraSettings
from core.station_view import Problem, Severity
from core.status_board import StatusBoard
from core.vision_loop import VisionLoop

_KEY = "camera"


def is_live_source(uri: str) -> bool:
    """Whether pictures are lost while nobody looks; an address that is not understood counts as live, to be told."""
    try:
        return parse_address(resolve_source(uri)).kind not in ("file", "folder", "demo")
    except SourceError:
        return True


def camera_address(uri: str) -> str:
    """The address that ``uri`` opens now, ``auto`` resolved; what is not understood stays as it is."""
    try:
        return resolve_source(uri)
    except SourceError:
        return uri


def held_settings(
    camera: CameraSettings, now: ControlState, *, exposure: bool | None, focus: bool | None
) -> CameraSettings:
    """The settings that hold what a camera has ``now``, or let it choose again; ``None`` leaves one as it is.

    Raises ``ControlError`` for what the camera does not let be held.
    """
    values: dict[str, bool | int] = {}
    for name, is_wanted, lock in (("exposure", exposure, now.exposure), ("focus", focus, now.focus)):
        if is_wanted is None:
            continue
        if not lock.can_hold:
            raise ControlError(f"This camera does not let its {name} be held.", remedy="Set it on the camera itself.")
        values[f"hold_{name}"] = is_wanted
        if is_wanted and lock.value is not None:
            values[name] = lock.value
    return CameraSettings.model_validate(camera.model_dump() | values)


class CameraPost:
    """Owns the capture thread; one source at a time. Any thread may call, one at a time."""

    def __init__(
        self,
        frames: LatestSlot[Frame],
        board: StatusBoard,
        loop: VisionLoop,
        *,
        on_problem: Callable[[Problem], None],
        loop_clip: bool,
    ) -> None:
        self._frames = frames
        self._board = board
        self._loop = loop
        self._on_problem = on_problem
        self._loop_clip = loop_clip
        self._thread: CaptureThread | None = None
        self._told: CaptureState | None = None
        self._wish = ControlWish()

    def open(self, uri: str, settings: CameraSettings) -> None:
        """Read from another source from now on; failures are told as problems."""
        self.close(timeout=3.0)
        self._take_back()
        self._wish = ControlWish.of(settings)
        chosen = camera_address(uri)

        def open_now() -> FrameSource:
            # A camera that was unplugged may come back under another address; but drawn items never take its place.
            now = camera_address(uri)
            source = chosen if now == DEMO else now
            # Read anew each time: a camera that comes back is told what was wished meanwhile.
            return open_source(source, width=settings.width, height=settings.height, fps=settings.fps, wish=self._wish)

        self._loop.submit(self._loop.start_over)
        self._thread = CaptureThread(open_now, self._frames, on_change=self._note, loop=self._loop_clip)
        self._loop.capture_fps = lambda thread=self._thread: thread.status.fps  # type: ignore[misc]
        self._thread.start()

    def steer(self, settings: CameraSettings, *, former: CameraSettings | None = None) -> "Future[ControlState]":
        """Hold exposure and focus as the settings say, now and whenever the camera comes back.

        The future's exception is a ``ControlError``.
        """
        self._wish = ControlWish.of(settings)
        return self._ask(ControlWish.of(settings, former=former))

    def ask(self) -> "Future[ControlState]":
        """What the camera has now; the future's exception is a ``ControlError``, when it goes away at the latest."""
        return self._ask(None)

    def _ask(self, wish: ControlWish | None) -> "Future[ControlState]":
        thread = self._thread
        answer = thread.steer(wish) if thread is not None else no_controls("the camera")
        answer.add_done_callback(self._note_controls)
        return answer

    def _note_controls(self, answer: "Future[ControlState]") -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._board.post(controls=answer.result())

    def close(self, timeout: float) -> bool:
        """``True`` when the thread has joined, or there was none."""
        thread, self._thread = self._thread, None
        return thread is None or thread.stop(timeout)

    def _note(self, status: CaptureStatus) -> None:
        source = status.description
        self._board.post(camera=status.state, camera_message=status.message, camera_remedy=status.remedy)
        if source is not None:
            self._board.post(
                camera_label=source.label,
                camera_width=source.width,
                camera_height=source.height,
                is_demo=source.is_demo,
            )
        thread = self._thread
        self._board.post(controls=thread.controls if thread is not None else None)
        if status.message:
            self._told = status.state
            self._on_problem(Problem(_KEY, status.message, status.remedy, Severity.WARN))
        elif self._told is CaptureState.LOST and status.state is CaptureState.READING:
            # Only what was lost comes back; a picture that was skipped stays told.
            self._told = None
            self._on_problem(Problem(_KEY, "The camera is back.", severity=Severity.INFORM, is_over=True))

    def _take_back(self) -> None:
        """Another source begins: what was wrong with the former one matters no longer, and that is not "back"."""
        if self._told is not None:
            self._told = None
            self._on_problem(Problem(_KEY, "", severity=Severity.INFORM, is_over=True))
