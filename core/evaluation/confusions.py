"""Which products are taken for which, with pictures that show how."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.evaluation.embedded_set import EmbeddedSet
from core.evaluation.shots_curve import Queries, ShotsCurve


@dataclass(frozen=True, slots=True)
class Confusion:
    """``share`` of the queries of ``product``, and how many ``queries`` that is (means over draws), named ``named``.

    ``query`` is the surest mistake of the first draw, with the reference of each side that is most like it; ``None``
    when only other draws made the mistake.
    """

    product: str
    named: str
    share: float
    queries: float
    query: Path | None
    own_reference: Path | None
    other_reference: Path | None


def find_confusions(data: EmbeddedSet, curve: ShotsCurve) -> tuple[Confusion, ...]:
    """All pairs that were taken for one another with the most shots, the most queries first."""
    queries = Queries.of(data)
    counts = np.bincount(queries.truth, minlength=len(data.products))
    mistaken = curve.confusion * counts[:, None]
    np.fill_diagonal(mistaken, 0.0)
    pairs = np.argwhere(mistaken > 0)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -mistaken[tuple(pairs.T)]))
    found = []
    for product, named in pairs[order]:
        query, own, other = _example(data, curve, queries, int(product), int(named))
        found.append(
            Confusion(
                product=data.products[product].name,
                named=data.products[named].name,
                share=float(curve.confusion[product, named]),
                queries=float(mistaken[product, named]),
                query=query,
                own_reference=own,
                other_reference=other,
            )
        )
    return tuple(found)


def _example(
    data: EmbeddedSet, curve: ShotsCurve, queries: Queries, product: int, named: int
) -> tuple[Path | None, Path | None, Path | None]:
    is_mistake = (queries.truth == product) & (curve.last.ranked[:, 0] == named)
    rows = np.flatnonzero(is_mistake)
    if len(rows) == 0:
        return None, None, None
    row = int(rows[np.argmax(curve.last.scores[rows])])
    first = int(np.flatnonzero(queries.truth == product)[0])
    own, other = data.products[product], data.products[named]
    look = queries.looks[row, 0].astype(np.float32)
    return (
        own.query_paths[row - first],
        own.reference_paths[_closest(own.references, look)],
        other.reference_paths[_closest(other.references, look)],
    )


def _closest(references: npt.NDArray[np.float16], look: npt.NDArray[np.float32]) -> int:
    """The reference of which a view is most like the look."""
    return int(np.argmax((references.astype(np.float32) @ look).max(axis=1)))
