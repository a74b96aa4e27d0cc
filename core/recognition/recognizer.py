"""From embeddings to matches: prototypes name the product, single references show why."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.errors import ModelError, UserError
from core.recognition.class_votes import ClassVotes
from core.recognition.reference_source import RecentMeans
from core.recognition.unknown import Calibration
from core.recognition.vector_index import VectorIndex, Vectors
from core.sightings import Candidate, Match, Vote
from core.vision.embedder import Probabilities

_log = logging.getLogger(__name__)

_SHORTLIST = 32
_CANDIDATES = 5
_VOTES = 6

_CONTENDER = 0.25
"""Share of the best belief from which on a product's references are heard beside those of the best."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolledProducts:
    """The products as the recognizer knows them, in the order of the index's rows.

    ``product_ids`` P; ``names`` P; ``typical`` P: the cosine that a product's references usually have to the rest of
    them; ``lengths`` P: their usual length in the whitened space; ``reference_ids`` P arrays.
    """

    product_ids: npt.NDArray[np.int64]
    names: tuple[str, ...]
    typical: npt.NDArray[np.float64]
    lengths: npt.NDArray[np.float64]
    reference_ids: tuple[npt.NDArray[np.int64], ...]

    def renamed(self, names: Sequence[str]) -> "EnrolledProducts":
        """The same with other names."""
        return replace(self, names=tuple(names))


@dataclass(frozen=True, slots=True)
class RankedProduct:
    """A product with the cosine to its prototype in the whitened space, −1 to 1."""

    product_id: int
    name: str
    score: float


