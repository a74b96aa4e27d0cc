"""Calibrated rejection: how sure a match must be before it is said, learned from the shop's own references."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.sightings import Outcome

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trials:
    """What left-out references would have been told.

    ``scores`` n×C: raw scores of n left-out references for C products, their own product scored without them.
    ``own`` n: column of the true product. ``is_genuine`` n: the own product has other references, so that its column
    means something; the other rows serve as impostors alone.
    """

    scores: Floats
    own: npt.NDArray[np.int64]
    is_genuine: npt.NDArray[np.bool_]

    @classmethod
    def none(cls) -> "Trials":
        return cls(np.zeros((0, 0)), np.zeros(0, np.int64), np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns raw scores into beliefs and beliefs into an outcome.

    belief(product) = P(enrolled) · P(product | enrolled), with P(enrolled) = σ(steepness · (best − middle)) and a
    softmax of ``sharpness`` · score over the products. A best belief of at least ``known_at`` is *known*, of at least
    ``possible_at`` *possible*.
    """

    steepness: float = 14.0
    middle: float = 0.35
    sharpness: float = 20.0
    known_at: float = 0.6
    possible_at: float = 0.15
    trials: int = 0

    def beliefs(self, scores: Floats) -> Floats:
        """n×K raw scores, best first in every row → n×K beliefs in 0–1, rows summing to at most 1."""
        if scores.shape[1] == 0:
            return np.zeros(scores.shape)
        weights = np.exp(self.sharpness * (scores - scores[:, :1]))
        enrolled = 1.0 / (1.0 + np.exp(-np.clip(self.steepness * (scores[:, :1] - self.middle), -50.0, 50.0)))
        return np.asarray(enrolled * weights / weights.sum(axis=1, keepdims=True), np.float64)

    def outcome(self, belief: float) -> Outcome:
        """What the best belief amounts to."""
        if belief >= self.known_at:
            return Outcome.KNOWN
        return Outcome.POSSIBLE if belief >= self.possible_at else Outcome.UNKNOWN


_PRIOR = Calibration()
_PRIOR_TRIALS = 40.0
"""Weight of the values above against the shop's own trials."""


def calibrate(trials: Trials, *, false_name_rate: float) -> Calibration:
    """Fit beliefs and thresholds to the left-out references.

    The impostors are the same references with their own product taken away; ``known_at`` is where the share of them
    that would still get a name is ``false_name_rate``. With few trials the result stays near conservative values that
    hold for the shipped embedder. References alone decide, never queries.
    """
    count, products = trials.scores.shape
    if count == 0 or products < 2:
        return _PRIOR
    rows = np.arange(count)
    without_own = trials.scores.copy()
    without_own[rows, trials.own] = -np.inf
    impostors = -np.sort(-without_own, axis=1)[:, : products - 1]
    genuine = trials.scores[trials.is_genuine]
    own = trials.own[trials.is_genuine]
    sharpness = _fit_sharpness(genuine, own)
    steepness, middle = _fit_enrolled(genuine.max(axis=1) if len(genuine) else np.zeros(0), impostors[:, 0])
    shape = Calibration(steepness=steepness, middle=middle, sharpness=sharpness, trials=count)
    false_beliefs = shape.beliefs(impostors)[:, 0]
    true_beliefs = shape.beliefs(-np.sort(-genuine, axis=1))[:, 0]
    known_at = _blended_quantile(false_beliefs, 1.0 - false_name_rate, _PRIOR.known_at)
    possible_at = _blended_quantile(true_beliefs, 0.01, _PRIOR.possible_at)
    return Calibration(
        steepness=steepness,
        middle=middle,
        sharpness=sharpness,
        known_at=known_at,
        possible_at=min(possible_at, 0.8 * known_at),
        trials=count,
    )


def _blended_quantile(values: Floats, share: float, prior: float) -> float:
    """A quantile that moves from ``prior`` to the sample's own as the sample grows."""
    if len(values) == 0:
        return prior
    weight = len(values) / (len(values) + _PRIOR_TRIALS)
    return float(weight * np.quantile(values, share) + (1.0 - weight) * prior)


def _fit_sharpness(genuine: Floats, own: npt.NDArray[np.int64]) -> float:
    """The softmax sharpness of greatest likelihood, with a log-normal prior, over a fixed grid."""
    if len(genuine) == 0:
        return _PRIOR.sharpness
    grid = _PRIOR.sharpness * 2.0 ** np.linspace(-2.0, 2.0, 17)
    finite = np.where(np.isfinite(genuine), genuine, -1.0)
    top = finite.max(axis=1, keepdims=True)
    gap = finite[np.arange(len(finite)), own] - top[:, 0]
    likelihood = [float((value * gap - np.log(np.exp(value * (finite - top)).sum(axis=1))).mean()) for value in grid]
    pull = _PRIOR_TRIALS / len(genuine) * 0.5 * np.log2(grid / _PRIOR.sharpness) ** 2
    return float(grid[int(np.argmax(np.asarray(likelihood) - pull))])


def _fit_enrolled(genuine: Floats, impostors: Floats) -> tuple[float, float]:
    """Logistic regression of enrolled against not, both sides weighing the same, drawn to the prior.

    Newton's method on (steepness, offset); Platt, "Probabilistic outputs for support vector machines", 1999.
    """
    if len(genuine) == 0 or len(impostors) == 0:
        return _PRIOR.steepness, _PRIOR.middle
    scores = np.concatenate([genuine, impostors])
    truth = np.concatenate([np.ones(len(genuine)), np.zeros(len(impostors))])
    weight = np.concatenate([np.full(len(genuine), 0.5 / len(genuine)), np.full(len(impostors), 0.5 / len(impostors))])
    weight = weight * (len(genuine) + len(impostors))
    design = np.stack([scores, np.ones_like(scores)], axis=1)
    start = np.array([_PRIOR.steepness, -_PRIOR.steepness * _PRIOR.middle])
    precision = np.diag([_PRIOR_TRIALS / 400.0, _PRIOR_TRIALS / 40.0])
    value = start.copy()
    for _ in range(30):
        belief = 1.0 / (1.0 + np.exp(-np.clip(design @ value, -50.0, 50.0)))
        slope = design.T @ (weight * (belief - truth)) + precision @ (value - start)
        curve = (design * (weight * belief * (1.0 - belief))[:, None]).T @ design + precision
        step = np.linalg.solve(curve, slope)
        value = value - step
        if float(np.abs(step).max()) < 1e-6:
            break
    if value[0] < 1.0:
        return _PRIOR.steepness, _PRIOR.middle
    return float(value[0]), float(-value[1] / value[0])
