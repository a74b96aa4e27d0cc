"""A measurement inside the running window: warm up, count, leave."""

import psutil
from PySide6.QtCore import QObject, QTimer

from core.cameras.capture import CaptureState
from core.evaluation.latency import percentiles
from core.station_view import Phase
from gui.application import Running
from gui.live.metrics import GapProbe

_POLL_MS = 100


class LiveMeasurement(QObject):
    """Waits until the station recognizes, lets it warm up, measures for some seconds and closes the window.

    ``result`` is ``None`` until then, and stays so when the camera is lost before. GUI thread.
    """

    def __init__(self, running: Running, *, warm_up: float, seconds: float) -> None:
        super().__init__(running)
        self.result: dict[str, object] | None = None
        self._running = running
        self._warm_up_ms = round(warm_up * 1000)
        self._ms = round(seconds * 1000)
        self._probe = GapProbe(self)
        self._drops = 0
        self._rss = 0.0
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._poll.start()

    def _look(self) -> None:
        view = self._running.bridge.newest
        # Nobody may be there to plug a camera in or to close the window; what is wrong stands in the terminal.
        is_lost = view is not None and view.status.camera is CaptureState.LOST
        if self._running.exit_code or is_lost:
            self._poll.stop()
            self._running.leave()
            return
        if view is not None and view.status.phase is Phase.READY and view.frame is not None:
            self._poll.stop()
            QTimer.singleShot(self._warm_up_ms, self, self._begin)

    def _begin(self) -> None:
        metrics, view = self._running.window.metrics, self._running.bridge.newest
        if metrics is None or view is None:
            self._running.leave()
            return
        metrics.restart()
        self._drops = view.status.drops
        self._rss = _resident_mb()
        self._probe.start()
        QTimer.singleShot(self._ms, self, self._end)

    def _end(self) -> None:
        self._probe.stop()
        metrics, view = self._running.window.metrics, self._running.bridge.newest
        if metrics is not None and view is not None:
            gaps = tuple(self._probe.gaps_ms)
            self.result = {
                "shown_fps": round(metrics.mean_fps, 2),
                "camera_to_label_ms": percentiles(metrics.delays_ms, 50, 95, 99),
                "event_loop_gap_ms": {**percentiles(gaps, 99), "max": round(max(gaps, default=0.0), 2)},
                "dropped_frames": view.status.drops - self._drops,
                "rss_mb": {"start": self._rss, "end": _resident_mb()},
            }
        self._running.leave()


def _resident_mb() -> float:
    """Memory that this process really occupies."""
    return round(psutil.Process().memory_info().rss / 2**20, 1)
