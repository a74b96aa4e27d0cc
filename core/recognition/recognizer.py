"""From embeddings to matches: prototypes name the product, single references show why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core.errors import ModelError
from core.recognition.unknown import Calibration
from core.recognition.vector_index import VectorIndex, Vectors
from core.sightings import Candidate, Match, Vote

_SHORTLIST = 32
_CANDIDATES = 5
_VOTES = 6


@dataclass(frozen=True, slots=True)
class EnrolledProduct:
    """A product as the recognizer knows it; its references are rows ``start`` to ``stop`` of the reference table.

    ``typical``: the cosine that its references usually have to the rest of them.
    """

    product_id: int
    name: str
    start: int
    stop: int
    typical: float


@dataclass(frozen=True, slots=True)
class RankedProduct:
    """A product with the cosine to its prototype in the whitened space, −1 to 1."""

    product_id: int
    name: str
    score: float


class Recognizer:
    """Says which product a crop shows. Immutable, usable from any thread.

    ``index`` holds one prototype per product behind the whitening transform; ``references`` R×r are the whitened unit
    rows of all references, ``reference_ids`` their R ids, grouped by product as ``enrolled`` says.
    """

    def __init__(
        self,
        index: VectorIndex,
        enrolled: Sequence[EnrolledProduct],
        references: Vectors,
        reference_ids: npt.NDArray[np.int64],
        calibration: Calibration,
    ) -> None:
        self._index = index
        self._enrolled = tuple(enrolled)
        self._references = _read_only(references)
        self._reference_ids = _read_only(reference_ids)
        self.calibration = calibration

    @property
    def products(self) -> int:
        """How many products it knows."""
        return len(self._enrolled)

    @property
    def references(self) -> int:
        """How many references stand behind them."""
        return len(self._reference_ids)

    @property
    def dimension(self) -> int:
        return self._index.dimension

    def match(self, looks: Vectors) -> Match:
        """The match of k×d looks of ONE item (k ≥ 1), which are averaged; raises ``ModelError`` for NaN."""
        if len(looks) == 0:
            raise ValueError("a match needs at least one look")
        return self.match_each(np.asarray(np.mean(looks, axis=0, keepdims=True), np.float32))[0]

    def match_each(self, vectors: Vectors) -> list[Match]:
        """One match for each of n×d vectors; raises ``ModelError`` for NaN or infinite numbers."""
        if not np.isfinite(vectors).all():
            raise ModelError(
                "The embedder gave numbers that are not finite.", remedy="Choose another embedder in the settings."
            )
        if not self._enrolled:
            return [Match.nothing()] * len(vectors)
        looks = self._index.transformed(vectors)
        nearest, rows = self._index.search(vectors, _SHORTLIST)
        return [self._match(look, near, row) for look, near, row in zip(looks, nearest, rows, strict=True)]

    def transformed(self, vectors: Vectors) -> Vectors:
        """n×d raw vectors → n×r unit rows of the whitened space, in which cosines tell products apart."""
        return self._index.transformed(vectors)

    def rank(self, vectors: Vectors) -> list[tuple[RankedProduct, ...]]:
        """For each of n×d vectors the closest products by cosine, best first; empty when nothing is enrolled."""
        nearest, rows = self._index.search(vectors, _SHORTLIST)
        return [
            tuple(
                RankedProduct(self._enrolled[int(row)].product_id, self._enrolled[int(row)].name, float(cosine))
                for cosine, row in zip(cosines, places, strict=True)
            )
            for cosines, places in zip(nearest, rows, strict=True)
        ]

    def _match(self, look: Vectors, nearest: Vectors, rows: npt.NDArray[np.int64]) -> Match:
        shown = [self._enrolled[int(row)] for row in rows[:_CANDIDATES]]
        cosines = nearest.astype(np.float64)[None]
        beliefs = self.calibration.beliefs(cosines, np.array([shown[0].typical]))[0]
        candidates = tuple(
            Candidate(product.product_id, product.name, float(belief))
            for product, belief in zip(shown, beliefs[:_CANDIDATES], strict=True)
        )
        return Match(self.calibration.outcome(float(beliefs[0])), candidates, self._votes(look, shown))

    def _votes(self, look: Vectors, products: Sequence[EnrolledProduct]) -> tuple[Vote, ...]:
        """The closest references of some products."""
        votes: list[Vote] = []
        for product in products:
            similarities = self._references[product.start : product.stop] @ look
            for offset in np.argsort(-similarities)[:_VOTES]:
                reference_id = int(self._reference_ids[product.start + int(offset)])
                votes.append(Vote(reference_id, product.product_id, float(similarities[offset])))
        votes.sort(key=lambda vote: -vote.similarity)
        return tuple(votes[:_VOTES])


_Scalar = TypeVar("_Scalar", bound=np.generic)


def _read_only(array: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    view = array.view()
    view.flags.writeable = False
    return view
