"""Fields for numbers: nothing old stays, nothing repeats."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.checkout.amount_field import AmountField, NumberPad
from gui.checkout.payment_form import PaymentForm, usual_amounts
from gui.money import read_amount


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[AmountField]:
    room = QWidget()
    qtbot.addWidget(room)
    column = QVBoxLayout(room)
    column.addWidget(QLineEdit())
    field = AmountField("Cash given", room)
    column.addWidget(field)
    room.show()
    room.activateWindow()
    field.open(hint="4.50")
    yield field
    room.hide()


def tap(pad: NumberPad, key: str) -> None:
    [button] = [button for button in pad.findChildren(QAbstractButton) if button.text() == key]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_held_key_types_one_digit(field: AmountField) -> None:
    for repeats in (False, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_5, Qt.KeyboardModifier.NoModifier, "5", repeats)
        field.keyPressEvent(event)
    assert field.text() == "5"


def test_only_digits_and_signs_get_in(field: AmountField) -> None:
    QTest.keyClicks(field, "a1b2.c5x0-")
    assert field.text() == "12.50"


def test_opening_forgets_what_was_typed(field: AmountField) -> None:
    QTest.keyClicks(field, "77")
    field.open(hint="1.00")
    assert (field.text(), field.placeholderText()) == ("", "1.00")


def test_coming_back_replaces_the_former_value(field: AmountField) -> None:
    QTest.keyClicks(field, "77")
    field.clearFocus()
    field.setFocus()
    QTest.keyClicks(field, "5")
    assert field.text() == "5"


def test_the_pad_types_at_the_end_and_erases(field: AmountField, qtbot: QtBot) -> None:
    pad = NumberPad(field)
    qtbot.addWidget(pad)
    for key in ("1", "2", ".", "5", "⌫", "7"):
        tap(pad, key)
    assert field.text() == "12.7"


def test_the_pad_goes_on_where_the_focus_has_left_and_replaces_what_is_selected(
    field: AmountField, qtbot: QtBot
) -> None:
    pad = NumberPad(field)
    qtbot.addWidget(pad)
    QTest.keyClicks(field, "12")
    field.clearFocus()
    tap(pad, "7")
    assert field.text() == "127"
    field.selectAll()
    tap(pad, "5")
    assert field.text() == "5"


def test_a_window_that_comes_back_does_not_replace_what_was_typed(field: AmountField) -> None:
    QTest.keyClicks(field, "12")
    for kind in (QEvent.Type.FocusOut, QEvent.Type.FocusIn):
        QCoreApplication.sendEvent(field, QFocusEvent(kind, Qt.FocusReason.ActiveWindowFocusReason))
    QTest.keyClicks(field, "5")
    assert field.text() == "125"


@pytest.mark.usefixtures("german")
def test_the_pad_has_the_decimal_sign_of_the_language(field: AmountField, qtbot: QtBot) -> None:
    pad = NumberPad(field)
    qtbot.addWidget(pad)
    for key in ("1", ",", "5"):
        tap(pad, key)
    assert field.text() == "1,5"
    assert read_amount("1,5", "EUR") == read_amount("1.5", "EUR") == 150


def test_a_pad_for_whole_numbers_has_no_sign(field: AmountField, qtbot: QtBot) -> None:
    pad = NumberPad(field, has_sign=False)
    qtbot.addWidget(pad)
    assert sorted(button.text() for button in pad.findChildren(QAbstractButton)) == [*"0123456789", "⌫"]


@given(st.integers(1, 40_000))
def test_usual_amounts_are_more_than_the_total_and_few(total: int) -> None:
    amounts = usual_amounts(total, digits=2)
    assert amounts == sorted(set(amounts))
    assert all(total < amount <= 100_000 for amount in amounts)
    assert 1 <= len(amounts) <= 3


def test_the_change_follows_what_is_typed(qtbot: QtBot) -> None:
    form = PaymentForm()
    qtbot.addWidget(form)
    form.open(450, "EUR")
    assert form._change.text() == "€0.00"
    form.given.setText("20")
    assert form._change.text() == "€15.50"
    form.given.setText("3")
    assert (form._change.text(), form._problem.text()) == ("–", "€1.50 are missing.")
    with qtbot.assertNotEmitted(form.paid):
        form.pay_cash()
    form.given.setText("5,00")
    with qtbot.waitSignal(form.paid) as paid:
        form.pay_cash()
    assert paid.args == ["cash", 500]


@pytest.fixture
def form(qtbot: QtBot) -> PaymentForm:
    form = PaymentForm()
    qtbot.addWidget(form)
    form.resize(300, 700)
    form.show()
    form.open(2820, "EUR")
    QTest.qWait(1)
    return form


def test_an_amount_that_changes_while_it_is_paid_is_said(form: PaymentForm, monkeypatch: pytest.MonkeyPatch) -> None:
    announced: list[str] = []
    monkeypatch.setattr("gui.checkout.payment_form.announce", lambda _widget, text: announced.append(text))
    form.follow_total(2820, "EUR")
    assert (form._drift.text(), announced) == ("", [])
    form.follow_total(3725, "EUR")
    assert form._drift.text() == "€9.05 more since Pay was pressed"
    form.follow_total(2000, "EUR")
    assert form._drift.text() == "€8.20 less since Pay was pressed"
    form.follow_total(2820, "EUR")
    assert form._drift.text() == ""
    assert announced == [
        "€9.05 more since Pay was pressed. €37.25",
        "€8.20 less since Pay was pressed. €20.00",
        "€28.20",
    ]


def test_a_large_amount_is_offered_whole_and_its_change_said_in_the_room_there_is(form: PaymentForm) -> None:
    form.resize(280, 560)
    form.follow_total(123_725, "EUR")
    QTest.qWait(1)
    offered = [button for button in form._usual if button.isVisible()]
    assert [button.text() for button in offered] == ["1,237.25", "1,238.00", "1,240.00"]
    assert all(button.width() >= button._content_width() for button in offered)
    assert form._drift.text() == "+ €1,209.05"
    assert form._drift.accessibleName() == "€1,209.05 more since Pay was pressed"


def test_the_next_payment_says_nothing_of_the_last(form: PaymentForm) -> None:
    form.follow_total(3725, "EUR")
    form.open(3725, "EUR")
    assert form._drift.text() == ""


def test_no_key_moves_while_words_come_and_go(form: PaymentForm) -> None:
    def places() -> list[QPoint]:
        QTest.qWait(1)
        return [button.mapTo(form, QPoint()) for button in form.findChildren(QAbstractButton) if button.isVisible()]

    before = places()
    for text in ("2", "2.5.5", "50"):
        form.given.setText(text)
        assert places() == before
    form.follow_total(3725, "EUR")
    assert form._drift.text()
    assert places() == before


def test_the_keys_of_the_pad_stand_as_close_in_columns_as_in_rows(form: PaymentForm) -> None:
    assert form._pad is not None
    keys = {button.text(): button.geometry() for button in form._pad.findChildren(QAbstractButton)}
    across = keys["8"].left() - keys["7"].right()
    assert keys["4"].top() - keys["7"].bottom() == across
