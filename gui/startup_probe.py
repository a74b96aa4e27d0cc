"""One measured start: opens the window, prints how long it took since the parent's clock, and leaves."""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from core.station_view import Phase
from gui.application import Running, WindowOptions, open_window

_POLL_MS = 20


class StartupProbe(QObject):
    """Notes when the window was drawn and when the station has seen its first frame. GUI thread."""

    def __init__(self, running: Running, begun: float) -> None:
        super().__init__(running)
        self.result: dict[str, float] | None = None
        self._running = running
        self._begun = begun
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._poll.start()

    def _look(self) -> None:
        if self._running.exit_code:
            self._poll.stop()
            self._running.leave()
        view = self._running.bridge.newest
        if view is None or view.status.phase is Phase.STARTING or view.frame is None:
            return
        self._poll.stop()
        shown_at = self._running.shown_at
        if view.status.phase is Phase.READY and shown_at is not None:
            # The window's moment is on the monotonic clock, the parent's on the wall clock.
            shown = time.time() - (time.monotonic() - shown_at)
            self.result = {
                "window_ms": round((shown - self._begun) * 1e3, 1),
                "ready_ms": round((time.time() - self._begun) * 1e3, 1),
            }
        self._running.leave()


def main(arguments: list[str]) -> int:
    """Arguments: data folder, source, the parent's ``time.time()`` just before the start."""
    data_dir, source, begun = arguments
    probes: list[StartupProbe] = []
    code = open_window(
        WindowOptions(data_dir=Path(data_dir), source=source),
        on_open=lambda running: probes.append(StartupProbe(running, float(begun))),
    )
    if code != 0 or not probes or probes[0].result is None:
        return code or 1
    sys.stdout.write(json.dumps(probes[0].result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
