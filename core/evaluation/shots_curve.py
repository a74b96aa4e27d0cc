"""Accuracy by the number of references that each product has: the curve that says how many shots are worth taking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.evaluation.embedded_set import EmbeddedSet
from core.evaluation.rules import Numbers, Rule, RuleMaker, Verdicts

Progress = Callable[[int, int], None]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShotsPoint:
    """Accuracy with ``shots`` references a product (all of them where a product has fewer); shares, 0–1.

    ``mean_class_accuracy``: share of right best products, the mean over products and then over draws; ``std``: its
    standard deviation over draws (n − 1), 0 when all draws are the same; ``top3``: share of queries whose product is
    among the three best, averaged alike.
    """

    shots: int
    mean_class_accuracy: float
    std: float
    top3: float


@dataclass(frozen=True, slots=True, eq=False)
class ShotsCurve:
    """A rule's curve, and what it did with the most shots.

    ``confusion`` C×C: share of the queries of the row's product that were given the column's, over all draws; rows of
    products without queries are zero. ``last``: the verdicts of the first draw with the most shots, in the order of the
    queries.
    """

    points: tuple[ShotsPoint, ...]
    confusion: Shares
    last: Verdicts


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """All queries of a set: m×k×d looks, and the number of the product that each shows."""

    looks: npt.NDArray[np.float16]
    truth: Numbers

    @classmethod
    def of(cls, data: EmbeddedSet) -> "Queries":
        counts = [len(product.queries) for product in data.products]
        return cls(
            np.concatenate([product.queries for product in data.products]), np.repeat(np.arange(len(counts)), counts)
        )


def draw_order(*, seed: int, draw: int, product: int, count: int) -> Numbers:
    """The order in which a product's references are drawn: alike for every rule; fewer shots are a part of more."""
    return np.random.default_rng((seed, draw, product)).permutation(count).astype(np.int64)


def measure_shots(
    data: EmbeddedSet,
    make_rule: RuleMaker,
    *,
    shots: Sequence[int],
    draws: int,
    seed: int,
    on_progress: Progress | None = None,
) -> ShotsCurve:
    """Judge all queries with each number of shots, in several random draws of the references."""
    queries = Queries.of(data)
    steps = sorted(set(shots))
    most = max(len(product.references) for product in data.products)
    verdicts: dict[int, list[Verdicts]] = {step: [] for step in steps}
    for draw in range(draws):
        rule = make_rule()
        enrolled = 0
        for place, step in enumerate(steps):
            if draw and step >= most:
                # With all references every draw is the same.
                verdicts[step].append(verdicts[step][0])
            elif place and enrolled >= most:
                verdicts[step].append(verdicts[steps[place - 1]][-1])
            else:
                _enroll_up_to(rule, data, former=enrolled, shots=step, seed=seed, draw=draw)
                verdicts[step].append(rule.judge(queries.looks))
                enrolled = step
            if on_progress:
                on_progress(draw * len(steps) + place + 1, draws * len(steps))
    points = tuple(_point(step, verdicts[step], queries.truth, len(data.products)) for step in steps)
    last = verdicts[steps[-1]]
    confusion = np.mean([_confusion(one.ranked[:, 0], queries.truth, len(data.products)) for one in last], axis=0)
    return ShotsCurve(points, confusion, last[0])


def class_means(values: npt.NDArray[np.bool_], truth: Numbers, products: int) -> Shares:
    """The mean of ``values`` over each product's queries; NaN for a product without queries."""
    counts = np.bincount(truth, minlength=products).astype(np.float64)
    sums = np.bincount(truth, values, minlength=products)
    return np.asarray(np.divide(sums, counts, out=np.full(products, np.nan), where=counts > 0), np.float64)


def _enroll_up_to(rule: Rule, data: EmbeddedSet, *, former: int, shots: int, seed: int, draw: int) -> None:
    """Add to a rule that knows ``former`` references of each product those up to ``shots``."""
    for number, product in enumerate(data.products):
        rows = draw_order(seed=seed, draw=draw, product=number, count=len(product.references))[former:shots]
        if len(rows):
            rule.enroll(number, product.references[rows])


def _point(shots: int, draws: Sequence[Verdicts], truth: Numbers, products: int) -> ShotsPoint:
    best = [np.nanmean(class_means(one.ranked[:, 0] == truth, truth, products)) for one in draws]
    top3 = [np.nanmean(class_means((one.ranked == truth[:, None]).any(axis=1), truth, products)) for one in draws]
    return ShotsPoint(
        shots=shots,
        mean_class_accuracy=float(np.mean(best)),
        std=float(np.std(best, ddof=1)) if len(best) > 1 else 0.0,
        top3=float(np.mean(top3)),
    )


def _confusion(named: Numbers, truth: Numbers, products: int) -> Shares:
    matrix = np.zeros((products, products))
    is_told = named >= 0
    np.add.at(matrix, (truth[is_told], named[is_told]), 1.0)
    counts = np.bincount(truth, minlength=products)[:, None]
    return np.asarray(matrix / np.maximum(counts, 1), np.float64)
