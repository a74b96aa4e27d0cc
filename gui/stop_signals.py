"""Ctrl+C and a polite kill close the window in order."""

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot
from shiboken6 import isValid

_NOBODY = -1

_hearing: list["StopSignals"] = []
"""Windows that have taken the signals, the newest last; they may close in any order."""
_former: dict[int, object] = {}
"""Who had the signals before the first of them."""


class StopSignals(QObject):
    """Calls ``leave`` on SIGINT and SIGTERM; a wake-up socket lets Python hear them while Qt waits.

    Of several windows in one process the newest hears. GUI thread; on any other thread it does nothing.
    """

    def __init__(self, leave: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._leave = leave
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        if threading.current_thread() is threading.main_thread():
            self._take()

    @property
    def is_hearing(self) -> bool:
        """Whether it has the signals, or had them when a newer window took them."""
        return self in _hearing

    def leave_soon(self) -> None:
        """Call ``leave`` from the event loop."""
        QTimer.singleShot(0, self, self._leave)

    def _take(self) -> None:
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        if not _hearing:
            for number in (signal.SIGINT, signal.SIGTERM):
                _former[number] = signal.signal(number, _hear)
        _hearing.append(self)

    @Slot()
    def _drain(self) -> None:
        self._reader.recv(64)

    def close(self) -> None:
        """Give the signals to the window before, or back to whoever had them."""
        if self not in _hearing:
            return
        _hearing.remove(self)
        if _hearing:
            signal.set_wakeup_fd(_hearing[-1]._writer.fileno(), warn_on_full_buffer=False)
        else:
            signal.set_wakeup_fd(_NOBODY)
            for number, handler in _former.items():
                signal.signal(number, handler)  # type: ignore[arg-type]
        if isValid(self._notifier):
            self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()


def _hear(number: int, frame: FrameType | None) -> None:
    alive = [signals for signals in _hearing if isValid(signals)]
    former = _former[number]
    if alive:
        alive[-1].leave_soon()
    elif callable(former):
        former(number, frame)
