"""How well a rule tells products that are enrolled from those that are not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.counts import counted
from core.errors import UserError
from core.evaluation.embedded_set import EmbeddedSet
from core.evaluation.rules import Rule, RuleMaker
from core.evaluation.shots_curve import Progress, Queries, draw_order

Floats = npt.NDArray[np.float64]

ACCEPTED_SHARES = (95, 99)
"""Percent of enrolled references that the further thresholds accept."""

_FOLDS = 2


@dataclass(frozen=True, slots=True)
class WorkingPoint:
    """Shares, 0–1. ``acceptance``: of the queries of enrolled products that get through; ``false_name_rate``: of the
    queries of products that are not enrolled which get through all the same."""

    acceptance: float
    false_name_rate: float


@dataclass(frozen=True, slots=True)
class OpenSet:
    """Means over draws; every draw leaves out other products.

    ``auroc``: the chance that a query of an enrolled product scores higher than one of a product that is not; ``std``
    its standard deviation over draws. ``named``: at the rule's own threshold, set on references alone, what it names
    without asking. ``offered``: what it names or offers to choose from. ``accepting``: 95 and 99 → at thresholds
    that let through as many percent of left-out references.
    """

    held_out: int
    auroc: float
    std: float
    named: WorkingPoint
    offered: WorkingPoint
    accepting: dict[int, WorkingPoint] = field(default_factory=dict)


def auroc(known: npt.NDArray[np.floating], unknown: npt.NDArray[np.floating]) -> float:
    """The area under the ROC curve: the share of pairs in which ``known`` scores higher, ties counting half.

    Equals the Mann–Whitney statistic (Hanley and McNeil, "The meaning and use of the area under a ROC curve",
    Radiology 143, 1982). Raises ``ValueError`` when either is empty or not finite.
    """
    if len(known) == 0 or len(unknown) == 0:
        raise ValueError("both known and unknown scores are needed")
    if not (np.isfinite(known).all() and np.isfinite(unknown).all()):
        raise ValueError("a score is not finite")
    ordered = np.sort(unknown)
    below = np.searchsorted(ordered, known, side="left")
    not_above = np.searchsorted(ordered, known, side="right")
    return float((below + not_above).mean() / (2 * len(unknown)))


def check_hold_out(held_out: int, asked: int) -> None:
    """Raises ``UserError`` when none of the ``asked`` products, which have references and queries, would remain."""
    if held_out >= asked:
        raise UserError(
            f"{counted(held_out, 'product')} cannot be left out: only {asked} "
            f"{'has' if asked == 1 else 'have'} both references and queries.",
            remedy="Leave out fewer, so that some remain enrolled.",
        )


def measure_open_set(
    data: EmbeddedSet,
    make_rule: RuleMaker,
    *,
    held_out: int,
    shots: int,
    draws: int,
    seed: int,
    on_progress: Progress | None = None,
) -> OpenSet:
    """Leave ``held_out`` products out, enroll the others with ``shots`` references each, and judge all queries.

    Only products that have queries are left out, by ``seed`` and draw. Raises ``UserError`` when too few would remain.
    """
    asked = [number for number, product in enumerate(data.products) if len(product.queries)]
    check_hold_out(held_out, len(asked))
    queries = Queries.of(data)
    areas, named, offered = [], [], []
    accepting: dict[int, list[WorkingPoint]] = {share: [] for share in ACCEPTED_SHARES}
    for draw in range(draws):
        absent = np.random.default_rng((seed, draw)).choice(asked, held_out, replace=False)
        is_enrolled = ~np.isin(np.arange(len(data.products)), absent)
        rule = make_rule()
        drawn = _drawn(data, is_enrolled, shots=shots, seed=seed, draw=draw)
        _enroll(rule, data, drawn)
        verdicts = rule.judge(queries.looks)
        is_known = is_enrolled[queries.truth]
        areas.append(auroc(verdicts.scores[is_known], verdicts.scores[~is_known]))
        named.append(_point(verdicts.is_named, is_known))
        offered.append(_point(verdicts.is_offered, is_known))
        left_out = _left_out_scores(data, make_rule, drawn)
        for share in ACCEPTED_SHARES if len(left_out) else ():
            threshold = np.quantile(left_out, 1.0 - share / 100.0)
            accepting[share].append(_point(verdicts.scores >= threshold, is_known))
        if on_progress:
            on_progress(draw + 1, draws)
    return OpenSet(
        held_out=held_out,
        auroc=float(np.mean(areas)),
        std=float(np.std(areas, ddof=1)) if draws > 1 else 0.0,
        named=_mean(named),
        offered=_mean(offered),
        accepting={share: _mean(points) for share, points in accepting.items() if points},
    )


_Drawn = dict[int, npt.NDArray[np.int64]]
"""Product number → the rows of its references that are enrolled."""


def _drawn(data: EmbeddedSet, is_enrolled: npt.NDArray[np.bool_], *, shots: int, seed: int, draw: int) -> _Drawn:
    return {
        number: draw_order(seed=seed, draw=draw, product=number, count=len(product.references))[:shots]
        for number, product in enumerate(data.products)
        if is_enrolled[number]
    }


def _enroll(rule: Rule, data: EmbeddedSet, drawn: _Drawn) -> None:
    for number, rows in drawn.items():
        rule.enroll(number, data.products[number].references[rows])


def _left_out_scores(data: EmbeddedSet, make_rule: RuleMaker, drawn: _Drawn) -> Floats:
    """Scores of references judged by a rule that learned the other ones: each half of every product by its other half.

    Products with a single reference are enrolled in both halves and give no score.
    """
    scores: list[Floats] = []
    for fold in range(_FOLDS):
        learned: _Drawn = {}
        asked = []
        for number, rows in drawn.items():
            is_asked = np.arange(len(rows)) % _FOLDS == fold
            learned[number] = rows[~is_asked] if len(rows) > 1 else rows
            if len(rows) > 1:
                asked.append(data.products[number].references[rows[is_asked]])
        if asked:
            rule = make_rule()
            _enroll(rule, data, learned)
            scores.append(rule.judge(np.concatenate(asked)).scores)
    return np.concatenate(scores) if scores else np.zeros(0)


def _point(passes: npt.NDArray[np.bool_], is_known: npt.NDArray[np.bool_]) -> WorkingPoint:
    return WorkingPoint(float(passes[is_known].mean()), float(passes[~is_known].mean()))


def _mean(points: Sequence[WorkingPoint]) -> WorkingPoint:
    return WorkingPoint(
        float(np.mean([point.acceptance for point in points])),
        float(np.mean([point.false_name_rate for point in points])),
    )
