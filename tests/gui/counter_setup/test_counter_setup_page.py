"""The owner sets the counter up: region, border, empty counter, camera, and what is wrong with the picture."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from core.cameras.camera_controls import ControlState, Lock
from core.frames import Frame
from core.settings import Settings
from core.sightings import Detections
from core.station_view import Mode, PictureState
from core.vision.detectors.counter_store import CounterStore
from core.vision.detectors.empty_counter import EmptyCounter
from core.vision.detectors.working_view import shrink
from core.vision.picture_checks import CheckResult, Finding, PictureCheck
from core.vision.setup_picture import SetupPicture
from gui import theme
from gui.counter_setup.limits import Handle, Limits
from gui.counter_setup.page import CounterSetupPage
from gui.messages import Messages
from tests.gui.back_office import BackOffice
from tests.gui.counter import picture
from tests.gui.shown import shown

SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice) -> Iterator[CounterSetupPage]:
    page = shown(qtbot, CounterSetupPage(office, Messages()), width=1204, height=770)  # type: ignore[arg-type]
    page.show_view(office.look(mode=Mode.PAUSED))
    yield page
    page.leave()


def saved(office: BackOffice) -> Settings:
    return Settings.model_validate(json.loads(office.data.settings.read_text()))


def spot(page: CounterSetupPage, x: float, y: float) -> QPoint:
    """A place of the picture in fractions, in view coordinates."""
    area = page.picture.placement.area
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height()).toPoint()


def set_region(page: CounterSetupPage, office: BackOffice) -> None:
    office.settings = office.settings.changed("detection", counter_region=SQUARE)
    page.enter()


def press(page: CounterSetupPage, key: Qt.Key, *, is_larger: bool = False) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier if is_larger else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(page.picture, key, shift)


def test_a_region_is_drawn_with_the_mouse(page: CounterSetupPage, office: BackOffice) -> None:
    page.region.draw.click()
    for x, y in ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9)):
        QTest.mouseClick(page.picture, Qt.MouseButton.LeftButton, pos=spot(page, x, y))
    press(page, Qt.Key.Key_Return)
    region = saved(office).detection.counter_region
    assert [value for corner in region for value in corner] == pytest.approx([0.1, 0.1, 0.9, 0.1, 0.5, 0.9], abs=0.01)
    assert not page.picture.is_drawing
    page.region.whole.click()
    assert saved(office).detection.counter_region == ()


def test_a_region_is_drawn_with_the_keyboard(page: CounterSetupPage, office: BackOffice) -> None:
    QTest.keyClick(page, Qt.Key.Key_D)
    assert page.picture.hasFocus()
    press(page, Qt.Key.Key_Space)
    for _ in range(5):
        press(page, Qt.Key.Key_Right, is_larger=True)
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_Return)
    assert page.picture.is_drawing, "two corners are no region"
    for _ in range(3):
        press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_Backspace)
    press(page, Qt.Key.Key_Return)
    assert saved(office).detection.counter_region == ((0.5, 0.5), (0.75, 0.5), (0.75, 0.53))


def test_drawing_is_given_up_with_escape(page: CounterSetupPage, office: BackOffice) -> None:
    page.region.draw.click()
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_Escape)
    assert not page.picture.is_drawing
    assert office.applied == []


def test_a_corner_is_dragged_with_the_mouse(page: CounterSetupPage, office: BackOffice) -> None:
    set_region(page, office)
    QTest.mousePress(page.picture, Qt.MouseButton.LeftButton, pos=spot(page, 0.8, 0.8) + QPoint(9, -9))
    assert page.picture.selected == Handle(corner=2)
    QTest.mouseMove(page.picture, spot(page, 0.9, 0.7))
    assert office.applied == [], "nothing is applied on the way"
    QTest.mouseRelease(page.picture, Qt.MouseButton.LeftButton, pos=spot(page, 0.9, 0.7))
    region = saved(office).detection.counter_region
    assert region[2] == pytest.approx((0.9, 0.7), abs=0.01)
    assert (region[0], region[1], region[3]) == (SQUARE[0], SQUARE[1], SQUARE[3])


def test_a_corner_is_moved_with_the_arrow_keys(qtbot: QtBot, page: CounterSetupPage, office: BackOffice) -> None:
    set_region(page, office)
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_Space)
    assert page.picture.selected == Handle(corner=1)
    assert "Corner 2 of 4 at 80 %, 20 %" in page.region.hint
    press(page, Qt.Key.Key_Right, is_larger=True)
    press(page, Qt.Key.Key_Up)
    assert "Corner 2 of 4 at 85 %, 19 %" in page.picture.accessibleDescription()
    press(page, Qt.Key.Key_Return)
    assert saved(office).detection.counter_region[1] == (0.85, 0.19)
    assert len(office.applied) == 1, "a walk is one change"
    press(page, Qt.Key.Key_Space, is_larger=True)
    assert page.picture.selected == Handle(side="bottom"), "backwards from nothing is the last handle"


def test_moving_by_keyboard_is_applied_after_a_pause(qtbot: QtBot, page: CounterSetupPage, office: BackOffice) -> None:
    set_region(page, office)
    press(page, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_Left)
    assert office.applied == []
    qtbot.waitUntil(lambda: bool(office.applied))
    assert saved(office).detection.counter_region[0] == (0.19, 0.2)


def test_corners_are_added_and_taken_away(page: CounterSetupPage, office: BackOffice) -> None:
    set_region(page, office)
    assert not page.region.add.isEnabled()
    page.picture.select(Handle(corner=0))
    press(page, Qt.Key.Key_Insert)
    assert saved(office).detection.counter_region[1] == (0.5, 0.2)
    assert page.picture.selected == Handle(corner=1)
    page.region.remove.click()
    assert saved(office).detection.counter_region == SQUARE
    for _ in range(2):
        page.picture.select(Handle(corner=0))
        press(page, Qt.Key.Key_Delete)
    assert len(saved(office).detection.counter_region) == 3, "less than three corners are no region"
    assert not page.region.remove.isEnabled()


def test_the_ignored_border_is_moved_by_hand_key_and_slider(
    qtbot: QtBot, page: CounterSetupPage, office: BackOffice
) -> None:
    QTest.mousePress(page.picture, Qt.MouseButton.LeftButton, pos=spot(page, 0.0, 0.5) + QPoint(7, 0))
    assert page.picture.selected == Handle(side="left")
    QTest.mouseMove(page.picture, spot(page, 0.1, 0.5))
    QTest.mouseRelease(page.picture, Qt.MouseButton.LeftButton, pos=spot(page, 0.1, 0.5))
    assert saved(office).detection.ignored_border == pytest.approx(0.1, abs=0.01)
    before = saved(office).detection.ignored_border
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_Return)
    assert saved(office).detection.ignored_border == pytest.approx(before + 0.01)
    page.region.border.setValue(200)
    assert page.picture.limits.border == pytest.approx(0.2), "shown at once"
    qtbot.waitUntil(lambda: saved(office).detection.ignored_border == pytest.approx(0.2))


def test_the_empty_counter_is_learned_by_key(qtbot: QtBot, page: CounterSetupPage, office: BackOffice) -> None:
    assert "Not set up yet" in page.empty.text
    QTest.keyClick(page, Qt.Key.Key_E)
    assert office.learned_empty == 1
    qtbot.waitUntil(lambda: bool(page.messages.waiting))


def test_what_was_learned_is_shown(page: CounterSetupPage, office: BackOffice) -> None:
    red = np.full((270, 480, 3), (220, 30, 30), np.uint8)
    setup = SetupPicture(red, datetime(2026, 5, 4, 12, 30, tzinfo=UTC), is_by_person=True)
    office.status = replace(office.status, picture=PictureState((), setup))
    page.show_view(office.look(mode=Mode.PAUSED))
    assert page.empty.text.startswith("Set up ")
    seen = page.empty.picture.grab().toImage()
    assert seen.pixelColor(seen.width() // 2, seen.height() // 2).red() > 200
    office.status = replace(office.status, picture=PictureState((), replace(setup, is_by_person=False)))
    page.show_view(office.look(mode=Mode.PAUSED))
    assert page.empty.text.startswith("Learned by itself")


def warn(office: BackOffice, *findings: tuple[PictureCheck, Finding, float]) -> None:
    found = {check: CheckResult(check, Finding.FINE) for check in PictureCheck}
    found |= {check: CheckResult(check, finding, value) for check, finding, value in findings}
    office.status = replace(office.status, picture=PictureState(tuple(found.values())))


def test_a_warning_explains_itself_with_a_remedy(page: CounterSetupPage, office: BackOffice) -> None:
    assert page.checks.explanation == "The picture is being looked at."
    warn(office)
    page.show_view(office.look(mode=Mode.PAUSED))
    assert page.checks.explanation.startswith("Nothing is wrong with the picture.")
    warn(office, (PictureCheck.PLACE, Finding.MOVED, 0.043))
    page.show_view(office.look(mode=Mode.PAUSED))
    tile = page.checks.tiles[PictureCheck.PLACE]
    assert tile.accessibleName() == "! Place: moved"
    assert "by 4 % of the picture" in page.checks.explanation
    assert "Counter is empty" in page.checks.explanation


def test_without_a_learned_counter_the_checks_say_how_to_get_one(page: CounterSetupPage, office: BackOffice) -> None:
    warn(office, (PictureCheck.PLACE, Finding.UNKNOWN, 0.0))
    page.show_view(office.look(mode=Mode.PAUSED))
    page.checks.tiles[PictureCheck.PLACE].click()
    assert "nothing to compare with" in page.checks.explanation
    setup = SetupPicture(np.zeros((27, 48, 3), np.uint8), datetime(2026, 5, 4, tzinfo=UTC), is_by_person=True)
    office.status = replace(office.status, picture=replace(office.status.picture, setup=setup))
    page.show_view(office.look(mode=Mode.PAUSED))
    assert "Too little of the learned counter" in page.checks.explanation


def test_every_warning_says_what_to_do(page: CounterSetupPage, office: BackOffice) -> None:
    findings = [finding for finding in Finding if CheckResult(PictureCheck.LIGHT, finding).is_warning]
    for finding in findings:
        warn(office, (PictureCheck.LIGHT, finding, 0.5))
        page.show_view(office.look(mode=Mode.PAUSED))
        assert len(page.checks.explanation.split(". ")) >= 2, finding
        assert "{" not in page.checks.explanation


def test_checks_are_read_by_keyboard(page: CounterSetupPage, office: BackOffice) -> None:
    warn(office, (PictureCheck.COLOR, Finding.COLORLESS, 0.0))
    page.show_view(office.look(mode=Mode.PAUSED))
    page.checks.tiles[PictureCheck.COLOR].setFocus()
    QTest.keyClick(page.checks.tiles[PictureCheck.COLOR], Qt.Key.Key_Right)
    sharpness = page.checks.tiles[PictureCheck.SHARPNESS]
    assert sharpness.isChecked()
    assert sharpness.hasFocus()
    QTest.keyClick(sharpness, Qt.Key.Key_Return)
    assert page.checks.explained is PictureCheck.COLOR, "pressed again, the warning has the word"


def found() -> Detections:
    boxes = np.array([[100, 60, 300, 260]], np.float32)
    hands = np.array([[400, 100, 600, 360]], np.float32)
    return Detections(boxes, np.array([0.87], np.float32), hands)


def shot(page: CounterSetupPage) -> QImage:
    return page.picture.grab().toImage()


def test_what_is_found_is_shown_with_scores_and_hands(page: CounterSetupPage, office: BackOffice) -> None:
    plain = picture(90)
    page.show_view(office.look(frame=plain, mode=Mode.PAUSED, detections=found()))
    before = shot(page)
    QTest.keyClick(page, Qt.Key.Key_2)
    assert page.sight == "found"
    after = shot(page)
    box = page.picture.placement.to_view((100, 60, 300, 260))
    hand = page.picture.placement.to_view((400, 100, 600, 360))
    for rect in (box, hand):
        part = rect.toRect()
        assert before.copy(part) != after.copy(part)
    beside = page.picture.placement.to_view((310, 60, 390, 260)).toRect()
    assert before.copy(beside) == after.copy(beside)
    assert page._legend.text() == "Items found: 1"


def test_what_has_changed_is_shown_against_the_learned_counter(
    qtbot: QtBot, page: CounterSetupPage, office: BackOffice
) -> None:
    base = picture(91)
    QTest.keyClick(page, Qt.Key.Key_3)
    page.show_view(office.look(frame=base, mode=Mode.PAUSED, detections=Detections.none()))
    qtbot.waitUntil(lambda: page.heat.is_missing)
    assert "no empty counter is learned" in page._legend.text()
    learned = EmptyCounter.from_picture(shrink(base.pixels))
    CounterStore(office.data).save(learned.to_store(), base.width, base.height)
    pixels = base.pixels.copy()
    pixels[100:220, 200:360] = (200, 40, 40)

    def look() -> bool:
        changed = Frame.of(pixels, sequence=92 + len(office.modes), captured_at=4.0)
        page.show_view(office.look(frame=changed, mode=Mode.PAUSED, detections=Detections.none()))
        return not page.heat.image.isNull()

    qtbot.waitUntil(look)
    height, width = shrink(pixels).shape[:2]
    assert page.heat.image.pixelColor(280 * width // 640, 160 * height // 360).alpha() > 100
    assert page.heat.image.pixelColor(60 * width // 640, 60 * height // 360).alpha() == 0
    assert page._legend.text() == "Outlined: counts as changed"


def test_a_source_without_controls_says_so(page: CounterSetupPage, office: BackOffice) -> None:
    assert "cannot be set from here" in page.camera.note
    assert page.camera.exposure.isHidden()
    office.status = replace(office.status, is_demo=True)
    page.show_view(office.look(mode=Mode.PAUSED))
    assert "drawn" in page.camera.note


def controls(exposure: Lock, focus: Lock) -> ControlState:
    return ControlState(exposure=exposure, focus=focus)


def test_exposure_is_held_and_made_brighter(page: CounterSetupPage, office: BackOffice) -> None:
    office.status = replace(office.status, controls=controls(Lock(can_hold=True, value=160), Lock()))
    page.show_view(office.look(mode=Mode.PAUSED))
    row = page.camera.exposure
    assert row.state == "The camera chooses it."
    assert row.more.isHidden()
    assert page.camera.focus.state == "This camera does not let it be held."
    row.switch.click()
    assert office.held == [(True, None)]
    office.status = replace(office.status, controls=controls(Lock(can_hold=True, is_held=True, value=160), Lock()))
    page.show_view(office.look(mode=Mode.PAUSED))
    assert row.state == "Held at 160"
    row.more.click()
    assert (saved(office).camera.hold_exposure, saved(office).camera.exposure) == (True, 200)
    row.switch.click()
    assert office.held[-1] == (False, None)


def test_a_camera_that_cannot_be_told_is_a_message_and_the_switch_goes_back(
    qtbot: QtBot, page: CounterSetupPage, office: BackOffice
) -> None:
    office.status = replace(office.status, controls=controls(Lock(can_hold=True, value=160), Lock()))
    page.show_view(office.look(mode=Mode.PAUSED))
    office.status = replace(office.status, controls=None)
    page.camera.exposure.switch.click()
    qtbot.waitUntil(lambda: bool(page.messages.waiting))
    assert page.messages.waiting[0].text == "This camera cannot be told."
    assert not page.camera.exposure.switch.isChecked()


def test_everything_has_a_name_and_is_large_enough(page: CounterSetupPage, office: BackOffice) -> None:
    lock = Lock(can_hold=True, is_held=True, value=5)
    office.status = replace(office.status, controls=controls(lock, lock))
    page.show_view(office.look(mode=Mode.PAUSED))
    targets = [widget for widget in page.findChildren(QWidget) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    targets = [widget for widget in targets if widget.isVisible()]
    assert len(targets) > 15
    for widget in targets:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or text, widget
        assert widget.height() >= theme.TARGET, widget
        assert widget.width() >= theme.TARGET, widget


def test_the_tab_key_goes_through_the_page_in_reading_order(page: CounterSetupPage) -> None:
    order: list[QWidget] = []
    widget: QWidget | None = page.picture
    while widget is not None and widget not in order:
        order.append(widget)
        widget = widget.nextInFocusChain()
    stops = [page.picture, page.sights, page.checks, page.empty.empty, page.region.draw, page.region.border]
    assert all(order.index(first) < order.index(second) for first, second in pairwise(stops))


def test_nothing_is_cut_at_any_size(page: CounterSetupPage, office: BackOffice) -> None:
    lock = Lock(can_hold=True, is_held=True, value=5)
    office.status = replace(office.status, controls=controls(lock, lock))
    page.show_view(office.look(mode=Mode.PAUSED))
    for width, height in ((948, 640), (1204, 770), (1844, 1050)):
        page.resize(width, height)
        page.show_view(office.look(mode=Mode.PAUSED))
        for button in page.findChildren(QAbstractButton):
            if button.isVisible():
                assert button.width() >= button.minimumSizeHint().width(), (width, button.text())
        assert page.checks.geometry().bottom() <= height - theme.PAGE_MARGIN


def test_limits_stay_within_the_picture() -> None:
    limits = Limits(0.1, SQUARE)
    assert limits.moved(Handle(corner=0), (-0.5, 1.5)).corners[0] == (0.0, 1.0)
    assert limits.moved(Handle(side="top"), (0.5, 0.9)).border == 0.4
    assert limits.moved(Handle(side="right"), (1.4, 0.5)).border == 0.0
    assert limits.place(Handle(side="bottom")) == (0.5, 0.9)
