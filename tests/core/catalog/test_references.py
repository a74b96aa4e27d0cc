"""References and their embeddings."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.catalog.bulk import add_embedded_products
from core.catalog.database import Catalog, DatabaseDamaged, open_catalog
from core.catalog.embeddings import decode, encode
from core.catalog.records import Origin, ProductDetails
from core.catalog.transactions import Database
from core.paths import DataFolder
from tests.core.catalog.shop import enroll, picture


def vectors(
    count: int, *, views: int = 2, dimension: int = 8, seed: int = 0
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(seed).normal(size=(count, views, dimension)).astype(np.float32)


def test_references_come_back_in_order_with_their_embeddings(catalog: Catalog) -> None:
    product = catalog.products.add(ProductDetails("Milk"))
    stored = [catalog.photographs.store(picture(seed)) for seed in range(5)]
    rows = vectors(5)
    added = catalog.references.add(product.product_id, stored, origin=Origin.IMPORTED, embedder_key="net", vectors=rows)
    assert [item.picture for item in added] == [item.picture for item in stored]
    assert [item.sha256 for item in added] == [item.sha256 for item in stored]
    assert {item.origin for item in added} == {Origin.IMPORTED}
    assert catalog.references.of_product(product.product_id) == added
    (found,) = catalog.references.embeddings("net")
    assert (found.product_id, found.name) == (product.product_id, "Milk")
    assert found.reference_ids == tuple(item.reference_id for item in added)
    assert np.array_equal(found.vectors, rows)
    assert catalog.references.without_embedding("net") == []
    assert catalog.references.without_embedding("other net") == added
    assert list(catalog.references.embeddings("other net")) == []


def test_half_precision_is_kept_as_such_and_read_as_single(catalog: Catalog) -> None:
    product, references = enroll(catalog, "Milk", shots=2)
    ids = [item.reference_id for item in references]
    half = vectors(2).astype(np.float16)
    catalog.references.set_embeddings("net", ids, half)
    (found,) = catalog.references.embeddings("net")
    assert found.vectors.dtype == np.float32
    assert np.array_equal(found.vectors, half.astype(np.float32))
    single = vectors(1, seed=9)
    catalog.references.set_embeddings("net", ids[1:], single)
    (found,) = catalog.references.embeddings("net", product_id=product.product_id)
    assert np.array_equal(found.vectors, np.concatenate([half[:1].astype(np.float32), single]))


def test_embeddings_stream_product_by_product_in_the_order_of_ids(catalog: Catalog) -> None:
    milk, first = enroll(catalog, "Milk", shots=2, seed=1)
    tea, second = enroll(catalog, "Tea", shots=2, seed=2)
    late = catalog.references.add(milk.product_id, [catalog.photographs.store(picture(7))], origin=Origin.CORRECTED)
    everything = [*first, *second, *late]
    rows = vectors(5)
    catalog.references.set_embeddings("net", [item.reference_id for item in everything], rows)
    found = list(catalog.references.embeddings("net"))
    assert [(item.product_id, item.reference_ids) for item in found] == [
        (milk.product_id, (1, 2, 5)),
        (tea.product_id, (3, 4)),
    ]
    assert np.array_equal(found[0].vectors, rows[[0, 1, 4]])
    only = list(catalog.references.embeddings("net", product_id=tea.product_id))
    assert [item.name for item in only] == ["Tea"]


def test_a_stream_keeps_to_the_moment_at_which_it_began(catalog: Catalog) -> None:
    for seed in range(3):
        _, references = enroll(catalog, f"Product {seed}", seed=seed)
        catalog.references.set_embeddings("net", [item.reference_id for item in references], vectors(2))
    stream = catalog.references.embeddings("net")
    assert next(stream).name == "Product 0"
    catalog.products.archive(3)
    assert [item.name for item in stream] == ["Product 1", "Product 2"]
    assert [item.name for item in catalog.references.embeddings("net")] == ["Product 0", "Product 1"]


def test_what_is_not_on_sale_is_not_recognized(catalog: Catalog) -> None:
    milk, references = enroll(catalog, "Milk", shots=3)
    ids = [item.reference_id for item in references]
    catalog.references.set_embeddings("net", ids, vectors(3))
    catalog.references.remove(ids[:1])
    assert [item.reference_ids for item in catalog.references.embeddings("net")] == [(2, 3)]
    assert catalog.references.count() == 2
    catalog.products.archive(milk.product_id)
    assert list(catalog.references.embeddings("net")) == []
    assert catalog.references.without_embedding("other") == []
    assert catalog.references.count() == 0


def test_removing_and_restoring(catalog: Catalog) -> None:
    product, references = enroll(catalog, "Milk", shots=3)
    ids = [item.reference_id for item in references]
    removed = catalog.references.remove([ids[0], ids[2], 99])
    assert [item.reference_id for item in removed] == [ids[0], ids[2]]
    assert all(item.is_removed for item in removed)
    assert catalog.references.remove(ids) == [catalog.references.find(ids)[ids[1]]]
    assert catalog.references.of_product(product.product_id) == []
    assert len(catalog.references.of_product(product.product_id, is_removed=True)) == 3
    assert len(catalog.references.restore(ids)) == 3
    assert catalog.references.of_product(product.product_id) == references


def test_a_reference_moves_to_another_product_with_its_embedding(catalog: Catalog) -> None:
    milk, references = enroll(catalog, "Milk", shots=2)
    tea = catalog.products.add(ProductDetails("Tea"))
    ids = [item.reference_id for item in references]
    catalog.references.set_embeddings("net", ids, vectors(2))
    moved = catalog.references.move(ids[1:], tea.product_id)
    assert [(item.reference_id, item.product_id) for item in moved] == [(ids[1], tea.product_id)]
    assert catalog.references.move(ids[1:], tea.product_id) == []
    assert [(item.name, item.reference_ids) for item in catalog.references.embeddings("net")] == [
        ("Milk", (ids[0],)),
        ("Tea", (ids[1],)),
    ]
    assert milk.product_id != tea.product_id


def test_the_revision_follows_what_an_index_depends_on(catalog: Catalog) -> None:
    seen = [catalog.references.revision]

    def has_changed() -> bool:
        seen.append(catalog.references.revision)
        assert seen[-1] >= seen[-2]
        return seen[-1] > seen[-2]

    product, references = enroll(catalog, "Milk")
    ids = [item.reference_id for item in references]
    assert seen[0] == 0
    assert has_changed()
    catalog.products.update(product.product_id, ProductDetails("Milk", price_minor=5))
    assert not has_changed()
    catalog.products.update(product.product_id, ProductDetails("Cream"))
    assert has_changed()
    catalog.references.set_embeddings("net", ids, vectors(2))
    assert has_changed()
    catalog.references.remove(ids[:1])
    assert has_changed()
    catalog.references.remove(ids[:1])
    assert not has_changed()
    catalog.references.restore(ids[:1])
    assert has_changed()
    catalog.products.archive(product.product_id)
    assert has_changed()
    catalog.products.restore(product.product_id)
    assert has_changed()
    catalog.sales.open(currency="EUR")
    assert not has_changed()


@pytest.mark.parametrize(
    "wrong",
    [
        vectors(3),
        vectors(2)[:, 0],
        vectors(2).astype(np.float64),
        np.full((2, 2, 8), np.nan, np.float32),
        np.zeros((2, 0, 8), np.float32),
    ],
)
def test_vectors_that_do_not_fit_are_a_bug_and_change_nothing(
    catalog: Catalog, wrong: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    _, references = enroll(catalog, "Milk")
    with pytest.raises(ValueError, match=r"expected|NaN"):
        catalog.references.set_embeddings("net", [item.reference_id for item in references], wrong)
    assert list(catalog.references.embeddings("net")) == []


def test_one_key_has_one_shape(catalog: Catalog) -> None:
    _, references = enroll(catalog, "Milk")
    ids = [item.reference_id for item in references]
    catalog.references.set_embeddings("net", ids, vectors(2))
    with pytest.raises(ValueError, match="are 2×8, got 3×8"):
        catalog.references.set_embeddings("net", ids, vectors(2, views=3))


def test_the_embeddings_of_a_former_embedder_can_be_forgotten(catalog: Catalog) -> None:
    _, references = enroll(catalog, "Milk")
    ids = [item.reference_id for item in references]
    catalog.references.set_embeddings("old", ids, vectors(2))
    catalog.references.set_embeddings("new", ids, vectors(2, dimension=4))
    assert catalog.references.forget_other_embedders("new") == 2
    assert list(catalog.references.embeddings("old")) == []
    assert len(list(catalog.references.embeddings("new"))) == 1
    catalog.references.set_embeddings("old", ids, vectors(2, dimension=16))


def test_more_ids_than_one_statement_can_name(catalog: Catalog) -> None:
    product = catalog.products.add(ProductDetails("Milk"))
    stored = catalog.photographs.store(picture(1))
    added = catalog.references.add(product.product_id, [stored] * 1200, origin=Origin.IMPORTED)
    assert len(catalog.references.find([item.reference_id for item in added])) == 1200
    assert len(catalog.references.remove([item.reference_id for item in added])) == 1200


finite = st.floats(-100, 100, width=16)


@given(arrays.arrays(np.float32, (3, 4), elements=finite))
def test_vectors_survive_being_bytes(rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    assert np.array_equal(decode(encode(rows), rows=3, dimension=4), rows)
    half = rows.astype(np.float16)
    assert np.array_equal(decode(encode(half), rows=3, dimension=4), half.astype(np.float32))


def test_a_cut_vector_is_told_as_damage() -> None:
    with pytest.raises(DatabaseDamaged, match="23 bytes"):
        decode(b"x" * 23, rows=3, dimension=4)


def test_what_has_a_vector_is_listed_without_reading_it(catalog: Catalog) -> None:
    milk, first = enroll(catalog, "Milk", shots=12, seed=1)
    tea, second = enroll(catalog, "Tea", shots=2, seed=2)
    gone, third = enroll(catalog, "Gone", shots=1, seed=3)
    ids = [item.reference_id for item in [*first, *second, *third]]
    catalog.references.set_embeddings("net", ids[1:], vectors(len(ids) - 1))
    catalog.products.archive(gone.product_id)
    catalog.references.remove([second[0].reference_id])
    listed = list(catalog.references.embedded("net"))
    assert [(item.product_id, item.name) for item in listed] == [(milk.product_id, "Milk"), (tea.product_id, "Tea")]
    assert listed[0].reference_ids.tolist() == [item.reference_id for item in first[1:]]
    assert listed[1].reference_ids.tolist() == [second[1].reference_id]
    assert list(catalog.references.embedded("other net")) == []


def test_single_vectors_are_found_in_the_order_asked_for(catalog: Catalog) -> None:
    _, references = enroll(catalog, "Milk", shots=3)
    ids = [item.reference_id for item in references]
    rows = vectors(3)
    catalog.references.set_embeddings("net", ids, rows)
    catalog.references.set_embeddings("net", ids[:1], rows[:1].astype(np.float16))
    found, read = catalog.references.find_embeddings("net", [ids[2], 999, ids[0]])
    assert found == [ids[2], ids[0]]
    np.testing.assert_allclose(read, rows[[2, 0]], atol=2e-3)
    found, read = catalog.references.find_embeddings("other net", ids)
    assert (found, len(read)) == ([], 0)


def test_many_products_are_added_at_once(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    open_catalog(data).close()
    with closing(Database(data.database)) as database:
        add_embedded_products(database, [("Milk", vectors(3).astype(np.float16)), ("Tea", vectors(1))], "net")
    with closing(open_catalog(data)) as catalog:
        assert [(item.name, item.references) for item in catalog.products.all()] == [("Milk", 3), ("Tea", 1)]
        milk, tea = catalog.references.embeddings("net")
        np.testing.assert_allclose(milk.vectors, vectors(3), atol=2e-3)
        np.testing.assert_array_equal(tea.vectors, vectors(1))
        assert catalog.references.revision > 0
