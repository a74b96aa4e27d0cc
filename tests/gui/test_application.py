"""The program around the window: bugs, an unusable folder, and leaving."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, qWarning
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.errors import UserError
from gui.application import Running, WindowOptions
from gui.language import install_language
from gui.log_file import kept_log
from gui.money import money_text


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
    running.messages.take_back(running.messages.waiting[0].key)
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
    running.messages.take_back(running.messages.waiting[0].key)

    def fail() -> None:
        raise RuntimeError("thread trouble")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(running.messages.waiting))
    assert "thread trouble" in running.messages.waiting[0].details


def test_what_a_person_can_mend_is_no_bug(running: Running) -> None:
    running.messages.take_back(running.messages.waiting[0].key)
    running.tell_failure(UserError("The disk is full.", remedy="Free some space."))
    [message] = running.messages.waiting
    assert (message.text, message.remedy, message.details) == ("The disk is full.", "Free some space.", "")


def test_an_unusable_data_folder_is_told_in_the_window(running: Running, qtbot: QtBot) -> None:
    running.show()
    assert running.window.isVisible()
    qtbot.waitUntil(running.window.starting._failure.isVisible, timeout=20_000)
    assert running.exit_code == 1
    assert running.shown_at is not None


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
