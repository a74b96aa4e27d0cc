"""A picture of the window, taken when there is something to see."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QWidget

from core.cameras.capture import CaptureState
from core.station_view import Phase
from gui.bridge import Bridge

_LOOK_MS = 100
_CALM_SECONDS = 1.0
_PATIENCE_SECONDS = 20.0


class Screenshot(QObject):
    """Saves the window to a PNG or JPEG file. GUI thread."""

    def __init__(self, window: QWidget, bridge: Bridge, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_saved = False
        self._window = window
        self._bridge = bridge
        self._path = path
        self._calm_since: float | None = None
        self._asked_at = 0.0
        self._clock = QTimer(self, interval=_LOOK_MS)
        self._then: Callable[[], None] | None = None
        self._clock.timeout.connect(self._look)

    def take_when_settled(self, *, then: Callable[[], None]) -> None:
        """Save once the station is ready and most items have their names, at the latest after 20 s; call ``then``."""
        self._then = then
        self._asked_at = time.monotonic()
        self._clock.start()

    def take(self) -> None:
        """Save now."""
        self._clock.stop()
        # What was said a moment ago is laid out first.
        QCoreApplication.sendPostedEvents()
        self.is_saved = self._window.grab().save(str(self._path))

    def _look(self) -> None:
        now = time.monotonic()
        if not self._is_settled():
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        is_calm = self._calm_since is not None and now - self._calm_since >= _CALM_SECONDS
        if is_calm or now - self._asked_at > _PATIENCE_SECONDS:
            self.take()
            if self._then is not None:
                self._then()

    def _is_settled(self) -> bool:
        view = self._bridge.newest
        if view is None or view.status.phase is Phase.STARTING:
            return False
        if view.status.phase is Phase.FAILED or view.status.camera in {CaptureState.LOST, CaptureState.ENDED}:
            return True
        named = sum(1 for sighting in view.sightings if sighting.match is not None)
        return view.frame is not None and named > 0 and 2 * named >= len(view.sightings)
