"""Properties that hold for every basket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.catalog.records import LineOrigin, SoldBy
from core.checkout.basket import LARGEST_QUANTITY, Basket, BasketError
from tests.core.checkout.shelf import SHELF, sale


class AnyBasket(RuleBasedStateMachine):
    """Acts in any order: the total is what the standing lines cost, and no line is ever deleted by a void."""

    def __init__(self) -> None:
        super().__init__()
        self.basket = Basket(sale())
        self.voids = 0

    @rule(product_id=st.sampled_from(sorted(SHELF)), quantity=st.integers(1, 50))
    def add(self, product_id: int, quantity: int) -> None:
        self.basket.add(SHELF[product_id], origin=LineOrigin.LOOKED_UP, quantity=quantity)

    @rule(choice=st.integers(0, 20))
    def void(self, choice: int) -> None:
        standing = [line for line in self.basket.lines if not line.is_voided]
        if standing:
            before = len(self.basket.lines)
            self.basket.void(standing[choice % len(standing)].line_id, reason="test")
            assert len(self.basket.lines) == before

    @rule(choice=st.integers(0, 20))
    def restore(self, choice: int) -> None:
        voided = [line for line in self.basket.lines if line.is_voided]
        if voided:
            self.basket.restore(voided[choice % len(voided)].line_id)

    @rule(choice=st.integers(0, 20))
    def take_out(self, choice: int) -> None:
        if self.basket.lines:
            target = self.basket.lines[choice % len(self.basket.lines)]
            total = sum(line.amount_minor for line in self.basket.lines)
            self.basket.take_out(target.line_id, reason="test")
            assert sum(line.amount_minor for line in self.basket.lines) <= total

    @invariant()
    def pieces_of_a_product_share_one_line(self) -> None:
        open_pieces = [
            line.product_id for line in self.basket.lines if not line.is_voided and line.sold_by is SoldBy.UNIT
        ]
        assert len(open_pieces) == len(set(open_pieces))

    @invariant()
    def voided_lines_cost_nothing(self) -> None:
        assert all(line.amount_minor == 0 and line.tax_minor == 0 for line in self.basket.lines if line.is_voided)
        assert all(0 <= line.tax_minor <= line.amount_minor for line in self.basket.lines)


TestAnyBasket = AnyBasket.TestCase


@given(st.integers().filter(lambda quantity: not 1 <= quantity <= LARGEST_QUANTITY))
def test_an_impossible_quantity_is_told(quantity: int) -> None:
    basket = Basket(sale())
    line = basket.add(SHELF[1], origin=LineOrigin.SEEN)
    with pytest.raises(BasketError, match="not a quantity"):
        basket.set_quantity(line.line_id, quantity)
    assert basket.line(line.line_id).quantity == 1


def test_a_line_that_is_gone_is_told() -> None:
    with pytest.raises(BasketError, match="no longer in the basket"):
        Basket(sale()).void(3, reason="x")


def test_a_price_below_zero_is_told() -> None:
    basket = Basket(sale())
    line = basket.add(SHELF[1], origin=LineOrigin.SEEN)
    with pytest.raises(BasketError):
        basket.set_price(line.line_id, -1)
