"""The basket as a list changes only what differs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.catalog.records import LineOrigin, SaleLine, SaleState, SoldBy
from core.checkout.basket_view import BasketView, ProductChoice, Question
from core.sightings import Outcome
from gui.checkout.basket_list_model import ROW_ROLE, BasketListModel


def line(line_id: int, quantity: int = 1, *, void_reason: str | None = None, sold_by: SoldBy = SoldBy.UNIT) -> SaleLine:
    return SaleLine(
        line_id, line_id, f"Product {line_id}", quantity, 120, 0, sold_by, LineOrigin.SEEN, void_reason=void_reason
    )


def basket(*lines: SaleLine) -> BasketView:
    total = sum(each.amount_minor for each in lines)
    return BasketView(1, 1, SaleState.OPEN, "EUR", lines, total, 0)


def question(track_id: int, *choices: ProductChoice) -> Question:
    outcome = Outcome.POSSIBLE if choices else Outcome.UNKNOWN
    return Question(track_id, (0, 0, 9, 9), outcome, choices, np.zeros((9, 9, 3), np.uint8))


@pytest.fixture
def model(qtbot: QtBot) -> BasketListModel:
    """A model that Qt's own tester watches; what it finds is a warning, and warnings fail."""
    model = BasketListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def test_rows_say_what_is_sold(model: BasketListModel) -> None:
    weighed = line(3, 350, sold_by=SoldBy.WEIGHT)
    model.show(
        basket(line(1), line(2, 3), weighed, line(4, 2, void_reason="dropped")),
        [question(7, ProductChoice(9, "Oat biscuits", 250, 0.6)), question(8)],
    )
    told = [(row.name, row.quantity, row.amount, row.note) for row in model.rows]
    assert told == [
        ("Product 1", "1", "1.20", ""),
        ("Product 2", "3", "3.60", "1.20 each"),
        ("Product 3", "0.350 kg", "0.42", "€1.20 a kilogram"),
        ("Product 4", "2", "2.40", "void: dropped"),
        ("Oat biscuits", "", "–", "your choice"),
        ("Not enrolled", "", "–", "your choice"),
    ]


def test_one_line_more_is_one_row_inserted(model: BasketListModel, qtbot: QtBot) -> None:
    model.show(basket(line(1), line(2)))
    with (
        qtbot.waitSignal(model.rowsInserted) as inserted,
        qtbot.assertNotEmitted(model.modelReset),
        qtbot.assertNotEmitted(model.dataChanged),
    ):
        assert model.show(basket(line(1), line(2), line(3)))
    assert inserted.args[1:] == [2, 2]


def test_a_new_quantity_changes_its_row_alone(model: BasketListModel, qtbot: QtBot) -> None:
    model.show(basket(line(1), line(2)))
    with qtbot.waitSignal(model.dataChanged) as changed, qtbot.assertNotEmitted(model.modelReset):
        model.show(basket(line(1), line(2, 5)))
    assert changed.args[0].row() == 1


def test_the_same_basket_changes_nothing(model: BasketListModel, qtbot: QtBot) -> None:
    model.show(basket(line(1)), [question(3)])
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.rowsInserted):
        assert not model.show(basket(line(1)), [question(3)])


def test_a_question_that_is_answered_leaves_before_the_lines_that_came(model: BasketListModel) -> None:
    model.show(basket(line(1)), [question(3)])
    model.show(basket(line(1), line(2)))
    assert [row.key for row in model.rows] == [1, 2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 6), unique=True, max_size=6), min_size=1, max_size=6))
def test_whatever_comes_is_what_is_shown(baskets: list[list[int]]) -> None:
    model = BasketListModel()
    for ids in baskets:
        model.show(basket(*(line(each) for each in ids)))
        assert [model.index(place).data(ROW_ROLE).key for place in range(model.rowCount())] == ids
