"""Confusions say which products are taken for which, with the pictures that show it."""

from dataclasses import replace

import numpy as np

from core.evaluation.confusions import find_confusions
from core.evaluation.embedded_set import EmbeddedSet
from core.evaluation.rules import NearestRule
from core.evaluation.shots_curve import measure_shots
from tests.core.evaluation.shelves import embedded
from tests.core.recognition.shop import VectorShop

SHOP = VectorShop(products=4, nuisance=0.1, noise=0.1)


def with_a_swapped_query() -> EmbeddedSet:
    """Product 1's third query shows product 3."""
    data = embedded(SHOP, [3] * 4, [5] * 4)
    products = list(data.products)
    queries = products[1].queries.copy()
    queries[2] = products[3].queries[0]
    products[1] = replace(products[1], queries=queries)
    return replace(data, products=tuple(products))


def test_a_query_that_shows_another_product_is_found_with_its_pictures() -> None:
    data = with_a_swapped_query()
    curve = measure_shots(data, lambda: NearestRule(data.dimension), shots=(1, 3), draws=2, seed=0)
    (found,) = find_confusions(data, curve)
    assert (found.product, found.named, found.share, found.queries) == ("Product 1", "Product 3", 0.2, 1.0)
    assert found.query == data.products[1].query_paths[2]
    assert found.own_reference in data.products[1].reference_paths
    look = data.products[3].queries[0, 0].astype(np.float32)
    closest = int(np.argmax((data.products[3].references.astype(np.float32) @ look).max(axis=1)))
    assert found.other_reference == data.products[3].reference_paths[closest]


def test_without_mistakes_there_are_none() -> None:
    data = embedded(SHOP, [3] * 4, [5] * 4)
    curve = measure_shots(data, lambda: NearestRule(data.dimension), shots=(3,), draws=1, seed=0)
    assert find_confusions(data, curve) == ()
