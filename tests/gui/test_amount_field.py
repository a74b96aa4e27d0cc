"""Fields for numbers: nothing old stays, nothing repeats."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.checkout.amount_field import AmountField, NumberPad
from gui.checkout.payment_form import PaymentForm, usual_amounts


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
    pad = NumberPad()
    qtbot.addWidget(pad)
    pad.pressed.connect(field.press)
    for key in ("1", "2", ".", "5", "⌫", "7"):
        pad.pressed.emit(key)
    assert field.text() == "12.7"


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
