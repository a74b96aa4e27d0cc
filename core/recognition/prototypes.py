"""From references to prototypes in the whitened space, and what left-out references say of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.recognition.unknown import Trials

Vectors = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

_CENTERING = 3.0
"""Products at which the mean of the prototypes is taken half as the origin: of one or two it says little."""

_USUAL = 0.5
_USUAL_WEIGHT = 2.0
"""Cosine of a reference to the rest of its product when nothing is known of it, and its weight in references."""

_MOST_TRIALS = 1000
_TRIAL_CELLS = 4_000_000
"""Trials × products compared in a calibration: bounds its memory and time."""


@dataclass(frozen=True, slots=True, eq=False)
class Prototypes:
    """Products in a whitened space.

    ``center`` r: the origin. ``rows`` P×r: one unit row per product. ``references`` R×r: unit rows of all references,
    grouped by product. ``typical`` P: the cosine that a product's references usually have to the rest of them.
    """

    center: npt.NDArray[np.float32]
    rows: Vectors
    references: Vectors
    typical: npt.NDArray[np.float64]


def make_prototypes(raw: Vectors, counts: Counts, transform: Vectors) -> Prototypes:
    """``raw`` R×d references grouped by product, ``counts`` P of them each, ``transform`` r×d."""
    mapped = raw @ transform.T
    sums = _sums(mapped, counts)
    center = _center(sums, counts)
    mapped -= center
    sums -= center * counts[:, None].astype(np.float32)
    references = unit(mapped)
    return Prototypes(center, unit(sums), references, _typical(mapped, references, sums, counts))


def leave_out(
    raw: Vectors, counts: Counts, folds: npt.NDArray[np.int64], transforms: tuple[Vectors, Vectors]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]] | None:
    """Cosines n×P of (some of) the references to all products, to their own without themselves; and their n products.

    ``folds`` P of 0 and 1: a product is judged in ``transforms[fold]``, which has not seen its references. The space
    that was whitened with them flatters them: it has learned to overlook just how these looks differ.
    """
    if len(counts) < 2:
        return None
    products = np.repeat(np.arange(len(counts)), counts)
    most = int(np.clip(_TRIAL_CELLS // len(counts), 50, _MOST_TRIALS))
    picked = np.unique(np.linspace(0, len(raw) - 1, min(most, len(raw))).round().astype(np.int64))
    sums = _sums(raw, counts)
    scores = np.empty((len(picked), len(counts)))
    for fold in (0, 1):
        here = folds[products[picked]] == fold
        chosen = picked[here]
        if len(chosen) == 0:
            continue
        own = products[chosen]
        mapped_sums = sums @ transforms[fold].T
        center = _center(mapped_sums, counts)
        mapped = raw[chosen] @ transforms[fold].T - center
        mapped_sums -= center * counts[:, None].astype(np.float32)
        rows = unit(mapped)
        part = rows @ unit(mapped_sums).T
        part[np.arange(len(chosen)), own] = _without_itself(mapped, rows, mapped_sums[own])
        scores[here] = part
    return scores, products[picked]


def make_trials(
    left_out: tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]] | None,
    counts: Counts,
    typical: npt.NDArray[np.float64],
) -> Trials | None:
    """What ``leave_out`` found, as trials for the calibration."""
    if left_out is None:
        return None
    scores, own = left_out
    return Trials(scores, own, counts[own] > 1, typical)


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; zero rows stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)


def _sums(rows: Vectors, counts: Counts) -> Vectors:
    if len(counts) == 0:
        return np.zeros((0, rows.shape[1]), np.float32)
    starts = np.cumsum(counts) - counts
    return np.asarray(np.add.reduceat(rows, starts, axis=0), np.float32)


def _center(sums: Vectors, counts: Counts) -> npt.NDArray[np.float32]:
    """The origin: the mean of the prototypes, drawn to zero when there are few of them."""
    if len(sums) == 0:
        return np.zeros(sums.shape[1], np.float32)
    mean = (sums / counts[:, None]).mean(axis=0)
    return np.asarray(mean * (len(sums) / (len(sums) + _CENTERING)), np.float32)


def _without_itself(mapped: Vectors, references: Vectors, sums_of_own: Vectors) -> npt.NDArray[np.float64]:
    """Each reference's cosine to its product's prototype without it; 0 where it is the only one."""
    rest = unit(sums_of_own - mapped)
    return np.asarray(np.einsum("nd,nd->n", rest, references), np.float64)


def _typical(mapped: Vectors, references: Vectors, sums: Vectors, counts: Counts) -> npt.NDArray[np.float64]:
    """Per product, shrunken to the shop's mean, which is shrunken to the usual value."""
    products = np.repeat(np.arange(len(counts)), counts)
    is_judged = counts[products] > 1
    if not is_judged.any():
        return np.full(len(counts), _USUAL)
    own = products[is_judged]
    cosines = _without_itself(mapped[is_judged], references[is_judged], sums[own])
    total = np.bincount(own, cosines, minlength=len(counts))
    number = np.bincount(own, minlength=len(counts))
    usual = (cosines.sum() + _USUAL_WEIGHT * _USUAL) / (len(cosines) + _USUAL_WEIGHT)
    return np.asarray((total + _USUAL_WEIGHT * usual) / (number + _USUAL_WEIGHT), np.float64)
