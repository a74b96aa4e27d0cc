"""Building engines from the settings page, with a builder that stands in for a graphics card."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from core.errors import ModelError
from core.paths import DataFolder
from core.settings import Settings
from core.shop_engines import MadeEngine
from core.station_view import Mode
from gui import background, theme
from gui.messages import Messages
from gui.settings import page as settings_page
from gui.settings.engine_dialog import BuildProgress, EngineDialog
from gui.settings.page import SettingsPage
from tests.gui.back_office import BackOffice
from tests.gui.shown import shown


@dataclass
class Workshop:
    """A card that builds as fast as the test lets it: every stage waits until it is let go."""

    card: str = "NVIDIA L4"
    runtime: str = "tensorrt-rtx"
    title: str = "TensorRT for RTX"
    error: Exception | None = None
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    asked: list[Settings] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)

    def build(
        self,
        settings: Settings,
        data: DataFolder,
        *,
        on_progress: Callable[[str, str, float], None],
        cancelled: Callable[[], bool],
    ) -> tuple[MadeEngine, ...]:
        assert data.engines.name == "engines.json"
        self.asked.append(settings)
        self.threads.append(threading.get_ident())
        for what, share in (("Converting to FP16", 0.1), ("Tactic timing", 0.42), ("Found", 0.9)):
            on_progress("tillsight-embedder", what, share)
            while not self.gate.acquire(timeout=0.02):
                if cancelled():
                    raise ModelError("Building the engine was stopped.", remedy="Start it again.")
            if self.error is not None:
                raise self.error
        return MadeEngine("tillsight-embedder", is_new=True, seconds=71.4), MadeEngine("my-detector", False, 3.0)


@pytest.fixture
def workshop(monkeypatch: pytest.MonkeyPatch) -> Workshop:
    made = Workshop()
    monkeypatch.setattr(settings_page, "engine_workshop", lambda _settings: made)
    return made


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice) -> Iterator[SettingsPage]:
    page = shown(qtbot, SettingsPage(office, Messages()), width=1100, height=720)  # type: ignore[arg-type]
    page.show_view(office.look(mode=Mode.PAUSED))
    page.sections.setCurrentRow(2)
    yield page
    if page.engine_dialog is not None:
        page.engine_dialog.close()
    background.close()


def open_dialog(page: SettingsPage) -> EngineDialog:
    page.engines.open.click()
    assert page.engine_dialog is not None
    return page.engine_dialog


def texts(dialog: EngineDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def buttons(dialog: EngineDialog) -> list[str]:
    return [button.text() for button in dialog.findChildren(QPushButton) if button.isVisible()]


def test_without_a_card_the_page_says_nothing_of_engines(qtbot: QtBot, page: SettingsPage) -> None:
    assert page.engines.isHidden()
    shown = [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page)]
    assert not [text for text in shown if "ngines" in text or "NVIDIA" in text]


def test_engines_are_built_off_the_window_with_progress(
    qtbot: QtBot, workshop: Workshop, page: SettingsPage, office: BackOffice
) -> None:
    assert page.engines.isVisible()
    dialog = open_dialog(page)
    assert not dialog.isModal()
    assert "NVIDIA L4" in texts(dialog)
    assert buttons(dialog) == ["Close", "Build"]
    dialog.begin.click()
    assert buttons(dialog) == ["Stop"]
    qtbot.waitUntil(lambda: "half precision" in texts(dialog))
    workshop.gate.release()
    qtbot.waitUntil(lambda: "42 %" in texts(dialog))
    assert {"tillsight-embedder", "Building the engine"} <= set(texts(dialog).splitlines())
    bar = dialog.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar)
    assert bar.value() / bar.maximum() == pytest.approx(0.42)
    workshop.gate.release(2)
    qtbot.waitUntil(lambda: "✓ The engines are ready" in texts(dialog))
    assert "tillsight-embedder: built in 71 s." in texts(dialog)
    assert "my-detector: the one that was there still fits." in texts(dialog)
    assert workshop.asked == [office.settings]
    assert workshop.threads != [threading.get_ident()]
    dialog.use.click()
    qtbot.waitUntil(lambda: bool(office.applied))
    assert office.settings.recognition.runtime == "tensorrt-rtx"
    assert page.engine_dialog is None


def test_engines_of_the_runtime_in_use_are_not_offered_again(
    qtbot: QtBot, workshop: Workshop, page: SettingsPage
) -> None:
    page.rows["recognition.runtime"].entered.emit("tensorrt-rtx")
    dialog = open_dialog(page)
    workshop.gate.release(3)
    dialog.begin.click()
    qtbot.waitUntil(lambda: "used from the next start on" in texts(dialog))
    assert buttons(dialog) == ["Close"]


def test_a_build_is_stopped_and_begun_again(qtbot: QtBot, workshop: Workshop, page: SettingsPage) -> None:
    dialog = open_dialog(page)
    dialog.begin.click()
    qtbot.waitUntil(lambda: "10 %" in texts(dialog))
    dialog.cancel.click()
    assert "Stopping…" in texts(dialog)
    assert not dialog.cancel.isEnabled()
    qtbot.waitUntil(lambda: "nothing was kept" in texts(dialog))
    assert buttons(dialog) == ["Close", "Build"]
    workshop.gate.release(3)
    dialog.begin.click()
    qtbot.waitUntil(lambda: "✓ The engines are ready" in texts(dialog))


def test_an_error_is_told_with_its_remedy(qtbot: QtBot, workshop: Workshop, page: SettingsPage) -> None:
    workshop.error = ModelError("The graphics card has too little free memory.", remedy="Close other programs.")
    workshop.gate.release()
    dialog = open_dialog(page)
    dialog.begin.click()
    qtbot.waitUntil(lambda: "! The graphics card has too little free memory." in texts(dialog))
    assert "Close other programs." in texts(dialog)
    assert buttons(dialog) == ["Close", "Try again"]
    workshop.error = None
    workshop.gate.release(3)
    dialog.begin.click()
    qtbot.waitUntil(lambda: "✓ The engines are ready" in texts(dialog))


def test_escape_stops_the_build_and_then_the_dialog_goes(qtbot: QtBot, workshop: Workshop, page: SettingsPage) -> None:
    dialog = open_dialog(page)
    page.engines.open.click()
    assert page.engine_dialog is dialog
    dialog.begin.click()
    qtbot.waitUntil(lambda: "10 %" in texts(dialog))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert page.engine_dialog is dialog
    qtbot.waitUntil(lambda: page.engine_dialog is None)
    again = open_dialog(page)
    assert again is not dialog
    again.begin.click()
    qtbot.waitUntil(lambda: "10 %" in texts(again))
    again.close()
    assert again.isVisible()
    qtbot.waitUntil(lambda: page.engine_dialog is None)


def test_leaving_the_program_does_not_wait_for_a_build(qtbot: QtBot, workshop: Workshop, page: SettingsPage) -> None:
    dialog = open_dialog(page)
    dialog.begin.click()
    qtbot.waitUntil(lambda: "10 %" in texts(dialog))
    background.close()
    assert not background.is_closing()
    qtbot.waitUntil(lambda: buttons(dialog) == ["Close", "Try again"])


def test_the_keyboard_is_enough(qtbot: QtBot, workshop: Workshop, page: SettingsPage) -> None:
    dialog = open_dialog(page)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.begin)
    QTest.keyClick(dialog.begin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.cancel)
    workshop.gate.release(3)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.use)
    QTest.keyClick(dialog.use, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is dialog.leave
    QTest.keyClick(dialog.leave, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.engine_dialog is None)


def test_stages_that_nobody_is_shown_do_not_flood_the_window(qtbot: QtBot) -> None:
    progress = BuildProgress()
    heard: list[tuple[str, str, float]] = []
    progress.moved.connect(lambda *told: heard.append(told))
    progress.tell("tiny", "Converting to FP16", 0.1)
    for step in range(400):
        progress.tell("tiny", ("Timing tactics", "Timing tensor reformats")[step % 2], 0.4)
    progress.tell("other", "Found", 0.5)
    assert [told[0] for told in (heard[0], heard[-1])] == ["tiny", "other"]
    assert 3 <= len(heard) < 200


def test_everything_is_large_enough_and_has_a_name(qtbot: QtBot, workshop: Workshop, page: SettingsPage) -> None:
    dialog = open_dialog(page)
    for button in (dialog.begin, dialog.leave, dialog.cancel, dialog.use, page.engines.open):
        assert button.minimumHeight() >= theme.TARGET
        assert button.accessibleName() or button.text()
    for bar in dialog.findChildren(QProgressBar):
        assert bar.accessibleName()
    assert dialog.windowTitle()
