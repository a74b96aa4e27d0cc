"""Where the camera stands: opens a source, keeps its thread, and tells how it fares."""

from collections.abc import Callable

from core.cameras.address import SourceError, parse_address
from core.cameras.capture import CaptureState, CaptureStatus, CaptureThread
from core.cameras.source import FrameSource, open_source, resolve_source
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
        self._is_told = False

    def open(self, uri: str, settings: CameraSettings) -> None:
        """Read from another source from now on; failures are told as problems."""
        self.close(timeout=3.0)

        def open_now() -> FrameSource:
            return open_source(uri, width=settings.width, height=settings.height, fps=settings.fps)

        self._loop.submit(self._loop.start_over)
        self._thread = CaptureThread(open_now, self._frames, on_change=self._note, loop=self._loop_clip)
        self._loop.capture_fps = lambda thread=self._thread: thread.status.fps  # type: ignore[misc]
        self._thread.start()

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
        if status.message:
            self._is_told = True
            self._on_problem(Problem(_KEY, status.message, status.remedy, Severity.WARN))
        elif self._is_told and status.state is CaptureState.READING:
            self._is_told = False
            self._on_problem(Problem(_KEY, "The camera is back.", severity=Severity.INFORM, is_over=True))
