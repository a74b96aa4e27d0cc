"""A cashier gets around the page, by keyboard and by touch, and in a shop that is still empty."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import seen


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
