"""What the references that speak for a match say of themselves."""

import numpy as np
import pytest

from core.recognition.gallery import Gallery
from tests.core.recognition.shop import unit


@pytest.mark.parametrize("products", [1, 3, 40])
def test_a_vote_is_a_cosine_however_far_a_reference_lies_from_the_others(products: int) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        gallery = Gallery(2, "key")
        for product in range(products):
            gallery.add(product, f"P{product}", range(10 * product, 10 * product + 5), unit(rng.normal(size=(5, 4, 2))))
        recognizer = gallery.build()
        look = unit(rng.normal(size=(1, 2)))
        votes = recognizer.with_votes(look, recognizer.match(look)).votes
        assert votes
        assert all(-1.0 <= vote.similarity <= 1.0 for vote in votes)
