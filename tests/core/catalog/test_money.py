"""Money in sale lines, against exact fractions."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from core.catalog.records import LineOrigin, Sale, SaleLine, SaleState, SoldBy

lines = st.builds(
    SaleLine,
    line_id=st.integers(1, 99),
    product_id=st.none(),
    name=st.just("thing"),
    quantity=st.integers(1, 99_999),
    unit_price_minor=st.integers(0, 100_000_000),
    tax_basis_points=st.integers(0, 10_000),
    sold_by=st.sampled_from(SoldBy),
    origin=st.sampled_from(LineOrigin),
    void_reason=st.none() | st.just("broken"),
)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@given(lines)
def test_an_amount_is_the_exact_product_rounded_half_up(line: SaleLine) -> None:
    exact = Fraction(line.unit_price_minor * line.quantity, 1000 if line.sold_by is SoldBy.WEIGHT else 1)
    assert line.amount_minor == (0 if line.is_voided else half_up(exact))


@given(lines)
def test_tax_is_what_the_amount_contains_rounded_half_up(line: SaleLine) -> None:
    rate = Fraction(line.tax_basis_points, 10_000)
    assert line.tax_minor == half_up(line.amount_minor * rate / (1 + rate))
    assert 0 <= line.tax_minor <= line.amount_minor


@given(lines, st.integers(1, 10_000))
def test_more_quantity_never_costs_less(line: SaleLine, more: int) -> None:
    assert replace(line, quantity=line.quantity + more).amount_minor >= line.amount_minor


@given(st.lists(lines, max_size=8))
def test_a_sale_is_the_sum_of_its_standing_lines(basket: list[SaleLine]) -> None:
    sale = Sale(1, 1, SaleState.OPEN, "EUR", tuple(basket), datetime.now(UTC), None)
    standing = [line for line in basket if not line.is_voided]
    assert sale.total_minor == sum(line.amount_minor for line in standing)
    assert sale.tax_minor == sum(line.tax_minor for line in standing)


def test_a_cent_and_half_a_cent() -> None:
    weighed = SaleLine(1, None, "Apples", 125, 4, 0, SoldBy.WEIGHT, LineOrigin.CHOSEN)
    assert weighed.amount_minor == 1
    taxed = SaleLine(1, None, "Milk", 1, 119, 1900, SoldBy.UNIT, LineOrigin.SEEN)
    assert taxed.tax_minor == 19
