"""A search that looks at a few directions first finds what a search through everything finds."""

import numpy as np
import pytest

from core.recognition.vector_index import VectorIndex, Vectors
from tests.core.recognition.shop import unit


def crowd(count: int, dimension: int = 512) -> Vectors:
    """Rows that differ in 40 directions mostly, as real prototypes do."""
    rng = np.random.default_rng(2)
    along = rng.standard_normal((count, 40)) @ np.linalg.qr(rng.standard_normal((dimension, 40)))[0].T
    return unit(along + 0.1 * rng.standard_normal((count, dimension)))


@pytest.fixture(scope="module")
def index() -> VectorIndex:
    rng = np.random.default_rng(3)
    transform = np.linalg.qr(rng.standard_normal((512, 512)))[0].astype(np.float32)
    return VectorIndex.of(transform, 0.01 * rng.standard_normal(512).astype(np.float32), crowd(4000))


def queries(index: VectorIndex) -> Vectors:
    return unit(index.rows()[::40] + 0.05 * np.random.default_rng(5).standard_normal((100, 512)))


def test_the_first_ones_of_many_rows_are_those_of_an_exhaustive_search(index: VectorIndex) -> None:
    asked = queries(index)
    cosines, places = index.nearest(asked, 6)
    everything = asked @ index.rows().T
    np.testing.assert_array_equal(places, np.argsort(-everything, axis=1)[:, :6])
    np.testing.assert_allclose(cosines, np.take_along_axis(everything, places, axis=1), atol=1e-5)


def test_a_stored_index_answers_alike(index: VectorIndex) -> None:
    asked = queries(index)
    stored = VectorIndex.from_bytes(index.to_bytes())
    for ours, theirs in zip(stored.nearest(asked, 32), index.nearest(asked, 32), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (len(stored), stored.dimension) == (4000, 512)


def test_raw_vectors_are_compared_without_being_transformed(index: VectorIndex) -> None:
    raw = np.random.default_rng(1).standard_normal((5, 512)).astype(np.float32)
    row = index.transformed(raw[:1])[0]
    weights, offset = index.pulled_back(row)
    mapped = index.transformed(raw)
    products = raw @ weights - offset
    lengths = products / (mapped @ row)
    assert (lengths > 0).all()
    np.testing.assert_allclose(products[0], lengths[0], rtol=1e-4)
    np.testing.assert_array_equal(index.search(raw, 4)[1], index.nearest(mapped, 4)[1])


def test_what_is_no_index_is_refused() -> None:
    with pytest.raises(ValueError, match="index"):
        VectorIndex.from_bytes(b"no index at all")
