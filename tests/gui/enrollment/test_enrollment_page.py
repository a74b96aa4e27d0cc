"""What a person does on the enrollment page."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.records import ProductDetails
from core.enrollment.view import EnrollmentView
from core.frames import Frame
from core.sightings import Box, Sighting
from core.station_view import Mode, StationView
from gui.enrollment import barcode_watch
from gui.enrollment.page import EnrollmentPage
from gui.messages import Messages
from tests.core.enrollment.counter import frame, sighting
from tests.core.recognition.pictures import picture
from tests.gui.back_office import BackOffice
from tests.gui.shown import shown

LEFT: Box = (40.0, 60.0, 168.0, 188.0)
RIGHT: Box = (300.0, 60.0, 428.0, 188.0)
JAM = 5


class Counter:
    """The camera's side of the page: in every frame each item shows another of its sides."""

    def __init__(self, office: BackOffice, page: EnrollmentPage) -> None:
        self.office = office
        self.page = page
        self._number = 0

    def see(self, *items: tuple[int, Box], blur: float = 0.0) -> StationView:
        """One frame with drawn products in boxes; the first is track 1."""
        self._number += 1
        sides = [(side(product, self._number), box) for product, box in items]
        picture = frame(self._number, *sides, blur=blur, fps=4.0)
        sightings: list[Sighting] = [sighting(track, box) for track, (_, box) in enumerate(items, start=1)]
        view = self.office.show(*sightings, frame=picture)
        self.page.show_view(view)
        return view


def side(product: int, number: int) -> int:
    """The drawn picture that is a side of a product."""
    return 100 * product + number


def enrollment(office: BackOffice) -> EnrollmentView:
    view = office.enrollment.view()
    assert view is not None
    return view


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice) -> EnrollmentPage:
    return opened(qtbot, office)


def opened(qtbot: QtBot, office: BackOffice) -> EnrollmentPage:
    return shown(qtbot, EnrollmentPage(office, Messages()), width=1200, height=760)  # type: ignore[arg-type]


@pytest.fixture
def counter(qtbot: QtBot, office: BackOffice, page: EnrollmentPage) -> Counter:
    """A running enrollment with one item in sight."""
    counter = Counter(office, page)
    counter.see((JAM, LEFT))
    qtbot.waitUntil(lambda: not page._is_beginning)
    counter.see((JAM, LEFT))
    return counter


def take(qtbot: QtBot, counter: Counter, shots: int) -> None:
    """Tap that often, with a fresh view before each."""
    for _ in range(shots):
        counter.see((JAM, LEFT))
        before = len(enrollment(counter.office).shots)
        QTest.keyClick(counter.page.stage, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda before=before: len(enrollment(counter.office).shots) > before)  # type: ignore[misc]
    counter.see((JAM, LEFT))


def told(page: EnrollmentPage) -> Callable[[], bool]:
    return lambda: bool(page.messages.waiting)


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
    assert "1 shots of 20–100" in page.bar.ring.accessibleName()


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


