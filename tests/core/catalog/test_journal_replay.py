"""Whatever happens to a basket, the journal alone tells it again."""

from dataclasses import asdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalog.database import Catalog
from core.catalog.records import LineOrigin, SaleLine, SoldBy

lines = st.builds(
    SaleLine,
    line_id=st.integers(1, 5),
    product_id=st.none(),
    name=st.text(max_size=8),
    quantity=st.integers(1, 99_999),
    unit_price_minor=st.integers(0, 10**9),
    tax_basis_points=st.integers(0, 10_000),
    sold_by=st.sampled_from(SoldBy),
    origin=st.sampled_from(LineOrigin),
    void_reason=st.none() | st.text(max_size=8),
)
baskets = st.lists(lines, max_size=5, unique_by=lambda line: line.line_id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(history=st.lists(baskets, min_size=1, max_size=5))
def test_the_journal_tells_the_basket_again(catalog: Catalog, history: list[list[SaleLine]]) -> None:
    sale = catalog.sales.open(currency="EUR")
    told: dict[int, Any] = {}
    for basket in history:
        catalog.sales.record_lines(sale.sale_id, basket)
        for change in catalog.sales.journal(sale.sale_id)[-1].payload["changes"]:
            assert change["before"] == told.get(change["line_id"])
            told[change["line_id"]] = change["after"]
    current = catalog.sales.current()
    assert current is not None
    assert current.lines == tuple(history[-1])
    assert {key: line for key, line in told.items() if line} == {line.line_id: asdict(line) for line in history[-1]}
    catalog.sales.void(sale.sale_id, reason="next example")
