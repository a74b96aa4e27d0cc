"""The one place where a core thread meets Qt."""

import queue
import threading
from typing import Protocol

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.latest import LatestSlot
from core.station_view import Problem, StationView


class ViewSource(Protocol):
    """What the bridge needs of a station."""

    views: LatestSlot[StationView]


class Bridge(QObject):
    """Turns the station's calls on its own threads into signals without payload, at most one of a kind under way.

    ``newest`` is the latest view taken; read it in a slot of ``changed``. Frames never enter Qt's event queue.
    """

    changed = Signal()
    problem_told = Signal(object)
    _view_came = Signal()
    _problem_came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: ViewSource | None = None
        self._guard = threading.Lock()
        self._is_under_way = False
        self._problems: queue.SimpleQueue[Problem] = queue.SimpleQueue()
        self.newest: StationView | None = None
        self._view_came.connect(self._take_view, Qt.ConnectionType.QueuedConnection)
        self._problem_came.connect(self._take_problems, Qt.ConnectionType.QueuedConnection)

    def attach(self, source: ViewSource) -> None:
        """From now on views are taken from this station."""
        self._source = source

    def detach(self) -> None:
        """Take nothing more and forget the last view; calls that still come are ignored."""
        self._source = None
        self.newest = None

    def notice_view(self) -> None:
        """A view lies in the slot. Any thread; never blocks."""
        with self._guard:
            if self._is_under_way:
                return
            self._is_under_way = True
        if shiboken6.isValid(self):
            self._view_came.emit()

    def notice_problem(self, problem: Problem) -> None:
        """Tell a problem to the window. Any thread; never blocks."""
        self._problems.put(problem)
        if shiboken6.isValid(self):
            self._problem_came.emit()

    @Slot()
    def _take_view(self) -> None:
        with self._guard:
            self._is_under_way = False
        if self._source is None:
            return
        view = self._source.views.take()
        if view is not None:
            self.newest = view
            self.changed.emit()

    @Slot()
    def _take_problems(self) -> None:
        while not self._problems.empty():
            self.problem_told.emit(self._problems.get_nowait())
