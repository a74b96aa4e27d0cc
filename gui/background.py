"""Run core calls off the GUI thread and bring their answers back to it."""

import logging
import queue
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

R = TypeVar("R")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    future: Future[Any]
    on_success: Callable[[Any], object] | None
    on_failure: Callable[[Exception], object] | None
    owner: "weakref.ref[QObject] | None"
    is_wanted: Callable[[], bool] | None


class _Courier(QObject):
    """Lives in the GUI thread; any thread leaves answers in its queue and wakes it with a bare signal."""

    woken = Signal()

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        self.woken.connect(self.hand_over, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def hand_over(self) -> None:
        try:
            answer = self.answers.get_nowait()
        except queue.Empty:
            return
        _hand_over(answer)


class _Post:
    """The window's one courier, its worker threads, and who hears of failures that nobody else takes."""

    def __init__(self) -> None:
        self.courier: _Courier | None = None
        self.workers: ThreadPoolExecutor | None = None
        self.on_unheard_failure: Callable[[Exception], object] | None = None
        self.closing = threading.Event()

    def current_courier(self) -> _Courier:
        if self.courier is None or not shiboken6.isValid(self.courier):
            self.courier = _Courier(QCoreApplication.instance())
        return self.courier

    def current_workers(self) -> ThreadPoolExecutor:
        if self.workers is None:
            self.workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="background")
        return self.workers


_post = _Post()


def deliver(
    future: "Future[R]",
    *,
    on_success: Callable[[R], object] | None = None,
    on_failure: Callable[[Exception], object] | None = None,
    owner: QObject | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> None:
    """Hand the future's result or exception to the GUI thread when it is there. Call from the GUI thread.

    The answer is dropped when ``owner`` no longer exists or ``is_wanted`` says no (a newer question was asked). A
    failure without ``on_failure`` goes to the receiver set with ``hear_failures``.
    """
    courier = _post.current_courier()
    answer = _Answer(future, on_success, on_failure, weakref.ref(owner) if owner is not None else None, is_wanted)

    def post(_: "Future[R]") -> None:
        courier.answers.put(answer)
        if shiboken6.isValid(courier):
            courier.woken.emit()

    future.add_done_callback(post)


def run(
    work: Callable[[], R],
    *,
    on_success: Callable[[R], object] | None = None,
    on_failure: Callable[[Exception], object] | None = None,
    owner: QObject | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> "Future[R]":
    """Run ``work`` on a background thread and ``deliver`` its answer. Call from the GUI thread."""
    future = _post.current_workers().submit(work)
    deliver(future, on_success=on_success, on_failure=on_failure, owner=owner, is_wanted=is_wanted)
    return future


def hear_failures(receiver: Callable[[Exception], object] | None) -> None:
    """Set who is told of failures that no ``on_failure`` takes."""
    _post.on_unheard_failure = receiver


def is_closing() -> bool:
    """Whether ``close`` waits for what runs: work of many minutes asks now and then, and stops. Any thread."""
    return _post.closing.is_set()


def close() -> None:
    """Cancel what has not begun and wait for what runs."""
    workers, _post.workers = _post.workers, None
    if workers is not None:
        _post.closing.set()
        workers.shutdown(wait=True, cancel_futures=True)
        _post.closing.clear()


def _hand_over(answer: _Answer) -> None:
    if answer.owner is not None:
        owner = answer.owner()
        if owner is None or not shiboken6.isValid(owner):
            return
    if answer.future.cancelled() or (answer.is_wanted is not None and not answer.is_wanted()):
        return
    error = answer.future.exception()
    if error is None:
        if answer.on_success is not None:
            answer.on_success(answer.future.result())
    elif not isinstance(error, Exception):
        raise error
    elif answer.on_failure is not None:
        answer.on_failure(error)
    elif _post.on_unheard_failure is not None:
        _post.on_unheard_failure(error)
    else:
        log.error("A background call failed and nobody listened.", exc_info=error)
