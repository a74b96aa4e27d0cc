"""A small shop, a journal in memory and sightings as plain data, for tests of the checkout."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from core.catalog.records import LineOrigin, Product, ProductDetails, Sale, SaleItem, SaleLine, SaleState, SoldBy
from core.checkout.journal import Begin, SaleEvent
from core.checkout.session import CheckoutSession
from core.frames import Frame
from core.settings import CheckoutSettings
from core.sightings import Candidate, Match, Outcome, Sighting, Track

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def product(number: int, *, price: int = 100, sold_by: SoldBy = SoldBy.UNIT, barcode: str = "") -> Product:
    details = ProductDetails(
        name=f"Product {number}", barcode=barcode, price_minor=price, tax_basis_points=900, sold_by=sold_by
    )
    return Product(number, details, references=20, is_archived=False, picture=None, created_at=START)


SHELF: Mapping[int, Product] = {
    1: product(1, price=120, barcode="4006381333931"),
    2: product(2, price=110),
    3: product(3, price=90),
    4: product(4, price=250, sold_by=SoldBy.WEIGHT),
}


def sale(number: int = 1, lines: tuple[SaleLine, ...] = ()) -> Sale:
    return Sale(number, number, SaleState.OPEN, "EUR", lines, START, None)


def line(line_id: int, product_id: int, quantity: int = 1, *, origin: LineOrigin = LineOrigin.SEEN) -> SaleLine:
    details = SHELF[product_id].details
    return SaleLine(
        line_id,
        product_id,
        details.name,
        quantity,
        details.price_minor,
        details.tax_basis_points,
        details.sold_by,
        origin,
    )


@dataclass
class MemoryJournal:
    """Keeps the journal's whole contract in lists: in order, at once, next sale handed over by ``open_next``."""

    events: list[SaleEvent] = field(default_factory=list)
    lines: tuple[SaleLine, ...] = ()
    items: tuple[SaleItem, ...] | None = None
    closed: list[tuple[int, str]] = field(default_factory=list)
    parked: dict[int, Sale] = field(default_factory=dict)
    waiting: list[tuple[Sale, Begin]] = field(default_factory=list)
    next_number: int = 2

    def record(self, sale_id: int, lines: tuple[SaleLine, ...], event: SaleEvent) -> None:
        self.events.append(event)
        self.lines, self.items = lines, event.items

    def pay(
        self, sale_id: int, lines: tuple[SaleLine, ...], *, payment: str, given_minor: int | None = None, then: Begin
    ) -> None:
        self.closed.append((sale_id, payment))
        self._follow(then)

    def void(self, sale_id: int, *, reason: str, then: Begin) -> None:
        self.closed.append((sale_id, f"void: {reason}"))
        self._follow(then)

    def park(self, sale_id: int, *, then: Begin) -> None:
        self.parked[sale_id] = self.kept(sale_id)
        self._follow(then)

    def recall(self, sale_id: int, *, then: Begin) -> None:
        self.waiting.append((self.parked.pop(sale_id), then))

    def kept(self, sale_id: int) -> Sale:
        """The sale as it is written down."""
        return replace(sale(sale_id, self.lines), items=self.items)

    def open_next(self) -> None:
        for fresh, then in self.waiting:
            then(fresh)
        self.waiting.clear()

    def _follow(self, then: Begin) -> None:
        self.waiting.append((sale(self.next_number), then))
        self.next_number += 1


@dataclass
class MemoryLog:
    recognitions: list[tuple[int, Match]] = field(default_factory=list)
    answers: list[tuple[int, int | None]] = field(default_factory=list)

    def recognized(self, item_id: int, track_id: int, match: Match, *, sale_id: int) -> None:
        self.recognitions.append((item_id, match))

    def answered(self, item_id: int, product_id: int | None) -> None:
        self.answers.append((item_id, product_id))


@dataclass
class Counter:
    """A checkout with its journal, and a clock that goes by frames."""

    session: CheckoutSession
    journal: MemoryJournal
    log: MemoryLog
    size: tuple[int, int] = (640, 480)
    clock: float = 100.0
    sequence: int = 0

    def shows(self, *sightings: Sighting, seconds: float = 0.1) -> None:
        self.clock += seconds
        self.sequence += 1
        pixels = np.full((self.size[1], self.size[0], 3), 128, np.uint8)
        self.session.observe(sightings, Frame.of(pixels, sequence=self.sequence, captured_at=self.clock))

    def amounts(self) -> dict[str, int]:
        return {entry.name: entry.quantity for entry in self.session.view().lines if not entry.is_voided}


def counter(*, mode: str = "place", lines: tuple[SaleLine, ...] = (), ask_possible: bool = True) -> Counter:
    journal, log = MemoryJournal(lines=lines), MemoryLog()
    settings = CheckoutSettings.model_validate({"mode": mode, "ask_possible": ask_possible})
    session = CheckoutSession(sale(1, lines), journal=journal, items=log, products=SHELF, settings=settings)
    return Counter(session, journal, log)


def reopened(desk: Counter) -> Counter:
    """The same sale in another run of the program, which knows no more than the journal."""
    journal, log = MemoryJournal(lines=desk.journal.lines, items=desk.journal.items), MemoryLog()
    session = CheckoutSession(
        journal.kept(1), journal=journal, items=log, products=SHELF, settings=desk.session.settings
    )
    return Counter(session, journal, log)


def seen(
    track_id: int,
    product_id: int,
    *,
    at: tuple[float, float] = (100, 100),
    size: tuple[float, float] = (80, 80),
    outcome: Outcome = Outcome.KNOWN,
    settled: bool = True,
    moving: bool = False,
    covered: bool = False,
    missed: int = 0,
) -> Sighting:
    """A sighting of an item, 80×80 unless said, whose looks agree on a product."""
    ranked = [product_id, *(other for other in SHELF if other != product_id)]
    candidates = tuple(Candidate(other, SHELF[other].name, 0.9 / (rank + 1)) for rank, other in enumerate(ranked))
    track = Track(
        track_id,
        (at[0], at[1], at[0] + size[0], at[1] + size[1]),
        score=0.9,
        age=10,
        missed=missed,
        is_moving=moving,
        is_covered=covered,
    )
    return Sighting(track, Match(outcome, candidates), looks=3, agreement=1.0, is_settled=settled)
