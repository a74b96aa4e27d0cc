"""The journal of sales in the real database, and what it does when something cannot be written."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import event

from core.catalog.database import Catalog, open_catalog
from core.catalog.records import LineOrigin, ProductDetails, Sale, SaleItem, SaleLine, SaleState, SoldBy
from core.catalog.schema import SaleRow
from core.checkout.catalog_journal import CatalogJournal, ShopFloor
from core.checkout.journal import SaleEvent
from core.errors import DataFolderError, UserError
from core.paths import DataFolder

R = TypeVar("R")


def at_once(call: Callable[[], R], /) -> "Future[R]":
    future: Future[R] = Future()
    future.set_result(call())
    return future


class Desk:
    """A journal whose calls are done at once, with what it told and which sales began."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.told: list[UserError] = []
        self.begun: list[Sale] = []
        self.receipt_error: UserError | None = None
        self.journal = CatalogJournal(
            catalog,
            at_once,
            post=lambda call: call(),
            floor=lambda: ShopFloor("EUR", "Kim"),
            tell=self.told.append,
            paid=self._print,
        )
        product = catalog.products.add(ProductDetails("Oats", price_minor=349))
        self.sale = self.journal.begin()
        self.lines = (SaleLine(1, product.product_id, "Oats", 2, 349, 900, SoldBy.UNIT, LineOrigin.LOOKED_UP),)
        self.journal.record(self.sale.sale_id, self.lines, SaleEvent("added", 1))

    def _print(self, sale: Sale) -> None:
        del sale
        if self.receipt_error is not None:
            raise self.receipt_error


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    catalog = open_catalog(DataFolder(tmp_path / "shop"))
    yield Desk(catalog)
    catalog.close()


def test_a_paid_sale_is_closed_and_the_next_one_begins(desk: Desk) -> None:
    desk.journal.pay(desk.sale.sale_id, desk.lines, payment="card", then=desk.begun.append)
    [following] = desk.begun
    assert (following.number, following.lines) == (desk.sale.number + 1, ())
    paid = desk.catalog.sales.find(desk.sale.sale_id)
    assert paid is not None
    assert (paid.state, paid.total_minor, paid.payment, paid.cashier) == (SaleState.PAID, 698, "card", "Kim")


def test_what_was_handed_over_is_kept_with_the_payment(desk: Desk) -> None:
    desk.journal.pay(desk.sale.sale_id, desk.lines, payment="cash", given_minor=1000, then=desk.begun.append)
    assert desk.catalog.sales.given_minor(desk.sale.sale_id) == 1000


def test_a_payment_of_former_times_tells_nothing_of_what_was_handed_over(desk: Desk) -> None:
    desk.journal.pay(desk.sale.sale_id, desk.lines, payment="cash", then=desk.begun.append)
    assert "given_minor" not in desk.catalog.sales.journal(desk.sale.sale_id)[-1].payload
    assert desk.catalog.sales.given_minor(desk.sale.sale_id) is None
    assert desk.catalog.sales.given_minor(99) is None


def test_a_receipt_that_cannot_be_saved_does_not_bring_the_paid_sale_back(desk: Desk) -> None:
    desk.receipt_error = DataFolderError("The disk is full.", remedy="Free some space.")
    desk.journal.pay(desk.sale.sale_id, desk.lines, payment="cash", then=desk.begun.append)
    assert desk.told == [desk.receipt_error]
    [following] = desk.begun
    assert following.number == desk.sale.number + 1


def test_a_sale_that_cannot_be_closed_goes_on_with_all_its_lines(desk: Desk) -> None:
    desk.catalog.sales.park(desk.sale.sale_id)
    desk.journal.pay(desk.sale.sale_id, desk.lines, payment="cash", then=desk.begun.append)
    assert len(desk.told) == 1
    [following] = desk.begun
    assert following.lines == desk.lines


