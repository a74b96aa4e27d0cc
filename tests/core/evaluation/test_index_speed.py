"""The benchmark of the index measures what it says, on shops that are hard enough to tell."""

from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from core.errors import DataFolderError
from core.evaluation import index_speed
from core.evaluation.index_chart import draw_index_speed
from core.evaluation.index_speed import measure_index
from core.evaluation.made_up_shop import SyntheticShop
from core.recognition.vector_index import FlatIndex


def test_products_come_from_the_seed_and_their_number_alone() -> None:
    small, large = SyntheticShop(40, 3, 5), SyntheticShop(40, 30, 5)
    np.testing.assert_array_equal(small.reference_views(2), large.reference_views(2))
    assert small.reference_views(1).shape == (5, 4, 40)
    np.testing.assert_allclose(np.linalg.norm(small.reference_views(1), axis=2), 1.0, atol=1e-5)
    assert not np.allclose(small.reference_views(1), small.reference_views(2))
    assert not np.allclose(small.reference_views(1), SyntheticShop(40, 3, 5, seed=8).reference_views(1))


def test_queries_are_new_looks_of_the_products_they_are_said_to_show() -> None:
    shop = SyntheticShop(64, 6, 4)
    looks, shown = shop.queries(30)
    centers = np.stack([shop.reference_views(product).mean(axis=(0, 1)) for product in range(6)])
    assert (np.argmax(looks @ centers.T, axis=1) == shown).mean() > 0.9
    references = np.concatenate([shop.reference_views(product).reshape(-1, 64) for product in range(6)])
    assert (looks @ references.T).max() < 0.999


def test_the_flat_index_finds_the_nearest_vector() -> None:
    rng = np.random.default_rng(4)
    stored = rng.standard_normal((50, 16)).astype(np.float32)
    flat = FlatIndex(16, 50)
    flat.rows()[:] = stored
    asked = rng.standard_normal((7, 16)).astype(np.float32)
    distances, rows = flat.search(asked, 3)
    expected = ((asked[:, None] - stored) ** 2).sum(axis=2)
    np.testing.assert_array_equal(rows, np.argsort(expected, axis=1)[:, :3])
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :3], rtol=1e-4)


def test_a_small_shop_is_measured_whole_and_leaves_nothing_behind(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    shop = SyntheticShop(64, 12, 6)
    speed = measure_index(shop, queries=60, folder=tmp_path, on_progress=lambda *step: told.append(step))
    assert (speed.products, speed.references) == (12, 6)
    assert told[-1] == (24, 24)
    assert speed.flat_search_ms is not None
    for times in (speed.search_ms, speed.flat_search_ms):
        assert set(times) == {"p50", "p95"}
        # Rounded to a hundredth of a millisecond, a search of seventy rows may take none.
        assert 0.0 <= times["p50"] <= times["p95"]
    assert speed.agreement is not None
    assert speed.flat_accuracy is not None
    assert speed.agreement >= speed.accuracy + speed.flat_accuracy - 1.0 - 1e-9
    assert speed.accuracy > 0.9
    assert speed.accuracy >= speed.flat_accuracy
    assert speed.rss_mb > 10.0
    assert min(speed.readiness_ms, speed.readiness_cpu_ms, speed.open_ms, speed.gap_ms) > 0.0
    assert list(tmp_path.iterdir()) == []
    drawing = draw_index_speed([asdict(speed)])
    assert drawing.count("<polyline") == 6
    ElementTree.fromstring(drawing)


def test_without_memory_for_it_the_comparison_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_speed, "_MEMORY_MARGIN", 1e12)
    speed = measure_index(SyntheticShop(32, 4, 3), queries=10)
    assert speed.flat_search_ms is None
    assert speed.agreement is None
    assert speed.flat_accuracy is None
    assert speed.search_ms["p50"] > 0.0
    assert draw_index_speed([asdict(speed)]).count("<polyline") == 5


def test_without_disk_for_it_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="GB"):
        measure_index(SyntheticShop(32, 10**9, 1000), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
