"""Enrollments in progress."""

import pytest

from core.catalog.database import Catalog
from core.catalog.drafts import DraftError
from core.catalog.photographs import PhotographError
from core.catalog.products import ProductError
from core.catalog.records import DraftShot, Origin, ProductDetails, SoldBy
from core.errors import DataFolderError
from tests.core.catalog.shop import Clock, enroll, picture

APPLES = ProductDetails("Apples", "A-1", "77", 399, "EUR", 700, SoldBy.WEIGHT)


def shoot(catalog: Catalog, draft_id: int, seed: int, *, is_kept: bool = True, reason: str = "") -> DraftShot:
    stored = catalog.photographs.store(picture(seed))
    return catalog.drafts.add_shot(draft_id, stored, quality={"sharpness": 0.5 + seed}, is_kept=is_kept, reason=reason)


def test_a_draft_is_there_again_with_its_shots(catalog: Catalog) -> None:
    assert catalog.drafts.current() is None
    draft = catalog.drafts.begin()
    assert draft.details == ProductDetails("")
    catalog.drafts.describe(draft.draft_id, APPLES)
    good = shoot(catalog, draft.draft_id, 1)
    blurred = shoot(catalog, draft.draft_id, 2, is_kept=False, reason="blurred")
    again = catalog.drafts.current()
    assert again is not None
    assert (again.details, again.shots, again.kept) == (APPLES, (good, blurred), (good,))
    assert (blurred.reason, blurred.quality) == ("blurred", {"sharpness": 2.5})


def test_only_one_enrollment_at_a_time(catalog: Catalog) -> None:
    draft = catalog.drafts.begin()
    with pytest.raises(DraftError, match="not finished"):
        catalog.drafts.begin()
    catalog.drafts.discard(draft.draft_id)
    assert catalog.drafts.begin().draft_id != draft.draft_id


def test_shots_are_removed_restored_and_kept_against_advice(catalog: Catalog) -> None:
    draft = catalog.drafts.begin()
    first, second = shoot(catalog, draft.draft_id, 1), shoot(catalog, draft.draft_id, 2, is_kept=False, reason="dark")
    catalog.drafts.remove_shot(first.shot_id)
    current = catalog.drafts.current()
    assert current is not None
    assert current.shots == (second,)
    assert catalog.drafts.restore_shot(first.shot_id) == first
    assert catalog.drafts.restore_shot(second.shot_id).is_kept
    current = catalog.drafts.current()
    assert current is not None
    assert len(current.kept) == 2
    with pytest.raises(LookupError):
        catalog.drafts.remove_shot(99)


def test_a_finished_draft_is_a_product_with_its_references(catalog: Catalog, clock: Clock) -> None:
    draft = catalog.drafts.begin(APPLES)
    shots = [shoot(catalog, draft.draft_id, seed) for seed in range(4)]
    refused = shoot(catalog, draft.draft_id, 9, is_kept=False, reason="blurred")
    catalog.drafts.remove_shot(shots[1].shot_id)
    clock.forward(hours=1)
    finished = catalog.drafts.finish(draft.draft_id)
    assert finished.product.details == APPLES
    assert finished.product.references == 3
    kept = [shots[0], shots[2], shots[3]]
    assert [item.picture for item in finished.references] == [shot.picture for shot in kept]
    assert {item.origin for item in finished.references} == {Origin.ENROLLED}
    assert finished.reference_of_shot == {
        shot.shot_id: item.reference_id for shot, item in zip(kept, finished.references, strict=True)
    }
    assert catalog.drafts.current() is None
    for shot in kept:
        catalog.photographs.read(shot.picture)
    for shot in (shots[1], refused):
        with pytest.raises(PhotographError):
            catalog.photographs.read(shot.picture)
    with pytest.raises(DraftError, match="finished already"):
        catalog.drafts.finish(draft.draft_id)
    with pytest.raises(DraftError):
        shoot(catalog, draft.draft_id, 5)
    with pytest.raises(DraftError):
        catalog.drafts.remove_shot(kept[0].shot_id)


def test_a_draft_that_cannot_be_saved_stays_open(catalog: Catalog) -> None:
    enroll(catalog, "Milk")
    owner = catalog.products.add(ProductDetails("Pears", barcode="77"))
    draft = catalog.drafts.begin(APPLES)
    with pytest.raises(DraftError, match="no photograph"):
        catalog.drafts.finish(draft.draft_id)
    shot = shoot(catalog, draft.draft_id, 1)
    with pytest.raises(ProductError, match="belongs to Pears"):
        catalog.drafts.finish(draft.draft_id)
    current = catalog.drafts.current()
    assert current is not None
    assert current.shots == (shot,)
    assert catalog.products.count() == 2
    catalog.products.archive(owner.product_id)
    assert catalog.drafts.finish(draft.draft_id).product.name == "Apples"


def test_more_shots_for_a_product_that_exists(catalog: Catalog) -> None:
    milk, references = enroll(catalog, "Milk", shots=2)
    draft = catalog.drafts.begin(product_id=milk.product_id)
    assert (draft.details, draft.product_id) == (milk.details, milk.product_id)
    shoot(catalog, draft.draft_id, 0)
    shoot(catalog, draft.draft_id, 50)
    shoot(catalog, draft.draft_id, 50)
    finished = catalog.drafts.finish(draft.draft_id)
    assert finished.product.product_id == milk.product_id
    # Seed 0 is the product's first reference already, and seed 50 was taken twice.
    assert finished.product.references == 3
    assert catalog.references.of_product(milk.product_id)[:2] == references
    with pytest.raises(LookupError):
        catalog.drafts.begin(product_id=99)


def test_a_discarded_draft_leaves_no_pictures(catalog: Catalog, clock: Clock) -> None:
    _, references = enroll(catalog, "Milk")
    draft = catalog.drafts.begin()
    own, shared = shoot(catalog, draft.draft_id, 60), shoot(catalog, draft.draft_id, 0)
    assert shared.picture == references[0].picture
    clock.forward(hours=1)
    catalog.drafts.discard(draft.draft_id)
    with pytest.raises(PhotographError):
        catalog.photographs.read(own.picture)
    catalog.photographs.read(shared.picture)
    assert catalog.drafts.current() is None
    assert catalog.products.count() == 1


def test_a_refused_shot_that_was_removed_comes_back_refused(catalog: Catalog) -> None:
    draft = catalog.drafts.begin()
    dark = shoot(catalog, draft.draft_id, 1, is_kept=False, reason="dark")
    catalog.drafts.remove_shot(dark.shot_id)
    assert catalog.drafts.restore_shot(dark.shot_id) == dark


def test_a_draft_is_closed_though_its_pictures_cannot_go(
    catalog: Catalog, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(picture: str) -> bool:
        raise DataFolderError(f"{picture} cannot be removed.", remedy="Look at the disk.")

    clock.forward(hours=1)
    monkeypatch.setattr(catalog.photographs, "remove", refuse)
    draft = catalog.drafts.begin(APPLES)
    shoot(catalog, draft.draft_id, 1)
    removed = shoot(catalog, draft.draft_id, 2)
    catalog.drafts.remove_shot(removed.shot_id)
    clock.forward(hours=1)
    assert catalog.drafts.finish(draft.draft_id).product.references == 1
    given_up = catalog.drafts.begin()
    shoot(catalog, given_up.draft_id, 3)
    clock.forward(hours=1)
    catalog.drafts.discard(given_up.draft_id)
    assert catalog.drafts.current() is None