class Recognizer:
    """Says which product a crop shows. Immutable, usable from any thread.

    ``index`` holds one prototype per product behind the whitening transform. ``means`` gives the references of the few
    products that a match is between; they stay where they are kept, because a large shop's would fill the memory.
    ``class_votes``: with it, the classes that the embedder knows by heart have a say wherever they are given.
    """

    def __init__(
        self,
        index: VectorIndex,
        enrolled: EnrolledProducts,
        means: RecentMeans,
        calibration: Calibration,
        *,
        class_votes: ClassVotes | None = None,
    ) -> None:
        self._index = index
        self._enrolled = enrolled
        self._means = means
        self._class_votes = class_votes.among(enrolled.product_ids) if class_votes is not None else None
        self.calibration = calibration

    def with_class_votes(self, class_votes: ClassVotes) -> "Recognizer":
        """The same, hearing these classes."""
        return Recognizer(self._index, self._enrolled, self._means, self.calibration, class_votes=class_votes)

    @property
    def products(self) -> int:
        """How many products it knows."""
        return len(self._enrolled.names)

    @property
    def references(self) -> int:
        """How many references stand behind them."""
        return sum(len(reference_ids) for reference_ids in self._enrolled.reference_ids)

    @property
    def dimension(self) -> int:
        return self._index.dimension

    def match(self, looks: Vectors, probabilities: Probabilities | None = None) -> Match:
        """The match of k×d looks of ONE item, which are averaged, without votes; raises ``ModelError`` for NaN.

        ``probabilities`` j×C of the embedder's classes are averaged too. They are not heard when they are of another
        number of classes than the recognizer was made for.
        """
        return self.match_each(_average(looks), None if probabilities is None else _average(probabilities))[0]

    def match_each(self, vectors: Vectors, probabilities: Probabilities | None = None) -> list[Match]:
        """One match for each of n×d vectors, without votes; raises ``ModelError`` for NaN or infinite numbers.

        ``probabilities`` n×C as in ``match``.
        """
        rows = self._mapped(vectors)
        if self.products == 0:
            return [Match.nothing()] * len(vectors)
        votes = self._class_votes
        if votes is None or probabilities is None or probabilities.shape[1] != votes.classes:
            return self._matches(rows)
        return self._pooled(rows, np.asarray(probabilities, np.float64), votes)

    def with_votes(self, looks: Vectors, match: Match) -> Match:
        """The ``match`` of k×d looks of one item with its reasons: the closest references of the products in question.

        They are read from where they are kept, which takes longer than the match itself. Those that cannot be read, or
        whose product is gone, have no vote; the former is logged. Raises ``ModelError`` for NaN.
        """
        return replace(match, votes=self._votes(looks, match))

    def _votes(self, looks: Vectors, match: Match) -> tuple[Vote, ...]:
        heard = self._contenders(match)
        if not heard:
            return ()
        try:
            reference_ids, means, owners = self._means.of([self._enrolled.reference_ids[place] for place in heard])
        except UserError as error:
            _log.warning("no votes: %s", error.message)
            return ()
        if len(reference_ids) == 0:
            return ()
        weights, offset = self._index.pulled_back(self._mapped(_average(looks))[0])
        rows = np.array(heard, np.int64)[owners]
        # A reference is not mapped: its cosine is taken with the usual length of its product's references.
        cosines = np.clip((means @ weights - offset) / np.maximum(self._enrolled.lengths[rows], 1e-12), -1.0, 1.0)
        return tuple(
            Vote(int(reference_ids[best]), int(self._enrolled.product_ids[rows[best]]), float(cosines[best]))
            for best in np.argsort(-cosines, kind="stable")[:_VOTES]
        )

    def transformed(self, vectors: Vectors) -> Vectors:
        """n×d raw vectors → n×r unit rows of the whitened space, in which cosines tell products apart."""
        return self._index.transformed(vectors)

    def rank(self, vectors: Vectors) -> list[tuple[RankedProduct, ...]]:
        """For each of n×d vectors the closest products by cosine, best first; empty when nothing is enrolled."""
        nearest, places = self._index.search(vectors, _SHORTLIST)
        return [
            tuple(
                RankedProduct(int(self._enrolled.product_ids[place]), self._enrolled.names[place], float(cosine))
                for cosine, place in zip(cosines, row, strict=True)
            )
            for cosines, row in zip(nearest, places, strict=True)
        ]

    def _mapped(self, vectors: Vectors) -> Vectors:
        if not np.isfinite(vectors).all():
            raise ModelError(
                "The embedder gave numbers that are not finite.", remedy="Choose another embedder in the settings."
            )
        return self._index.transformed(vectors)

    def _matches(self, rows: Vectors) -> list[Match]:
        cosines, places = self._index.nearest(rows, _SHORTLIST)
        beliefs = self.calibration.beliefs(cosines.astype(np.float64), self._enrolled.typical[places[:, 0]])
        shown = zip(beliefs[:, :_CANDIDATES], places[:, :_CANDIDATES], strict=True)
        return [self._match(belief, place) for belief, place in shown]

    def _pooled(self, rows: Vectors, probabilities: npt.NDArray[np.float64], votes: ClassVotes) -> list[Match]:
        matches = []
        nearest = zip(*self._index.nearest(rows, _SHORTLIST), probabilities, strict=True)
        for cosines, places, shares in nearest:
            order, beliefs = votes.pool(
                shares,
                self._enrolled.product_ids[places],
                cosines.astype(np.float64),
                self._enrolled.typical[places],
                self.calibration,
            )
            matches.append(self._match(beliefs[:_CANDIDATES], places[order][:_CANDIDATES]))
        return matches

    def _match(self, beliefs: npt.NDArray[np.float64], places: npt.NDArray[np.int64]) -> Match:
        candidates = tuple(
            Candidate(int(self._enrolled.product_ids[place]), self._enrolled.names[place], float(belief))
            for place, belief in zip(places, beliefs, strict=True)
        )
        return Match(self.calibration.outcome(float(beliefs[0])), candidates)

    def _contenders(self, match: Match) -> list[int]:
        """Places of the products that the match is between; of others only to have enough references."""
        heard: list[int] = []
        for candidate in match.candidates:
            is_contender = candidate.score >= _CONTENDER * match.candidates[0].score
            if is_contender or sum(len(self._enrolled.reference_ids[own]) for own in heard) < _VOTES:
                heard += np.flatnonzero(self._enrolled.product_ids == candidate.product_id).tolist()
        return heard


def _average(looks: Vectors) -> Vectors:
    if len(looks) == 0:
        raise ValueError("a match needs at least one look")
    return np.asarray(np.mean(looks, axis=0, keepdims=True), np.float32)
