"""A cashier takes money, or is kept from taking it wrongly."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.records import SaleState
from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from gui.checkout.receipt_language import receipt_language
from gui.messages import Messages
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import CounterStation, seen


def tap(form: QWidget, key: str) -> None:
    """Press the button with these words by finger, as the window would."""
    [button] = [button for button in form.findChildren(QAbstractButton) if button.isVisible() and button.text() == key]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


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
    receipt = page.till.panel.receipt._receipt.toPlainText()
    assert "Salt crisps" in receipt
    assert [line.split() for line in receipt.splitlines()[-2:]] == [["Cash", "given", "5.00"], ["Change", "1.30"]]

    cashier.press(Qt.Key.Key_Return)
    assert page.till.panel.shows_basket
    assert cashier.names == []


def test_a_cashier_taps_the_amount_on_the_pad(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.KNOWN, cashier.station.product("Salt crisps")))
    cashier.press(Qt.Key.Key_F9)
    payment = page.till.panel.payment
    for key in ("5", ".", "5"):
        tap(payment, key)
    assert payment.given.text() == "5.5"
    # An amount that was offered gives way to what is tapped next.
    tap(payment, "10.00")
    tap(payment, "2")
    tap(payment, "0")
    assert payment.given.text() == "20"


def test_a_weight_is_tapped_on_the_pad(cashier: Cashier, page: CheckoutPage) -> None:
    apples = cashier.station.product("Apples")
    page.till.sell(apples.product_id)
    cashier.settle()
    for key in ("3", "5", "0", "Sell"):
        tap(page.till.panel.weight, key)
    cashier.settle()
    [line] = cashier.station.session.view().lines
    assert (line.name, line.quantity) == ("Apples", 350)


def test_an_item_that_comes_while_paying_is_said(cashier: Cashier, page: CheckoutPage) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    first = seen(1, LEFT, Outcome.KNOWN, salt)
    cashier.look(first)
    cashier.press(Qt.Key.Key_F9)
    cashier.look(first, seen(2, RIGHT, Outcome.KNOWN, oat))
    assert page.till.panel.payment._drift.text() == "€2.50 more since Pay was pressed"


def test_an_item_that_comes_in_the_last_moment_leaves_the_sale_open(
    cashier: Cashier, page: CheckoutPage, failures: list[Exception]
) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    first, second = seen(1, LEFT, Outcome.KNOWN, salt), seen(2, RIGHT, Outcome.KNOWN, oat)
    cashier.look(first)
    cashier.press(Qt.Key.Key_F9)
    # The station has it, the window does not know yet.
    cashier.station.look(first, second)
    page.till.panel.payment.pay_card()
    cashier.settle()
    assert cashier.station.paid == []
    assert [getattr(failure, "message", "") for failure in failures] == ["The amount has changed meanwhile."]
    assert page.till.panel.face is page.till.panel.payment


def test_questions_show_no_keys_while_digits_go_into_a_field(cashier: Cashier, page: CheckoutPage) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    asked = seen(2, RIGHT, Outcome.POSSIBLE, salt, oat, scores=(0.5, 0.45))
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt), asked)
    row = page.questions.rows[0]

    def shown_keys() -> list[str]:
        return [button._cap for button in (*row._choices[:2], row._search, row._dismiss) if button._cap]

    assert shown_keys() == ["1", "2", "/", "N"]
    cashier.press(Qt.Key.Key_F9)
    assert shown_keys() == []
    cashier.press(Qt.Key.Key_Escape, on=page.till.panel.payment.given)
    assert shown_keys() == ["1", "2", "/", "N"]


@pytest.mark.usefixtures("german")
def test_a_german_shop_gives_german_receipts(qtbot: QtBot, station: CounterStation) -> None:
    page = CheckoutPage(station, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    cashier = Cashier(qtbot, page, station)
    cashier.look(seen(1, LEFT, Outcome.KNOWN, station.product("Salt crisps")))
    page.till.pay()
    page.till.panel.payment.given.setText("5,00")
    page.till.panel.payment.pay_cash()
    cashier.settle()
    text = page.till.panel.receipt._receipt.toPlainText()
    told = dict(line.strip().rsplit(maxsplit=1) for line in text.splitlines() if "  " in line.strip())
    assert {"Bar gegeben": "5,00", "Rückgeld": "3,80", "Bezahlt": "bar"}.items() <= told.items()
    assert station.receipt_language == receipt_language()


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
