"""Which references a build looks at: a bounded number, so that a large shop learns as quickly as a small one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.recognition.prototypes import Counts, Floats, Prototypes, Sample, most_trials, own_cosines
from core.recognition.reference_source import Ids, ReferenceSource
from core.recognition.vector_index import Vectors

_JUDGED = 1000
"""References that a build compares with the rest of their product, those of changed products aside."""

_JUDGED_OF_ONE = 8
"""References of one product that are compared at least."""


@dataclass(slots=True)
class Enrolled:
    """A product of a gallery.

    ``total`` d ``float64``: the sum of all views of all references; never changed in place. ``judged``: sum and number
    of the cosines that references were found to have to the rest of them, and their mean length in the whitened space;
    ``None``: not looked at since they changed.
    """

    name: str
    reference_ids: Ids
    total: Floats
    judged: tuple[float, ...] | None = None


class ReferenceSampler:
    """Reads samples of a gallery's references; the same ones for the same gallery and history."""

    def __init__(self, source: ReferenceSource, dimension: int) -> None:
        self._source = source
        self._dimension = dimension
        self._judged_last = -1

    def for_trials(self, products: Sequence[Enrolled], counts: Counts) -> Sample:
        """References spread evenly over all of them, as many as a calibration can compare with so many products."""
        stops = np.cumsum(counts)
        picked = np.linspace(0, stops[-1] - 1, min(most_trials(len(products)), int(stops[-1]))).round().astype(np.int64)
        owners = np.searchsorted(stops, picked, side="right")
        places = picked - (stops - counts)[owners]
        return self._read(
            [(owner, products[owner].reference_ids[[place]]) for owner, place in zip(owners, places, strict=True)]
        )

    def judge(
        self, product_ids: Ids, products: Sequence[Enrolled], prototypes: Prototypes, transform: Vectors
    ) -> npt.NDArray[np.float64]:
        """What ``Enrolled.judged`` holds, P×3.

        Looked at anew are the products that have changed, and of the others as many as the bound allows, in turn. In a
        shop of few references all are compared each time, so that nothing depends on what came before.
        """
        counts = np.array([len(product.reference_ids) for product in products], np.int64)
        is_small = counts.sum() <= _JUDGED
        most = int(counts.max(initial=1)) if is_small else max(_JUDGED_OF_ONE, _JUDGED // len(products))
        rows = np.arange(len(products)).tolist() if is_small else self._due(product_ids, products, _JUDGED // most)
        step = max(1, _JUDGED // most)
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            sample = self._read([(row, _spread(products[row].reference_ids, most)) for row in part])
            cosines, lengths = own_cosines(sample, counts, prototypes, transform)
            number = np.bincount(sample.own, minlength=len(products))
            total = np.bincount(sample.own, cosines, minlength=len(products))
            mean = np.bincount(sample.own, lengths, minlength=len(products)) / np.maximum(number, 1)
            number[counts < 2] = 0
            for row in part:
                products[row].judged = (float(total[row]), float(number[row]), float(mean[row]))
        return np.array([product.judged for product in products], np.float64).reshape(-1, 3)

    def _due(self, product_ids: Ids, products: Sequence[Enrolled], count: int) -> list[int]:
        """Rows of the changed products and, up to ``count``, of those whose turn it is."""
        is_changed = np.array([product.judged is None for product in products], np.bool_)
        changed, others = np.flatnonzero(is_changed), np.flatnonzero(~is_changed)
        begin = np.searchsorted(product_ids[others], self._judged_last, side="right")
        others = np.roll(others, -int(begin))[: max(0, count - len(changed))]
        if len(others):
            self._judged_last = int(product_ids[others[-1]])
        return [*changed.tolist(), *others.tolist()]

    def _read(self, picked: Sequence[tuple[int, Ids]]) -> Sample:
        """Some references, given as rows of products and ids; those that are not to be had are left out."""
        own = np.repeat([row for row, _ in picked], [len(ids) for _, ids in picked]).astype(np.int64)
        wanted = np.concatenate([ids for _, ids in picked])
        found, views = self._source.read(wanted)
        if len(found) == 0:
            return Sample(np.zeros((0, self._dimension), np.float32), np.zeros(0, np.int64))
        return Sample(views.mean(axis=1), own if len(found) == len(wanted) else own[np.isin(wanted, found)])


def _spread(reference_ids: Ids, most: int) -> Ids:
    """At most so many of them, from the first to the last."""
    count = len(reference_ids)
    return reference_ids[np.linspace(0, count - 1, min(most, count)).round().astype(np.int64)]
