"""Nothing is named on a picture that is no longer live, and the cashier is told why."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.cameras.capture import CaptureState
from core.sightings import Outcome, Sighting
from core.station_view import Phase, StationStatus
from gui.counter_setup.counter_picture import CounterPicture
from gui.live.live_view import LiveView
from tests.gui.counter import picture, seen

READING = StationStatus(Phase.READY, camera=CaptureState.READING)
ENDED = replace(READING, camera=CaptureState.ENDED)
WORDS = (
    "The clip has ended. "
    "The sale is kept. Choose a camera in the settings, or start Tillsight again to see the clip once more."
)


@pytest.fixture
def view(qtbot: QtBot) -> LiveView:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 400)
    view.show()
    return view


def item(track_id: int = 1) -> Sighting:
    return seen(track_id, (100, 20, 200, 120), Outcome.UNKNOWN)


def grabbed(view: LiveView) -> QImage:
    return view.grab().toImage()


def test_the_boxes_go_when_the_clip_ends(view: LiveView, qtbot: QtBot) -> None:
    view.show_observation(picture(), [item()], READING)
    place = view.items[0].box.center().toPoint()
    edge = view.placement.area.topRight().toPoint() + QPoint(-40, 40)
    before = grabbed(view).pixelColor(edge).lightness()
    # The station goes on telling of the last picture.
    view.show_observation(picture(), [item()], ENDED)
    assert view.items == ()
    assert view.accessibleDescription() == WORDS
    assert grabbed(view).pixelColor(edge).lightness() < before - 40
    with qtbot.assertNotEmitted(view.item_pressed):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Return)


def test_a_last_picture_that_comes_with_the_end_is_not_named(view: LiveView) -> None:
    view.show_observation(picture(1), [item()], READING)
    view.show_observation(picture(2), [item()], ENDED)
    assert view.items == ()
    assert view.accessibleDescription() == WORDS


def test_another_camera_is_named_again(view: LiveView) -> None:
    view.show_observation(picture(1), [item()], READING)
    view.show_observation(picture(1), [item()], ENDED)
    view.show_observation(picture(1), [], replace(READING, camera=CaptureState.OPENING))
    assert view.accessibleDescription() == "No items"
    view.show_observation(picture(2), [item()], READING)
    assert len(view.items) == 1
    assert view.accessibleDescription() == "1 item: not enrolled"


def test_the_names_of_a_former_camera_go_before_the_next_one_gives_pictures(view: LiveView) -> None:
    view.show_observation(picture(), [item()], READING)
    view.show_observation(picture(), [], READING)
    assert view.items == ()


def test_a_lost_camera_names_nothing_and_comes_back(view: LiveView) -> None:
    lost = replace(READING, camera=CaptureState.LOST, camera_message="The camera at /dev/video0 was unplugged.")
    view.show_observation(picture(1), [item()], READING)
    view.show_observation(picture(1), [item()], lost)
    assert view.items == ()
    assert view.accessibleDescription().startswith("The camera at /dev/video0 was unplugged. ")
    view.show_observation(picture(2), [item()], READING)
    assert len(view.items) == 1


def test_the_region_can_be_drawn_on_the_last_picture_of_a_clip(qtbot: QtBot) -> None:
    setup = CounterPicture()
    qtbot.addWidget(setup)
    setup.resize(640, 400)
    setup.setAccessibleDescription("Drag a handle.")
    setup.show_observation(picture(), (), READING)
    assert setup.accessibleDescription() == "Drag a handle."
    before = grabbed(setup)
    setup.show_observation(picture(), (), ENDED)
    assert grabbed(setup) == before
