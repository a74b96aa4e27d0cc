"""Sales: one open, others parked, everything written down."""

import sqlite3
from datetime import date, timedelta

import pytest

from core.catalog.database import Catalog
from core.catalog.records import LineOrigin, SaleLine, SaleState, SoldBy
from core.catalog.sales import GAVE_WAY, SaleError
from tests.core.catalog.shop import Clock, enroll, line


def test_a_sale_is_recalled_as_it_was_left(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR", cashier="Ann")
    assert (sale.number, sale.state, sale.lines) == (1, SaleState.OPEN, ())
    lines = (line(2), line(1, quantity=3), line(5, reason="broken"))
    catalog.sales.record_lines(sale.sale_id, lines, kind="added")
    again = catalog.sales.open(currency="USD", cashier="Bob")
    assert again.lines == lines
    assert (again.sale_id, again.currency, again.cashier) == (sale.sale_id, "EUR", "Ann")
    assert catalog.sales.current() == again


def test_a_sale_without_lines_takes_the_currency_of_the_shop(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR")
    yen = catalog.sales.open(currency="JPY")
    assert (yen.sale_id, yen.currency) == (sale.sale_id, "JPY")
    catalog.sales.record_lines(sale.sale_id, [line(1, reason="broken")])
    assert catalog.sales.open(currency="USD").currency == "JPY"


def test_every_field_of_a_line_comes_back(catalog: Catalog) -> None:
    product, references = enroll(catalog, "Apples")
    full = SaleLine(
        7, product.product_id, "Apples", 1250, 399, 700, SoldBy.WEIGHT, LineOrigin.CHOSEN, references[0].picture, "bad"
    )
    sale = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(sale.sale_id, [full])
    assert catalog.sales.open(currency="EUR").lines == (full,)


def test_the_journal_says_what_changed_and_nothing_vanishes(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR", cashier="Ann")
    catalog.sales.record_lines(sale.sale_id, [line(1), line(2)], kind="added", payload={"line_id": 2})
    catalog.sales.record_lines(
        sale.sale_id, [line(2, reason="broken")], kind="voided", cashier="Bob", reason="broken pack"
    )
    opened, added, voided = catalog.sales.journal(sale.sale_id)
    assert (opened.kind, opened.cashier) == ("opened", "Ann")
    assert added.payload["line_id"] == 2
    assert [(change["line_id"], change["before"]) for change in added.payload["changes"]] == [(1, None), (2, None)]
    assert (voided.kind, voided.cashier, voided.reason) == ("voided", "Bob", "broken pack")
    gone, void = voided.payload["changes"]
    assert (gone["before"]["name"], gone["after"]) == ("Thing 1", None)
    assert (void["before"]["void_reason"], void["after"]["void_reason"]) == (None, "broken")
    assert opened.at < added.at < voided.at


def test_the_journal_cannot_be_changed_by_anyone(catalog: Catalog) -> None:
    catalog.sales.open(currency="EUR")
    other = sqlite3.connect(catalog.path)
    for statement in ("UPDATE sale_event SET reason = 'x'", "DELETE FROM sale_event"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    other.close()


def test_paying_closes_the_sale_and_the_next_number_follows(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR")
    paid = catalog.sales.pay(sale.sale_id, payment="card", lines=[line(1, price=1000)], cashier="Ann")
    assert (paid.state, paid.payment, paid.cashier, paid.total_minor) == (SaleState.PAID, "card", "Ann", 1000)
    assert paid.closed_at is not None
    assert catalog.sales.find(sale.sale_id) == catalog.sales.with_number(1) == paid
    assert catalog.sales.journal(sale.sale_id)[-1].payload["total_minor"] == 1000
    assert catalog.sales.current() is None
    assert catalog.sales.open(currency="EUR").number == 2


def test_a_closed_sale_takes_nothing_more(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR")
    catalog.sales.pay(sale.sale_id, payment="cash", lines=[line(1)])
    with pytest.raises(SaleError, match="Sale 1 is paid"):
        catalog.sales.record_lines(sale.sale_id, [])
    with pytest.raises(SaleError):
        catalog.sales.pay(sale.sale_id, payment="cash")
    with pytest.raises(SaleError):
        catalog.sales.void(sale.sale_id, reason="late")
    with pytest.raises(SaleError):
        catalog.sales.park(sale.sale_id)
    with pytest.raises(SaleError):
        catalog.sales.recall(sale.sale_id)
    with pytest.raises(LookupError):
        catalog.sales.pay(99, payment="cash")
    found = catalog.sales.find(sale.sale_id)
    assert found is not None
    assert found.lines == (line(1),)


def test_parking_and_recalling(catalog: Catalog) -> None:
    first = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(first.sale_id, [line(1)])
    assert catalog.sales.park(first.sale_id, cashier="Ann").state is SaleState.PARKED
    second = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(second.sale_id, [line(1, quantity=2)])
    assert [sale.number for sale in catalog.sales.parked()] == [1]
    with pytest.raises(SaleError, match="Sale 2 is not finished"):
        catalog.sales.recall(first.sale_id)
    catalog.sales.park(second.sale_id)
    recalled = catalog.sales.recall(first.sale_id)
    assert (recalled.state, recalled.lines) == (SaleState.OPEN, (line(1),))
    assert [sale.number for sale in catalog.sales.parked()] == [2]
    assert [entry.kind for entry in catalog.sales.journal(first.sale_id)] == ["opened", "lines", "parked", "recalled"]


def test_an_empty_sale_gives_way_to_a_recalled_one(catalog: Catalog) -> None:
    parked = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(parked.sale_id, [line(1)])
    catalog.sales.park(parked.sale_id)
    empty = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(empty.sale_id, [line(1, reason="taken back")])
    assert catalog.sales.recall(parked.sale_id).number == 1
    found = catalog.sales.find(empty.sale_id)
    assert found is not None
    assert found.state is SaleState.VOID
    assert catalog.sales.journal(empty.sale_id)[-1].reason == GAVE_WAY


def test_a_sale_that_is_called_off_stays_with_its_reason(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(sale.sale_id, [line(1)])
    void = catalog.sales.void(sale.sale_id, reason="customer left", cashier="Ann")
    assert (void.state, void.lines) == (SaleState.VOID, (line(1),))
    entry = catalog.sales.journal(sale.sale_id)[-1]
    assert (entry.reason, entry.cashier) == ("customer left", "Ann")


def test_two_lines_with_one_number_are_a_bug(catalog: Catalog) -> None:
    sale = catalog.sales.open(currency="EUR")
    with pytest.raises(ValueError, match="same line_id"):
        catalog.sales.record_lines(sale.sale_id, [line(1), line(1)])
    assert [entry.kind for entry in catalog.sales.journal(sale.sale_id)] == ["opened"]


def test_the_day_s_sales_and_sums(catalog: Catalog, clock: Clock) -> None:
    today = clock.time.astimezone().date()
    _sell(catalog, line(1, quantity=2, price=100), line(2, price=50, reason="broken"))
    _sell(catalog, line(1, price=300))
    void = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(void.sale_id, [line(1, price=9999)])
    catalog.sales.void(void.sale_id, reason="left")
    clock.forward(days=2)
    later = clock.time.astimezone().date()
    _sell(catalog, line(1, price=7), currency="USD")
    catalog.sales.open(currency="EUR")

    assert [sale.number for sale in catalog.sales.closed_on(today)] == [3, 2, 1]
    assert [sale.number for sale in catalog.sales.closed_on(later)] == [4]
    assert catalog.sales.closed_on(today - timedelta(days=1)) == []
    first, last = catalog.figures.day_totals(today, later)
    assert (first.day, first.currency, first.sales, first.items, first.total_minor) == (today, "EUR", 2, 3, 500)
    assert first.tax_minor == sum(sale.tax_minor for sale in catalog.sales.closed_on(today) if sale.number < 3)
    assert (last.day, last.currency, last.sales, last.total_minor) == (later, "USD", 1, 7)
    assert catalog.figures.day_totals(date(2001, 1, 1), date(2001, 1, 31)) == []


def test_best_sellers_by_what_they_brought(catalog: Catalog, clock: Clock) -> None:
    today = clock.time.astimezone().date()
    milk, _ = enroll(catalog, "Milk", seed=1)
    apples, _ = enroll(catalog, "Apples", seed=2)

    def sold(line_id: int, product_id: int, name: str, quantity: int, by: SoldBy = SoldBy.UNIT) -> SaleLine:
        return SaleLine(line_id, product_id, name, quantity, 200, 0, by, LineOrigin.SEEN)

    _sell(catalog, sold(1, milk.product_id, "Milk", 2), sold(2, apples.product_id, "Apples", 1500, SoldBy.WEIGHT))
    _sell(catalog, sold(1, milk.product_id, "Milk, new name", 1), line(2, price=5000, reason="void"))
    best, second = catalog.figures.best_sellers(today, today)
    assert (best.product_id, best.name, best.sales, best.pieces) == (milk.product_id, "Milk, new name", 2, 3)
    assert best.amount_minor == 600
    assert (second.name, second.grams, second.pieces, second.amount_minor) == ("Apples", 1500, 0, 300)
    assert len(catalog.figures.best_sellers(today, today, limit=1)) == 1


def _sell(catalog: Catalog, *lines: SaleLine, currency: str = "EUR") -> None:
    sale = catalog.sales.open(currency=currency)
    catalog.sales.pay(sale.sale_id, payment="cash", lines=lines)
