"""The rules under comparison do what they are called."""

import numpy as np
import pytest

from core.evaluation.rules import NearestRule, Rule, RuleName, TillsightRule, rule_maker
from core.recognition.gallery import Gallery
from core.recognition.views import query_views, reference_views
from core.sightings import Outcome
from tests.core.recognition.pictures import picture
from tests.core.recognition.shop import VectorShop

SHOP = VectorShop(products=6)
NAMES = [f"Product {number}" for number in range(SHOP.products)]


def taught(rule: Rule, shots: int = 8) -> Rule:
    for product in range(SHOP.products):
        rule.enroll(product, SHOP.looks(product, shots)[: shots // 2])
        rule.enroll(product, SHOP.looks(product, shots)[shots // 2 :])
    return rule


def test_the_programs_rule_says_what_the_recognizer_says() -> None:
    rule = taught(TillsightRule(NAMES, dimension=SHOP.dimension, false_name_rate=0.05))
    gallery = Gallery(SHOP.dimension, "k", 0.05)
    for product in range(SHOP.products):
        gallery.add(product, NAMES[product], range(product * 8, product * 8 + 8), SHOP.looks(product, 8))
    recognizer = gallery.build()
    looks = np.concatenate([SHOP.looks(product, 5, seed=9) for product in range(SHOP.products)])
    verdicts = rule.judge(looks)
    for row, passes in enumerate(looks):
        match = recognizer.match(passes)
        assert match.best is not None
        assert verdicts.ranked[row].tolist() == [candidate.product_id for candidate in match.candidates[:3]]
        assert verdicts.scores[row] == pytest.approx(match.best.score, abs=1e-4)
        assert verdicts.is_named[row] == (match.outcome is Outcome.KNOWN)
        assert verdicts.is_offered[row] == (match.outcome is not Outcome.UNKNOWN)


def test_nearest_is_the_product_of_the_reference_with_the_least_distance() -> None:
    verdicts = taught(NearestRule(SHOP.dimension)).judge(SHOP.looks(2, 20, seed=4))
    stored = [SHOP.looks(product, 8)[:, 0] for product in range(SHOP.products)]
    for row, passes in enumerate(SHOP.looks(2, 20, seed=4)):
        distance = [float(np.linalg.norm(rows - passes[0], axis=1).min()) for rows in stored]
        assert verdicts.ranked[row].tolist() == np.argsort(distance)[:3].tolist()
        assert verdicts.scores[row] == pytest.approx(1 - min(distance) ** 2 / 2, abs=1e-5)
    assert verdicts.is_named.all()


def test_nearest_compares_a_picture_with_the_same_view_of_another() -> None:
    crop = picture(1)
    np.testing.assert_array_equal(reference_views(crop)[0], query_views(crop)[0])


@pytest.mark.parametrize("name", RuleName)
def test_with_fewer_than_three_products_the_rest_of_the_ranks_is_empty(name: RuleName) -> None:
    rule = rule_maker(name, NAMES, dimension=SHOP.dimension, false_name_rate=0.05)()
    rule.enroll(4, SHOP.looks(4, 3))
    assert rule.judge(SHOP.looks(4, 2, seed=5)).ranked.tolist() == [[4, -1, -1]] * 2


@pytest.mark.parametrize("name", RuleName)
def test_without_references_nothing_is_named(name: RuleName) -> None:
    verdicts = rule_maker(name, NAMES, dimension=SHOP.dimension, false_name_rate=0.05)().judge(SHOP.looks(0, 3))
    assert (verdicts.ranked == -1).all()
    assert not verdicts.is_named.any()
    assert np.isfinite(verdicts.scores).all()
