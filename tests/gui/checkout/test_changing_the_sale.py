"""A cashier changes what is in the basket, puts the sale aside, or calls it off."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from core.catalog.records import SaleState
from gui.checkout.basket_delegate import places_of
from gui.checkout.page import CheckoutPage
from tests.gui.checkout.cashier import Cashier


def test_quantity_and_removal_by_keyboard(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan("4006381333931")
    cashier.scan("4006381333955")
    cashier.press(Qt.Key.Key_Up)
    cashier.press("+")
    cashier.press("+")
    assert cashier.total == 3 * 120 + 250
    cashier.press("-")
    assert cashier.total == 2 * 120 + 250
    cashier.press(Qt.Key.Key_Delete)
    assert cashier.names == ["Oat biscuits"]
    [voided] = [row for row in page.till.panel.basket.model.rows if row.is_voided]
    assert (voided.name, voided.note, voided.amount) == ("Salt crisps", "void: removed", "2.40")
    cashier.press(Qt.Key.Key_Delete)
    assert cashier.names == ["Salt crisps", "Oat biscuits"]


def test_a_finger_presses_plus_and_minus_in_a_row(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan("4006381333931")
    rows = page.till.panel.basket.list
    index = rows.model().index(0, 0)
    places = places_of(QRectF(rows.visualRect(index)), page.till.panel.basket.model.rows[0])

    def tap(point: QPointF) -> None:
        QTest.mouseClick(
            rows.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(*map(int, point.toTuple())),
        )
        cashier.settle()

    tap(places.more.center())
    assert cashier.total == 240
    tap(places.fewer.center())
    assert cashier.total == 120


def test_a_price_is_changed_with_a_reason(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan("4006381333955")
    cashier.press("p")
    form = page.till.panel.price
    assert page.till.panel.face is form
    QTest.keyClicks(form.price, "1.99")
    cashier.press(Qt.Key.Key_Return, on=form.price)
    cashier.press(Qt.Key.Key_Return, on=form.reason)
    assert cashier.total == 250
    assert "needs a reason" in form._problem.text()
    QTest.keyClicks(form.reason, "dented")
    cashier.press(Qt.Key.Key_Return, on=form.reason)
    assert cashier.total == 199


def test_a_price_is_changed_by_touch_alone(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan("4006381333955")
    panel = page.till.panel

    def tap(name: str) -> None:
        buttons = [button for button in panel.findChildren(QPushButton) if button.isVisible()]
        button = next(button for button in buttons if button.text() == name)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        cashier.settle()

    tap("Change price")
    assert panel.face is panel.price
    tap("Short date")
    assert panel.price._problem.text() == "Type the new price."
    for key in "199":
        tap(key)
        if key == "1":
            tap(".")
    tap("Short date")
    assert panel.shows_basket
    assert cashier.total == 199


def test_a_line_is_removed_and_brought_back_by_touch(cashier: Cashier, page: CheckoutPage) -> None:
    buttons = page.till.panel.basket.line_buttons
    assert buttons.isHidden()
    cashier.scan("4006381333931")
    assert buttons.isVisible()
    QTest.mouseClick(buttons.remove, Qt.MouseButton.LeftButton)
    cashier.settle()
    assert cashier.names == []
    assert not buttons.price.isEnabled()
    assert buttons.remove.text() == "Bring back"
    QTest.mouseClick(buttons.remove, Qt.MouseButton.LeftButton)
    cashier.settle()
    assert cashier.names == ["Salt crisps"]
    assert buttons.price.isEnabled()


def test_a_sale_is_called_off_with_a_reason(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan("4006381333955")
    former = cashier.station.session.view().sale_id
    cashier.press(Qt.Key.Key_F8)
    words = page.till.panel.void.words
    cashier.press(Qt.Key.Key_Return, on=words)
    assert cashier.names == ["Oat biscuits"]
    QTest.keyClicks(words, "customer left")
    cashier.press(Qt.Key.Key_Return, on=words)
    sale = cashier.station.catalog.sales.find(former)
    assert sale is not None
    assert sale.state is SaleState.VOID
    assert cashier.names == []


def test_a_sale_is_parked_and_comes_back(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.scan("4006381333955")
    cashier.press(Qt.Key.Key_F7)
    assert cashier.names == []
    cashier.press(Qt.Key.Key_F7)
    assert page.till.panel.face is page.till.panel.parked
    cashier.press("1")
    assert cashier.names == ["Oat biscuits"]
    assert page.till.panel.shows_basket
