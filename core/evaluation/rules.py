"""The rules that are compared: the program's own, and the field's nearest reference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, assert_never

import numpy as np
import numpy.typing as npt

from core.recognition.gallery import Gallery
from core.recognition.prior import Prior
from core.sightings import Outcome

RANKED = 3
"""Products that a verdict ranks."""

Floats = npt.NDArray[np.floating]
Numbers = npt.NDArray[np.int64]


class RuleName(StrEnum):
    """How a rule is called on the command line and in reports."""

    TILLSIGHT = "tillsight"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What a rule says of n queries, as columns.

    ``ranked`` n×3: product numbers, best first, −1 where there is none. ``scores`` n: how sure the rule is that the
    best product is right; only the order of scores of one rule means something. ``is_named`` n: the rule gives the name
    without asking. ``is_offered`` n: it names the product or offers it among a few to choose from.
    """

    ranked: Numbers
    scores: npt.NDArray[np.float64]
    is_named: npt.NDArray[np.bool_]
    is_offered: npt.NDArray[np.bool_]


class Rule(Protocol):
    """Learns references and judges queries."""

    def enroll(self, product: int, vectors: Floats) -> None:
        """Add references of a product, n×v×d views; may be called again with further ones."""

    def judge(self, looks: Floats) -> Verdicts:
        """Judge n queries, n×k×d: k passes of one look each."""


RuleMaker = Callable[[], Rule]
"""Makes a rule that has learned nothing yet."""


def rule_maker(
    name: RuleName, names: Sequence[str], *, dimension: int, false_name_rate: float, prior: Prior | None = None
) -> RuleMaker:
    """What makes the rule of a name. ``names``: of the products by number; ``prior``: of the embedder."""
    match name:
        case RuleName.TILLSIGHT:
            return lambda: TillsightRule(names, dimension=dimension, false_name_rate=false_name_rate, prior=prior)
        case RuleName.NEAREST:
            return lambda: NearestRule(dimension)
        case _:
            assert_never(name)


class TillsightRule:
    """The recognizer, asked exactly as the program asks it. *Named* is the outcome known, *offered* possible too.

    The score is the recognizer's belief in its best product.
    """

    def __init__(
        self, names: Sequence[str], *, dimension: int, false_name_rate: float, prior: Prior | None = None
    ) -> None:
        self._names = names
        self._gallery = Gallery(dimension, "evaluation", false_name_rate, prior=prior)

    def enroll(self, product: int, vectors: Floats) -> None:
        ids = range(self._gallery.references, self._gallery.references + len(vectors))
        self._gallery.add(product, self._names[product], ids, vectors)

    def judge(self, looks: Floats) -> Verdicts:
        recognizer = self._gallery.build()
        # The same as one ``match`` for each query, many times faster.
        matches = recognizer.match_each(np.asarray(looks, np.float32).mean(axis=1))
        ranked = np.full((len(matches), RANKED), -1, np.int64)
        for row, match in zip(ranked, matches, strict=True):
            best = [candidate.product_id for candidate in match.candidates[:RANKED]]
            row[: len(best)] = best
        return Verdicts(
            ranked=ranked,
            scores=np.array([match.best.score if match.best else 0.0 for match in matches], np.float64),
            is_named=np.array([match.outcome is Outcome.KNOWN for match in matches], np.bool_),
            is_offered=np.array([match.outcome is not Outcome.UNKNOWN for match in matches], np.bool_),
        )


class NearestRule:
    """The field's rule: the product of the nearest reference by L2, one embedding a picture; it names everything.

    Of every reference and query only the first view counts, the middle of the picture as it stands: both must show
    the same part at the same angle (`core/recognition/views.py`). The score is the cosine to the nearest reference,
    which orders unit vectors as the negative of L2 does.
    """

    def __init__(self, dimension: int) -> None:
        self._blocks: list[npt.NDArray[np.float32]] = [np.zeros((0, dimension), np.float32)]
        self._owners: list[int] = []

    def enroll(self, product: int, vectors: Floats) -> None:
        self._blocks.append(np.asarray(vectors[:, 0], np.float32))
        self._owners += [product] * len(vectors)

    def judge(self, looks: Floats) -> Verdicts:
        stored = np.concatenate(self._blocks)
        self._blocks = [stored]
        owners = np.array(self._owners, np.int64)
        ranked = np.full((len(looks), RANKED), -1, np.int64)
        scores = np.full(len(looks), -1.0)
        if len(stored):
            cosines = np.asarray(looks[:, 0], np.float32) @ stored.T
            order = np.argsort(-cosines, axis=1, kind="stable")
            scores = np.take_along_axis(cosines, order[:, :1], axis=1)[:, 0].astype(np.float64)
            for row, nearest in zip(ranked, owners[order], strict=True):
                best = list(dict.fromkeys(nearest.tolist()))[:RANKED]
                row[: len(best)] = best
        is_named = np.full(len(looks), len(stored) > 0)
        return Verdicts(ranked, scores, is_named, is_named)
