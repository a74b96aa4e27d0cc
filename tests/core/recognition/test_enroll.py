"""Photographs become vectors once, and the gallery follows the catalog."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.catalog.database import Catalog, open_catalog
from core.catalog.records import Origin, Product, ProductDetails
from core.errors import UserError
from core.paths import DataFolder
from core.recognition.enroll import embed_references, reference_key, sync_gallery
from core.recognition.gallery import Gallery
from tests.core.recognition.pictures import ThumbnailEmbedder, picture


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(DataFolder(tmp_path / "shop"))
    yield catalog
    catalog.close()


def enroll(catalog: Catalog, number: int, shots: int, *, embedder: ThumbnailEmbedder | None = None) -> Product:
    product = catalog.products.add(ProductDetails(f"Product {number}"))
    crops = [picture(number, shot) for shot in range(shots)]
    stored = [catalog.photographs.store(crop) for crop in crops]
    if embedder is None:
        catalog.references.add(product.product_id, stored, origin=Origin.ENROLLED)
    else:
        vectors = embed_references(embedder, crops)
        catalog.references.add(
            product.product_id,
            stored,
            origin=Origin.ENROLLED,
            embedder_key=reference_key(embedder),
            vectors=vectors,
        )
    return product


def said(gallery: Gallery, embedder: ThumbnailEmbedder, number: int) -> str:
    best = gallery.build().match(embedder.embed([picture(number, 90)])).best
    assert best is not None
    return best.name


def test_missing_vectors_are_computed_once_with_progress(catalog: Catalog) -> None:
    embedder = ThumbnailEmbedder()
    for number in range(3):
        enroll(catalog, number, 5)
    progress: list[tuple[int, int]] = []
    gallery = sync_gallery(catalog, embedder, on_progress=lambda done, total: progress.append((done, total)))
    assert (gallery.products, gallery.references, embedder.crops) == (3, 15, 60)
    assert progress == [(0, 15), (15, 15)]
    assert [said(gallery, embedder, number) for number in range(3)] == ["Product 0", "Product 1", "Product 2"]
    before = embedder.crops
    assert sync_gallery(catalog, embedder).references == 15
    assert embedder.crops == before


def test_another_embedder_embeds_everything_again_and_the_former_vectors_stay(catalog: Catalog) -> None:
    enroll(catalog, 0, 4, embedder=ThumbnailEmbedder("first"))
    other = ThumbnailEmbedder("second")
    former = sync_gallery(catalog, ThumbnailEmbedder("first"))
    fresh = sync_gallery(catalog, other, former)
    assert fresh is not former
    assert (fresh.embedder_key, fresh.references, other.crops) == (reference_key(other), 4, 16)
    again = ThumbnailEmbedder("first")
    sync_gallery(catalog, again)
    assert again.crops == 0


def test_the_gallery_follows_every_change_of_the_catalog(catalog: Catalog) -> None:
    embedder = ThumbnailEmbedder()
    first, second, third = (enroll(catalog, number, 4, embedder=embedder) for number in range(3))
    gallery = sync_gallery(catalog, embedder)
    catalog.products.update(first.product_id, ProductDetails("Renamed"))
    catalog.products.archive(second.product_id)
    moved = catalog.references.of_product(third.product_id)[0].reference_id
    removed = catalog.references.of_product(third.product_id)[1].reference_id
    catalog.references.move([moved], first.product_id)
    catalog.references.remove([removed])
    enroll(catalog, 7, 2)
    assert sync_gallery(catalog, embedder, gallery) is gallery
    assert gallery.product_names() == {
        first.product_id: "Renamed",
        third.product_id: "Product 2",
        third.product_id + 1: "Product 7",
    }
    assert gallery.owner(moved) == first.product_id
    assert gallery.owner(removed) is None
    fresh = sync_gallery(catalog, embedder)
    assert fresh.reference_ids() == gallery.reference_ids()
    assert fresh.revision == gallery.revision == str(catalog.references.revision)
    assert said(gallery, embedder, 7) == "Product 7"


def test_nothing_enrolled_gives_an_empty_gallery(catalog: Catalog) -> None:
    assert sync_gallery(catalog, ThumbnailEmbedder()).products == 0


def test_a_photograph_that_is_gone_is_told_and_left_out(catalog: Catalog) -> None:
    product = enroll(catalog, 0, 3)
    lost = catalog.references.of_product(product.product_id)[1]
    catalog.photographs.path(lost.picture).unlink()
    with pytest.raises(UserError):
        sync_gallery(catalog, ThumbnailEmbedder())
    problems: list[UserError] = []
    gallery = sync_gallery(catalog, ThumbnailEmbedder(), on_problem=problems.append)
    assert gallery.references == 2
    assert len(problems) == 1


def test_work_that_was_stopped_goes_on_where_it_was(catalog: Catalog) -> None:
    enroll(catalog, 0, 70)
    embedder = ThumbnailEmbedder()

    def stop(done: int, total: int) -> None:
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sync_gallery(catalog, embedder, on_progress=stop)
    assert embedder.crops == 16 * 4
    assert sync_gallery(catalog, embedder).references == 70
    assert embedder.crops == 70 * 4


def test_catching_up_reads_the_vectors_of_what_is_new_alone(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = ThumbnailEmbedder()
    for number in range(3):
        enroll(catalog, number, 6, embedder=embedder)
    gallery = sync_gallery(catalog, embedder)
    gallery.build()
    product = enroll(catalog, 5, 2, embedder=embedder)
    fresh = [item.reference_id for item in catalog.references.of_product(product.product_id)]
    asked: list[int] = []
    find = catalog.references.find_embeddings

    def counted(key: str, reference_ids: Sequence[int]) -> tuple[list[int], npt.NDArray[np.float32]]:
        asked.extend(reference_ids)
        return find(key, reference_ids)

    monkeypatch.setattr(catalog.references, "find_embeddings", counted)
    monkeypatch.delattr(type(catalog.references), "embeddings")
    assert sync_gallery(catalog, embedder, gallery) is gallery
    assert asked == fresh
    assert gallery.owner(fresh[0]) == product.product_id


def test_a_gallery_whose_vectors_are_lost_is_made_again(catalog: Catalog) -> None:
    embedder = ThumbnailEmbedder()
    first, second = (enroll(catalog, number, 4, embedder=embedder) for number in range(2))
    gallery = sync_gallery(catalog, embedder)
    removed = catalog.references.of_product(first.product_id)[0].reference_id
    catalog.references.remove([removed])
    catalog.references.forget_other_embedders("nobody's")
    again = sync_gallery(catalog, embedder, gallery)
    assert again is not gallery
    assert again.reference_ids() == gallery.reference_ids() - {removed}
    assert said(again, embedder, 1) == f"Product {second.product_id - 1}"
