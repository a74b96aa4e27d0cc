"""The program around the window: bugs, an unusable folder, and leaving."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt, qWarning
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.cameras.capture import CaptureState
from core.errors import UserError
from core.station_view import Problem
from gui.application import Running, WindowOptions
from gui.language import install_language
from gui.live_measurement import LiveMeasurement
from gui.log_file import kept_log
from gui.money import money_text
from tests.gui.counter import CounterStation


@pytest.fixture
def running(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Running]:
    """The program with a data folder that is a file, so that no station comes to life."""
    folder = tmp_path / "occupied"
    folder.write_text("not a folder", encoding="utf-8")
    running = Running(qapp, WindowOptions(data_dir=folder))
    yield running
    running.leave()
    # Until it has given the signals back: later it would take them from the next test's program.
    qtbot.waitUntil(lambda: not running._signals.is_hearing, timeout=20_000)
    qtbot.addWidget(running.window)


def test_a_bug_is_told_with_its_details_and_the_program_goes_on(running: Running, qtbot: QtBot) -> None:
    try:
        raise RuntimeError("a box without a width")
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
        sys.excepthook(RuntimeError, error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(running.messages.waiting))
    qtbot.wait(10)
    [message] = running.messages.waiting
    assert message.text == "Something went wrong inside Tillsight."
    assert "tillsight.log" in message.remedy
    assert "a box without a width" in message.details
    assert message.times == 2


def test_a_bug_on_another_thread_is_told_too(running: Running, qtbot: QtBot) -> None:

    def fail() -> None:
        raise RuntimeError("thread trouble")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(running.messages.waiting))
    assert "thread trouble" in running.messages.waiting[0].details


def test_what_a_person_can_mend_is_no_bug(running: Running) -> None:
    running.tell_failure(UserError("The disk is full.", remedy="Free some space."))
    [message] = running.messages.waiting
    assert (message.text, message.remedy, message.details) == ("The disk is full.", "Free some space.", "")


def test_an_unusable_data_folder_is_told_in_the_window(running: Running, qtbot: QtBot) -> None:
    running.show()
    assert running.window.isVisible()
    qtbot.waitUntil(running.window.starting._failure.isVisible, timeout=20_000)
    assert running.exit_code == 1
    assert running.shown_at is not None
    assert running.messages.waiting == ()


@pytest.fixture
def damaged(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Running]:
    """The program with a shop whose database is none, so that its station comes up and cannot start."""
    (tmp_path / "tillsight.sqlite3").write_bytes(b"this is no database" * 100)
    running = Running(qapp, WindowOptions(data_dir=tmp_path, source="demo:?script=still&items=1"))
    yield running
    running.leave()
    qtbot.waitUntil(lambda: not running._signals.is_hearing, timeout=20_000)
    qtbot.addWidget(running.window)


def test_a_station_that_cannot_start_is_told_in_one_place_and_in_the_terminal(
    damaged: Running, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged.show()
    window = damaged.window
    qtbot.waitUntil(lambda: window.starting.has_failed, timeout=20_000)
    qtbot.wait(700)
    assert window.starting.isVisible()
    assert [words for words in _all_words(window) if "is damaged" in words] == [
        f"The shop's database {damaged._data.database} is damaged (file is not a database); the file is left as it is."
    ]
    assert any(words.startswith("Put back a copy from your backup") for words in _all_words(window))
    assert not any("opening" in words or "basket" in words for words in _all_words(window))
    assert damaged.messages.waiting == ()
    told = capsys.readouterr().err
    assert told.count("is damaged") == 1
    assert "Put back a copy from your backup" in told
    damaged.leave()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert damaged.exit_code == 1


def test_a_start_that_fails_while_the_window_is_closed_is_told_all_the_same(
    damaged: Running, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged.station_ready.connect(damaged.leave)
    damaged.show()
    qtbot.waitUntil(lambda: not damaged._signals.is_hearing, timeout=60_000)
    assert damaged.exit_code == 1
    assert "is damaged" in capsys.readouterr().err


def test_a_mended_shop_opens_with_one_key(damaged: Running, qtbot: QtBot) -> None:
    damaged.show()
    qtbot.waitUntil(lambda: damaged.window.starting.has_failed, timeout=20_000)
    damaged._data.database.unlink()
    again = damaged.window.starting._again
    assert damaged.window.focusWidget() is again
    QTest.keyClick(again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: damaged.window.page is not None and damaged.exit_code == 0, timeout=60_000)
    assert not damaged.window.starting.isVisible()


def test_a_camera_that_is_missing_is_told_in_the_terminal_once(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        running.bridge.problem_told.emit(Problem("camera", "There is no camera at /dev/video7.", "Plug it in."))
    running.bridge.problem_told.emit(Problem("camera", "The camera is back.", is_over=True))
    assert capsys.readouterr().err == "! There is no camera at /dev/video7.\n  Plug it in.\n"
    assert running.exit_code == 0


def test_a_measurement_without_its_camera_ends(running: Running, station: CounterStation, qtbot: QtBot) -> None:
    measurement = LiveMeasurement(running, warm_up=0, seconds=1)
    station.status = replace(station.status, camera=CaptureState.LOST)
    running.bridge.newest = replace(station.look(), frame=None)
    qtbot.waitUntil(lambda: not running._signals.is_hearing)
    assert measurement.result is None


def test_a_picture_that_cannot_be_saved_is_told(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.json").write_text("[]", encoding="utf-8")
    file = tmp_path / "nowhere" / "window.png"
    running = Running(qapp, WindowOptions(data_dir=tmp_path, screenshot=file))
    running.show()
    qtbot.waitUntil(lambda: not running._signals.is_hearing, timeout=20_000)
    qtbot.addWidget(running.window)
    assert f"The picture of the window was not saved to {file}." in capsys.readouterr().err
    assert running.exit_code == 1


def test_a_picture_of_the_window_is_taken_when_the_station_cannot_start(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "settings.json").write_text("[]", encoding="utf-8")
    running = Running(qapp, WindowOptions(data_dir=tmp_path, screenshot=tmp_path / "window.png"))
    running.show()
    qtbot.waitUntil(lambda: not running._signals.is_hearing, timeout=20_000)
    qtbot.addWidget(running.window)
    assert (tmp_path / "window.png").exists()
    assert running.exit_code == 1


def _all_words(window: QWidget) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible() and label.text()]


def test_ctrl_c_leaves_in_order(running: Running, qtbot: QtBot) -> None:
    running.show()
    qtbot.waitUntil(running.window.starting._failure.isVisible, timeout=20_000)
    # As Python calls it: a real signal would end the test's process, should another handler stand there.
    hear = signal.getsignal(signal.SIGINT)
    assert callable(hear)
    hear(signal.SIGINT, None)
    qtbot.waitUntil(lambda: not running.window.isVisible())


def test_hooks_are_given_back(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGINT))
    running = Running(qapp, WindowOptions(data_dir=tmp_path))
    assert sys.excepthook != before[0]
    running.leave()
    qtbot.addWidget(running.window)
    assert (sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGINT)) == before


def test_the_language_sets_figures_and_qt_words(qapp: QApplication) -> None:
    before = QLocale()
    translators = install_language(qapp, "de")
    try:
        assert QLocale().name() == "de_DE"
        assert money_text(450, "EUR") == "4,50\N{NO-BREAK SPACE}€"
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    finally:
        for translator in translators:
            qapp.removeTranslator(translator)
        QLocale.setDefault(before)


def test_the_log_keeps_what_happened_and_what_qt_says(tmp_path: Path) -> None:
    path = tmp_path / "shop" / "tillsight.log"
    with kept_log(path):
        logging.getLogger("core.station").info("the station is ready")
        logging.getLogger("sqlalchemy.engine").info("SELECT everything")
        qWarning("a layout is odd")
    logging.getLogger("core.station").error("nobody listens any more")
    text = path.read_text(encoding="utf-8")
    assert "INFO MainThread core.station: the station is ready" in text
    assert "WARNING MainThread qt: a layout is odd" in text
    assert "SELECT" not in text
    assert "nobody listens" not in text
