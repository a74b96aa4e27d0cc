"""A thread that runs calls one after another: serial by construction."""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from core.errors import UserError

_log = logging.getLogger(__name__)
R = TypeVar("R")


class Submit(Protocol):
    """Runs a call on the records thread, one after another."""

    def __call__(self, call: Callable[[], R], /) -> "Future[R]": ...


class Worker:
    """Runs calls one after another on a thread called ``name``, which begins with the first; any thread may submit."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._urgent: deque[Callable[[], None]] = deque()

    def submit(self, call: Callable[[], R], /) -> "Future[R]":
        """The future's exception is a ``UserError`` for what a person can mend; everything else is logged as a bug."""
        try:
            future = self._executor.submit(call)
        except RuntimeError:
            future = Future()
            future.set_exception(UserError("Tillsight is closing.", remedy="Start it again to go on."))
            return future
        future.add_done_callback(self._log_bug)
        return future

    def submit_urgent(self, call: Callable[[], R], /) -> "Future[R]":
        """Like ``submit``, but a call that takes long lets it go first where it calls ``let_pass``."""
        future: Future[R] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001
                future.set_exception(error)

        self._urgent.append(run)
        try:
            self._executor.submit(self.let_pass)
        except RuntimeError:
            try:
                self._urgent.remove(run)
            except ValueError:
                # A call under way has let it pass already.
                future.add_done_callback(self._log_bug)
                return future
            return self.submit(call)
        future.add_done_callback(self._log_bug)
        return future

    def let_pass(self) -> None:
        """Run what is urgent, in its order; for calls on the thread, where nothing is half done."""
        while self._urgent:
            self._urgent.popleft()()

    def stop(self) -> None:
        """Finish what was submitted and refuse more; waits."""
        self._executor.shutdown(wait=True)

    def _log_bug(self, future: "Future[R]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None and not isinstance(error, UserError):
            _log.error("a call on the thread %s failed", self._name, exc_info=error)
