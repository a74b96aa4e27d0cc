"""Enrolling with everything real but the camera: threads, network, index, and a drawn clip."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.paths import DataFolder
from core.settings import Settings
from core.station import Station
from core.station_view import Phase
from gui.bridge import Bridge
from gui.enrollment.page import EnrollmentPage
from gui.main_window import MainWindow
from gui.messages import Messages
from tests.core.recognition.pictures import picture

_PATIENCE_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window over a counter that is empty at first, once an item has been put on it."""
    settings = Settings().changed("recognition", threads=1, runtime="onnxruntime")
    settings = settings.changed("enrollment", fewest_shots=3)
    data = DataFolder(tmp_path)
    data.prepare()
    draw_clip(tmp_path / "clip")
    station = Station(data, settings=settings, source=f"folder:{tmp_path / 'clip'}?fps=15", loop_clip=True)
    bridge = Bridge()
    station.on_view = bridge.notice_view
    station.on_problem = bridge.notice_problem
    shown = MainWindow(Messages(), bridge)
    qtbot.addWidget(shown)
    shown.resize(1280, 800)
    shown.open_page("enroll")
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    bridge.attach(station)
    station.start()
    shown.attach(station)
    qtbot.waitUntil(lambda: is_ready(bridge), timeout=_PATIENCE_MS)
    yield shown
    bridge.detach()
    assert station.stop(10.0) == []


def draw_clip(folder: Path) -> None:
    """Ten frames of an empty counter, then thirty with a pack on it."""
    folder.mkdir()
    for number in range(40):
        pixels = np.random.default_rng(number).integers(150, 156, (360, 480, 3), np.uint8)
        if number >= 10:
            pixels[100:260, 160:320] = cv2.resize(picture(4, number, size=128), (160, 160))
        cv2.imwrite(str(folder / f"{number:03d}.png"), pixels)


def is_ready(bridge: Bridge) -> bool:
    """Everything is opened, and an item rests in sight."""
    return (
        bridge.newest is not None
        and bridge.newest.status.phase is Phase.READY
        and any(not sighting.track.is_moving for sighting in bridge.newest.sightings)
    )


@pytest.mark.timeout(180)
def test_a_product_is_shown_saved_and_known(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page
    assert isinstance(page, EnrollmentPage)
    qtbot.waitUntil(lambda: page._enrollment is not None, timeout=_PATIENCE_MS)
    QTest.keyClicks(page.panel.form.name, "First thing")
    QTest.keyClicks(page.panel.form.price, "1.20")
    page.stage.setFocus()
    QTest.keyClick(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page._enrollment is not None and page._enrollment.kept == 1, timeout=_PATIENCE_MS)
    QTest.keyClick(page.stage, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.messages.waiting), timeout=_PATIENCE_MS)
    assert window.messages.waiting[0].text == "“First thing” is recognized from now on."
    bridge = window._bridge
    qtbot.waitUntil(
        lambda: (
            bridge.newest is not None and (bridge.newest.status.products, bridge.newest.status.references) == (1, 1)
        ),
        timeout=_PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: page._enrollment is not None and page._enrollment.shots == (), timeout=_PATIENCE_MS)
    assert page.panel.form.name.text() == ""
