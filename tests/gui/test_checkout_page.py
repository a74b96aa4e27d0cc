"""A cashier at the checkout page, by keyboard and by touch."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.catalog.records import SaleState
from core.sightings import Box, Outcome
from gui.checkout.basket_delegate import places_of
from gui.checkout.page import CheckoutPage
from gui.messages import Messages
from tests.gui.counter import CounterStation, seen

LEFT: Box = (20, 20, 200, 300)
RIGHT: Box = (300, 30, 500, 300)


class Cashier:
    """Hands on the page: presses keys and looks at what is shown."""

    def __init__(self, qtbot: QtBot, page: CheckoutPage, station: CounterStation) -> None:
        self.qtbot = qtbot
        self.page = page
        self.station = station

    def look(self, *sightings: object) -> None:
        self.page.show_view(self.station.look(*sightings))  # type: ignore[arg-type]

    def press(self, key: Qt.Key | str, *, on: QWidget | None = None) -> None:
        """Press one key as a person does: a moment passes before the next."""
        target = on or self.page.focusWidget() or self.page
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key)
        self.qtbot.wait(25)
        self.refresh()

    def scan(self, code: str) -> None:
        """A scanner types fast and ends with Enter."""
        target = self.page.focusWidget() or self.page
        QTest.keyClicks(target, code)
        QTest.keyClick(target, Qt.Key.Key_Return)
        self.settle()

    def settle(self) -> None:
        self.qtbot.wait(20)
        self.refresh()

    def refresh(self) -> None:
        """The station tells the newest state while the counter stays as it is."""
        view = self.page._view
        assert view is not None
        self.look(*view.sightings)
        self.qtbot.wait(1)

    @property
    def names(self) -> list[str]:
        return [line.name for line in self.station.session.view().lines if not line.is_voided]

    @property
    def total(self) -> int:
        return self.station.session.view().total_minor


@pytest.fixture
def page(qtbot: QtBot, station: CounterStation) -> CheckoutPage:
    page = CheckoutPage(station, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    # Nobody types by hand here, so a scanner's pause may be short.
    page.keys._pause.setInterval(15)
    page.resize(1204, 740)
    page.show()
    page.enter()
    return page


@pytest.fixture
def cashier(qtbot: QtBot, page: CheckoutPage, station: CounterStation) -> Cashier:
    cashier = Cashier(qtbot, page, station)
    cashier.look()
    return cashier


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


def test_a_cashier_answers_which_of_two_it_is(cashier: Cashier, page: CheckoutPage) -> None:
    salt, paprika = cashier.station.product("Salt crisps"), cashier.station.product("Paprika crisps")
    cashier.look(seen(1, LEFT, Outcome.POSSIBLE, salt, paprika, scores=(0.6, 0.5)))
    row = page.questions.rows[0]
    assert not row.isHidden()
    assert row.accessibleName() == "Which one is it? Two look alike"
    cashier.press("2")
    assert cashier.names == ["Paprika crisps"]
    assert row.isHidden()


def test_no_item_takes_the_question_away(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.UNKNOWN))
    assert not page.questions.rows[0].isHidden()
    cashier.press("n")
    assert page.questions.rows[0].isHidden()
    assert cashier.names == []


def test_questions_are_taken_in_turn(cashier: Cashier, page: CheckoutPage) -> None:
    salt, oat = cashier.station.product("Salt crisps"), cashier.station.product("Oat biscuits")
    cashier.look(
        seen(1, LEFT, Outcome.POSSIBLE, salt, scores=(0.6,)), seen(2, RIGHT, Outcome.POSSIBLE, oat, scores=(0.6,))
    )
    assert [row.track_id for row in page.questions.rows] == [1, 2]
    cashier.press("q")
    assert [row.track_id for row in page.questions.rows] == [2, 1]
    cashier.press("1")
    assert cashier.names == ["Oat biscuits"]


def test_an_unknown_item_is_found_by_name(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(1, LEFT, Outcome.UNKNOWN))
    cashier.press("/")
    field = page.till.panel.lookup.field
    assert page.till.panel.face is page.till.panel.lookup
    QTest.keyClicks(field, "oat")
    cashier.press(Qt.Key.Key_Return, on=field)
    assert cashier.names == ["Oat biscuits"]
    assert page.questions.rows[0].isHidden()


def test_enter_takes_what_the_letters_mean_even_when_they_come_fast(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.press("/")
    field = page.till.panel.lookup.field
    QTest.keyClicks(field, "papr")
    QTest.keyClick(field, Qt.Key.Key_Return)
    cashier.settle()
    assert cashier.names == ["Paprika crisps"]


def test_the_arrow_keys_choose_while_the_typing_goes_on(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.press("/")
    field = page.till.panel.lookup.field
    QTest.keyClicks(field, "crisps")
    cashier.qtbot.wait(150)
    QTest.keyClick(field, Qt.Key.Key_Down)
    cashier.press(Qt.Key.Key_Return, on=field)
    assert cashier.names == ["Salt crisps"]


def test_a_weighed_product_asks_for_its_weight(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.press("/")
    field = page.till.panel.lookup.field
    QTest.keyClicks(field, "apples")
    cashier.press(Qt.Key.Key_Return, on=field)
    weight = page.till.panel.weight
    assert page.till.panel.face is weight
    QTest.keyClicks(weight.grams, "450")
    cashier.press(Qt.Key.Key_Return, on=weight.grams)
    assert cashier.total == 135
    assert page.till.panel.basket.model.rows[0].quantity == "0.450 kg"


def test_a_scanner_sells_and_its_digits_choose_nothing(cashier: Cashier, page: CheckoutPage) -> None:
    salt = cashier.station.product("Salt crisps")
    cashier.look(seen(1, LEFT, Outcome.POSSIBLE, salt, scores=(0.6,)))
    cashier.scan("4006381333955")
    assert cashier.names == ["Oat biscuits"]
    assert not page.questions.rows[0].isHidden()


def test_an_unknown_item_gets_its_name_from_its_barcode(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.scan("4006381333948")
    assert cashier.names == ["Paprika crisps"]
    assert page.questions.rows[0].isHidden()


def test_a_code_that_nobody_knows_is_told(cashier: Cashier, page: CheckoutPage, failures: list[Exception]) -> None:
    cashier.scan("9999999999999")
    assert [str(error) for error in failures] == [
        "No product has the barcode 9999999999999. Find the product by name, or enroll it with this barcode."
    ]


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


def test_a_wrong_name_is_corrected_by_pointing_at_the_item(cashier: Cashier, page: CheckoutPage) -> None:
    salt, paprika = cashier.station.product("Salt crisps"), cashier.station.product("Paprika crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt, paprika))
    assert cashier.names == ["Salt crisps"]
    box = page.live.items[0].box
    QTest.mouseClick(page.live, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box.center().toPoint())
    cashier.settle()
    assert page.questions.rows[0].accessibleName() == "What is it? Say so if the name is wrong"
    cashier.press("2")
    assert cashier.names == ["Paprika crisps"]
    assert page.questions.rows[0].isHidden()


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
    from dataclasses import replace

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
    from PySide6.QtWidgets import QAbstractButton

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
