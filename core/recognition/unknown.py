"""Calibrated rejection: how sure a match must be before it is said, learned from the shop's own references."""

from dataclasses import dataclass, replace

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
"""Weight of the steepness and sharpness above against the shop's own trials."""

_ALONE = 0.4
"""Where the only product of a shop gets a name: there is nothing to compare with, so much is asked."""

_AMONG_FEW = 0.55
"""The same among two or three, less half of what is typical of the products."""

_FEW = 3.0
"""Products at which that counts as much as what the trials say."""

_BAR = 0.45
"""Where the bar for the usual rate lies from the impostors' median (0) to the left-out references' (1)."""

_BAR_SLOPE = 0.18
"""How much further up it lies when the rate is divided by e."""

_BAR_PRODUCTS = 40.0
"""Products at which the shop's own impostors count as much as that rule."""

_SPREAD = 0.3
_SPREAD_TRIALS = 10.0
"""Usual distance of those two medians, and its weight in trials."""

_TWIN = 0.2
"""An impostor is a twin when most of its looks are more familiar than this share of the left-out references."""

_BETWEEN = 0.08
"""Least familiarity between what is offered and what is named."""

_RIVALS = 32
"""Other products that a look is compared with: the others are too far away to matter."""

_USUAL_RATE = 0.05
_LOWEST_RATE = 0.001


def familiarity(scores: Floats, typical: Floats) -> Floats:
    """How much looks seem to show something enrolled: n×K cosines, best first, and n typical cosines → n.

    The best cosine counts against what is typical of that product's own references, against the runners-up (a look that
    resembles everything shows nothing in particular) and for its lead over the second.
    """
    best = scores[:, 0]
    second = scores[:, 1] if scores.shape[1] > 1 else np.zeros(len(scores))
    background = scores[:, 1 : 1 + _BACKGROUND].mean(axis=1) if scores.shape[1] > 1 else np.zeros(len(scores))
    return np.asarray(best - 0.25 * background + 0.25 * (best - second) - 0.5 * typical, np.float64)


def calibrate(trials: Trials | None, *, false_name_rate: float) -> Calibration:
    """Fit beliefs and outcomes to the left-out references.

    The impostors are the same references with their own product taken away, a whole product at a time. A name is given
    from where the share of them that would still get one is ``false_name_rate``. Impostors of one product err together,
    so that it is the number of products, not of references, that says how far their quantile can be trusted: with few
    it is drawn to a rule that holds for shops of several kinds. Twins are left out (see ``_impostors_that_count``).
    References alone decide, never queries.
    """
    if trials is None or len(trials.scores) == 0 or trials.scores.shape[1] < 2:
        return replace(_PRIOR, middle=_ALONE)
    count = len(trials.scores)
    rivals, columns = _rivals(trials)
    own_scores = trials.scores[np.arange(count), trials.own]
    false_values = familiarity(rivals, trials.typical[columns])
    is_right = own_scores >= rivals[:, 0]
    best_typical = trials.typical[np.where(is_right, trials.own, columns)]
    scores = -np.sort(-np.column_stack((own_scores, rivals)), axis=1)
    true_values = familiarity(scores, best_typical)[trials.is_genuine]
    is_right = is_right[trials.is_genuine]
    sharpness = _fit_sharpness(scores[trials.is_genuine], own_scores[trials.is_genuine])
    steepness = _fit_steepness(true_values[is_right], np.concatenate([false_values, true_values[~is_right]]))
    named = _bar(true_values, false_values, trials, max(false_name_rate, _LOWEST_RATE))
    offered = named - _BETWEEN
    if len(true_values):
        offered = min(offered, float(np.quantile(true_values, 0.01)))
    possible_at = float(expit(steepness * (offered - named)))
    return Calibration(steepness, named, sharpness, possible_at, count)


def _bar(genuine: Floats, impostors: Floats, trials: Trials, false_name_rate: float) -> float:
    """The familiarity from which on a name is given."""
    products = trials.scores.shape[1]
    among_few = _AMONG_FEW - 0.5 * float(trials.typical.mean())
    if products == 2:
        # Without its own product an impostor has one other to be compared with, as if the shop sold nothing else.
        return among_few
    middle = float(np.median(impostors))
    spread = _SPREAD
    if len(genuine):
        measured = float(np.median(genuine)) - middle
        spread = (len(genuine) * measured + _SPREAD_TRIALS * _SPREAD) / (len(genuine) + _SPREAD_TRIALS)
    by_rule = middle + (_BAR + _BAR_SLOPE * np.log(_USUAL_RATE / false_name_rate)) * spread
    by_rule = (products * by_rule + _FEW * among_few) / (products + _FEW)
    counted = _impostors_that_count(genuine, impostors, trials.own)
    own = float(np.quantile(counted, 1.0 - false_name_rate))
    return float((products * own + _BAR_PRODUCTS * by_rule) / (products + _BAR_PRODUCTS))


def _impostors_that_count(genuine: Floats, impostors: Floats, own: npt.NDArray[np.int64]) -> Floats:
    """Without the looks of products that have a twin: variants of one pack, of which both are enrolled.

    Left out, such a product looks like its twin as much as the twin itself does. A bar that refused it would refuse the
    twin too, and with it much else that is enrolled; so it does not count, as long as such products are a minority.
    """
    if len(genuine) == 0:
        return impostors
    columns, place = np.unique(own, return_inverse=True)
    order = np.lexsort((impostors, place))
    counts = np.bincount(place)
    starts = np.cumsum(counts) - counts
    medians = (impostors[order[starts + (counts - 1) // 2]] + impostors[order[starts + counts // 2]]) / 2
    is_twin = medians > np.quantile(genuine, _TWIN)
    return impostors if 2 * is_twin.sum() > len(columns) else impostors[~is_twin[place]]


def _rivals(trials: Trials) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The closest other products of every look: n×k cosines, best first, and the column of the best."""
    rows = np.arange(len(trials.scores))
    scores = trials.scores.astype(np.float32)
    scores[rows, trials.own] = -np.inf
    shown = min(_RIVALS, scores.shape[1] - 1)
    places = np.argpartition(scores, scores.shape[1] - shown, axis=1)[:, -shown:]
    values = np.take_along_axis(scores, places, axis=1).astype(np.float64)
    best = np.argmax(values, axis=1)
    return -np.sort(-values, axis=1), places[rows, best]


def _fit_sharpness(genuine: Floats, own: Floats) -> float:
    """The softmax sharpness of greatest likelihood, with a log-normal prior, over a fixed grid.

    ``genuine`` n×k cosines, best first; ``own`` n those of the true products.
    """
    if len(genuine) == 0:
        return _PRIOR.sharpness
    grid = _PRIOR.sharpness * 2.0 ** np.linspace(-2.0, 2.0, 17)
    top = genuine[:, :1]
    gap = own - top[:, 0]
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
