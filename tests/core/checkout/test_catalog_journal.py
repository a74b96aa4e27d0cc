"""The journal of sales in the real database, and what it does when something cannot be written."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import pytest

from core.catalog.database import Catalog, open_catalog
from core.catalog.records import LineOrigin, ProductDetails, Sale, SaleLine, SaleState, SoldBy
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
