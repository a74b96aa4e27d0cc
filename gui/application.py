"""The application around the window: start, bugs, signals and an ordered leaving."""

import gc
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from core.cli.telling import tell_problem
from core.errors import UserError
from core.paths import DataFolder
from core.settings import Settings, SettingsError, load_settings
from core.station_view import Problem, Severity
from gui import background, theme
from gui.bridge import Bridge
from gui.core_words import core_words
from gui.language import install_language
from gui.log_file import kept_log
from gui.main_window import PAGES, TOLD_BY_STARTING_PAGE, MainWindow, import_page, import_pages
from gui.messages import Messages
from gui.screenshot import Screenshot
from gui.stop_signals import StopSignals

if TYPE_CHECKING:
    from core.station import Station

log = logging.getLogger(__name__)

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line asks of the window.

    ``quit_after`` in seconds. ``screenshot``: the file for a picture of the window, saved just before ``quit_after``
    ends, or else when the station is ready and its picture has settled, after which the program ends. ``values``:
    settings of this run alone, as ``section.name=value``.
    """

    data_dir: Path
    source: str | None = None
    fullscreen: bool = False
    quit_after: float | None = None
    page: str | None = None
    screenshot: Path | None = None
    values: tuple[str, ...] = ()


def open_window(options: WindowOptions, *, on_open: "Callable[[Running], None] | None" = None) -> int:
    """Open the window and stay until it is closed; returns the exit code: 1 when the station could not start.

    ``on_open`` is called once the window is shown, for whoever wants to measure. Raises ``UserError`` never: what goes
    wrong is told in the window, and what is wrong with the station on the error stream as well.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("tillsight")
    application.setApplicationDisplayName("Tillsight")
    application.setDesktopFileName("tillsight")
    with kept_log(DataFolder(options.data_dir).log):
        running = Running(application, options)
        running.station_ready.connect(_settle_memory)
        running.show()
        if on_open is not None:
            on_open(running)
        application.exec()
        return running.exit_code


def _settle_memory() -> None:
    """Modules and classes stay for good: looking through them for garbage would stop the window again and again."""
    gc.collect()
    gc.freeze()


