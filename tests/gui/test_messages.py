"""Words to the user: once each, kept until read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.errors import UserError
from core.station_view import Problem, Severity
from gui import messages as messages_module
from gui.messages import Messages
from gui.widgets.message_bar import MessageBar


def texts(messages: Messages) -> list[str]:
    return [message.text for message in messages.waiting]


def test_the_same_failure_is_one_message(qtbot: QtBot) -> None:
    messages = Messages()
    for _ in range(3):
        messages.tell_error(UserError("The disk is full.", remedy="Free some space."))
    [message] = messages.waiting
    assert (message.text, message.remedy, message.times) == ("The disk is full.", "Free some space.", 3)


def test_the_worst_comes_first(qtbot: QtBot) -> None:
    messages = Messages()
    messages.inform("Saved.")
    messages.fail("Broken.")
    messages.warn("Slow.")
    assert texts(messages) == ["Broken.", "Slow.", "Saved."]


def test_a_warning_stays_and_news_goes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages_module, "INFORMED_FOR_MS", 20)
    messages = Messages()
    messages.warn("Slow.")
    messages.inform("Saved.")
    qtbot.waitUntil(lambda: texts(messages) == ["Slow."])


def test_a_problem_that_is_over_is_taken_back(qtbot: QtBot) -> None:
    messages = Messages()
    messages.tell_problem(Problem("camera", "The camera is gone.", "Plug it in again."))
    assert texts(messages) == ["The camera is gone."]
    messages.tell_problem(Problem("camera", "", is_over=True))
    assert texts(messages) == []
    messages.tell_problem(Problem("camera", "The camera is back.", severity=Severity.INFORM, is_over=True))
    assert texts(messages) == ["The camera is back."]


def test_the_bar_shows_one_after_the_other(qtbot: QtBot) -> None:
    messages = Messages()
    bar = MessageBar(messages)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    messages.warn("Slow.")
    messages.fail("Broken.", "Try again.", details="Traceback")
    assert not bar.isHidden()
    assert bar.accessibleName() == "Broken. Try again."
    assert not bar._more.isHidden()
    QTest.mouseClick(bar._more, Qt.MouseButton.LeftButton)
    assert bar._details.toPlainText() == "Traceback"
    assert not bar._details.isHidden()
    QTest.mouseClick(bar._read, Qt.MouseButton.LeftButton)
    assert bar.accessibleName() == "Slow. "
    assert bar._details.isHidden()
    QTest.mouseClick(bar._read, Qt.MouseButton.LeftButton)
    assert bar.isHidden()
