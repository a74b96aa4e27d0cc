"""Calibrated rejection: how sure a match must be before it is said, learned from the shop's own references."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from core.sightings import Outcome

Floats = npt.NDArray[np.float64]

KNOWN_AT = 0.5
"""The belief from which on an item is named."""

_BACKGROUND = 5
"""Runners-up whose mean says how much a look resembles everything."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What left-out references would have been told.

    ``scores`` n×C: cosines of n left-out references to C products, their own product's without them. ``own`` n: column
    of the true product. ``is_genuine`` n: the own product has other references, so that its column means something;
    the other rows serve as impostors alone. ``typical`` C as in ``familiarity``.
    """

    scores: Floats
    own: npt.NDArray[np.int64]
    is_genuine: npt.NDArray[np.bool_]
    typical: Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns cosines into beliefs and beliefs into an outcome.

    The belief in the best product is σ(steepness · (familiarity − middle)), so that ½ is where a name is given: a best
    belief of at least ½ is *known*, of at least ``possible_at`` *possible*. The others' belief is that of the best
    times exp(−sharpness · what they are behind). ``trials``: left-out references that it was fitted to.
    """

    steepness: float = 12.0
    middle: float = 0.15
    sharpness: float = 12.0
    possible_at: float = 0.05
    trials: int = 0

    def beliefs(self, scores: Floats, typical: Floats) -> Floats:
        """n×K cosines, best first in every row, and the n best products' typical ones → n×K beliefs in 0–1."""
        if scores.shape[1] == 0:
            return np.zeros(scores.shape)
        enrolled = expit(self.steepness * (familiarity(scores, typical) - self.middle))
        behind = np.exp(self.sharpness * (scores - scores[:, :1]))
        return np.asarray(behind * enrolled[:, None], np.float64)

    def outcome(self, belief: float) -> Outcome:
        """What the best belief amounts to."""
        if belief >= KNOWN_AT:
            return Outcome.KNOWN
        return Outcome.POSSIBLE if belief >= self.possible_at else Outcome.UNKNOWN


_PRIOR = Calibration()
_PRIOR_TRIALS = 40.0
"""Weight of the values above against the shop's own trials."""

_PRIOR_OFFERED = -0.1
"""Familiarity from which on an item is offered in a shop without trials."""

_BETWEEN = 0.08
"""Least familiarity between what is offered and what is named."""

_USUAL_RATE = 0.05


def familiarity(scores: Floats, typical: Floats) -> Floats:
    """How much looks seem to show something enrolled: n×K cosines, best first, and n typical cosines → n.

    The best cosine counts against what is typical of that product's own references, against the runners-up (a look that
    resembles everything shows nothing in particular) and for its lead over the second.
    """
    best = scores[:, 0]
    second = scores[:, 1] if scores.shape[1] > 1 else np.zeros(len(scores))
    background = scores[:, 1 : 1 + _BACKGROUND].mean(axis=1) if scores.shape[1] > 1 else np.zeros(len(scores))
    return np.asarray(best - 0.5 * background + 0.5 * (best - second) - 0.5 * typical, np.float64)


def calibrate(trials: Trials | None, *, false_name_rate: float) -> Calibration:
    """Fit beliefs and outcomes to the left-out references.

    The impostors are the same references with their own product taken away; a name is given from where the share of
    them that would still get one is ``false_name_rate``, or from what enrolled items can be asked to reach, whichever
    is lower. With few trials the result stays near conservative values that hold for the shipped embedder. References
    alone decide, never queries.
    """
    if trials is None or len(trials.scores) == 0 or trials.scores.shape[1] < 2:
        return _PRIOR
    count = len(trials.scores)
    without_own = trials.scores.copy()
    without_own[np.arange(count), trials.own] = -np.inf
    impostors, impostor_typical, _ = _sorted(without_own, trials.typical)
    impostors = impostors[:, :-1]
    genuine, genuine_typical, best = _sorted(trials.scores[trials.is_genuine], trials.typical)
    is_right = best == trials.own[trials.is_genuine]
    sharpness = _fit_sharpness(trials.scores[trials.is_genuine], trials.own[trials.is_genuine])
    true_values = familiarity(genuine, genuine_typical)
    false_values = familiarity(impostors, impostor_typical)
    steepness = _fit_steepness(true_values[is_right], np.concatenate([false_values, true_values[~is_right]]))
    named = _blended_quantile(false_values, 1.0 - false_name_rate, _PRIOR.middle)
    if len(true_values):
        named = min(named, _least_convincing(true_values, false_values, false_name_rate))
    offered = min(_blended_quantile(true_values, 0.01, _PRIOR_OFFERED), named - _BETWEEN)
    possible_at = float(expit(steepness * (offered - named)))
    return Calibration(steepness, named, sharpness, possible_at, count)


def _least_convincing(genuine: Floats, impostors: Floats, false_name_rate: float) -> float:
    """The familiarity that an enrolled item can be asked to reach.

    Left-out references come from the same hour, light and place as the others, so looks of another day fall short of
    them; how far is not known from references alone. At the usual rate the bar is never set higher than halfway from
    the impostors' median to what 95 % of the left-out references reach; a smaller rate moves it up, a larger one down.
    """
    lower, upper = float(np.median(impostors)), float(np.quantile(genuine, 0.05))
    return lower + max(0.0, upper - lower) / (1.0 + false_name_rate / _USUAL_RATE)


def _sorted(scores: Floats, typical: Floats) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Rows sorted best first, the typical cosine of each row's best product, and its column."""
    if len(scores) == 0:
        return scores, np.zeros(0), np.zeros(0, np.int64)
    best = np.argmax(scores, axis=1)
    return -np.sort(-scores, axis=1), typical[best], best.astype(np.int64)


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
    top = genuine.max(axis=1, keepdims=True)
    gap = genuine[np.arange(len(genuine)), own] - top[:, 0]
    likelihood = [float((value * gap - np.log(np.exp(value * (genuine - top)).sum(axis=1))).mean()) for value in grid]
    pull = _PRIOR_TRIALS / len(genuine) * 0.5 * np.log2(grid / _PRIOR.sharpness) ** 2
    return float(grid[int(np.argmax(np.asarray(likelihood) - pull))])


def _fit_steepness(positives: Floats, negatives: Floats) -> float:
    """Steepness of the logistic P(positive | value), both sides weighing the same, drawn to the prior.

    Platt, "Probabilistic outputs for support vector machines", 1999; the prior keeps separable samples finite.
    """
    if len(positives) == 0 or len(negatives) == 0:
        return _PRIOR.steepness
    values = np.concatenate([positives, negatives])
    sign = np.concatenate([np.ones(len(positives)), -np.ones(len(negatives))])
    weight = np.where(sign > 0, 0.5 / len(positives), 0.5 / len(negatives))
    prior = _PRIOR_TRIALS / (_PRIOR_TRIALS + len(values))

    def loss(form: Floats) -> tuple[float, Floats]:
        steepness, middle = form
        logit = sign * steepness * (values - middle)
        wrong = weight * sign * expit(-logit)
        off = np.array([(steepness - _PRIOR.steepness) / _PRIOR.steepness, (middle - _PRIOR.middle) / 0.2])
        total = float(-(weight * log_expit(logit)).sum() + 0.5 * prior * (off**2).sum())
        slope = np.array([-(wrong * (values - middle)).sum(), steepness * wrong.sum()])
        return total, slope + prior * off / np.array([_PRIOR.steepness, 0.2])

    start = np.array([_PRIOR.steepness, _PRIOR.middle])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(4.0, 40.0), (-1.0, 1.0)])
    return float(found.x[0])
