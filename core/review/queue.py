"""The queue of recognitions that a person looks through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.catalog.database import Catalog
from core.catalog.records import Product, Recognition, Reference, ReviewFilter, ReviewState
from core.sightings import Candidate, Outcome


@dataclass(frozen=True, slots=True)
class ClosestReference:
    """A reference that spoke for a product. ``similarity`` is a cosine, −1 to 1.

    ``picture`` is relative to the photographs folder. ``is_current`` is false when the reference was removed, moved to
    another product, or its product archived since it spoke.
    """

    reference_id: int
    product_id: int
    product_name: str
    picture: str
    similarity: float
    is_current: bool


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A recognition with everything that a person needs to judge it.

    ``candidates`` carry today's names of products on sale, best first; ``closest`` the references behind the match,
    most similar first.
    """

    recognition: Recognition
    candidates: tuple[Candidate, ...]
    closest: tuple[ClosestReference, ...]

    @property
    def recognition_id(self) -> int:
        return self.recognition.recognition_id

    @property
    def at(self) -> datetime:
        return self.recognition.at

    @property
    def picture(self) -> str:
        """The item's crop, relative to the photographs folder."""
        return self.recognition.picture

    @property
    def outcome(self) -> Outcome:
        return self.recognition.outcome

    @property
    def said(self) -> Candidate | None:
        """What the recognizer puts first; ``None`` when it gave no name."""
        return None if self.outcome is Outcome.UNKNOWN else self.recognition.match.best

    @property
    def score(self) -> float:
        """The belief, 0–1, in the best candidate, whether or not it was enough for a name; 0 without candidates."""
        best = self.recognition.match.best
        return best.score if best else 0.0

    @property
    def state(self) -> ReviewState:
        return self.recognition.state


class ReviewQueue:
    """Reads what there is to review; for the records thread, or any other."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def entries(
        self,
        shown: ReviewFilter = ReviewFilter.DOUBTFUL,
        *,
        day: date | None = None,
        limit: int = 200,
        offset: int = 0,
    ) -> list[ReviewEntry]:
        """A page of entries, newest first, of one day by this machine's clock when given.

        Of the doubtful ones, items without a certain name come before known ones with a narrow lead.
        """
        return self._with_evidence(self._catalog.recognitions.browse(shown, day=day, limit=limit, offset=offset))

    def entries_of(self, recognition_ids: Sequence[int]) -> list[ReviewEntry]:
        """The entries of these recognitions as they are now; those purged meanwhile are left out."""
        return self._with_evidence(self._catalog.recognitions.find_all(recognition_ids))

    def counts(self, *, day: date | None = None) -> dict[ReviewFilter, int]:
        """How many entries each filter shows."""
        return self._catalog.recognitions.counts(day=day)

    def _with_evidence(self, recognitions: list[Recognition]) -> list[ReviewEntry]:
        votes = [vote for item in recognitions for vote in item.match.votes]
        references = self._catalog.references.find([vote.reference_id for vote in votes])
        products = self._catalog.products.find_all(
            [candidate.product_id for item in recognitions for candidate in item.match.candidates]
            + [reference.product_id for reference in references.values()]
        )
        return [_entry(item, references, products) for item in recognitions]


def _entry(item: Recognition, references: dict[int, Reference], products: dict[int, Product]) -> ReviewEntry:
    candidates = tuple(
        Candidate(candidate.product_id, products[candidate.product_id].name, candidate.score)
        for candidate in item.match.candidates
        if candidate.product_id in products and not products[candidate.product_id].is_archived
    )
    closest: list[ClosestReference] = []
    for vote in sorted(item.match.votes, key=lambda vote: -vote.similarity):
        reference = references.get(vote.reference_id)
        if reference is None:
            continue
        product = products[reference.product_id]
        is_current = not reference.is_removed and reference.product_id == vote.product_id and not product.is_archived
        closest.append(
            ClosestReference(
                vote.reference_id, product.product_id, product.name, reference.picture, vote.similarity, is_current
            )
        )
    return ReviewEntry(item, candidates, tuple(closest))
