"""The live picture shows one frame with what was seen in the same frame."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.cameras.capture import CaptureState
from core.frames import Frame
from core.sightings import Candidate, Match, Outcome, Sighting, Track
from core.station_view import Phase, StationStatus
from gui.live.frame_image import FrameImage
from gui.live.glide import Glide, label_of
from gui.live.labels import Label
from gui.live.live_view import LiveView
from tests.gui.counter import picture

READING = StationStatus(Phase.READY, camera=CaptureState.READING)


def sighting(
    track_id: int, x: float = 10, name: str = "Salt crisps", outcome: Outcome = Outcome.KNOWN, score: float = 0.97
) -> Sighting:
    track = Track(track_id, (x, 20, x + 100, 120), 0.9, 9, 0, is_moving=False, is_covered=False)
    return Sighting(track, Match(outcome, (Candidate(1, name, score),)), 5, 1.0, is_settled=True)


@pytest.fixture
def view(qtbot: QtBot) -> LiveView:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 400)
    view.show()
    return view


def test_colors_keep_their_order() -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2] = 200, 100, 50
    image = FrameImage().take(pixels, width=6, height=4)
    assert image.pixelColor(3, 2).getRgb() == (200, 100, 50, 255)


@pytest.mark.parametrize("size", [(3, 2), (37, 21), (200, 130)])
def test_a_frame_is_scaled_to_the_exact_pixels(size: tuple[int, int]) -> None:
    image = FrameImage().take(picture().pixels, width=size[0], height=size[1])
    assert (image.width(), image.height()) == size
    assert image.pixelColor(0, 0).red() < image.pixelColor(size[0] - 1, 0).red()


def test_a_frame_without_room_is_nothing() -> None:
    assert FrameImage().take(picture().pixels, width=0, height=10).isNull()


def test_the_whole_frame_is_shown_and_mapped(view: LiveView) -> None:
    view.show_observation(picture(), [sighting(1, x=100)], READING)
    area = view.placement.area
    assert area.width() / area.height() == pytest.approx(16 / 9, rel=0.01)
    box = view.items[0].box
    assert box.left() == pytest.approx(100 * view.placement.scale)
    assert view.placement.to_frame(box.topLeft()) == pytest.approx((100, 20))


@pytest.mark.parametrize("size", [(320, 180), (900, 400), (640, 700)])
def test_boxes_stay_on_their_items_when_the_window_changes_and_no_frame_comes(
    view: LiveView, size: tuple[int, int]
) -> None:
    view.show_observation(picture(), [sighting(1, x=100), sighting(2, x=300)], READING)
    view.resize(*size)
    for item, corner in zip(view.items, ((100, 20), (300, 20)), strict=True):
        assert view.placement.to_frame(item.box.topLeft()) == pytest.approx(corner)
        assert item.label_rect is None or view.placement.area.contains(item.label_rect)
    assert view.item_at(view.items[1].box.center()) == 2


def test_the_picture_is_painted(view: LiveView) -> None:
    pixels = np.full((360, 640, 3), (10, 200, 30), np.uint8)
    view.show_observation(Frame.of(pixels, sequence=1, captured_at=0.0), [], READING)
    grabbed = view.grab().toImage()
    assert grabbed.pixelColor(320, 180) == QColor(10, 200, 30)


def test_every_frame_is_counted_once(view: LiveView) -> None:
    view.metrics.restart()
    for sequence in range(3):
        view.show_observation(picture(sequence), [], READING)
        view.grab()
        view.grab()
    assert view.metrics.shown_frames == 3
    assert len(view.metrics.delays_ms) == 3
    assert all(delay > 0 for delay in view.metrics.delays_ms)


def test_a_lost_camera_dims_the_last_picture_and_says_what_to_do(view: LiveView) -> None:
    view.show_observation(picture(), [sighting(1)], READING)
    before = view.grab().toImage().pixelColor(600, 40).lightness()
    lost = replace(READING, camera=CaptureState.LOST, camera_message="The camera was unplugged.")
    view.show_observation(picture(), [], lost)
    after = view.grab().toImage()
    assert after.pixelColor(600, 40).lightness() < before - 40
    view.show_observation(picture(2), [], READING)
    assert view.grab().toImage().pixelColor(600, 40).lightness() > before - 5


def test_the_demo_shop_is_flagged(view: LiveView) -> None:
    view.show_observation(picture(), [], READING)
    plain = view.grab().toImage()
    view.show_observation(picture(2), [], replace(READING, is_demo=True))
    flagged = view.grab().toImage()
    corner = view.placement.area.bottomRight().toPoint() + QPoint(-20, -16)
    assert plain.pixelColor(corner) != flagged.pixelColor(corner)


def test_a_screen_reader_hears_what_is_seen(view: LiveView) -> None:
    unknown = sighting(3, x=400, outcome=Outcome.UNKNOWN)
    view.show_observation(picture(), [sighting(1), sighting(2, x=200, outcome=Outcome.POSSIBLE), unknown], READING)
    assert view.accessibleDescription() == "3 items: Salt crisps, known; Salt crisps, possible; not enrolled"


def test_an_item_is_pressed(view: LiveView, qtbot: QtBot) -> None:
    view.show_observation(picture(), [sighting(7, x=100)], READING)
    with qtbot.waitSignal(view.item_pressed) as pressed:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.items[0].box.center().toPoint())
    assert pressed.args == [7]
    with qtbot.assertNotEmitted(view.item_pressed):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 300))


def test_a_box_glides_to_its_place_and_jumps_across_the_counter() -> None:
    glide = Glide()
    label = Label(Outcome.KNOWN, "Salt crisps", "97")
    glide.follow([sighting(1, x=100)], [label])
    [(_, box, _)] = glide.follow([sighting(1, x=110)], [label])
    assert 100 < box[0] < 110
    for _ in range(12):
        [(_, box, _)] = glide.follow([sighting(1, x=110)], [label])
    assert box[0] == pytest.approx(110, abs=0.1)
    [(_, box, _)] = glide.follow([sighting(1, x=400)], [label])
    assert box[0] == 400


def test_a_name_does_not_flicker() -> None:
    glide = Glide()
    salt, oat = Label(Outcome.KNOWN, "Salt crisps", "97"), Label(Outcome.KNOWN, "Oat biscuits", "55")
    names = []
    for label in (salt, oat, salt, oat, salt, oat, oat, oat):
        [(_, _, shown)] = glide.follow([sighting(1)], [label])
        names.append(shown.name)
    assert names == ["Salt crisps"] * 7 + ["Oat biscuits"]


def test_an_item_that_was_looked_at_gets_its_name_at_once() -> None:
    glide = Glide()
    waiting = replace(sighting(1), match=None)
    [(_, _, shown)] = glide.follow([waiting], [label_of(waiting, not_enrolled="Not enrolled")])
    assert shown.outcome is None
    named = sighting(1)
    [(_, _, shown)] = glide.follow([named], [label_of(named, not_enrolled="Not enrolled")])
    assert (shown.name, shown.score) == ("Salt crisps", "97")


def test_what_a_person_says_stands_on_the_box_until_the_item_is_gone(view: LiveView) -> None:
    view.set_name(1, "Oat biscuits")
    for number in range(1, 6):
        view.show_observation(picture(number), [sighting(1), sighting(2, x=300)], READING)
    assert [item.label for item in view.items] == [
        Label(Outcome.KNOWN, "Oat biscuits"),
        Label(Outcome.KNOWN, "Salt crisps", "97"),
    ]
    view.show_observation(picture(6), [sighting(2, x=300)], READING)
    view.show_observation(picture(7), [sighting(1)], READING)
    assert view.items[0].label.name == "Salt crisps"


def test_an_item_of_a_new_count_does_not_get_the_name_of_an_old_one(view: LiveView) -> None:
    young = sighting(1)
    young = replace(young, track=replace(young.track, age=2))
    view.set_name(1, "Oat biscuits")
    view.show_observation(picture(1), [sighting(1)], READING)
    for number in range(2, 7):
        view.show_observation(picture(number), [young], READING)
    assert view.items[0].label.name == "Salt crisps"


def test_an_item_is_pressed_by_its_label_beside_it(view: LiveView) -> None:
    seen = sighting(3, x=200, name="Noctelle Dark Chocolate")
    small = replace(seen, track=replace(seen.track, box=(200, 100, 240, 150)))
    view.show_observation(picture(), [small], READING)
    [item] = view.items
    assert item.label_rect is not None
    assert not item.box.contains(item.label_rect)
    ends = (item.label_rect.left() + 2, item.label_rect.right() - 2)
    points = [QPointF(x, item.label_rect.center().y()) for x in ends]
    assert [view.item_at(point) for point in points] == [3, 3]
