"""The window's tests run without a screen, and Qt's warnings fail them."""

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The tests read English words on any desktop.
os.environ["LANGUAGE"] = "en"

import pytest
from PySide6.QtCore import QLocale, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gui import background, theme
from gui.language import install_language
from tests.gui.counter import CounterStation

_HARMLESS = ("This plugin does not support", "propagateSizeHints")
"""What the offscreen platform says of itself."""


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Light colors, English figures, and no warning of Qt's goes by."""
    QLocale.setDefault(QLocale("en_US"))
    theme.apply_theme(qapp, "light")
    warnings: list[str] = []

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(words in text for words in _HARMLESS):
            warnings.append(text)

    former = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(former)
    background.hear_failures(None)
    assert warnings == []


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """Widgets that are made meanwhile speak German."""
    before = QLocale()
    translators = install_language(qapp, "de")
    yield
    for translator in translators:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[CounterStation]:
    """A shop with four products and nothing on the counter."""
    counter = CounterStation(tmp_path)
    yield counter
    counter.close()


@pytest.fixture
def failures() -> list[Exception]:
    """What background calls could not do, in the order in which the window hears of it."""
    heard: list[Exception] = []
    background.hear_failures(heard.append)
    return heard
