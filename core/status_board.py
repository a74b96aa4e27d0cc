"""The station's status, written by several threads and read by one glance."""

import threading
from dataclasses import replace
from typing import Any

from core.station_view import Phase, StationStatus


class StatusBoard:
    """Holds the current ``StationStatus``; any thread may read or post."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._status = StationStatus(Phase.STARTING, activity="Starting")

    def post(self, **changes: Any) -> None:
        """Replace some fields of the status."""
        with self._lock:
            self._status = replace(self._status, **changes)

    def read(self) -> StationStatus:
        with self._lock:
            return self._status
