"""Answers of other threads come to the GUI thread, or not at all."""

import threading
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.errors import UserError
from gui import background


def test_a_result_arrives_in_the_gui_thread(qtbot: QtBot) -> None:
    heard: list[tuple[int, threading.Thread]] = []
    background.run(lambda: 6 * 7, on_success=lambda value: heard.append((value, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(42, threading.main_thread())]


def test_a_future_that_is_done_already_is_delivered(qtbot: QtBot) -> None:
    future: Future[str] = Future()
    future.set_result("done")
    heard: list[str] = []
    background.deliver(future, on_success=heard.append)
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["done"])


def test_a_failure_goes_to_who_asked(qtbot: QtBot, failures: list[Exception]) -> None:
    def fail() -> None:
        raise UserError("The disk is full.", remedy="Free some space.")

    heard: list[Exception] = []
    background.run(fail, on_failure=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert str(heard[0]) == "The disk is full. Free some space."
    assert failures == []


def test_a_failure_that_nobody_takes_is_heard(qtbot: QtBot, failures: list[Exception]) -> None:
    background.run(lambda: 1 // 0)
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], ZeroDivisionError)


@pytest.mark.parametrize("way", ["owner", "wanted"])
def test_a_late_answer_is_dropped(qtbot: QtBot, way: str) -> None:
    owner = QObject()
    future: Future[int] = Future()
    later: Future[int] = Future()
    heard: list[int] = []
    is_wanted = True
    background.deliver(future, on_success=heard.append, owner=owner, is_wanted=lambda: is_wanted)
    background.deliver(later, on_success=heard.append)
    if way == "owner":
        import shiboken6

        shiboken6.delete(owner)
    else:
        is_wanted = False
    future.set_result(1)
    later.set_result(2)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [2]
