"""What the catalog hands out: frozen records, never live database rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from core.sightings import Match, Outcome


class SoldBy(StrEnum):
    UNIT = "unit"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """What a person types about a product.

    ``price_minor``: price of one piece, or of one kilogram when sold by weight, in the currency's minor unit (cents),
    tax included. ``tax_basis_points``: 900 is 9 %.
    """

    name: str
    sku: str = ""
    barcode: str = ""
    price_minor: int = 0
    currency: str = "EUR"
    tax_basis_points: int = 0
    sold_by: SoldBy = SoldBy.UNIT


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the shop. ``picture`` is the path of one reference, relative to the photographs folder."""

    product_id: int
    details: ProductDetails
    references: int
    is_archived: bool
    picture: str | None
    created_at: datetime

    @property
    def name(self) -> str:
        return self.details.name


class Origin(StrEnum):
    """Where a reference comes from."""

    ENROLLED = "enrolled"
    IMPORTED = "imported"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Reference:
    """One enrolled photograph. ``picture`` is relative to the photographs folder; ``sha256`` is of the file."""

    reference_id: int
    product_id: int
    picture: str
    sha256: str
    origin: Origin
    created_at: datetime
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class StoredPhotograph:
    """A picture in the photographs folder. ``picture`` is its path in there, ``sha256`` that of the file."""

    picture: str
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class ProductEmbeddings:
    """The active references of one product with their vectors, n×views×d ``float32``, in the order of their ids."""

    product_id: int
    name: str
    reference_ids: tuple[int, ...]
    vectors: npt.NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class ProductReferences:
    """The active references of one product that have a vector: their ids, n ``int64``, ascending."""

    product_id: int
    name: str
    reference_ids: npt.NDArray[np.int64]


class LineOrigin(StrEnum):
    """Why a line is in the basket."""

    SEEN = "seen"
    CHOSEN = "chosen"
    LOOKED_UP = "looked_up"


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line of a basket. ``quantity``: pieces, or grams when sold by weight. Money in minor units, tax included.

    A voided line stays, outside the total. ``picture`` is relative to the photographs folder.
    """

    line_id: int
    product_id: int | None
    name: str
    quantity: int
    unit_price_minor: int
    tax_basis_points: int
    sold_by: SoldBy
    origin: LineOrigin
    picture: str | None = None
    void_reason: str | None = None

    @property
    def is_voided(self) -> bool:
        return self.void_reason is not None

    @property
    def costs_nothing(self) -> bool:
        """Whether it is sold for nothing: on purpose, or as nobody has typed a price."""
        return not self.is_voided and self.unit_price_minor == 0

    @property
    def amount_minor(self) -> int:
        """Price of the line, rounded half up to the minor unit; 0 when voided."""
        if self.is_voided:
            return 0
        total = self.unit_price_minor * self.quantity
        return total if self.sold_by is SoldBy.UNIT else (total + 500) // 1000

    @property
    def tax_minor(self) -> int:
        """The tax contained in the amount, rounded half up."""
        rate = self.tax_basis_points
        return (2 * self.amount_minor * rate + 10_000 + rate) // (2 * (10_000 + rate))


@dataclass(frozen=True, slots=True)
class SaleItem:
    """A thing on the counter that a sale has dealt with; without a line it is not for sale.

    ``item_id`` tells it from the others of the sale, until that is opened again.
    ``product_id`` is what it is sold as; ``is_personal``: a person said so, of what the camera took for
    ``mistaken_for``. ``box``: where it lay, x0, y0, x1, y1 as shares 0–1 of the picture's sides, if that is known.
    """

    item_id: int
    line_id: int | None
    product_id: int | None
    mistaken_for: int | None = None
    is_personal: bool = False
    box: tuple[float, float, float, float] | None = None


class SaleState(StrEnum):
    OPEN = "open"
    PARKED = "parked"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Sale:
    """A basket with its history's latest state.

    ``items``: the things that it has dealt with, for going on with it; ``None`` when they were not noted or not asked
    for.
    """

    sale_id: int
    number: int
    state: SaleState
    currency: str
    lines: tuple[SaleLine, ...]
    opened_at: datetime
    closed_at: datetime | None
    cashier: str = ""
    payment: str = ""
    items: tuple[SaleItem, ...] | None = None

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        return sum(line.tax_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What happened in a sale, as it was written down; never changed, never deleted.

    ``payload`` is plain JSON. Its ``changes`` lists the lines that differ as ``line_id``, ``before``, ``after``.
    """

    entry_id: int
    sale_id: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    cashier: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What was paid on one day, by the clock of this machine, in one currency. ``items``: standing lines' pieces."""

    day: date
    currency: str
    sales: int
    items: int
    total_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class BestSeller:
    """How often a product was paid for. ``pieces`` and ``grams`` count what is sold by unit and by weight."""

    product_id: int | None
    name: str
    currency: str
    sales: int
    pieces: int
    grams: int
    amount_minor: int


class ReviewState(StrEnum):
    """What a person said of a recognition."""

    OPEN = "open"
    RIGHT = "right"
    CORRECTED = "corrected"
    NOT_ITEM = "not_item"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Recognition:
    """One item that was recognized at the counter, kept for review. ``picture``: its crop in the photographs folder."""

    recognition_id: int
    at: datetime
    sale_id: int | None
    picture: str
    match: Match
    state: ReviewState
    product_id: int | None
    product_name: str | None

    @property
    def outcome(self) -> Outcome:
        return self.match.outcome


class ReviewFilter(StrEnum):
    """Which recognitions a person wants to see.

    ``DOUBTFUL``: nobody has said anything yet, and the recognizer was not sure. ``UNKNOWN``: of these, the ones without
    a name. ``CORRECTED``: a person disagreed. ``ALL``: everything.
    """

    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    CORRECTED = "corrected"
    ALL = "all"


class Act(StrEnum):
    """What a person says of a recognition: it is right, it is this product, it is no item, or it does not matter."""

    RIGHT = "right"
    PRODUCT = "product"
    NOT_ITEM = "not_item"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one recognition; those of one ``batch`` were said together and are undone together.

    ``said_outcome`` and ``said_product_id`` are what the recognizer had said first. ``reference_id``: the reference
    made from the crop, if any. ``withdrawn``: references of other products that earlier words had made from it, which
    this one sets aside, and undoing it brings back; told by those two alone.
    """

    correction_id: int
    batch: int
    at: datetime
    recognition_id: int
    act: Act
    said_outcome: Outcome
    said_product_id: int | None
    product_id: int | None
    reference_id: int | None
    cashier: str
    undone_at: datetime | None
    withdrawn: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftShot:
    """A photograph taken while enrolling. ``quality`` is plain JSON; ``reason`` says why it was not kept."""

    shot_id: int
    picture: str
    sha256: str
    quality: Mapping[str, Any]
    is_kept: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """An enrollment in progress. ``details.name`` may still be empty; ``product_id``: more shots for that product."""

    draft_id: int
    product_id: int | None
    details: ProductDetails
    shots: tuple[DraftShot, ...]
    created_at: datetime

    @property
    def kept(self) -> tuple[DraftShot, ...]:
        return tuple(shot for shot in self.shots if shot.is_kept)


@dataclass(frozen=True, slots=True)
class FinishedDraft:
    """The product that a draft became, and which of its references each kept shot is now (shot id → reference id)."""

    product: Product
    references: tuple[Reference, ...]
    reference_of_shot: Mapping[int, int]
