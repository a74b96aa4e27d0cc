"""The vectors of references are read where they are kept, and those of recent products stay at hand."""

from pathlib import Path

import numpy as np

from core.catalog.database import open_catalog
from core.paths import DataFolder
from core.recognition.reference_source import CatalogReferences, Ids, MemoryReferences, RecentMeans, Singles
from tests.core.catalog.shop import enroll


def ids(*numbers: int) -> Ids:
    return np.array(numbers, np.int64)


class CountedReferences(MemoryReferences):
    """Remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[int]] = []

    def read(self, reference_ids: Ids) -> tuple[Ids, Singles]:
        self.asked.append(reference_ids.tolist())
        return super().read(reference_ids)


def filled(count: int) -> CountedReferences:
    source = CountedReferences()
    views = np.random.default_rng(0).standard_normal((count, 2, 3)).astype(np.float16)
    source.keep(np.arange(count), views)
    return source


def test_vectors_come_in_the_order_asked_for_without_those_that_are_missing() -> None:
    source = filled(5)
    found, views = source.read(ids(4, 77, 1))
    assert found.tolist() == [4, 1]
    np.testing.assert_array_equal(views[0], source.read(ids(4))[1][0])
    found, views = source.read(ids(88))
    assert (found.tolist(), len(views)) == ([], 0)


def test_the_catalog_gives_the_vectors_of_removed_references_too(tmp_path: Path) -> None:
    catalog = open_catalog(DataFolder(tmp_path))
    try:
        _, references = enroll(catalog, "Milk", shots=3)
        numbers = [reference.reference_id for reference in references]
        rows = np.random.default_rng(1).standard_normal((3, 4, 6)).astype(np.float32)
        catalog.references.set_embeddings("net", numbers, rows)
        catalog.references.remove(numbers[:1])
        source = CatalogReferences(catalog, "net")
        found, views = source.read(np.array([numbers[2], 999, numbers[0]]))
        assert found.tolist() == [numbers[2], numbers[0]]
        np.testing.assert_array_equal(views, rows[[2, 0]])
        assert len(CatalogReferences(catalog, "another net").read(np.array(numbers))[0]) == 0
    finally:
        catalog.close()


def test_products_asked_for_again_are_not_read_again() -> None:
    source = filled(6)
    means = RecentMeans(source)
    for _ in range(2):
        found, rows, places = means.of([ids(0, 1), ids(4, 5)])
        assert found.tolist() == [0, 1, 4, 5]
        assert places.tolist() == [0, 0, 1, 1]
        np.testing.assert_allclose(rows, source.read(found)[1].mean(axis=1))
    assert source.asked[:2] == [[0, 1], [4, 5]]
    assert source.asked.count([0, 1]) == 1
    means.of([ids(0, 1, 2)])
    assert [0, 1, 2] in source.asked


def test_only_so_many_bytes_stay_at_hand() -> None:
    source = filled(40)
    means = RecentMeans(source, most_bytes=3 * 12)
    for number in [*range(10), 9, 8, 7, 6]:
        means.of([ids(number)])
    assert source.asked == [[number] for number in [*range(10), 6]]


def test_references_that_are_nowhere_give_nothing() -> None:
    found, rows, places = RecentMeans(filled(2)).of([ids(50), ids(60, 61)])
    assert (len(found), len(rows), len(places)) == (0, 0, 0)
