"""Nothing is sold for nothing without a word: what has no price is marked, and asked about before it is paid."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from core.catalog.records import ProductDetails
from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import GOODS, CounterStation, seen

MUG, JAR = "4006381333962", "4006381333979"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[CounterStation]:
    """A shop in which nobody has typed the price of two products."""
    unpriced = (ProductDetails("Mug", "MU-1", MUG), ProductDetails("Jar", "JA-1", JAR))
    counter = CounterStation(tmp_path, goods=(*GOODS, *unpriced))
    yield counter
    counter.close()


def give(cashier: Cashier, page: CheckoutPage, price: str) -> None:
    field = page.till.panel.missing_price.price
    QTest.keyClicks(field, price)
    cashier.press(Qt.Key.Key_Return, on=field)


def shows(page: CheckoutPage, face: QWidget) -> bool:
    return page.till.panel.face is face


def notes(page: CheckoutPage) -> list[str]:
    return [row.note for row in page.till.panel.basket.model.rows]


def test_an_item_without_a_price_is_marked_and_its_price_asked_for(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    mug, salt = cashier.station.product("Mug"), cashier.station.product("Salt crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, mug), seen(2, RIGHT, Outcome.KNOWN, salt))
    assert notes(page) == ["no price", ""]
    cashier.press(Qt.Key.Key_F9)
    assert shows(page, panel.missing_price)
    assert panel.missing_price._count.text() == "1 item has no price."
    cashier.press(Qt.Key.Key_Return, on=panel.missing_price.price)
    assert shows(page, panel.missing_price)
    assert panel.missing_price._problem.text() == "Type the price, or 0 to give it away."
    give(cashier, page, "4.50")
    assert shows(page, panel.payment)
    cashier.press(Qt.Key.Key_Return, on=panel.payment.given)
    assert [sale.total_minor for sale in cashier.station.paid] == [450 + 120]


def test_every_missing_price_is_asked_for_in_turn(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    cashier.scan(MUG)
    cashier.scan(JAR)
    cashier.press(Qt.Key.Key_F9)
    assert (panel.missing_price._name.text(), panel.missing_price._count.text()) == ("Mug", "2 items have no price.")
    give(cashier, page, "2")
    assert (panel.missing_price._name.text(), panel.missing_price._count.text()) == ("Jar", "1 item has no price.")
    assert panel.missing_price.price.text() == ""
    cashier.press(Qt.Key.Key_Escape, on=panel.missing_price.price)
    assert panel.shows_basket
    assert cashier.station.paid == []


def test_what_is_given_away_is_said_once(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    cashier.scan(MUG)
    cashier.press(Qt.Key.Key_F9)
    give(cashier, page, "0")
    assert shows(page, panel.payment)
    assert notes(page) == ["given away"]
    cashier.press(Qt.Key.Key_Return, on=panel.payment.given)
    [sale] = cashier.station.paid
    assert sale.total_minor == 0
    cashier.press(Qt.Key.Key_Return)
    cashier.scan(MUG)
    assert notes(page) == ["no price"]


def test_a_price_that_was_changed_to_nothing_with_a_reason_is_not_asked_for(
    cashier: Cashier, page: CheckoutPage
) -> None:
    panel = page.till.panel
    cashier.scan("4006381333955")
    cashier.press("p")
    QTest.keyClicks(panel.price.price, "0")
    QTest.keyClicks(panel.price.reason, "present")
    cashier.press(Qt.Key.Key_Return, on=panel.price.reason)
    assert cashier.total == 0
    assert notes(page) == ["given away"]
    cashier.press(Qt.Key.Key_F9)
    assert shows(page, panel.payment)


def test_an_item_without_a_price_that_comes_while_paying_is_asked_about(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    salt = seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps"))
    cashier.look(salt)
    cashier.press(Qt.Key.Key_F9)
    cashier.look(salt, seen(2, RIGHT, Outcome.KNOWN, cashier.station.product("Mug")))
    assert shows(page, panel.payment)
    cashier.press(Qt.Key.Key_F9)
    assert shows(page, panel.missing_price)
    assert cashier.station.paid == []


def test_a_scan_while_a_price_is_asked_for_types_nothing(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    cashier.scan(MUG)
    cashier.press(Qt.Key.Key_F9)
    cashier.qtbot.wait(90)
    QTest.keyClicks(panel.missing_price.price, "4006381333955")
    QTest.keyClick(panel.missing_price.price, Qt.Key.Key_Return)
    cashier.settle()
    assert shows(page, panel.missing_price)
    assert panel.missing_price.price.text() == ""
    assert cashier.names == ["Mug"]


def test_the_question_goes_with_its_line(cashier: Cashier, page: CheckoutPage) -> None:
    panel = page.till.panel
    cashier.scan(MUG)
    cashier.press(Qt.Key.Key_F9)
    [line] = cashier.station.session.view().lines
    cashier.station.session.remove(line.line_id)
    cashier.refresh()
    assert panel.shows_basket


def test_a_row_without_a_price_says_so_aloud(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan(MUG)
    model = page.till.panel.basket.model
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole) == "Mug, 1, 0.00, no price"
