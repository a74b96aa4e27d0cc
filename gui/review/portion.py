"""What the review page reads of the queue at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from core.catalog.records import ReviewFilter
from core.review.queue import ReviewEntry
from core.review.review import Review

PORTION: Final = 120
"""So many entries are read at a time."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Part of the queue, from ``offset`` on, with the counts of all filters and pictures of the products it names."""

    entries: tuple[ReviewEntry, ...]
    counts: dict[ReviewFilter, int]
    offset: int
    pictures: dict[int, str]
    is_last: bool

    @classmethod
    def read(cls, review: Review, shown: ReviewFilter, offset: int, *, limit: int) -> "Portion":
        """Doubtful and unknown items of any day, corrected and all of today."""
        today = date.today()
        day = today if shown in {ReviewFilter.CORRECTED, ReviewFilter.ALL} else None
        entries = review.queue.entries(shown, day=day, limit=limit, offset=offset)
        counts = review.queue.counts()
        of_today = review.queue.counts(day=today)
        for of_day in (ReviewFilter.CORRECTED, ReviewFilter.ALL):
            counts[of_day] = of_today[of_day]
        named = review.catalog.products.find_all(
            [candidate.product_id for entry in entries for candidate in entry.candidates]
        )
        pictures = {key: product.picture for key, product in named.items() if product.picture}
        return cls(tuple(entries), counts, offset, pictures, is_last=len(entries) < limit)
