"""The numbers of a day, counted from its sales and recognitions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo

from core.catalog.records import Recognition, ReviewState, Sale, SaleState, SoldBy
from core.sightings import Outcome


@dataclass(frozen=True, slots=True)
class BestSeller:
    """A product with what it sold. ``pieces`` counts a line sold by weight as one; ``amount_minor`` includes tax."""

    name: str
    pieces: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """How often items of ``shown`` were first called ``said``; an empty ``said`` means that no name was given."""

    said: str
    shown: str
    times: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a day came to. Money in minor units of ``currency``, tax included.

    ``hours`` holds 24 amounts, by the local hour in which a sale was paid.
    """

    currency: str = "EUR"
    sales: int = 0
    pieces: int = 0
    total_minor: int = 0
    tax_minor: int = 0
    voided_sales: int = 0
    hours: tuple[int, ...] = (0,) * 24
    best_sellers: tuple[BestSeller, ...] = ()
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    judged: int = 0
    judged_right: int = 0
    mistakes: tuple[Mistake, ...] = ()

    @property
    def average_minor(self) -> int:
        """The average paid sale, rounded half up; 0 without sales."""
        return (2 * self.total_minor + self.sales) // (2 * self.sales) if self.sales else 0

    @property
    def recognized(self) -> int:
        return sum(self.outcomes.values())

    @property
    def is_empty(self) -> bool:
        return not self.sales and not self.voided_sales and not self.recognized


def count_day(
    sales: Iterable[Sale], recognitions: Iterable[Recognition], *, currency: str, zone: tzinfo | None = None
) -> DayFigures:
    """Count paid sales in ``currency`` and every recognition; ``zone`` ``None`` is the computer's own."""
    sales = list(sales)
    paid = [sale for sale in sales if sale.state is SaleState.PAID and sale.currency == currency]
    hours = [0] * 24
    for sale in paid:
        hours[(sale.closed_at or sale.opened_at).astimezone(zone).hour] += sale.total_minor
    sellers = _best_sellers(paid)
    outcomes: Counter[Outcome] = Counter()
    mistakes: Counter[tuple[str, str]] = Counter()
    right = judged = 0
    for recognition in recognitions:
        outcomes[recognition.outcome] += 1
        judged += recognition.state in {ReviewState.RIGHT, ReviewState.CORRECTED}
        right += recognition.state is ReviewState.RIGHT
        if recognition.state is ReviewState.CORRECTED and recognition.product_name:
            best = recognition.match.best
            named = best is not None and recognition.outcome is not Outcome.UNKNOWN
            mistakes[(best.name if best and named else "", recognition.product_name)] += 1
    return DayFigures(
        currency=currency,
        sales=len(paid),
        pieces=sum(seller.pieces for seller in sellers),
        total_minor=sum(sale.total_minor for sale in paid),
        tax_minor=sum(sale.tax_minor for sale in paid),
        voided_sales=sum(sale.state is SaleState.VOID for sale in sales),
        hours=tuple(hours),
        best_sellers=sellers,
        outcomes=dict(outcomes),
        judged=judged,
        judged_right=right,
        mistakes=tuple(Mistake(said, shown, times) for (said, shown), times in mistakes.most_common()),
    )


def _best_sellers(paid: Iterable[Sale]) -> tuple[BestSeller, ...]:
    pieces: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for sale in paid:
        for line in sale.lines:
            if not line.is_voided:
                pieces[line.name] += line.quantity if line.sold_by is SoldBy.UNIT else 1
                amounts[line.name] += line.amount_minor
    ranked = sorted(pieces, key=lambda name: (-pieces[name], -amounts[name], name))
    return tuple(BestSeller(name, pieces[name], amounts[name]) for name in ranked)
