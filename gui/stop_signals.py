"""Ctrl+C and a polite kill close the window in order."""

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot


class StopSignals(QObject):
    """Calls ``leave`` on SIGINT and SIGTERM; a wake-up socket lets Python hear them while Qt waits."""

    def __init__(self, leave: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._leave = leave
        self._reader, self._writer = socket.socketpair()
        self._reader.settimeout(0)
        self._writer.settimeout(0)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._former: dict[int, object] = {}
        if threading.current_thread() is threading.main_thread():
            self._former_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, self, self._leave)

    @Slot()
    def _drain(self) -> None:
        self._reader.recv(64)

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        if not self._former:
            return
        signal.set_wakeup_fd(self._former_fd)
        for number, handler in self._former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._former.clear()
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()
