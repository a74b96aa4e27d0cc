"""What the catalog hands out: frozen records, never live database rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


class SaleState(StrEnum):
    OPEN = "open"
    PARKED = "parked"
    PAID = "paid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Sale:
    """A basket with its history's latest state."""

    sale_id: int
    number: int
    state: SaleState
    currency: str
    lines: tuple[SaleLine, ...]
    opened_at: datetime
    closed_at: datetime | None
    cashier: str = ""
    payment: str = ""

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        return sum(line.tax_minor for line in self.lines)


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
