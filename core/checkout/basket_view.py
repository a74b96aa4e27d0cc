"""What the checkout shows: the basket and the questions that need a person."""

from dataclasses import dataclass, field

from core.catalog.records import SaleLine, SaleState
from core.frames import Pixels
from core.sightings import Box, Outcome


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product offered as an answer. ``score`` in 0–1, ``None`` when it was not recognized but looked up.

    ``picture`` is relative to the photographs folder.
    """

    product_id: int
    name: str
    price_minor: int
    score: float | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An item that needs a person: which of the choices is it, or what is it at all?

    ``crop`` is the item's picture, H×W×3 ``uint8`` RGB.
    """

    track_id: int
    box: Box
    outcome: Outcome
    choices: tuple[ProductChoice, ...]
    crop: Pixels = field(repr=False)


@dataclass(frozen=True, slots=True)
class BasketView:
    """The sale in progress. Money in minor units of ``currency``, tax included in every amount.

    ``selected_line`` is the line that changed last. ``parked`` counts the sales set aside.
    """

    sale_id: int
    number: int
    state: SaleState
    currency: str
    lines: tuple[SaleLine, ...]
    total_minor: int
    tax_minor: int
    selected_line: int | None = None
    parked: int = 0

    @property
    def items(self) -> int:
        """Pieces in the basket; a line sold by weight counts once."""
        return sum(line.quantity if line.sold_by == "unit" else 1 for line in self.lines if not line.is_voided)
