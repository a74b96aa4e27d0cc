"""The running whole: builds everything from the settings, owns the threads, starts and stops them in order."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Event
from typing import TypeVar

from core.back_office import BackOffice, Corrected
from core.camera_post import CameraPost, camera_address, held_settings, is_live_source
from core.cameras.camera_controls import ControlError, ControlState
from core.cameras.source import AttachedCamera, list_sources
from core.catalog.database import Catalog
from core.catalog.records import Act, FinishedDraft
from core.checkout.receipts import ENGLISH
from core.checkout.session import CheckoutSession
from core.enrollment.session import EnrollmentSession
from core.errors import UserError
from core.frames import Frame
from core.latest import LatestSlot
from core.paths import DataFolder
from core.picture_watch import PictureWatch
from core.portions import Portions
from core.recognition.enroll import Progress
from core.recognition.folder_import import ImportReport
from core.review.review import Review
from core.settings import CameraSettings, Settings, load_settings
from core.shop_fitter import ShopFitter, not_ready
from core.station_view import Mode, Phase, Problem, Severity, StationView
from core.status_board import StatusBoard
from core.vision_loop import VisionLoop
from core.worker import Worker

_log = logging.getLogger(__name__)
R = TypeVar("R")


class Station:
    """One counter: camera, recognition, sale, enrollment and review. Public methods may be called from any thread.

    ``on_view`` is called on the vision thread whenever ``views`` has a newer view, ``on_problem`` on any core thread;
    both must return at once. ``receipt_language`` may be set at any time. A future's exception is a ``UserError`` for
    what a person can mend. Without ``settings`` those of the data folder are read, which raises ``SettingsError`` when
    they are damaged. With ``own``, which are those of the data folder, ``settings`` are for this run alone: of them
    only what is changed later is saved.
    """

    def __init__(
        self,
        data: DataFolder,
        *,
        settings: Settings | None = None,
        own: Settings | None = None,
        source: str | None = None,
        loop_clip: bool = False,
    ) -> None:
        if settings is None:
            settings = load_settings(data.settings)
        self.data = data
        self.views: LatestSlot[StationView] = LatestSlot()
        self.on_view: Callable[[], None] = _do_nothing
        self.on_problem: Callable[[Problem], None] = _log_problem
        self.receipt_language = ENGLISH
        self._board = StatusBoard()
        self._records = Worker("records")
        self._errands = Worker("camera errands")
        self._portions = Portions(self._records.submit)
        frames: LatestSlot[Frame] = LatestSlot()
        self._loop = VisionLoop(
            frames,
            self.views,
            self._board,
            on_view=self._announce_view,
            on_problem=self._announce,
        )
        self._camera = CameraPost(frames, self._board, self._loop, on_problem=self._announce, loop_clip=loop_clip)
        self._watch = PictureWatch(lambda: self._loop.newest_frame, self._board, data, tell=self._tell)
        self._source = source
        self._leaving = Event()
        self._fitter = ShopFitter(
            settings,
            own=own or settings,
            data=data,
            loop=self._loop,
            board=self._board,
            records=self._records,
            tell=self._tell,
        )
        self._office = BackOffice(
            self._loop,
            self._board,
            submit=self._records.submit,
            equipment=lambda: self._fitter.equipment,
            settings=lambda: self._fitter.settings,
        )

    # Life

    def start(self) -> "Future[None]":
        """Show a camera at once and open everything else behind it; the future tells when the station is ready.

        A clip or the demo shop begins when the station is ready, so that nothing of it goes by unseen.
        """
        self._loop.start()
        self._watch.start()
        uri = self._source or self.settings.camera.source
        is_live = is_live_source(uri)
        if is_live:
            self._open_camera(uri, self.settings)
        ready = self._records.submit(lambda: self._prepare(None if is_live else uri))
        ready.add_done_callback(self._note_start)
        return ready

    def stop(self, timeout: float = 5.0) -> list[str]:
        """Stop in order, save, close; returns the names of threads that did not join in ``timeout`` seconds each."""
        self._leaving.set()
        late = [] if self._camera.close(timeout) else ["capture"]
        late += [] if self._loop.stop(timeout) else ["vision"]
        late += [] if self._watch.stop(timeout) else ["picture watch"]
        self._errands.stop()
        self._records.submit(self._close)
        self._records.stop()
        # What was under way on the records thread may have opened another camera meanwhile.
        late += [] if self._camera.close(timeout) else ["capture"]
        self.views.close()
        for name in late:
            _log.error("the thread %s did not end within %.0f s", name, timeout)
        return late

    @property
    def settings(self) -> Settings:
        return self._fitter.settings

    # Commands

    def set_mode(self, mode: Mode) -> "Future[None]":
        """Choose what the picture is used for."""
        return self._loop.set_mode(mode)

    def checkout(self, command: Callable[[CheckoutSession], R]) -> "Future[R]":
        """Run a command on the sale in progress, on the vision thread."""

        def run() -> R:
            if self._loop.checkout is None:
                raise not_ready()
            return command(self._loop.checkout)

        return self._loop.submit(run)

    def enroll(self, command: Callable[[EnrollmentSession], R]) -> "Future[R]":
        """Run a command on the enrollment, on the vision thread."""

        def run() -> R:
            if self._loop.enrollment is None:
                raise not_ready()
            return command(self._loop.enrollment)

        return self._loop.submit(run)

    def records(self, command: Callable[[Catalog], R]) -> "Future[R]":
        """Read from the catalog, on the records thread."""
        return self._records.submit(lambda: self._office.read(command))

    def change(self, command: Callable[[Catalog], R]) -> "Future[R]":
        """Change the catalog, on the records thread; prices, names and the index follow before the future is done."""
        return self._records.submit(lambda: self._office.change(command))

    def review(self, command: Callable[[Review], R]) -> "Future[R]":
        """Read the review queue, on the records thread; corrections go through ``correct``."""
        return self._records.submit(lambda: self._office.read_review(command))

    def correct(
        self,
        act: Act,
        recognition_ids: Sequence[int],
        *,
        product_id: int | None = None,
        keep_as_reference: bool = False,
    ) -> "Future[Corrected]":
        """Put a person's word into effect; recognition follows before the future is done."""
        return self._records.submit(
            lambda: self._office.correct(
                act, recognition_ids, product_id=product_id, keep_as_reference=keep_as_reference
            )
        )

    def undo_correction(self) -> "Future[Corrected | None]":
        """Take back the last correction; ``None`` when there is none."""
        return self._records.submit(self._office.undo_correction)

    def save_enrollment(self) -> "Future[FinishedDraft]":
        """Turn the shots into a product that is recognized from the moment the future is done."""
        return self._records.submit(self._office.save_enrollment)

    def import_folder(self, folder: Path, on_progress: Progress | None = None) -> "Future[ImportReport]":
        """Enroll products from folders of pictures; ``on_progress`` is called on the records thread."""
        return self._portions.run(self._office.import_folder(folder, on_progress))

    def enroll_demo_products(self, on_progress: Progress | None = None) -> "Future[ImportReport]":
        """Put the products of the demo shop into the catalog."""
        return self._portions.run(self._office.enroll_demo_products(on_progress))

    def learn_empty_counter(self) -> "Future[None]":
        """What the camera sees now is the empty counter."""

        def learn() -> None:
            observation = self._loop.observation
            if observation is None:
                raise UserError("There is no picture to learn from.", remedy="Wait until the camera shows the counter.")
            self._watch.remember(observation.frame)
            self._fitter.equipment.detector.learn_empty(observation.frame)

        return self._loop.submit(learn)

    def hold_camera(self, *, exposure: bool | None = None, focus: bool | None = None) -> "Future[None]":
        """Hold exposure or focus at what the camera has now, or let it choose again; ``None`` leaves one as it is.

        It is kept in the settings and told to the camera whenever it comes back. Nothing else waits for the camera
        meanwhile.
        """

        def hold() -> None:
            opening = _opening(self.settings.camera)
            now = self._camera.ask().result()
            keep = self._records.submit(lambda: self._hold_camera(now, opening, exposure=exposure, focus=focus))
            keep.result().result()

        return self._errands.submit(hold)

    def list_cameras(self) -> "Future[list[AttachedCamera]]":
        return self._errands.submit(list_sources)

    def apply_settings(self, settings: Settings) -> "Future[None]":
        """Save the settings and let everything follow; on failure the former ones stay in effect."""
        return self._records.submit(lambda: self._apply(settings))

    # On the records thread

    def _prepare(self, recorded_uri: str | None) -> None:
        self._fitter.open(
            receipt_language=lambda: self.receipt_language,
            on_answer=self._office.take_answer,
            on_item=self._office.count_doubtful,
            cancelled=self._leaving.is_set,
        )
        self._office.count()
        self._board.post(phase=Phase.READY, activity="", progress=None)
        if recorded_uri is not None:
            self._open_camera(recorded_uri, self.settings)

    def _note_start(self, started: "Future[None]") -> None:
        error = started.exception()
        if error is None:
            return
        if not isinstance(error, UserError):
            error = UserError("Tillsight could not start.", remedy=f"The log file {self.data.log} has the details.")
        self._board.post(phase=Phase.FAILED, activity=error.message, progress=None)
        self.on_problem(Problem("start", error.message, error.remedy, Severity.FAIL))

    def _close(self) -> None:
        try:
            self._portions.stop()
        finally:
            self._office.stop_looking()
            self._fitter.close()

    def _apply(self, settings: Settings) -> None:
        former = self.settings
        self._fitter.refit(settings)
        if _opening(settings.camera) != _opening(former.camera):
            self._source = None
            self._open_camera(settings.camera.source, settings)
        elif settings.camera != former.camera:
            self._camera.steer(settings.camera, former=former.camera)

    def _open_camera(self, uri: str, settings: Settings) -> None:
        if self._leaving.is_set():
            return
        self._watch.begin(camera_address(uri))
        self._camera.open(uri, settings.camera)

    def _hold_camera(
        self, now: ControlState, opening: tuple[object, ...], *, exposure: bool | None, focus: bool | None
    ) -> "Future[ControlState]":
        """Keep what a camera that was opened as in ``opening`` has now; the future tells when it holds it."""
        former = self.settings.camera
        if _opening(former) != opening:
            raise ControlError("The camera was changed meanwhile.", remedy="Hold it again.")
        camera = held_settings(former, now, exposure=exposure, focus=focus)
        self._fitter.keep(self.settings.model_copy(update={"camera": camera}))
        # What shall be free is let go, whoever held it.
        touched = {"hold_exposure": exposure is not None, "hold_focus": focus is not None}
        return self._camera.steer(camera, former=former.model_copy(update=touched))

    def _announce_view(self) -> None:
        self.on_view()

    def _announce(self, problem: Problem) -> None:
        self.on_problem(problem)

    def _tell(self, error: UserError) -> None:
        self.on_problem(Problem(error.message, error.message, error.remedy))


def _opening(camera: CameraSettings) -> tuple[object, ...]:
    """What a camera must be opened anew for."""
    return camera.source, camera.width, camera.height, camera.fps


def _do_nothing() -> None:
    pass


def _log_problem(problem: Problem) -> None:
    _log.warning("%s %s", problem.message, problem.remedy)
