"""Keys that are held or pressed twice, and answers that come when something else is under way."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.catalog.database import Catalog
from core.catalog.records import LineOrigin, Sale
from core.checkout.session import CheckoutSession
from core.errors import DataFolderError, UserError
from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from gui.messages import Messages
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import CounterStation, seen

OAT, PAPRIKA = "4006381333955", "4006381333948"


def hold_enter(cashier: Cashier, on: QWidget) -> None:
    """What the keyboard sends while Enter is held down."""
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True)
    QCoreApplication.sendEvent(on, event)
    cashier.settle()


def find(cashier: Cashier, page: CheckoutPage, name: str) -> None:
    cashier.press("/")
    field = page.till.panel.lookup.field
    QTest.keyClicks(field, name)
    cashier.press(Qt.Key.Key_Return, on=field)


def test_enter_that_is_held_down_pays_nothing_and_keeps_the_change_in_sight(
    cashier: Cashier, page: CheckoutPage
) -> None:
    panel = page.till.panel
    cashier.scan(OAT)
    cashier.press(Qt.Key.Key_F9)
    hold_enter(cashier, panel.payment.given)
    assert cashier.station.paid == []
    cashier.press(Qt.Key.Key_Return, on=panel.payment.given)
    assert len(cashier.station.paid) == 1
    hold_enter(cashier, panel.receipt._next)
    assert panel.face is panel.receipt
    cashier.press(Qt.Key.Key_Return, on=panel.receipt._next)
    assert panel.shows_basket


def test_pay_pressed_again_before_the_answer_settles_the_sale_once(
    cashier: Cashier, page: CheckoutPage, failures: list[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The station answers only after the second press."""
    cashier.scan(OAT)
    waiting: list[tuple[Callable[[CheckoutSession], object], Future[object]]] = []

    def ask_later(command: Callable[[CheckoutSession], object]) -> "Future[object]":
        waiting.append((command, Future()))
        return waiting[-1][1]

    cashier.press(Qt.Key.Key_F9)
    at_once = cashier.station.checkout
    monkeypatch.setattr(cashier.station, "checkout", ask_later)
    payment = page.till.panel.payment
    QTest.keyClick(payment.given, Qt.Key.Key_Return)
    QTest.keyClick(payment.given, Qt.Key.Key_Return)
    for command, future in waiting:
        done = at_once(command)
        error = done.exception()
        if error is None:
            future.set_result(done.result())
        else:
            future.set_exception(error)
    monkeypatch.undo()
    cashier.settle()
    assert failures == []
    assert len(cashier.station.paid) == 1
    assert page.till.panel.face is page.till.panel.receipt
    cashier.press(Qt.Key.Key_Return)
    cashier.scan(OAT)
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    assert len(cashier.station.paid) == 2


def test_a_payment_that_was_refused_can_be_made_again(
    cashier: Cashier, page: CheckoutPage, failures: list[Exception]
) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    both = (seen(1, LEFT, Outcome.KNOWN, salt), seen(2, RIGHT, Outcome.KNOWN, oat))
    cashier.look(both[0])
    cashier.press(Qt.Key.Key_F9)
    cashier.station.look(*both)
    page.till.panel.payment.pay_card()
    cashier.settle()
    assert len(failures) == 1
    cashier.look(*both)
    page.till.panel.payment.pay_card()
    cashier.settle()
    assert [sale.total_minor for sale in cashier.station.paid] == [370]


