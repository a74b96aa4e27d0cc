"""What becomes of shots on the enrollment page: a new product, more of an old one, or nothing."""

from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.records import FinishedDraft, ProductDetails
from core.frames import Frame
from core.sightings import Box
from core.station_view import Mode
from gui.enroll_more import begin_more_shots
from gui.enrollment import barcode_watch
from gui.enrollment.page import EnrollmentPage
from tests.core.enrollment.counter import sighting
from tests.core.recognition.pictures import picture
from tests.gui.back_office import BackOffice
from tests.gui.enrollment.enrolling import JAM, LEFT, Counter, enrollment, opened, side, take, told


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


def test_escape_puts_the_search_for_a_product_away(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    page.panel._existing.click()
    QTest.keyClicks(page.panel._search, "a")
    QTest.keyClick(page.panel._search, Qt.Key.Key_Escape)
    assert page.panel._search.hasFocus()
    QTest.keyClick(page.panel._search, Qt.Key.Key_Escape)
    assert page.stage.hasFocus()
    assert page.panel._search.isHidden()


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


def test_one_reference_is_not_several(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    take(qtbot, counter, 1)
    QTest.keyClick(page.stage, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(told(page))
    assert page.messages.waiting[0].remedy == "1 reference. Put the next product under the camera."


def test_saving_twice_in_a_row_saves_once(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.keyClicks(page.panel.form.name, "Plum jam")
    take(qtbot, counter, 2)
    asked: list[Future[FinishedDraft]] = []
    save = office.save_enrollment

    def later() -> "Future[FinishedDraft]":
        asked.append(Future())
        return asked[-1]

    monkeypatch.setattr(office, "save_enrollment", later)
    page.panel._save.click()
    page.panel._save.click()
    assert len(asked) == 1
    asked[0].set_result(save().result())
    qtbot.waitUntil(told(page))
    assert [message.text for message in page.messages.waiting] == ["“Plum jam” is recognized from now on."]


def test_what_another_page_began_is_not_offered_as_unfinished(
    qtbot: QtBot, office: BackOffice, page: EnrollmentPage
) -> None:
    jam = office.stock("Plum jam", [np.full((64, 64, 3), 90, np.uint8)])
    office.enroll(lambda session: begin_more_shots(session, jam)).result()
    counter = Counter(office, page)
    take(qtbot, counter, 2)
    page.leave()
    page.enter()
    counter.see((JAM, LEFT))
    assert page.offer.isHidden()


def test_undo_means_the_shots_of_this_enrollment(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    jam = office.stock("Plum jam", [np.full((64, 64, 3), 90, np.uint8)])
    take(qtbot, counter, 1)
    page._remove([1])
    page.leave()
    office.enroll(lambda session: begin_more_shots(session, jam)).result()
    page.enter()
    counter.see((JAM, LEFT), blur=6.0)
    QTest.keyClick(page.stage, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: enrollment(office).left_out == 1)
    QTest.keyClick(page.stage, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (enrollment(office).kept, enrollment(office).left_out) == (0, 1)
