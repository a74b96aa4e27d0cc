"""One evaluation from folders to numbers: shots curve, open set, confusions, and the field's rule beside them."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from core.evaluation.confusions import Confusion, find_confusions
from core.evaluation.dataset import read_dataset
from core.evaluation.embedded_set import EmbeddedSet, embed_dataset
from core.evaluation.open_set import OpenSet, WorkingPoint, check_hold_out, measure_open_set
from core.evaluation.rules import RuleName, rule_maker
from core.evaluation.shots_curve import ShotsCurve, measure_shots
from core.recognition.describer import prior_of
from core.recognition.enroll import CropEmbedder
from core.recognition.prior import Prior


class Narrate(Protocol):
    """Told what is being done, and how much of it is: ``done`` of ``total``."""

    def __call__(self, activity: str, done: int, total: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What to measure. ``hold_out_products`` 0: no open set. ``false_name_rate``: what thresholds are set for, 0–1."""

    references: Path
    queries: Path
    shots: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100)
    draws: int = 5
    hold_out_products: int = 0
    rule: RuleName = RuleName.TILLSIGHT
    seed: int = 7
    false_name_rate: float = 0.05


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule reached; ``open_set`` is ``None`` when no product was left out. ``seconds`` without embedding."""

    rule: RuleName
    curve: ShotsCurve
    open_set: OpenSet | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was measured. ``result`` is of the rule that was asked for, ``nearest`` of the field's."""

    plan: EvaluationPlan
    embedder: str
    data: EmbeddedSet
    result: RuleResult
    nearest: RuleResult
    confusions: tuple[Confusion, ...]
    embedding_seconds: float
    seconds: float

    @property
    def per_product(self) -> dict[str, float]:
        """Accuracy of each product that has queries, with the most shots, the mean over draws."""
        right = np.diagonal(self.result.curve.confusion)
        return {
            product.name: float(share)
            for product, share in zip(self.data.products, right, strict=True)
            if len(product.queries)
        }


def run_evaluation(
    plan: EvaluationPlan, embedder: CropEmbedder, *, label: str, cache_folder: Path, narrate: Narrate
) -> Evaluation:
    """Measure everything that ``plan`` asks for; ``label`` says what embeds, for the report.

    Raises ``UserError`` for folders that cannot be used, a cache that cannot be written, or an embedder that fails.
    """
    begun = time.perf_counter()
    dataset = read_dataset(plan.references, plan.queries)
    check_hold_out(plan.hold_out_products, sum(bool(product.queries) for product in dataset.products))
    data = embed_dataset(
        dataset, embedder, cache_folder, on_progress=lambda done, total: narrate("Embedding", done, total)
    )
    embedded = time.perf_counter()
    result = _measure(plan, data, plan.rule, prior_of(embedder), narrate)
    nearest = result if plan.rule is RuleName.NEAREST else _measure(plan, data, RuleName.NEAREST, None, narrate)
    return Evaluation(
        plan=plan,
        embedder=label,
        data=data,
        result=result,
        nearest=nearest,
        confusions=find_confusions(data, result.curve),
        embedding_seconds=embedded - begun,
        seconds=time.perf_counter() - begun,
    )


def as_document(evaluation: Evaluation) -> dict[str, object]:
    """The evaluation for other programs; accuracies are shares, 0–1."""
    plan, data = evaluation.plan, evaluation.data
    return {
        "rule": plan.rule.value,
        "embedder": evaluation.embedder,
        "draws": plan.draws,
        "seed": plan.seed,
        "products": len(data.products),
        "references": data.references,
        "queries": data.queries,
        "shots": _shots(evaluation.result.curve),
        "nearest": _shots(evaluation.nearest.curve),
        "open_set": _open_set(evaluation.result.open_set),
        "nearest_open_set": _open_set(evaluation.nearest.open_set),
        "per_product": {name: _rounded(share) for name, share in evaluation.per_product.items()},
        "confusions": [
            {"product": one.product, "named": one.named, "share": _rounded(one.share), "queries": round(one.queries, 2)}
            for one in evaluation.confusions
        ],
        "left_out": data.left_out,
        "unreadable": list(data.unreadable),
        "repeated_queries": data.repeated,
        "computed_embeddings": data.computed,
        "embedding_seconds": round(evaluation.embedding_seconds, 2),
        "seconds": round(evaluation.seconds, 2),
    }


def _measure(
    plan: EvaluationPlan, data: EmbeddedSet, name: RuleName, prior: Prior | None, narrate: Narrate
) -> RuleResult:
    begun = time.perf_counter()
    make_rule = rule_maker(
        name,
        [product.name for product in data.products],
        dimension=data.dimension,
        false_name_rate=plan.false_name_rate,
        prior=prior,
    )
    curve = measure_shots(
        data,
        make_rule,
        shots=plan.shots,
        draws=plan.draws,
        seed=plan.seed,
        on_progress=lambda done, total: narrate(f"Shots curve, {name.value}", done, total),
    )
    open_set = None
    if plan.hold_out_products:
        open_set = measure_open_set(
            data,
            make_rule,
            held_out=plan.hold_out_products,
            shots=max(plan.shots),
            draws=plan.draws,
            seed=plan.seed,
            on_progress=lambda done, total: narrate(f"Open set, {name.value}", done, total),
        )
    return RuleResult(name, curve, open_set, time.perf_counter() - begun)


def _shots(curve: ShotsCurve) -> dict[str, dict[str, float]]:
    return {
        str(point.shots): {
            "mean_class_accuracy": _rounded(point.mean_class_accuracy),
            "std": _rounded(point.std),
            "top3": _rounded(point.top3),
        }
        for point in curve.points
    }


def _open_set(open_set: OpenSet | None) -> dict[str, object] | None:
    if open_set is None:
        return None
    return {
        "held_out_products": open_set.held_out,
        "auroc": _rounded(open_set.auroc),
        "std": _rounded(open_set.std),
        **_working_point(open_set.named),
        "offered": _working_point(open_set.offered),
        "accepting": {str(share): _working_point(point) for share, point in open_set.accepting.items()},
    }


def _working_point(point: WorkingPoint) -> dict[str, float]:
    return {"acceptance": _rounded(point.acceptance), "false_name_rate": _rounded(point.false_name_rate)}


def _rounded(share: float) -> float:
    return round(share, 5)