def test_a_sale_that_could_not_be_kept_as_paid_is_shown_again(
    cashier: Cashier, page: CheckoutPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[UserError] = []

    def refuse(*_args: object, **_kinds: object) -> Sale:
        raise DataFolderError("The disk is full.", remedy="Free some space.")

    cashier.scan(OAT)
    monkeypatch.setattr(cashier.station.catalog.sales, "pay", refuse)
    monkeypatch.setattr(cashier.station.session._journal, "_tell", told.append)
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    assert len(told) == 1
    assert page.till.panel.shows_basket
    assert cashier.total == 250
    monkeypatch.undo()
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    assert [sale.total_minor for sale in cashier.station.paid] == [250]


def test_a_weight_that_cannot_be_sold_is_asked_for_again(
    cashier: Cashier, page: CheckoutPage, failures: list[Exception]
) -> None:
    find(cashier, page, "apples")
    weight = page.till.panel.weight
    QTest.keyClicks(weight.grams, "100000")
    cashier.press(Qt.Key.Key_Return, on=weight.grams)
    assert failures == []
    assert page.till.panel.face is weight


@pytest.mark.usefixtures("german")
def test_the_last_piece_is_removed_in_the_words_of_the_window(qtbot: QtBot, station: CounterStation) -> None:
    page = CheckoutPage(station, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    cashier = Cashier(qtbot, page, station)
    cashier.look()
    page.till.scan(OAT)
    cashier.settle()
    page.till.change_quantity(1, -1)
    cashier.settle()
    assert page.till.panel.basket.model.rows[0].note == "Storno: entfernt"


def test_a_search_begun_from_the_receipt_stays_open_when_the_next_item_comes(
    cashier: Cashier, page: CheckoutPage
) -> None:
    panel = page.till.panel
    cashier.scan(OAT)
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    cashier.press("/")
    assert panel.face is panel.lookup
    QTest.keyClicks(panel.lookup.field, "pap")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    assert panel.face is panel.lookup
    assert panel.lookup.field.text() == "pap"


def test_a_scan_after_its_item_was_found_by_name_sells_another_product(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    find(cashier, page, "oat")
    assert cashier.names == ["Oat biscuits"]
    assert page.messages.waiting == ()
    cashier.scan(PAPRIKA)
    assert cashier.names == ["Oat biscuits", "Paprika crisps"]


def test_a_scan_after_its_item_was_no_item_sells_another_product(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.press("n")
    cashier.scan(PAPRIKA)
    assert cashier.names == ["Paprika crisps"]
    [line] = cashier.station.session.view().lines
    assert line.origin is LineOrigin.LOOKED_UP


def test_a_scan_after_its_item_was_recognized_sells_another_product(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.look(seen(7, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    assert cashier.names == ["Salt crisps"]
    cashier.scan(PAPRIKA)
    assert cashier.names == ["Salt crisps", "Paprika crisps"]


def test_a_scan_of_an_item_that_was_lifted_for_it_says_what_that_is(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.look()
    cashier.scan(PAPRIKA)
    assert cashier.names == ["Paprika crisps"]
    cashier.look(seen(8, LEFT, Outcome.UNKNOWN))
    assert page.questions.rows[0].isHidden()


def test_a_scan_in_the_next_sale_is_not_about_an_item_of_the_last(
    cashier: Cashier, page: CheckoutPage, failures: list[Exception]
) -> None:
    cashier.scan(OAT)
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.press(Qt.Key.Key_F7)
    cashier.scan(PAPRIKA)
    assert failures == []
    assert cashier.names == ["Paprika crisps"]


def test_the_sales_that_were_parked_before_are_not_offered_again(
    cashier: Cashier, page: CheckoutPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in (OAT, PAPRIKA):
        cashier.scan(code)
        cashier.press(Qt.Key.Key_F7)
    cashier.press(Qt.Key.Key_F7)
    cashier.press("1")
    assert cashier.names == ["Oat biscuits"]
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_Return)
    # The records are busy: the list of today comes later.
    monkeypatch.setattr(cashier.station, "records", lambda _command: Future())
    cashier.press(Qt.Key.Key_F7)
    parked = page.till.panel.parked
    assert page.till.panel.face is parked
    chosen: list[int] = []
    parked.chosen.connect(chosen.append)
    cashier.press("1")
    assert chosen == []


def test_an_item_of_which_one_was_given_away_is_not_free_the_next_time(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    cashier.scan(OAT)
    cashier.press("p")
    QTest.keyClicks(panel.price.price, "0")
    QTest.keyClicks(panel.price.reason, "present")
    cashier.press(Qt.Key.Key_Return, on=panel.price.reason)
    cashier.scan(OAT)
    assert cashier.total == 250


def test_a_search_that_was_left_sells_nothing_when_its_answer_comes(
    cashier: Cashier, page: CheckoutPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cashier.press("/")
    field = page.till.panel.lookup.field
    waiting: list[tuple[Callable[[Catalog], object], Future[object]]] = []

    def ask_later(command: Callable[[Catalog], object]) -> "Future[object]":
        waiting.append((command, Future()))
        return waiting[-1][1]

    monkeypatch.setattr(cashier.station, "records", ask_later)
    QTest.keyClicks(field, "papr")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert waiting
    for command, future in waiting:
        future.set_result(command(cashier.station.catalog))
    cashier.settle()
    assert cashier.names == []


def test_a_key_on_a_button_of_the_payment_answers_no_question(cashier: Cashier, page: CheckoutPage) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    asked = seen(2, RIGHT, Outcome.POSSIBLE, salt, oat, scores=(0.5, 0.45))
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt), asked)
    cashier.press(Qt.Key.Key_F9)
    for key in ("1", "n", "/"):
        cashier.press(key, on=page.till.panel.payment._card)
        assert page.till.panel.face is page.till.panel.payment
        assert cashier.names == ["Salt crisps"]
        assert not page.questions.rows[0].isHidden()


def test_a_picture_that_is_stored_late_does_not_select_another_line(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan(PAPRIKA)
    cashier.look(seen(7, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    cashier.press(Qt.Key.Key_Up)
    item = cashier.station.session._items.of_track(7)
    assert item is not None
    cashier.station.session.attach_picture(item.item_id, "ab/crop.jpg")
    cashier.refresh()
    cashier.press(Qt.Key.Key_Delete)
    assert cashier.names == ["Salt crisps"]


def test_a_scan_of_an_item_that_was_recognized_meanwhile_sells_it_once(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.look(seen(7, LEFT, Outcome.KNOWN, cashier.station.product("Paprika crisps")))
    cashier.scan(PAPRIKA)
    assert [line.quantity for line in cashier.station.session.view().lines] == [1]
    cashier.scan(PAPRIKA)
    assert [line.quantity for line in cashier.station.session.view().lines] == [2]


def test_enter_pressed_twice_before_the_answer_takes_what_was_searched(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.press("/")
    field = page.till.panel.lookup.field
    cashier.settle()
    QTest.keyClicks(field, "oat")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)
    cashier.settle()
    cashier.settle()
    assert cashier.names == ["Oat biscuits"]
