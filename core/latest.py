"""A slot for one value where the newest wins."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """Hands the newest value from one thread to another; older ones that nobody took are counted as drops.

    Any thread may call any method.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._value: T | None = None
        self._drops = 0
        self._is_closed = False
        self._wakes = 0

    def put(self, value: T) -> None:
        """Replace what is in the slot. After ``close`` the value is discarded."""
        with self._ready:
            if self._is_closed:
                return
            if self._value is not None:
                self._drops += 1
            self._value = value
            self._ready.notify()

    def take(self, timeout: float | None = 0.0) -> T | None:
        """Return and remove the value, waiting up to ``timeout`` seconds; ``None`` if there is none or closed."""
        with self._ready:
            if self._value is None and not self._is_closed and timeout != 0.0:
                wakes = self._wakes
                self._ready.wait_for(
                    lambda: self._value is not None or self._is_closed or self._wakes != wakes, timeout
                )
            value, self._value = self._value, None
            return value

    def wake(self) -> None:
        """Let a waiting ``take`` return without a value."""
        with self._ready:
            self._wakes += 1
            self._ready.notify_all()

    def close(self) -> None:
        """Drop what is held and release every waiter, now and from now on."""
        with self._ready:
            self._is_closed = True
            self._value = None
            self._ready.notify_all()

    @property
    def drops(self) -> int:
        with self._ready:
            return self._drops

    @property
    def is_closed(self) -> bool:
        with self._ready:
            return self._is_closed