class Running(QObject):
    """The program while its window is open."""

    _bug_came = Signal(str, str)
    station_ready = Signal()

    def __init__(self, application: QApplication, options: WindowOptions) -> None:
        super().__init__()
        self.exit_code = 0
        self.shown_at: float | None = None
        self._application = application
        self._options = options
        self._data = DataFolder(options.data_dir)
        self._is_leaving = False
        self._told: set[Problem] = set()
        self.station: Station | None = None
        self.messages = Messages(self)
        settings = self._settings_or_default()
        theme.apply_theme(application, settings.appearance.theme)
        self._language = install_language(application, settings.appearance.language)
        application.setWindowIcon(theme.icon("tillsight"))
        self.bridge = Bridge(self)
        self.window = MainWindow(self.messages, self.bridge)
        self.window.left.connect(self.leave)
        self.window.starting.retry_wanted.connect(self._try_again)
        self.window.starting.leave_wanted.connect(self.leave)
        application.styleHints().colorSchemeChanged.connect(self._follow_scheme)
        background.hear_failures(self.tell_failure)
        self.bridge.problem_told.connect(self._write_problem)
        self._bug_came.connect(self._tell_bug, Qt.ConnectionType.QueuedConnection)
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._catch_bug
        threading.excepthook = self._catch_thread_bug
        self._signals = StopSignals(self.leave, self)
        self._screenshot = (
            Screenshot(self.window, self.bridge, options.screenshot, self) if options.screenshot else None
        )

    def _settings_or_default(self) -> Settings:
        try:
            return load_settings(self._data.settings).with_values(self._options.values)
        except SettingsError:
            # The station reads them again, and tells what is wrong.
            return Settings()

    # Start

    def show(self) -> None:
        """Show the window and build the station behind it."""
        self.window.resize(1280, 800)
        if self._options.page:
            self.window.open_page(self._options.page)
        if self._options.fullscreen:
            self.window.showFullScreen()
        else:
            self.window.show()
        if self._options.quit_after is not None:
            QTimer.singleShot(round(self._options.quit_after * 1000), self, self._leave_on_time)
        # The window is painted before the station's imports compete for the interpreter.
        QTimer.singleShot(0, self, self._note_shown)

    def _note_shown(self) -> None:
        self.window.repaint()
        self.shown_at = time.monotonic()
        self._build_station()

    def _try_again(self) -> None:
        failed, self.station = self.station, None
        self._build_station(instead_of=failed)

    def _build_station(self, *, instead_of: "Station | None" = None) -> None:
        self.window.starting.show_start()
        background.run(
            partial(_new_station, self._data, self._options, self.bridge, instead_of=instead_of),
            on_success=self._take_station,
            on_failure=self._tell_no_station,
            owner=self,
        )

    def _take_station(self, station: "Station") -> None:
        self.station = station
        if self._is_leaving:
            self._stop_station()
            return
        self.bridge.attach(station)
        background.deliver(station.start(), on_success=self._note_started, on_failure=self._tell_no_station, owner=self)
        self.window.attach(station)
        # The other pages come in while nobody waits for them.
        background.run(import_pages)
        if self._screenshot is not None and self._options.quit_after is None:
            self._screenshot.take_when_settled(then=self.leave)
        self.station_ready.emit()

    def _note_started(self, _nothing: None) -> None:
        self.exit_code = 0

    def _tell_no_station(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._log_bug(error)
            details = self.tr("{error} The log file has the details: {log}").format(error=error, log=self._data.log)
            error = UserError(self.tr("The shop cannot be opened."), remedy=details)
        self.exit_code = 1
        tell_problem(error.message, error.remedy)
        if self._is_leaving:
            return
        self.bridge.detach()
        self.window.show_failed_start(core_words(error.message), core_words(error.remedy))
        if self._screenshot is not None and self._options.quit_after is None:
            self._screenshot.take()
            self.leave()

    def _write_problem(self, problem: Problem) -> None:
        """What the window tells of the station stands in the terminal too, once, and in English as all there."""
        is_worth_it = problem.severity is not Severity.INFORM and not problem.is_over
        if is_worth_it and problem.key != TOLD_BY_STARTING_PAGE and problem not in self._told:
            self._told.add(problem)
            tell_problem(problem.message, problem.remedy, sign="!")

    def _follow_scheme(self) -> None:
        settings = self.station.settings if self.station is not None else self._settings_or_default()
        if settings.appearance.theme == "system":
            theme.apply_theme(self._application, "system")

    # Trouble

    def tell_failure(self, error: Exception) -> None:
        """A call failed: what a person can mend as a warning, a bug with its details."""
        if isinstance(error, UserError):
            # Without a station nothing works, and why is told already.
            if not self.window.starting.has_failed:
                self.messages.tell_error(error)
        else:
            self._log_bug(error)
            self._tell_bug(_place(error.__traceback__), "".join(traceback.format_exception(error)))

    def _catch_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.leave()
            return
        self._log_bug(error)
        # Any thread may come here, so the words travel by signal.
        self._bug_came.emit(_place(trace), "".join(traceback.format_exception(kind, error, trace)))

    def _catch_thread_bug(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._catch_bug(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _log_bug(self, error: BaseException) -> None:
        log.critical("a bug", exc_info=error)

    @Slot(str, str)
    def _tell_bug(self, place: str, details: str) -> None:
        self.messages.fail(
            self.tr("Something went wrong inside Tillsight."),
            self.tr("Your sale is kept and you can go on. The details are in {log}.").format(log=self._data.log),
            key=f"bug {place}",
            details=details,
        )

    # Leaving

    def _leave_on_time(self) -> None:
        if self._screenshot is not None:
            self._screenshot.take()
        self.leave()

    def leave(self) -> None:
        """Stop taking commands, stop the station, then quit."""
        if self._is_leaving:
            return
        self._is_leaving = True
        self.window.begin_leaving()
        self.bridge.detach()
        if self.station is not None:
            self._stop_station()
        else:
            self._quit()

    def _stop_station(self) -> None:
        station = self.station
        assert station is not None
        background.run(
            partial(station.stop, _STOP_SECONDS), on_success=self._note_stopped, on_failure=self._note_not_stopped
        )

    def _note_stopped(self, not_joined: list[str]) -> None:
        for name in not_joined:
            log.error("the thread %s did not end", name)
        if not_joined:
            self.exit_code = 1
        self._quit()

    def _note_not_stopped(self, error: Exception) -> None:
        self._log_bug(error)
        self.exit_code = 1
        self._quit()

    def _quit(self) -> None:
        if self._screenshot is not None and not self._screenshot.is_saved:
            self.exit_code = 1
            tell_problem(
                f"The picture of the window was not saved to {self._options.screenshot}.",
                "Name a .png or .jpg file in a folder that exists, and let the window close by itself.",
            )
        self._signals.close()
        background.hear_failures(None)
        sys.excepthook, threading.excepthook = self._hooks
        self.window.close()
        background.close()
        self._application.quit()


def _new_station(
    data: DataFolder, options: WindowOptions, bridge: Bridge, *, instead_of: "Station | None" = None
) -> "Station":
    """Import and build the station; runs beside the window, because the import alone takes most of a second.

    ``instead_of`` is one that could not start; it lets go of the shop first.
    """
    from core.station import Station

    if instead_of is not None:
        instead_of.stop(_STOP_SECONDS)
    import_page(options.page or PAGES[0].name)
    own = load_settings(data.settings)
    station = Station(data, settings=own.with_values(options.values), own=own, source=options.source)
    station.on_view = bridge.notice_view
    station.on_problem = bridge.notice_problem
    return station


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
