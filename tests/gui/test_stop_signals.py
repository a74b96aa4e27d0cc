"""Of several windows the newest hears Ctrl+C, in whatever order they close."""

import signal

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.stop_signals import StopSignals


def arrive(number: signal.Signals) -> None:
    """Call the handler as Python does: a real signal would end the test's process, should another one stand there."""
    hear = signal.getsignal(number)
    assert callable(hear)
    hear(number, None)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_signals_go_back_to_whoever_had_them_first(qtbot: QtBot, order: tuple[int, ...]) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    parent, heard = QObject(), list[int]()
    windows = [StopSignals(lambda number=number: heard.append(number), parent) for number in range(3)]  # type: ignore[misc]
    open_ones = [0, 1, 2]
    for number in order:
        heard.clear()
        arrive(signal.SIGINT)
        qtbot.waitUntil(lambda: bool(heard))
        assert heard == [open_ones[-1]]
        windows[number].close()
        open_ones.remove(number)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert not any(window.is_hearing for window in windows)


def test_a_window_that_is_gone_without_closing_hears_nothing(qtbot: QtBot) -> None:
    parent, heard = QObject(), list[str]()
    kept = StopSignals(lambda: heard.append("kept"), parent)
    gone = StopSignals(lambda: heard.append("gone"), QObject())
    arrive(signal.SIGTERM)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["kept"]
    for window in (gone, kept):
        window.close()
