"""What the window measures of itself: frames shown, time from camera to label, gaps in the event loop."""

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer

_KEPT = 20_000


class LiveMetrics:
    """Counts painted frames. GUI thread; read it from there."""

    def __init__(self) -> None:
        self._painted_at: deque[float] = deque(maxlen=240)
        self._delays_ms: deque[float] = deque(maxlen=_KEPT)
        self.shown_frames = 0
        self._counted_since = time.monotonic()

    def note_painted(self, captured_at: float) -> None:
        """A frame was painted with its labels for the first time; ``captured_at`` in ``time.monotonic`` seconds."""
        now = time.monotonic()
        self._painted_at.append(now)
        self._delays_ms.append((now - captured_at) * 1000)
        self.shown_frames += 1

    @property
    def shown_fps(self) -> float:
        """Frames shown a second, over the last second."""
        now = time.monotonic()
        recent = sum(1 for moment in self._painted_at if moment > now - 1.0)
        return float(recent)

    @property
    def mean_fps(self) -> float:
        """Frames shown a second since ``restart``."""
        return self.shown_frames / max(1e-9, time.monotonic() - self._counted_since)

    @property
    def delays_ms(self) -> tuple[float, ...]:
        """Milliseconds from capture to paint of the last frames since ``restart``, oldest first."""
        return tuple(self._delays_ms)

    def restart(self) -> None:
        """Forget everything, for a measurement that begins now."""
        self._painted_at.clear()
        self._delays_ms.clear()
        self.shown_frames = 0
        self._counted_since = time.monotonic()


class GapProbe(QObject):
    """Measures how long the event loop stays away: how much later than asked a timer ticks, in milliseconds."""

    interval_ms = 5

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps_ms: deque[float] = deque(maxlen=400_000)
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(self.interval_ms)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Measure from now on, with nothing kept from before."""
        self.gaps_ms.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append(max(0.0, (now - self._last) * 1000 - self.interval_ms))
        self._last = now
