"""Where a sale in progress is written down, so that nothing is lost when the program dies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.catalog.records import Sale, SaleItem, SaleLine
from core.sightings import Match


@dataclass(frozen=True, slots=True)
class SaleEvent:
    """One act at the checkout. ``kind`` such as ``added``, ``voided``, ``quantity``, ``price``; never deleted.

    ``items``: all things that the sale has dealt with by then, so that they are known when it is opened again.
    """

    kind: str
    line_id: int | None = None
    detail: str = ""
    reason: str = ""
    items: tuple[SaleItem, ...] = ()


Begin = Callable[[Sale], None]
"""Called on the session's thread with the sale that is in progress from now on."""


class SaleJournal(Protocol):
    """Keeps sales; every call returns at once and takes effect in the order of the calls."""

    def record(self, sale_id: int, lines: tuple[SaleLine, ...], event: SaleEvent) -> None: ...

    def pay(
        self, sale_id: int, lines: tuple[SaleLine, ...], *, payment: str, given_minor: int | None = None, then: Begin
    ) -> None:
        """``given_minor``: what the customer handed over; ``None`` where nobody counted it."""
        ...

    def void(self, sale_id: int, *, reason: str, then: Begin) -> None: ...

    def park(self, sale_id: int, *, then: Begin) -> None: ...

    def recall(self, sale_id: int, *, then: Begin) -> None: ...


class ItemLog(Protocol):
    """Keeps what was recognized, for review; every call returns at once.

    ``item_id`` is the session's own number of the physical item.
    """

    def recognized(self, item_id: int, track_id: int, match: Match, *, sale_id: int) -> None: ...

    def answered(self, item_id: int, product_id: int | None) -> None:
        """A person said what the item is; ``None``: not an item."""
        ...