def test_a_saved_product_is_recognized_and_the_next_begins(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    QTest.keyClicks(page.panel.form.price, "2.30")
    take(qtbot, counter, 3)
    QTest.keyClick(page.stage, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(told(page))
    assert page.messages.waiting[0].text == "“Plum jam” is recognized from now on."
    product = office.catalog.products.named("plum jam")
    assert product is not None
    assert (product.details.price_minor, product.references) == (230, 3)
    assert office.recognizer.products == 1
    counter.see((JAM, LEFT))
    qtbot.waitUntil(lambda: office.enrollment.is_active)
    qtbot.waitUntil(lambda: not page._is_beginning)
    counter.see((JAM, LEFT))
    assert page.panel.form.name.text() == ""
    assert page.panel.grid.model().rowCount() == 0


def test_a_barcode_that_is_taken_is_refused_beside_the_field_and_nothing_is_lost(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    office.catalog.products.add(ProductDetails("Milk", barcode="4006381333931"))
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    QTest.keyClicks(page.panel.form.barcode, "4006381333931")
    take(qtbot, counter, 2)
    page.panel._save.click()
    qtbot.waitUntil(lambda: page.panel.form.first_problem() is page.panel.form.barcode)
    assert enrollment(office).kept == 2
    assert not enrollment(office).is_saving


def test_a_product_without_a_name_is_asked_for_it(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    take(qtbot, counter, 1)
    page.panel._save.click()
    assert page.panel.form.first_problem() is page.panel.form.name
    assert page.panel.form.name.hasFocus()


def test_without_a_shot_there_is_nothing_to_save(counter: Counter, page: EnrollmentPage) -> None:
    counter.see((JAM, LEFT))
    assert not page.panel._save.isEnabled()


def test_an_enrollment_from_before_a_crash_is_offered(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice, tmp_path: Path
) -> None:
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    take(qtbot, counter, 2)
    page.leave()
    office.catalog.close()
    again = BackOffice(tmp_path)
    fresh = opened(qtbot, again)
    Counter(again, fresh).see((JAM, LEFT))
    assert fresh.offer.isVisible()
    assert "Plum jam" in fresh.offer.accessibleName()
    assert fresh.panel.form.name.text() == "Plum jam"
    assert fresh.panel.grid.model().rowCount() == 2
    fresh.offer._first.click()
    assert fresh.offer.isHidden()
    assert enrollment(again).kept == 2
    again.close()


def test_what_was_not_finished_is_offered_when_the_page_is_opened_from_another(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    take(qtbot, counter, 2)
    fresh = opened(qtbot, office)
    fresh.show_view(office.look(mode=Mode.PAUSED))
    Counter(office, fresh).see((JAM, LEFT))
    assert fresh.offer.isVisible()
    assert fresh.focusWidget() is fresh.offer._first


def test_discarding_shots_asks_first(qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice) -> None:
    take(qtbot, counter, 2)
    page.panel._discard.click()
    page.offer._first.click()
    assert enrollment(office).kept == 2
    page.panel._discard.click()
    page.offer._second.click()
    assert not office.enrollment.is_active
    assert office.catalog.drafts.current() is None


def test_shots_are_added_to_a_product_that_exists(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    office.stock("Plum jam", [np.full((64, 64, 3), 90, np.uint8)])
    page.panel._existing.click()
    QTest.keyClicks(page.panel._search, "plum")
    QTest.keyClick(page.panel._search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: enrollment(office).product_id is not None)
    qtbot.waitUntil(lambda: page._enrollment is None)
    counter.see((JAM, LEFT))
    assert page.panel._title.text() == "More shots"
    assert page.panel.form.name.text() == "Plum jam"
    take(qtbot, counter, 2)
    page.panel._save.click()
    qtbot.waitUntil(told(page))
    product = office.catalog.products.named("Plum jam")
    assert product is not None
    assert product.references == 3


def test_a_look_alike_is_named_and_compared(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    office.stock("Cherry jam", [picture(side(JAM, number), 50) for number in range(1, 12)])
    take(qtbot, counter, 3)
    assert page.look_alike.isVisible()
    assert "Cherry jam" in page.look_alike._title.text()
    page.look_alike._compare.click()
    assert page.look_alike._strips.isVisible()


def test_the_barcode_is_read_from_the_pack(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(barcode_watch, "_PAUSE_SECONDS", 0.0)
    printed = np.array(zxingcpp.create_barcode("4006381333931", zxingcpp.EAN13).to_image(scale=1))
    pixels = np.full((360, 480, 3), 255, np.uint8)
    pixels[100 : 100 + printed.shape[0], 100 : 100 + printed.shape[1]] = printed[..., None]
    box: Box = (80.0, 80.0, 260.0, 220.0)
    sequence = 100

    def shown() -> bool:
        nonlocal sequence
        sequence += 1
        seen = Frame.of(pixels, sequence=sequence, captured_at=float(sequence))
        page.show_view(office.show(sighting(1, box), frame=seen))
        return page.panel.form.barcode.text() != ""

    qtbot.waitUntil(shown)
    assert page.panel.form.barcode.text() == "4006381333931"
    assert "read from the pack" in page.panel.form.barcode.accessibleDescription()
    qtbot.waitUntil(lambda: enrollment(office).details.barcode == "4006381333931")


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


def test_escape_puts_the_search_for_a_product_away(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    page.panel._existing.click()
    QTest.keyClicks(page.panel._search, "a")
    QTest.keyClick(page.panel._search, Qt.Key.Key_Escape)
    assert page.panel._search.hasFocus()
    QTest.keyClick(page.panel._search, Qt.Key.Key_Escape)
    assert page.stage.hasFocus()
    assert page.panel._search.isHidden()


def test_one_reference_is_not_several(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    take(qtbot, counter, 1)
    QTest.keyClick(page.stage, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(told(page))
    assert page.messages.waiting[0].remedy == "1 reference. Put the next product under the camera."
