"""What the owner sets on the counter's page while something else is still under way."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.cameras.camera_controls import ControlState, Lock
from core.settings import Settings
from core.station_view import Mode
from gui.counter_setup.page import CounterSetupPage
from gui.messages import Messages
from tests.gui.back_office import BackOffice
from tests.gui.shown import shown


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice) -> Iterator[CounterSetupPage]:
    page = shown(qtbot, CounterSetupPage(office, Messages()), width=1204, height=770)  # type: ignore[arg-type]
    page.show_view(office.look(mode=Mode.PAUSED))
    yield page
    page.leave()


def spot(page: CounterSetupPage, x: float, y: float) -> QPoint:
    """A place of the picture in fractions, in view coordinates."""
    area = page.picture.placement.area
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height()).toPoint()


def test_a_page_that_is_left_amid_dragging_keeps_what_it_shows(page: CounterSetupPage, office: BackOffice) -> None:
    square = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
    office.settings = office.settings.changed("detection", counter_region=square)
    page.enter()
    QTest.mousePress(page.picture, Qt.MouseButton.LeftButton, pos=spot(page, 0.2, 0.2))
    QTest.mouseMove(page.picture, spot(page, 0.3, 0.4))
    # F1: the button is let go elsewhere.
    page.leave()
    page.enter()
    assert page.picture.limits.corners == office.settings.detection.counter_region
    assert page.picture.limits.corners[0] == pytest.approx((0.3, 0.4), abs=0.01)


def test_a_step_while_the_camera_is_told_to_hold_does_not_undo_it(
    page: CounterSetupPage, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    steered: Future[None] = Future()

    def hold_camera(**_wish: bool) -> "Future[None]":
        # The station keeps it at once; the future waits for the camera.
        office.apply_settings(office.settings.changed("camera", hold_focus=True, focus=35))
        return steered

    monkeypatch.setattr(office, "hold_camera", hold_camera)
    locks = ControlState(exposure=Lock(can_hold=True, is_held=True, value=160), focus=Lock(can_hold=True, value=35))
    office.status = replace(office.status, controls=locks)
    page.show_view(office.look(mode=Mode.PAUSED))
    page.camera.focus.switch.click()
    page.camera.exposure.more.click()
    camera = Settings.model_validate(json.loads(office.data.settings.read_text())).camera
    assert (camera.hold_focus, camera.focus) == (True, 35)
    assert (camera.hold_exposure, camera.exposure) == (True, 200)
    steered.set_result(None)
