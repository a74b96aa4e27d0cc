"""The draft of a product on the disk: what a person handed over is saved, whatever failed on the way there."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from core.catalog.database import Catalog, open_catalog
from core.catalog.drafts import DraftError
from core.catalog.records import ProductDetails
from core.enrollment.catalog_journal import CatalogShotJournal
from core.enrollment.journal import FinishedEnrollment, KeptShot
from core.errors import DataFolderError, UserError
from core.paths import DataFolder
from tests.core.catalog.shop import enroll, picture

R = TypeVar("R")
TEA = ProductDetails("Tea", price_minor=100)


class Journal(CatalogShotJournal):
    """Writes at once."""

    def __init__(self, catalog: Catalog) -> None:
        self.told: list[UserError] = []
        super().__init__(catalog, _at_once, tell=self.told.append)

    def shoot(self, *keys: int) -> None:
        for key in keys:
            self.add_shot(key, picture(key), quality={}, is_kept=True, reason="")


def _at_once(call: Callable[[], R], /) -> "Future[R]":
    future: Future[R] = Future()
    future.set_result(call())
    return future


def _full(*_: Any, **__: Any) -> None:
    raise DataFolderError("The disk is full.", remedy="Free some space on it.")


def finished(*keys: int, product_id: int | None = None, details: ProductDetails = TEA) -> FinishedEnrollment:
    return FinishedEnrollment(product_id, details, tuple(KeptShot(key, picture(key), None) for key in keys))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(DataFolder(tmp_path / "shop"))
    yield opened
    opened.close()


@pytest.fixture
def journal(catalog: Catalog) -> Journal:
    return Journal(catalog)


@pytest.mark.parametrize(("failing", "saved"), [("remove_shot", 1), ("restore_shot", 2)])
def test_exactly_the_shots_that_a_person_sees_are_saved(
    catalog: Catalog,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
    saved: int,
) -> None:
    journal.begin(None, TEA)
    journal.shoot(1, 2)
    if failing == "restore_shot":
        journal.remove_shot(2)
    with monkeypatch.context() as full:
        full.setattr(catalog.drafts, failing, _full)
        getattr(journal, failing)(2)
    assert [error.message for error in journal.told] == ["The disk is full."]
    assert journal.finish(finished(*range(1, saved + 1)), "key").product.references == saved


def test_a_shot_that_cannot_be_read_after_a_crash_is_not_learned_from(
    catalog: Catalog,
    journal: Journal,
) -> None:
    journal.begin(None, TEA)
    journal.shoot(1, 2)
    draft = catalog.drafts.current()
    assert draft is not None
    catalog.photographs.path(draft.shots[1].picture).write_bytes(b"half a picture")
    again = Journal(catalog)
    resumed = again.resume()
    assert resumed is not None
    (key,) = resumed[1]
    assert len(again.told) == 1
    product = again.finish(finished(key), "key").product
    assert product.references == 1
    for reference in catalog.references.of_product(product.product_id):
        catalog.photographs.read(reference.picture)


def test_an_enrollment_that_could_not_be_discarded_does_not_block_the_next(
    catalog: Catalog,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal.begin(None, ProductDetails("Given up"))
    journal.shoot(1)
    with monkeypatch.context() as full:
        full.setattr(catalog.drafts, "discard", _full)
        journal.discard()
        journal.begin(None, TEA)
        journal.shoot(2)
        with pytest.raises(DataFolderError):
            journal.finish(finished(2), "key")
    assert journal.finish(finished(2), "key").product.name == "Tea"
    assert [product.name for product in catalog.products.all()] == ["Tea"]


def test_a_product_is_saved_though_its_vectors_are_not(
    catalog: Catalog,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal.begin(None, TEA)
    journal.shoot(1)
    shot = KeptShot(1, picture(1), np.ones((4, 8), np.float32))
    with monkeypatch.context() as full:
        full.setattr(catalog.references, "set_embeddings", _full)
        product = journal.finish(FinishedEnrollment(None, TEA, (shot,)), "key").product
    assert product.references == len(catalog.references.without_embedding("key")) == 1
    journal.begin(None, ProductDetails("Jam"))
    journal.shoot(2)
    assert journal.finish(finished(2, details=ProductDetails("Jam")), "key").product.name == "Jam"


def test_more_shots_do_not_take_back_a_price_that_was_changed_meanwhile(
    catalog: Catalog,
    journal: Journal,
) -> None:
    milk, _ = enroll(catalog, "Milk")
    journal.begin(milk.product_id, milk.details)
    journal.shoot(70)
    catalog.products.update(milk.product_id, replace(milk.details, price_minor=155, sku="M"))
    typed = replace(milk.details, sku="M-9")
    saved = journal.finish(finished(70, product_id=milk.product_id, details=typed), "key").product
    assert saved.details == replace(milk.details, price_minor=155, sku="M-9")


def test_after_a_restart_too(catalog: Catalog, journal: Journal) -> None:
    milk, _ = enroll(catalog, "Milk")
    journal.begin(milk.product_id, milk.details)
    journal.shoot(70)
    again = Journal(catalog)
    resumed = again.resume()
    assert resumed is not None
    (key,) = resumed[1]
    catalog.products.update(milk.product_id, replace(milk.details, price_minor=155))
    saved = again.finish(finished(key, product_id=milk.product_id, details=milk.details), "key").product
    assert (saved.details.price_minor, saved.references) == (155, 3)


def test_shots_for_a_product_that_was_archived_meanwhile_are_refused_and_kept(
    catalog: Catalog,
    journal: Journal,
) -> None:
    milk, _ = enroll(catalog, "Milk")
    journal.begin(milk.product_id, milk.details)
    journal.shoot(70)
    catalog.products.archive(milk.product_id)
    with pytest.raises(DraftError, match="Milk is not on sale"):
        journal.finish(finished(70, product_id=milk.product_id, details=milk.details), "key")
    catalog.products.restore(milk.product_id)
    saved = journal.finish(finished(70, product_id=milk.product_id, details=milk.details), "key").product
    assert saved.references == 3
