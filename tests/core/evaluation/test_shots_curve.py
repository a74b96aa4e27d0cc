"""The shots curve counts products alike, draws fairly and spends no work twice."""

import numpy as np
import pytest

from core.evaluation.rules import Floats, NearestRule, RuleName, Verdicts, rule_maker
from core.evaluation.shots_curve import class_means, draw_order, measure_shots
from tests.core.evaluation.shelves import embedded
from tests.core.recognition.shop import VectorShop

SHOP = VectorShop(products=8, nuisance=2.0, noise=1.5)
DATA = embedded(SHOP, [6, 12, 12, 12, 12, 12, 12, 12], [10] * 8)


class RecordingRule(NearestRule):
    """The nearest-reference rule, with a record of what it was taught and how often it was asked."""

    def __init__(self, dimension: int) -> None:
        super().__init__(dimension)
        self.taught: dict[int, int] = {}
        self.judged: list[dict[int, int]] = []

    def enroll(self, product: int, vectors: Floats) -> None:
        super().enroll(product, vectors)
        self.taught[product] = self.taught.get(product, 0) + len(vectors)

    def judge(self, looks: Floats) -> Verdicts:
        self.judged.append(dict(self.taught))
        return super().judge(looks)


def test_more_shots_are_better_and_whitening_beats_the_nearest_reference() -> None:
    curves = {
        name: measure_shots(
            DATA,
            rule_maker(name, [one.name for one in DATA.products], dimension=DATA.dimension, false_name_rate=0.05),
            shots=(1, 12),
            draws=3,
            seed=1,
        )
        for name in RuleName
    }
    own, nearest = curves[RuleName.TILLSIGHT].points, curves[RuleName.NEAREST].points
    assert [point.shots for point in own] == [1, 12]
    assert own[1].mean_class_accuracy > own[0].mean_class_accuracy
    assert own[1].mean_class_accuracy > nearest[1].mean_class_accuracy + 0.1
    assert all(point.top3 >= point.mean_class_accuracy for point in (*own, *nearest))


def test_a_product_uses_all_it_has_and_complete_sets_are_judged_once() -> None:
    rules: list[RecordingRule] = []

    def make_rule() -> RecordingRule:
        rules.append(RecordingRule(DATA.dimension))
        return rules[-1]

    curve = measure_shots(DATA, make_rule, shots=(1, 8, 12, 50), draws=3, seed=1)
    assert rules[0].judged[1] == {0: 6, **dict.fromkeys(range(1, 8), 8)}
    assert rules[0].judged[2] == {0: 6, **dict.fromkeys(range(1, 8), 12)}
    assert [len(rule.judged) for rule in rules] == [3, 2, 2]
    assert curve.points[2].std == curve.points[3].std == 0.0
    assert curve.points[2].mean_class_accuracy == curve.points[3].mean_class_accuracy
    assert curve.points[0].std > 0.0


def test_progress_ends_at_the_number_of_steps() -> None:
    told: list[tuple[int, int]] = []
    measure_shots(
        DATA,
        lambda: NearestRule(DATA.dimension),
        shots=(1, 50, 100),
        draws=2,
        seed=1,
        on_progress=lambda *step: told.append(step),
    )
    assert told == [(number, 6) for number in range(1, 7)]


def test_products_weigh_the_same_however_many_queries_they_have() -> None:
    truth = np.array([0, 0, 0, 0, 2])
    means = class_means(np.array([True, True, True, False, False]), truth, 3)
    assert means[0] == 0.75
    assert np.isnan(means[1])
    assert means[2] == 0.0


def test_unequal_numbers_of_queries_do_not_shift_the_mean() -> None:
    data = embedded(SHOP, [4] * 8, [40, 1, 1, 1, 0, 1, 1, 1])
    curve = measure_shots(data, lambda: NearestRule(data.dimension), shots=(4,), draws=1, seed=1)
    right = np.diagonal(curve.confusion)
    asked = [0, 1, 2, 3, 5, 6, 7]
    assert curve.points[0].mean_class_accuracy == pytest.approx(right[asked].mean())
    assert curve.confusion[asked].sum(axis=1) == pytest.approx(1.0)
    assert curve.confusion[4].sum() == 0.0


def test_draws_differ_and_can_be_repeated() -> None:
    orders = {tuple(draw_order(seed=1, draw=draw, product=0, count=12).tolist()) for draw in range(5)}
    assert len(orders) == 5
    assert all(sorted(order) == list(range(12)) for order in orders)
    first, second = (
        measure_shots(DATA, lambda: NearestRule(DATA.dimension), shots=(1, 3), draws=2, seed=4) for _ in range(2)
    )
    assert first.points == second.points
