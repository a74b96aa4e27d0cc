"""A large shop whose whole assortment is exchanged while the number of its products stays the same."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.recognition.gallery import Gallery
from tests.core.recognition.shop import unit

DIMENSION, PRODUCTS, AXES = 64, 400, 8


@pytest.fixture(autouse=True)
def _coarse_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches that look at a few directions first, as large shops have them."""
    monkeypatch.setattr("core.recognition.vector_index._COARSE_CELLS", 1)
    monkeypatch.setattr("core.recognition.vector_index._COARSE", AXES)
    monkeypatch.setattr("core.recognition.vector_index._REFINED", 2 * AXES)


def goods(first_axis: int, seed: int) -> npt.NDArray[np.float32]:
    """Products that differ along some directions only, PRODUCTS×DIMENSION."""
    centers = np.zeros((PRODUCTS, DIMENSION))
    centers[:, first_axis : first_axis + AXES] = np.random.default_rng(seed).normal(size=(PRODUCTS, AXES))
    return unit(centers)


def looks(centers: npt.NDArray[np.float32], seed: int) -> npt.NDArray[np.float32]:
    return unit(centers + 0.02 * np.random.default_rng(seed).normal(size=centers.shape))


def enroll(gallery: Gallery, product_ids: Iterable[int], centers: npt.NDArray[np.float32]) -> None:
    views = np.stack([looks(centers, seed) for seed in range(4)], axis=1)
    for product_id, own in zip(product_ids, views, strict=True):
        gallery.add(product_id, f"product {product_id}", [product_id], own[None])


@pytest.mark.parametrize("is_loaded", [False, True], ids=["in one session", "after a new start"])
def test_goods_that_take_the_place_of_all_others_are_recognized_as_well(tmp_path: Path, *, is_loaded: bool) -> None:
    old, new = goods(0, seed=1), goods(32, seed=2)
    gallery = Gallery(DIMENSION, "key")
    enroll(gallery, range(1, PRODUCTS + 1), old)
    if is_loaded:
        source = gallery._source
        gallery.save(tmp_path)
        gallery = Gallery.load(tmp_path, "key", source=source)
    else:
        gallery.build()
    later = range(PRODUCTS + 1, 2 * PRODUCTS + 1)
    enroll(gallery, later, new)
    for product_id in range(1, PRODUCTS + 1):
        gallery.remove_product(product_id)
    matches = gallery.build().match_each(looks(new, 99))
    assert [match.candidates[0].product_id for match in matches] == list(later)
