"""Long works on the records thread, one portion a call, so that sales and whatever a person asks go between."""

from collections.abc import Generator
from concurrent.futures import Future
from typing import TypeVar

from core.errors import UserError
from core.worker import Submit

R = TypeVar("R")
Work = Generator[None, None, R]
"""Gives control back after every portion; what it returns is the work's result."""


def at_once(work: Work[R]) -> R:
    """The result of a work that nothing needs to go between."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: R = end.value
            return result


class Portions:
    """Runs works in portions; ``run`` may be called by any thread, ``stop`` belongs to the records thread."""

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._running: dict[int, Work[object]] = {}
        self._is_stopped = False

    def run(self, work: Work[R]) -> "Future[R]":
        """The future has the work's result or what it raised; a ``UserError`` when the program closes before."""
        future: Future[R] = Future()
        future.set_running_or_notify_cancel()
        self._go_on(work, future)
        return future

    def stop(self) -> None:
        """End the works between two portions: what they have done stays."""
        self._is_stopped = True
        while self._running:
            _, work = self._running.popitem()
            work.close()

    def _go_on(self, work: Work[R], future: "Future[R]") -> None:
        def portion() -> None:
            if self._is_stopped:
                work.close()
                raise UserError("Tillsight is closing.", remedy="Start it again to go on.")
            self._running[id(work)] = work
            try:
                next(work)
            except StopIteration as end:
                del self._running[id(work)]
                future.set_result(end.value)
            except BaseException:
                del self._running[id(work)]
                raise
            else:
                self._go_on(work, future)

        def told(submitted: "Future[None]") -> None:
            error = submitted.exception()
            if error is not None:
                future.set_exception(error)

        self._submit(portion).add_done_callback(told)
