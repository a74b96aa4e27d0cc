"""A cashier takes money, or is kept from taking it wrongly."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from core.catalog.records import SaleState
from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import seen


def test_a_cashier_sells_what_lies_on_the_counter_for_cash(cashier: Cashier, page: CheckoutPage) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt), seen(2, RIGHT, Outcome.KNOWN, oat))
    assert cashier.names == ["Salt crisps", "Oat biscuits"]
    assert [row.name for row in page.till.panel.basket.model.rows] == ["Salt crisps", "Oat biscuits"]

    cashier.press(Qt.Key.Key_F9)
    given = page.till.panel.payment.given
    assert given.isVisible()
    cashier.press("5", on=given)
    cashier.press(Qt.Key.Key_Return, on=given)

    [sale] = cashier.station.paid
    assert (sale.total_minor, sale.payment, sale.state) == (370, "cash", SaleState.PAID)
    assert page.till.panel.face is page.till.panel.receipt
    words = page.till.panel.receipt.findChildren(QWidget)
    texts = [getattr(word, "text", str)() for word in words if hasattr(word, "text")]
    assert "Change €1.30" in texts
    assert "Salt crisps" in page.till.panel.receipt._receipt.toPlainText()

    cashier.press(Qt.Key.Key_Return)
    assert page.till.panel.shows_basket
    assert cashier.names == []


def test_pressing_pay_twice_means_the_card(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    assert [sale.payment for sale in cashier.station.paid] == ["card"]


def test_too_little_cash_is_not_taken(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    cashier.press(Qt.Key.Key_F9)
    given = page.till.panel.payment.given
    cashier.press("1", on=given)
    cashier.press(Qt.Key.Key_Return, on=given)
    assert cashier.station.paid == []
    assert page.till.panel.payment._problem.text() == "€0.20 are missing."


def test_the_amount_of_the_last_payment_is_gone(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    given = page.till.panel.payment.given
    cashier.press(Qt.Key.Key_F9)
    QTest.keyClicks(given, "50")
    cashier.press(Qt.Key.Key_Escape, on=given)
    cashier.press(Qt.Key.Key_F9)
    assert given.text() == ""


def test_the_next_items_bring_the_basket_back(cashier: Cashier, page: CheckoutPage) -> None:
    salt = cashier.station.product("Salt crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt))
    cashier.press(Qt.Key.Key_F9)
    cashier.press(Qt.Key.Key_F9)
    shows_receipt = page.till.panel.face is page.till.panel.receipt
    assert shows_receipt
    cashier.look()
    cashier.scan("4006381333955")
    assert page.till.panel.shows_basket
    assert cashier.names == ["Oat biscuits"]


def test_a_scan_while_paying_changes_neither_the_amount_nor_the_sale(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    cashier.press(Qt.Key.Key_F9)
    given = page.till.panel.payment.given
    QTest.keyClicks(given, "5")
    cashier.qtbot.wait(90)
    QTest.keyClicks(given, "4006381333955")
    QTest.keyClick(given, Qt.Key.Key_Return)
    cashier.settle()
    assert given.text() == "5"
    assert cashier.station.paid == []
    assert cashier.names == ["Salt crisps"]
    assert [message.key for message in page.messages.waiting] == ["scan"]
