"""A cashier gets around the page, by keyboard and by touch, and in a shop that is still empty."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.records import Product, ProductDetails, SoldBy
from core.sightings import Outcome
from gui.bridge import Bridge
from gui.checkout.lookup_form import PriceDelegate
from gui.checkout.page import CheckoutPage
from gui.main_window import MainWindow
from gui.messages import Messages
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import CounterStation, seen


def test_the_picture_is_walked_by_keyboard(cashier: Cashier, page: CheckoutPage, qtbot: QtBot) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt), seen(2, RIGHT, Outcome.KNOWN, oat))
    page.live.setFocus()
    QTest.keyClick(page.live, Qt.Key.Key_Right)
    QTest.keyClick(page.live, Qt.Key.Key_Right)
    with qtbot.waitSignal(page.live.item_pressed) as pressed:
        QTest.keyClick(page.live, Qt.Key.Key_Return)
    assert pressed.args == [2]


def test_an_empty_shop_offers_how_to_begin(cashier: Cashier, page: CheckoutPage, qtbot: QtBot) -> None:
    cashier.station.status = replace(cashier.station.status, products=0, is_empty_counter_learned=False)
    cashier.look()
    area = page.questions
    assert not area._first_start.isHidden()
    assert not area._empty_counter.isHidden()
    with qtbot.waitSignal(page.page_wanted) as wanted:
        area.offer_taken.emit("import")
    assert wanted.args == ["catalog"]
    area.offer_taken.emit("empty")
    assert cashier.station.learned_empty == 1


def test_an_empty_shop_finds_nothing_and_says_why(
    cashier: Cashier, page: CheckoutPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = page.till.panel.lookup
    nothing: Future[list[Product]] = Future()
    nothing.set_result([])
    monkeypatch.setattr(form, "_search", lambda _text: nothing)
    cashier.press("/")
    qtbot.waitUntil(form._nothing.isVisible)
    words = [label.text() for label in form._nothing.findChildren(QLabel)]
    assert words == ["There are no products yet", "Enroll or import some first."]
    QTest.keyClicks(form.field, "zz")
    qtbot.waitUntil(lambda: form._nothing.findChildren(QLabel)[0].text() == "Nothing found")


def test_a_product_without_a_price_is_not_offered_for_nothing(page: CheckoutPage) -> None:
    delegate = page.till.panel.lookup.list.itemDelegate()
    assert isinstance(delegate, PriceDelegate)
    apples = ProductDetails("Apples", price_minor=299, sold_by=SoldBy.WEIGHT)
    assert delegate.price(apples) == "2.99 / kg"
    assert delegate.price(replace(apples, sold_by=SoldBy.UNIT)) == "2.99"
    assert delegate.price(replace(apples, price_minor=0)) == "no price"


def test_import_asks_for_the_folder_at_once(qtbot: QtBot, station: CounterStation) -> None:
    bridge = Bridge()
    window = MainWindow(Messages(), bridge)
    qtbot.addWidget(window, before_close_func=lambda window: window.begin_leaving())
    window.show()
    bridge.attach(station)
    window.attach(station)  # type: ignore[arg-type]
    checkout = window.page
    assert isinstance(checkout, CheckoutPage)
    checkout.questions.offer_taken.emit("import")
    assert window.page_name == "catalog"
    dialogs = window.findChildren(QFileDialog)
    assert [dialog.isVisible() for dialog in dialogs] == [True]
    dialogs[0].reject()
    bridge.detach()


def test_everything_that_is_pressed_is_large_enough_and_has_a_name(cashier: Cashier, page: CheckoutPage) -> None:
    salt, paprika = cashier.station.product("Salt crisps"), cashier.station.product("Paprika crisps")
    cashier.look(seen(1, LEFT, Outcome.POSSIBLE, salt, paprika, scores=(0.6, 0.5)), seen(2, RIGHT, Outcome.UNKNOWN))
    buttons = [button for button in page.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) >= 12
    for button in buttons:
        assert min(button.width(), button.height()) >= 44, button.text()
        assert button.accessibleName() or button.text()


def test_tab_reaches_questions_and_basket(cashier: Cashier, page: CheckoutPage) -> None:
    salt = cashier.station.product("Salt crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt), seen(2, RIGHT, Outcome.UNKNOWN))
    page.activateWindow()
    page.setFocus()
    reached: list[QWidget] = []
    advance: Callable[[], bool] = page.focusNextChild
    for _ in range(20):
        advance()
        focused = page.focusWidget()
        assert focused is not None
        if focused in reached:
            break
        reached.append(focused)
    basket = page.till.panel.basket
    places = [reached.index(part) for part in (page.live, basket.list, basket.park, basket.void, basket.pay)]
    assert places == sorted(places)
    assert page.questions.rows[0]._search in reached
