"""Within-class whitening: the directions in which looks of one product differ are made to count less."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import spotrf, strtri

Matrix = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]

_SMALLEST_VARIANCE = 1e-9
"""Variance per dimension below which looks count as identical (unit vectors differ by more in any two photographs)."""

_ROWS_AT_ONCE = 2048
"""Rows gathered before they are summed: one large product is many times faster than many small ones."""


class WithinScatter:
    """Σ over classes of Σ (x − class mean)(x − class mean)ᵀ, kept as a running sum.

    Rows join and leave a class with a rank-n update of cost n·d², without reading any other row (Chan, Golub and
    LeVeque, "Algorithms for computing the sample variance", The American Statistician 37, 1983). Updates are gathered
    and summed many at a time.
    """

    def __init__(self, dimension: int) -> None:
        self._total: Matrix = np.zeros((dimension, dimension))
        self._joining: list[Rows] = []
        self._leaving: list[Rows] = []
        self._waiting = 0
        self.freedom = 0
        """Rows less classes: the degrees of freedom behind ``total``."""

    @property
    def total(self) -> Matrix:
        """The d×d sum."""
        self._settle()
        return self._total

    @total.setter
    def total(self, total: Matrix) -> None:
        self._joining, self._leaving, self._waiting = [], [], 0
        self._total = total

    def join(self, rows: npt.NDArray[np.floating], *, count: int, mean: npt.NDArray[np.floating]) -> None:
        """Add n×d ``rows`` to a class that has ``count`` rows of mean ``mean`` (ignored when ``count`` is 0)."""
        self._update(rows, count, mean, 1)

    def leave(self, rows: npt.NDArray[np.floating], *, count: int, mean: npt.NDArray[np.floating]) -> None:
        """Take n×d ``rows`` out of a class; ``count`` and ``mean`` describe what remains of it."""
        self._update(rows, count, mean, -1)

    def _update(self, rows: npt.NDArray[np.floating], count: int, mean: npt.NDArray[np.floating], sign: int) -> None:
        if len(rows) == 0:
            return
        self.freedom += sign * (len(rows) - (1 if count == 0 else 0))
        rows = np.asarray(rows, np.float32)
        own_mean = rows.mean(axis=0)
        changes = self._joining if sign > 0 else self._leaving
        changes.append(rows - own_mean)
        if count:
            gap = np.asarray(mean, np.float64) - own_mean
            gap *= np.sqrt(count * len(rows) / (count + len(rows)))
            changes.append(gap[None].astype(np.float32))
        self._waiting += len(rows)
        if self._waiting >= _ROWS_AT_ONCE:
            self._settle()

    def _settle(self) -> None:
        for changes, change in ((self._joining, np.add), (self._leaving, np.subtract)):
            if changes:
                rows = np.concatenate(changes)
                change(self._total, rows.T @ rows, out=self._total)
                changes.clear()
        self._waiting = 0


def merged(scatters: Sequence[WithinScatter]) -> WithinScatter:
    """The scatter of disjoint sets of classes together, as a new object."""
    whole = WithinScatter(scatters[0].total.shape[0])
    whole.total = np.sum([scatter.total for scatter in scatters], axis=0)
    whole.freedom = sum(scatter.freedom for scatter in scatters)
    return whole


def whitening(scatter: WithinScatter, *, shrinkage: float) -> npt.NDArray[np.float32]:
    """The d×d transform T for which T·x has (shrunken) within-class covariance of identity, up to one scale.

    S = (1 − λ)·Sw + λ·(tr Sw / d)·I and T is the inverse of its Cholesky factor: the within-class half of linear
    discriminant analysis (Fukunaga, "Introduction to Statistical Pattern Recognition", 2nd ed., section 10.2) with the
    shrinkage of Friedman, "Regularized Discriminant Analysis", JASA 84, 1989. Without any scatter T is the identity.
    """
    dimension = scatter.total.shape[0]
    if scatter.freedom <= 0:
        return np.eye(dimension, dtype=np.float32)
    variance = float(np.trace(scatter.total)) / scatter.freedom / dimension
    if not variance > _SMALLEST_VARIANCE:
        return np.eye(dimension, dtype=np.float32)
    # λ bounds the condition of S, so single precision is enough; it halves the time.
    shrunken = (scatter.total * ((1.0 - shrinkage) / (scatter.freedom * variance))).astype(np.float32)
    shrunken[np.diag_indices(dimension)] += np.float32(shrinkage)
    factor, status = spotrf(shrunken.T, lower=1, clean=1, overwrite_a=1)
    if status == 0:
        inverse, status = strtri(factor, lower=1, overwrite_c=1)
    if status != 0:
        raise ArithmeticError(f"the covariance could not be inverted ({status})")
    return np.ascontiguousarray(inverse, np.float32)
