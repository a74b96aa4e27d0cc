"""How looks of one product differ in general: what whitening starts from until a shop's own references say more."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import ModelError
from core.recognition.whitening import Matrix, WithinScatter

_WEIGHT = 100
"""Degrees of freedom that the prior counts for, as many as 25 references of four views."""

_RANK = 256
"""Directions that are kept; the other ones together become the same variance in every direction."""

_READING_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    IndexError,
    TypeError,
    zipfile.BadZipFile,
    zlib.error,
    # What the archive's reader says of one that seems encrypted or packed in another way.
    RuntimeError,
)


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """A covariance within products: ``factor``ᵀ·``factor`` + ``rest``·I, ``factor`` r×d ``float32``.

    It belongs to one embedder and comes with its card. A product with one shot has no looks that could differ, only
    views of the same look; the prior says along which directions other looks will lie.
    """

    factor: npt.NDArray[np.float32]
    rest: float

    @property
    def dimension(self) -> int:
        return int(self.factor.shape[1])

    def covariance(self) -> Matrix:
        """The d×d matrix."""
        covariance = (self.factor.T @ self.factor).astype(np.float64)
        covariance[np.diag_indices(self.dimension)] += self.rest
        return covariance

    def scatters(self) -> tuple[WithinScatter, WithinScatter]:
        """What the running sums of two halves of the products start with, together of the prior's weight."""
        total = self.covariance() * (_WEIGHT // 2)
        halves = WithinScatter(self.dimension), WithinScatter(self.dimension)
        for half in halves:
            half.total = total.copy()
            half.freedom = _WEIGHT // 2
        return halves


def make_prior(scatters: Sequence[WithinScatter]) -> Prior:
    """The mean of several shops' covariances within products, every shop counting alike.

    Raises ``ValueError`` when a shop has no product with two references.
    """
    if any(scatter.freedom <= 0 for scatter in scatters):
        raise ValueError("a shop has no product with two references")
    mean = np.mean([scatter.total / scatter.freedom for scatter in scatters], axis=0)
    values, axes = np.linalg.eigh(mean)
    kept = min(_RANK, len(values))
    largest = np.maximum(values[::-1][:kept], 0.0)
    factor = axes[:, ::-1][:, :kept].T * np.sqrt(largest)[:, None]
    return Prior(np.asarray(factor, np.float32), max(0.0, float(values.sum() - largest.sum())) / len(values))


def write_prior(prior: Prior, file: Path) -> None:
    """Write plain arrays in half precision; raises ``OSError``."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, factor=prior.factor.astype(np.float16), rest=np.array([prior.rest], np.float64))
    file.write_bytes(buffer.getvalue())


def read_prior(file: Path, dimension: int) -> Prior:
    """Read what ``write_prior`` wrote for vectors of ``dimension``; raises ``ModelError``."""
    try:
        # From memory: given a path, NumPy leaves the file of a damaged archive open.
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
            prior = Prior(np.asarray(arrays["factor"], np.float32), float(arrays["rest"][0]))
        is_sound = prior.factor.ndim == 2 and prior.dimension == dimension
        is_sound = is_sound and bool(np.isfinite(prior.factor).all()) and 0.0 <= prior.rest < np.inf
    except _READING_ERRORS as error:
        raise _unusable(file, str(error)) from error
    if not is_sound:
        raise _unusable(file, f"it is not for vectors of {dimension} numbers")
    return prior


def _unusable(file: Path, reason: str) -> ModelError:
    return ModelError(
        f"The prior {file} of the embedder cannot be used ({reason}).",
        remedy="Install the model again, or remove 'prior' from its card: one shot then counts for less.",
    )
