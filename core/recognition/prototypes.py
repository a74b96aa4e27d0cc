"""From class means to prototypes in the whitened space, and what left-out references say of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CENTERING = 3.0
"""Products at which the mean of the prototypes is taken half as the origin: of one or two it says little."""

_USUAL = 0.5
_USUAL_WEIGHT = 2.0
"""Cosine of a reference to the rest of its product when nothing is known of it, and its weight in references."""

MOST_TRIALS = 1000
_TRIAL_CELLS = 4_000_000
"""Trials × products compared in a calibration: bounds its memory and time."""


@dataclass(frozen=True, slots=True, eq=False)
class Prototypes:
    """Products in a whitened space.

    ``center`` r: the origin. ``means`` P×r: their means less the origin, not of unit length. ``rows`` P×r: of unit
    length.
    """

    center: npt.NDArray[np.float32]
    means: Vectors
    rows: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some references: ``raw`` n×d means over their views, ``own`` n: their products, as rows of the class means."""

    raw: Vectors
    own: npt.NDArray[np.int64]


def origin(means: Vectors) -> npt.NDArray[np.float32]:
    """The raw vector that becomes the origin: the mean of the P×d class means, drawn to zero when there are few."""
    if len(means) == 0:
        return np.zeros(means.shape[1], np.float32)
    return np.asarray(means.mean(axis=0) * (len(means) / (len(means) + _CENTERING)), np.float32)


def make_prototypes(means: Vectors, transform: Vectors) -> Prototypes:
    """``means`` P×d of the products' references, ``transform`` r×d."""
    zero = origin(means)
    mapped: Vectors = np.asarray((means - zero) @ transform.T, np.float32)
    return Prototypes(transform @ zero, mapped, unit(mapped))


def own_cosines(sample: Sample, counts: Counts, prototypes: Prototypes, transform: Vectors) -> tuple[Floats, Floats]:
    """Each reference's cosine to its product's prototype without it, 0 where it is the only one; and its length."""
    mapped = sample.raw @ transform.T - prototypes.center
    cosines = _without_itself(mapped, prototypes.means[sample.own], counts[sample.own])
    return cosines, np.linalg.norm(mapped, axis=1).astype(np.float64)


def most_trials(products: int) -> int:
    """How many references a calibration of so many products compares with them."""
    return int(np.clip(_TRIAL_CELLS // max(products, 1), 50, MOST_TRIALS))


def leave_out(
    sample: Sample, means: Vectors, counts: Counts, folds: npt.NDArray[np.int64], transforms: tuple[Vectors, Vectors]
) -> Floats:
    """Cosines n×P of some references to all products, to their own without themselves.

    ``folds`` P of 0 and 1: a product is judged in ``transforms[fold]``, which has not seen its references. The space
    that was whitened with them flatters them: it has learned to overlook just how these looks differ.
    """
    scores = np.empty((len(sample.raw), len(means)))
    for fold in (0, 1):
        here = folds[sample.own] == fold
        if not here.any():
            continue
        own = sample.own[here]
        prototypes = make_prototypes(means, transforms[fold])
        mapped = sample.raw[here] @ transforms[fold].T - prototypes.center
        part = unit(mapped) @ prototypes.rows.T
        part[np.arange(len(own)), own] = _without_itself(mapped, prototypes.means[own], counts[own])
        scores[here] = part
    return scores


def typical_cosines(total: Floats, number: Floats) -> Floats:
    """The cosine that a product's references usually have to the rest of them.

    ``total`` P: sums of ``number`` cosines of each product, as ``own_cosines`` gives them. Each is shrunken to the
    shop's mean, which is shrunken to the usual value.
    """
    usual = (total.sum() + _USUAL_WEIGHT * _USUAL) / (number.sum() + _USUAL_WEIGHT)
    return np.asarray((total + _USUAL_WEIGHT * usual) / (number + _USUAL_WEIGHT), np.float64)


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; zero rows stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)


def _without_itself(mapped: Vectors, means_of_own: Vectors, counts_of_own: Counts) -> Floats:
    rest = unit(means_of_own * counts_of_own[:, None].astype(np.float32) - mapped)
    rest[counts_of_own == 1] = 0.0
    return np.asarray(np.einsum("nd,nd->n", rest, unit(mapped)), np.float64)
