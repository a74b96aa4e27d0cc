"""The numbers of a day, gathered from the catalog."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.catalog.correction_log import Confusion
from core.catalog.database import Catalog
from core.catalog.records import BestSeller, DayTotals, Recognition, ReviewState, Sale, SaleState
from core.sightings import Outcome

_MOST_RECOGNITIONS = 50_000


@dataclass(frozen=True, slots=True)
class RecognitionFigures:
    """How a day's items were recognized, and how many of those that a person judged were right."""

    outcomes: dict[Outcome, int] = field(default_factory=dict)
    judged: int = 0
    judged_right: int = 0

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a day came to, in one currency. ``hours``: amounts in minor units, by the hour of payment, where there was
    a sale."""

    totals: DayTotals
    hours: Mapping[int, int]
    voided_sales: int
    best_sellers: tuple[BestSeller, ...]
    recognitions: RecognitionFigures
    confusions: tuple[Confusion, ...]

    @property
    def average_minor(self) -> int:
        """The average paid sale, rounded half up; 0 without sales."""
        sales = self.totals.sales
        return (2 * self.totals.total_minor + sales) // (2 * sales) if sales else 0

    @property
    def is_empty(self) -> bool:
        return not (self.totals.sales or self.voided_sales or self.recognitions.total or self.confusions)


def gather_day(catalog: Catalog, day: date, *, currency: str) -> DayFigures:
    """Read the figures of a day by the clock of this machine; only sales in ``currency`` count."""
    totals = [found for found in catalog.figures.day_totals(day, day) if found.currency == currency]
    sales = catalog.sales.closed_on(day)
    sellers = [seller for seller in catalog.figures.best_sellers(day, day, limit=50) if seller.currency == currency]
    return DayFigures(
        totals=totals[0] if totals else DayTotals(day, currency, 0, 0, 0, 0),
        hours=amounts_by_hour(sales, currency),
        voided_sales=sum(sale.state is SaleState.VOID and bool(sale.lines) for sale in sales),
        best_sellers=tuple(sellers),
        recognitions=count_recognitions(catalog.recognitions.browse(day=day, limit=_MOST_RECOGNITIONS)),
        confusions=tuple(catalog.corrections.confusions(day, day)),
    )


def amounts_by_hour(sales: Iterable[Sale], currency: str) -> dict[int, int]:
    """What was paid in ``currency`` in each hour of this machine's clock with a sale, be it one of nothing."""
    hours: Counter[int] = Counter()
    for sale in sales:
        if sale.state is SaleState.PAID and sale.currency == currency and sale.closed_at is not None:
            hours[sale.closed_at.astimezone().hour] += sale.total_minor
    return dict(hours)


def count_recognitions(recognitions: Iterable[Recognition]) -> RecognitionFigures:
    """Count outcomes, and how often people agreed."""
    outcomes: Counter[Outcome] = Counter()
    states: Counter[ReviewState] = Counter()
    for recognition in recognitions:
        outcomes[recognition.outcome] += 1
        states[recognition.state] += 1
    right = states[ReviewState.RIGHT]
    return RecognitionFigures(dict(outcomes), right + states[ReviewState.CORRECTED], right)
