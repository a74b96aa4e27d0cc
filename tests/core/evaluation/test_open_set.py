"""Products that are not enrolled: the area under the ROC curve is exact, thresholds come from references alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.evaluation.open_set import auroc, measure_open_set
from core.evaluation.rules import Floats, NearestRule, RuleName, rule_maker
from tests.core.evaluation.shelves import embedded
from tests.core.recognition.shop import VectorShop

SCORES = st.lists(st.integers(-5, 5).map(lambda value: value / 4), min_size=1, max_size=30)


@given(known=SCORES, unknown=SCORES)
def test_auroc_is_the_share_of_pairs_in_the_right_order(known: list[float], unknown: list[float]) -> None:
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in known for b in unknown]
    assert auroc(np.array(known), np.array(unknown)) == pytest.approx(np.mean(pairs))


@given(known=SCORES, unknown=SCORES)
def test_auroc_of_the_opposite_question_is_the_rest(known: list[float], unknown: list[float]) -> None:
    assert auroc(np.array(known), np.array(unknown)) + auroc(np.array(unknown), np.array(known)) == pytest.approx(1.0)


def test_auroc_needs_both_sides_and_real_numbers() -> None:
    with pytest.raises(ValueError, match="needed"):
        auroc(np.array([1.0]), np.zeros(0))
    with pytest.raises(ValueError, match="finite"):
        auroc(np.array([1.0]), np.array([np.nan]))


SHOP = VectorShop(products=10, nuisance=0.7)
DATA = embedded(SHOP, [8] * 9 + [1], [6] * 8 + [0, 6])
NAMES = [product.name for product in DATA.products]


def test_an_easy_shop_is_told_apart_and_the_field_names_everything() -> None:
    results = {
        name: measure_open_set(
            DATA,
            rule_maker(name, NAMES, dimension=DATA.dimension, false_name_rate=0.05),
            held_out=3,
            shots=8,
            draws=3,
            seed=2,
        )
        for name in RuleName
    }
    own, nearest = results[RuleName.TILLSIGHT], results[RuleName.NEAREST]
    assert own.auroc > 0.9
    assert own.held_out == 3
    assert own.named.false_name_rate < 0.3
    assert own.offered.acceptance >= own.named.acceptance
    assert nearest.named.acceptance == nearest.named.false_name_rate == 1.0
    for result in (own, nearest):
        assert set(result.accepting) == {95, 99}
        assert result.accepting[99].acceptance >= result.accepting[95].acceptance
        assert result.accepting[99].false_name_rate >= result.accepting[95].false_name_rate
    assert own.accepting[95].acceptance > 0.6


class RecordingRule(NearestRule):
    """The nearest-reference rule, with a record of what it was taught."""

    def __init__(self, dimension: int) -> None:
        super().__init__(dimension)
        self.taught: dict[int, int] = {}

    def enroll(self, product: int, vectors: Floats) -> None:
        super().enroll(product, vectors)
        self.taught[product] = self.taught.get(product, 0) + len(vectors)


def test_products_left_out_are_never_taught_and_halves_make_the_threshold() -> None:
    rules: list[RecordingRule] = []

    def make_rule() -> RecordingRule:
        rules.append(RecordingRule(DATA.dimension))
        return rules[-1]

    measure_open_set(DATA, make_rule, held_out=3, shots=5, draws=2, seed=2)
    assert len(rules) == 6
    for whole, *halves in (rules[:3], rules[3:]):
        # The product without queries tells nothing about strangers, so it is always enrolled.
        assert len(whole.taught) == 7
        assert 8 in whole.taught
        assert all(count == (1 if product == 9 else 5) for product, count in whole.taught.items())
        for product, count in whole.taught.items():
            assert sum(half.taught[product] for half in halves) == (2 if count == 1 else count)
    assert rules[0].taught.keys() != rules[3].taught.keys()


def test_single_references_everywhere_leave_no_further_threshold() -> None:
    data = embedded(SHOP, [1] * 10, [3] * 10)
    result = measure_open_set(data, lambda: NearestRule(data.dimension), held_out=2, shots=1, draws=1, seed=0)
    assert result.accepting == {}
    assert result.std == 0.0


@pytest.mark.parametrize("held_out", [9, 10, 50])
def test_leaving_everything_out_is_refused(held_out: int) -> None:
    with pytest.raises(UserError, match="only 9 have both"):
        measure_open_set(DATA, lambda: NearestRule(DATA.dimension), held_out=held_out, shots=1, draws=1, seed=0)
