"""A cashier says what an item is: by an answer, a name, a barcode, or by pointing at it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from tests.gui.checkout.cashier import LEFT, RIGHT, Cashier
from tests.gui.counter import seen


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
    cashier.qtbot.waitUntil(lambda: page.till.panel.lookup.list.model().rowCount() == 2)
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


def point_at(cashier: Cashier, page: CheckoutPage, place: int = 0) -> None:
    box = page.live.items[place].box
    QTest.mouseClick(page.live, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box.center().toPoint())
    cashier.settle()


def watch(cashier: Cashier) -> None:
    """Frames go by until a new name has settled."""
    for _ in range(5):
        cashier.refresh()


def test_a_correction_by_search_is_done_when_it_is_answered(cashier: Cashier, page: CheckoutPage) -> None:
    salt, paprika = cashier.station.product("Salt crisps"), cashier.station.product("Paprika crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt, paprika))
    point_at(cashier, page)
    cashier.press("/")
    field = page.till.panel.lookup.field
    QTest.keyClicks(field, "oat")
    cashier.press(Qt.Key.Key_Return, on=field)
    assert cashier.names == ["Oat biscuits"]
    assert page.questions.rows[0].isHidden()
    cashier.press("1")
    assert cashier.names == ["Oat biscuits"]


def test_the_box_of_a_corrected_item_says_what_the_person_said(cashier: Cashier, page: CheckoutPage) -> None:
    salt, paprika = cashier.station.product("Salt crisps"), cashier.station.product("Paprika crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt, paprika), seen(2, RIGHT, Outcome.KNOWN, salt, paprika))
    point_at(cashier, page)
    cashier.press("2")
    watch(cashier)
    labels = {item.track_id: item.label for item in page.live.items}
    assert (labels[1].name, labels[1].score, labels[1].outcome) == ("Paprika crisps", "", Outcome.KNOWN)
    assert labels[2].name == "Salt crisps"


def test_the_box_of_an_item_named_by_its_barcode_says_so(cashier: Cashier, page: CheckoutPage) -> None:
    cashier.look(seen(7, LEFT, Outcome.UNKNOWN))
    page.questions.rows[0]._scan.click()
    cashier.scan("4006381333948")
    watch(cashier)
    assert page.live.items[0].label.name == "Paprika crisps"
    cashier.look()
    salt = cashier.station.product("Salt crisps")
    cashier.look(seen(7, LEFT, Outcome.KNOWN, salt))
    assert page.live.items[0].label.name == "Salt crisps"


def test_a_correction_waits_for_the_weight(cashier: Cashier, page: CheckoutPage) -> None:
    salt = cashier.station.product("Salt crisps")
    cashier.look(seen(1, LEFT, Outcome.KNOWN, salt))
    point_at(cashier, page)
    cashier.press("/")
    field = page.till.panel.lookup.field
    QTest.keyClicks(field, "apples")
    cashier.press(Qt.Key.Key_Return, on=field)
    assert not page.questions.rows[0].isHidden()
    QTest.keyClicks(page.till.panel.weight.grams, "450")
    cashier.press(Qt.Key.Key_Return, on=page.till.panel.weight.grams)
    watch(cashier)
    assert cashier.names == ["Apples"]
    assert page.questions.rows[0].isHidden()
    assert page.live.items[0].label.name == "Apples"
