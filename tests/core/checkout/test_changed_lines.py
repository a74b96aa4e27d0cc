"""What a cashier can rely on when lines are changed by hand while their items lie on the counter."""

from dataclasses import replace

import pytest

from core.catalog.records import LineOrigin
from core.checkout.basket import LARGEST_QUANTITY, Basket, BasketError
from tests.core.checkout.shelf import SHELF, counter, line, reopened, sale, seen


@pytest.mark.parametrize("price", [0, 60])
def test_a_price_that_was_changed_for_one_piece_is_not_that_of_the_next(price: int) -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.override_price(1, price, reason="damaged pack")
    desk.session.add_product(1)
    desk.shows(seen(1, 1), seen(2, 1, at=(300, 300)))
    assert [(entry.quantity, entry.unit_price_minor) for entry in desk.session.view().lines] == [(1, price), (2, 120)]


def test_a_price_typed_for_a_product_that_has_none_is_that_of_the_next_piece_too() -> None:
    desk = counter()
    desk.session.products = {1: replace(SHELF[1], details=replace(SHELF[1].details, price_minor=0))}
    desk.session.add_product(1)
    desk.session.override_price(1, 250, reason="no price in the catalog")
    desk.session.add_product(1)
    assert [(entry.quantity, entry.unit_price_minor) for entry in desk.session.view().lines] == [(2, 250)]


def test_a_line_that_is_brought_back_keeps_its_price() -> None:
    desk = counter()
    desk.session.add_product(1)
    desk.session.override_price(1, 60, reason="damaged pack")
    desk.session.remove(1)
    desk.session.add_product(1)
    desk.session.restore(1)
    assert desk.session.view().total_minor == 60 + 120


def test_a_line_that_is_brought_back_does_not_grow_beyond_what_can_be_sold() -> None:
    basket = Basket(sale(1, (line(1, 1, LARGEST_QUANTITY),)))
    basket.void(1, reason="test")
    basket.add(SHELF[1], origin=LineOrigin.LOOKED_UP)
    with pytest.raises(BasketError, match="not a quantity"):
        basket.restore(1)
    assert [entry.quantity for entry in basket.lines] == [LARGEST_QUANTITY, 1]


def test_a_corrected_item_leaves_the_line_that_its_own_has_joined() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.remove(1)
    desk.session.add_product(1)
    desk.session.restore(1)
    desk.session.answer(1, 3)
    assert desk.amounts() == {"Product 1": 1, "Product 3": 1}
    assert reopened(desk).amounts() == {"Product 1": 1, "Product 3": 1}


def test_a_line_never_gets_the_number_of_one_that_has_joined_another() -> None:
    basket = Basket(sale())
    for line_id in (1, 2):
        basket.add(SHELF[1], origin=LineOrigin.LOOKED_UP)
        basket.void(line_id, reason="test")
    basket.restore(1)
    basket.restore(2)
    assert basket.add(SHELF[2], origin=LineOrigin.LOOKED_UP).line_id == 3


def test_naming_an_item_whose_line_was_removed_sells_it() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.remove(1)
    desk.session.answer(1, 1)
    assert desk.amounts() == {"Product 1": 1}
    desk.session.answer(1, 1)
    assert desk.amounts() == {"Product 1": 1}


def test_a_person_weighs_an_item_again() -> None:
    desk = counter()
    desk.shows(seen(1, 4))
    desk.session.answer(1, 4, quantity=350)
    desk.session.answer(1, 4, quantity=500)
    assert desk.amounts() == {"Product 4": 500}
    assert desk.journal.events[-1].kind == "quantity"


@pytest.mark.parametrize("given", [110, 200])
def test_a_card_is_charged_with_what_is_on_the_receipt(given: int) -> None:
    desk = counter()
    desk.session.add_product(1)
    with pytest.raises(BasketError, match="The amount has changed"):
        desk.session.pay("card", given_minor=given)
    assert desk.session.pay("card", given_minor=120).total_minor == 120


def test_a_piece_that_comes_after_a_removed_one_was_taken_away_is_sold() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seconds=2)
    desk.session.remove(1)
    desk.shows(seconds=30)
    desk.shows(seen(9, 1, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 1}


def test_a_removed_item_that_is_put_aside_is_not_sold() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.remove(1)
    desk.shows(seconds=1)
    desk.shows(seen(9, 1, at=(400, 300)))
    desk.shows(seen(9, 1, at=(400, 300)), seconds=30)
    assert desk.amounts() == {}


def test_a_removed_item_whose_track_breaks_is_not_sold() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.remove(1)
    desk.shows(seconds=2)
    desk.shows(seen(9, 1, at=(104, 97)))
    assert desk.amounts() == {}
    desk.session.restore(1)
    desk.shows(seconds=30)
    desk.shows(seen(10, 1, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 1}, "what was brought back is known again"


def test_a_line_that_is_restored_is_charged_once_though_its_piece_was_away_for_long() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.remove(1)
    for _ in range(13):
        desk.shows(seconds=1)
    desk.session.restore(1)
    desk.shows(seen(6, 1))
    assert desk.amounts() == {"Product 1": 1}
