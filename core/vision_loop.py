"""The vision thread: newest frame in, sightings to the sessions, one view out; commands run between frames."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from core.checkout.session import CheckoutSession
from core.enrollment.session import EnrollmentSession, EnrollmentView
from core.errors import UserError
from core.frames import Frame
from core.latest import LatestSlot
from core.pipeline import Observation, Pipeline
from core.station_view import Mode, Problem, Severity, StationView
from core.status_board import StatusBoard
from core.vision.detector import Detector

_log = logging.getLogger(__name__)
R = TypeVar("R")

_IDLE_SECONDS = 0.25
"""How often the status is shown again while no frame comes."""

_FINISHING_SECONDS = 2.0
"""How long the end waits for calls on other threads that are followed up here."""

_SMOOTHING = 0.1

_FAILED = "Recognition failed on this picture."
_BY_HAND = "Sell by name or barcode; the log file has the details."


class VisionLoop(threading.Thread):
    """Owns the pipeline and the sessions; nobody else calls them once the thread runs.

    ``on_view`` and ``on_problem`` are called on this thread and must return at once.
    """

    def __init__(
        self,
        frames: LatestSlot[Frame],
        views: LatestSlot[StationView],
        board: StatusBoard,
        *,
        on_view: Callable[[], None],
        on_problem: Callable[[Problem], None],
    ) -> None:
        super().__init__(name="vision", daemon=True)
        self._frames = frames
        self._views = views
        self._board = board
        self._on_view = on_view
        self._on_problem = on_problem
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._gate = threading.Lock()
        self._is_over = False
        self._awaited = 0
        self._mode = Mode.SELLING
        self._number = 0
        self._frame: Frame | None = None
        self._observation: Observation | None = None
        self._is_failing = False
        self._is_enrollment_failing = False
        self.pipeline: Pipeline | None = None
        self.checkout: CheckoutSession | None = None
        self.enrollment: EnrollmentSession | None = None
        self.capture_fps: Callable[[], float] = float

    @property
    def observation(self) -> Observation | None:
        """The newest pass; for commands that run on this thread."""
        return self._observation

    @property
    def newest_frame(self) -> Frame | None:
        """The frame that is or was last worked on; any thread."""
        return self._frame

    def equip(self, pipeline: Pipeline) -> None:
        """Use another pipeline from the next frame on, with the tracks of the former one; on this thread."""
        if self.pipeline is not None:
            pipeline.take_over(self.pipeline)
        self.pipeline = pipeline
        self._observation = None

    def start_over(self) -> None:
        """Forget tracks and looks because another source begins; on this thread."""
        self._observation = None
        if self.pipeline is not None:
            self.pipeline.reset()

    def describe(self, runtime: str, detector: str) -> None:
        """Tell the status line what runs."""
        self._board.post(runtime=runtime, detector=detector)

    def submit(self, command: Callable[[], R]) -> "Future[R]":
        """Run a command on this thread between two frames; any thread may call this."""
        future: Future[R] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(command())
            except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
                future.set_exception(error)

        with self._gate:
            if not self._stopping.is_set():
                self._commands.put(run)
                self._frames.wake()
                return future
        future.set_exception(UserError("Tillsight is closing.", remedy="Start it again to go on."))
        return future

    def follow(self, call: "Future[R]", then: Callable[[R], None]) -> None:
        """Run ``then`` with the result of a call on another thread, if it succeeds; to be called on this thread.

        Who closes the program meanwhile does not keep it from running: the end waits two seconds for it.
        """
        self._awaited += 1

        def finish() -> None:
            self._awaited -= 1
            if call.cancelled() or call.exception() is not None:
                return
            try:
                then(call.result())
            except Exception:  # noqa: BLE001 - a bug in one of them must not end the picture
                _log.exception("what follows a call on another thread failed")

        def pass_on(_: "Future[R]") -> None:
            with self._gate:
                if not self._is_over:
                    self._commands.put(finish)
                    self._frames.wake()

        call.add_done_callback(pass_on)

    def set_mode(self, mode: Mode) -> "Future[None]":
        """Choose what the picture is used for from the next frame on."""

        def change() -> None:
            self._mode = mode

        return self.submit(change)

    def stop(self, timeout: float) -> bool:
        """Finish the commands that wait and end; ``True`` when the thread has joined."""
        with self._gate:
            self._stopping.set()
        self._frames.wake()
        if self.is_alive():
            self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        while not self._stopping.is_set():
            frame = self._frames.take(timeout=_IDLE_SECONDS)
            self._run_commands()
            if frame is not None:
                self._frame = frame
                self._process(frame)
            self._publish()
        self._run_commands()
        self._finish()

    def _finish(self) -> None:
        """Follow up the calls that are still under way, for as long as there is time."""
        until = time.monotonic() + _FINISHING_SECONDS
        while self._awaited and (seconds := until - time.monotonic()) > 0:
            try:
                command = self._commands.get(timeout=seconds)
            except queue.Empty:
                break
            command()
        with self._gate:
            self._is_over = True
        self._run_commands()

    def _run_commands(self) -> None:
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return
            command()

    def _process(self, frame: Frame) -> None:
        if self.pipeline is None:
            return
        try:
            observation = self.pipeline.process(frame)
            self._observation = observation
            self._hear(self.pipeline.detector)
            if self._mode is Mode.SELLING and self.checkout is not None:
                self.checkout.observe(observation.sightings, frame)
            elif self._mode is Mode.ENROLLING and self.enrollment is not None:
                self.enrollment.observe(frame, observation.sightings)
        except UserError as error:
            self._fail(error.message, error.remedy)
        except Exception:  # noqa: BLE001 - a bug in one pass must not end the picture
            # The picture must go on: a sale in progress can be finished by hand while recognition fails.
            _log.exception("a pass over frame %d failed", frame.sequence)
            self._fail(_FAILED, _BY_HAND)
        else:
            if self._is_failing:
                self._is_failing = False
                self._on_problem(Problem("vision", "Recognition works again.", severity=Severity.INFORM, is_over=True))
            self._time(frame)

    def _hear(self, detector: Detector) -> None:
        self._board.post(is_empty_counter_learned=detector.is_learned)
        for notice in detector.take_notices():
            self._on_problem(Problem(notice.message, notice.message, notice.remedy))

    def _fail(self, message: str, remedy: str) -> None:
        if not self._is_failing:
            self._is_failing = True
            self._on_problem(Problem("vision", message, remedy, Severity.FAIL))

    def _time(self, frame: Frame) -> None:
        seconds = time.monotonic() - frame.captured_at
        former = self._board.read().label_ms
        self._board.post(label_ms=former + _SMOOTHING * (seconds * 1e3 - former) if former else seconds * 1e3)

    def _publish(self) -> None:
        self._number += 1
        self._board.post(drops=self._frames.drops, capture_fps=self.capture_fps())
        observation = self._observation
        is_current = observation is not None and observation.frame is self._frame
        view = StationView(
            number=self._number,
            mode=self._mode,
            frame=self._frame,
            sightings=observation.sightings if observation is not None and is_current else (),
            basket=self.checkout.view() if self.checkout is not None else None,
            questions=self.checkout.questions() if self.checkout is not None else (),
            enrollment=self._enrollment_view(),
            status=self._board.read(),
            detections=observation.detections if observation is not None and is_current else None,
        )
        self._views.put(view)
        self._on_view()

    def _enrollment_view(self) -> EnrollmentView | None:
        if self._mode is not Mode.ENROLLING or self.enrollment is None:
            return None
        try:
            view = self.enrollment.view()
        except Exception:  # noqa: BLE001 - a bug in an enrollment must not end the picture, nor the sale that waits
            if not self._is_enrollment_failing:
                self._is_enrollment_failing = True
                _log.exception("the enrollment cannot be shown")
                self._on_problem(Problem("vision", _FAILED, _BY_HAND, Severity.FAIL))
            return None
        self._is_enrollment_failing = False
        return view