@pytest.mark.parametrize("act", ["pay", "park", "void"])
def test_a_sale_is_not_closed_when_the_next_one_cannot_be_opened(desk: Desk, act: str) -> None:
    """Otherwise a paid sale would be shown as open, and could neither be paid nor left."""

    def fill_the_disk(_mapper: object, _connection: object, row: SaleRow) -> None:
        if row.number != desk.sale.number:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    event.listen(SaleRow, "before_insert", fill_the_disk)
    try:
        if act == "pay":
            desk.journal.pay(desk.sale.sale_id, desk.lines, payment="cash", then=desk.begun.append)
        elif act == "park":
            desk.journal.park(desk.sale.sale_id, then=desk.begun.append)
        else:
            desk.journal.void(desk.sale.sale_id, reason="customer left", then=desk.begun.append)
    finally:
        event.remove(SaleRow, "before_insert", fill_the_disk)
    assert len(desk.told) == 1
    [following] = desk.begun
    assert (following.sale_id, following.state, following.lines) == (desk.sale.sale_id, SaleState.OPEN, desk.lines)
    desk.journal.pay(desk.sale.sale_id, desk.lines, payment="cash", then=desk.begun.append)
    assert len(desk.told) == 1
    assert desk.begun[-1].number == desk.sale.number + 1


def test_park_recall_and_void_go_through(desk: Desk) -> None:
    desk.journal.park(desk.sale.sale_id, then=desk.begun.append)
    assert desk.begun[-1].sale_id != desk.sale.sale_id
    desk.journal.recall(desk.sale.sale_id, then=desk.begun.append)
    assert desk.begun[-1].lines == desk.lines
    desk.journal.void(desk.sale.sale_id, reason="customer left", then=desk.begun.append)
    voided = desk.catalog.sales.find(desk.sale.sale_id)
    assert voided is not None
    assert voided.state is SaleState.VOID
    assert desk.told == []


def test_what_cannot_be_written_is_told(desk: Desk) -> None:
    desk.catalog.sales.pay(desk.sale.sale_id, payment="cash")
    desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("added", 2))
    assert len(desk.told) == 1


CAN = SaleItem(7, 1, 1, mistaken_for=2, is_personal=True, box=(0.1, 0.2, 0.3, 0.4))
HAND = SaleItem(8, None, None, mistaken_for=1)


def test_the_items_of_a_sale_are_known_when_it_is_opened_again(desk: Desk) -> None:
    desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("added", 1, items=(CAN, HAND)))
    assert desk.journal.begin().items == (CAN, HAND)
    desk.journal.park(desk.sale.sale_id, then=desk.begun.append)
    assert desk.begun[-1].items is None, "a sale that has just begun has none"
    desk.journal.recall(desk.sale.sale_id, then=desk.begun.append)
    assert desk.begun[-1].items == (CAN, HAND)


def test_the_journal_says_of_the_items_only_what_has_changed(desk: Desk) -> None:
    def record(*items: SaleItem) -> dict[str, Any]:
        desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("quantity", 1, items=items))
        assert desk.journal.begin().items == items
        payload = desk.catalog.sales.journal(desk.sale.sale_id)[-1].payload
        return {key: value for key, value in payload.items() if key.endswith("_items")}

    first = record(CAN)
    assert [item["item_id"] for item in first["changed_items"]] == [7]
    assert record(CAN) == {}
    moved = replace(CAN, box=(0.3, 0.2, 0.5, 0.4))
    assert [item["box"][0] for item in record(moved)["changed_items"]] == [0.3]
    assert [item["item_id"] for item in record(moved, HAND)["changed_items"]] == [8]
    assert record(HAND) == {"gone_items": [7]}


def test_boxes_that_tremble_are_not_written_again(desk: Desk) -> None:
    desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("added", 1, items=(CAN,)))
    trembling = replace(CAN, box=(0.105, 0.2, 0.3, 0.4))
    desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("quantity", 1, items=(trembling,)))
    assert desk.journal.begin().items == (CAN,)


def test_items_that_could_not_be_written_are_written_with_the_next_entry(desk: Desk) -> None:
    desk.catalog.sales.park(desk.sale.sale_id)
    desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("added", 1, items=(CAN,)))
    assert len(desk.told) == 1
    desk.catalog.sales.recall(desk.sale.sale_id)
    desk.journal.record(desk.sale.sale_id, desk.lines, SaleEvent("added", 1, items=(CAN, HAND)))
    assert desk.journal.begin().items == (CAN, HAND)


def test_a_sale_of_an_older_journal_opens_without_items(desk: Desk) -> None:
    sales = desk.catalog.sales
    sales.void(desk.sale.sale_id, reason="another one")
    older = desk.journal.begin()
    sales.record_lines(older.sale_id, desk.lines, kind="added", payload={"line_id": 1, "detail": "seen"})
    reopened = desk.journal.begin()
    assert (reopened.items, reopened.lines) == (None, desk.lines)
