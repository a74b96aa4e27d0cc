"""What a person does on the enrollment page to take shots of an item."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.enrollment.page import EnrollmentPage
from tests.gui.back_office import BackOffice
from tests.gui.enrollment.enrolling import JAM, LEFT, RIGHT, Counter, enrollment, opened, take


def test_the_page_begins_by_itself_with_the_shops_tax(qtbot: QtBot, office: BackOffice) -> None:
    office.settings = office.settings.changed("shop", tax_percent=9.0)
    page = opened(qtbot, office)
    counter = Counter(office, page)
    counter.see((JAM, LEFT))
    qtbot.waitUntil(lambda: not page._is_beginning)
    counter.see((JAM, LEFT))
    assert enrollment(office).details.tax_basis_points == 900
    assert page.panel.form.tax.text() == "9 %"
    assert page.bar.record.isVisible()


def test_a_tap_takes_one_shot(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    take(qtbot, counter, 1)
    assert enrollment(counter.office).kept == 1
    assert page.panel.grid.model().rowCount() == 1
    assert "1 shot of 20–100" in page.bar.ring.accessibleName()


def test_holding_the_space_bar_records_until_it_is_let_go(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyPress(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.bar.record.is_recording)
    for _ in range(4):
        counter.see((JAM, LEFT))
    QTest.keyRelease(page.stage, Qt.Key.Key_Space)
    assert not enrollment(counter.office).is_held
    taken = len(enrollment(counter.office).shots)
    assert taken == 4
    counter.see((JAM, LEFT))
    assert len(enrollment(counter.office).shots) == taken


def test_holding_the_button_with_the_mouse_records_too(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.mousePress(page.bar.record, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.bar.record.is_recording)
    counter.see((JAM, LEFT))
    QTest.mouseRelease(page.bar.record, Qt.MouseButton.LeftButton)
    assert len(enrollment(counter.office).shots) == 1
    assert not enrollment(counter.office).is_held


def test_leaving_the_page_ends_a_recording(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyPress(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.bar.record.is_recording)
    page.leave()
    assert not enrollment(counter.office).is_held


def test_another_window_ends_a_recording(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyPress(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.bar.record.is_recording)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not page.bar.record.is_pressed)
    assert not enrollment(counter.office).is_held


def test_the_space_bar_types_a_space_in_the_name(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    qtbot.waitUntil(lambda: enrollment(counter.office).details.name == "Plum jam")
    assert enrollment(counter.office).shots == ()
    QTest.keyClick(page.panel.form.name, Qt.Key.Key_Escape)
    assert page.stage.hasFocus()


def test_a_blurred_shot_is_left_out_with_the_reason_and_can_be_kept(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage
) -> None:
    counter.see((JAM, LEFT), blur=6.0)
    QTest.keyClick(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(page._told))
    counter.see((JAM, LEFT))
    assert "The shot is blurred: move the item more slowly." in [chip.text for chip in page.bar.chips.chips]
    assert enrollment(counter.office).left_out == 1
    grid = page.panel.grid
    assert "blurred" in grid.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert enrollment(counter.office).kept == 1


def test_a_shot_is_removed_and_brought_back(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    take(qtbot, counter, 3)
    grid = page.panel.grid
    grid.setCurrentIndex(grid.model().index(1, 0))
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    counter.see((JAM, LEFT))
    assert enrollment(counter.office).kept == 2
    assert grid.model().rowCount() == 2
    QTest.keyClick(grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert enrollment(counter.office).kept == 3


def test_another_item_is_chosen_by_pressing_it(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    counter.see((JAM, LEFT), (3, RIGHT))
    assert enrollment(counter.office).target_track == 1
    spot = next(item.box for item in page.stage.items if item.track_id == 2).center().toPoint()
    QTest.mouseClick(page.stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    counter.see((JAM, LEFT), (3, RIGHT))
    assert enrollment(counter.office).target_track == 2


def test_another_item_is_chosen_with_the_keyboard(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    counter.see((JAM, LEFT), (3, RIGHT))
    page.stage.setFocus()
    QTest.keyClick(page.stage, Qt.Key.Key_Left)
    QTest.keyClick(page.stage, Qt.Key.Key_Return)
    counter.see((JAM, LEFT), (3, RIGHT))
    assert enrollment(counter.office).target_track == 2


def test_count_and_button_do_not_cover_the_item(counter: Counter, page: EnrollmentPage) -> None:
    picture = QRect(page.stage.mapTo(page, QPoint()), page.stage.size())
    for widget in (page.bar.ring, page.bar.record):
        assert widget.isVisible()
        place = QRect(widget.mapTo(page, QPoint()), widget.size())
        assert place.top() > picture.bottom()
        assert page.rect().contains(place)


def test_the_first_tab_leads_from_the_picture_to_the_name(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    assert page.stage.hasFocus()
    QTest.keyClick(page.stage, Qt.Key.Key_Tab)
    assert page.panel.form.name.hasFocus()
    QTest.keyClick(page.panel.form.name, Qt.Key.Key_Tab)
    assert page.panel.form.price.hasFocus()


def test_after_the_first_shot_typing_names_the_product(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    take(qtbot, counter, 1)
    name = page.panel.form.name
    assert name.hasFocus()
    QTest.keyClick(name, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: enrollment(counter.office).kept == 2)
    assert name.text() == "", "in an empty name the space bar still takes shots"
    QTest.keyClicks(name, "Plum jam")
    qtbot.waitUntil(lambda: enrollment(counter.office).details.name == "Plum jam")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    take(qtbot, counter, 1)
    assert page.stage.hasFocus(), "led there once"


def test_nobody_is_led_away_from_what_is_being_typed(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    page.panel.form.barcode.setFocus()
    take(qtbot, counter, 1)
    assert page.panel.form.barcode.hasFocus()


def test_a_recording_is_not_cut_short(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyPress(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.bar.record.is_recording)
    for _ in range(3):
        counter.see((JAM, LEFT))
    assert page.stage.hasFocus()
    QTest.keyRelease(page.stage, Qt.Key.Key_Space)
    counter.see((JAM, LEFT))
    assert page.panel.form.name.hasFocus()
