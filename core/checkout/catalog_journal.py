"""The journal of sales in the shop's database, written on the records thread."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.catalog.database import Catalog
from core.catalog.records import Sale, SaleItem, SaleLine
from core.checkout.item_notes import items_changed, read_items
from core.checkout.journal import Begin, SaleEvent
from core.errors import UserError
from core.worker import Submit


@dataclass(frozen=True, slots=True)
class ShopFloor:
    """Whose sales these are: read anew for each entry, because a cashier may change in between."""

    currency: str
    cashier: str


class CatalogJournal:
    """Keeps sales in the catalog. Calls come from the vision thread and return at once.

    ``post`` runs a call on the vision thread. ``tell`` is given what could not be written; ``paid`` gets each paid
    sale, on the records thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        submit: Submit,
        *,
        post: Callable[[Callable[[], None]], object],
        floor: Callable[[], ShopFloor],
        tell: Callable[[UserError], None],
        paid: Callable[[Sale], None],
    ) -> None:
        self._catalog = catalog
        self._submit = submit
        self._post = post
        self._floor = floor
        self._tell = tell
        self._paid = paid
        self._noted: dict[int, SaleItem] | None = None
        self._noted_sale = 0

    def begin(self) -> Sale:
        """The sale in progress as it was left, or a fresh one; for the records thread. Raises ``UserError``."""
        floor = self._floor()
        return self._with_items(self._catalog.sales.open(currency=floor.currency, cashier=floor.cashier))

    def record(self, sale_id: int, lines: tuple[SaleLine, ...], event: SaleEvent) -> None:
        cashier = self._floor().cashier

        def write() -> None:
            changed, noted = items_changed(self._noted if sale_id == self._noted_sale else None, event.items)
            self._catalog.sales.record_lines(
                sale_id,
                lines,
                kind=event.kind,
                payload={"line_id": event.line_id, "detail": event.detail, **changed},
                cashier=cashier,
                reason=event.reason,
            )
            self._noted, self._noted_sale = noted, sale_id

        self._try(write)

    def pay(
        self, sale_id: int, lines: tuple[SaleLine, ...], *, payment: str, given_minor: int | None = None, then: Begin
    ) -> None:
        floor = self._floor()

        def close() -> Sale:
            sale = self._catalog.sales.pay(
                sale_id,
                payment=payment,
                given_minor=given_minor,
                lines=lines,
                cashier=floor.cashier,
                next_currency=floor.currency,
            )
            try:
                self._paid(sale)
            except UserError as error:
                # The sale is paid all the same: only its receipt is missing.
                self._tell(error)
            return self.begin()

        self._follow(close, sale_id, lines, then)

    def void(self, sale_id: int, *, reason: str, then: Begin) -> None:
        floor = self._floor()

        def close() -> Sale:
            self._catalog.sales.void(sale_id, reason=reason, cashier=floor.cashier, next_currency=floor.currency)
            return self.begin()

        self._follow(close, sale_id, None, then)

    def park(self, sale_id: int, *, then: Begin) -> None:
        floor = self._floor()

        def close() -> Sale:
            self._catalog.sales.park(sale_id, cashier=floor.cashier, next_currency=floor.currency)
            return self.begin()

        self._follow(close, sale_id, None, then)

    def recall(self, sale_id: int, *, then: Begin) -> None:
        cashier = self._floor().cashier

        def open_again() -> Sale:
            return self._with_items(self._catalog.sales.recall(sale_id, cashier=cashier))

        self._follow(open_again, None, None, then)

    def _with_items(self, sale: Sale) -> Sale:
        """The sale with the items that its journal tells of; as it is when that is older than these."""
        return replace(sale, items=read_items(entry.payload for entry in self._catalog.sales.journal(sale.sale_id)))

    def _follow(
        self, close: Callable[[], Sale], sale_id: int | None, lines: tuple[SaleLine, ...] | None, then: Begin
    ) -> None:
        def work() -> None:
            try:
                following = close()
            except UserError as error:
                # The sale could not be closed, so it goes on as it is: nothing that was in it may be lost.
                self._tell(error)
                former = self._catalog.sales.find(sale_id) if sale_id is not None else None
                following = self.begin() if former is None else self._with_items(former)
                if lines is not None:
                    following = replace(following, lines=lines)
            self._post(lambda: then(following))

        self._submit(work)

    def _try(self, write: Callable[[], None]) -> None:
        def work() -> None:
            try:
                write()
            except UserError as error:
                self._tell(error)

        self._submit(work)
