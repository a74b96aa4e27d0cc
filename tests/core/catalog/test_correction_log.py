"""The list of corrections: together in, together out, never changed."""

import sqlite3

import pytest

from core.catalog.correction_log import Verdict
from core.catalog.database import Catalog
from core.catalog.records import Act, Origin, ReviewState
from core.sightings import Outcome
from tests.core.catalog.shop import Clock, enroll, match_of, picture


def test_verdicts_take_effect_and_are_undone_together(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    tea, _ = enroll(catalog, "Tea", seed=1)
    crops = [catalog.photographs.store(picture(seed)).picture for seed in (50, 51)]
    items = [catalog.recognitions.add(crop, match_of(milk, tea)).recognition_id for crop in crops]
    recorded = catalog.corrections.record(
        [Verdict(item, Act.PRODUCT, ReviewState.CORRECTED, tea.product_id, is_kept=True) for item in items],
        cashier="Ann",
    )
    assert {(item.batch, item.cashier, item.said_product_id) for item in recorded} == {(1, "Ann", milk.product_id)}
    assert {item.said_outcome for item in recorded} == {Outcome.KNOWN}
    added = catalog.references.of_product(tea.product_id)[2:]
    assert [item.reference_id for item in added] == [item.reference_id for item in recorded]
    assert [item.picture for item in added] == crops
    assert {item.origin for item in added} == {Origin.CORRECTED}
    assert [item.product_name for item in catalog.recognitions.find_all(items)] == ["Tea", "Tea"]
    assert catalog.corrections.standing() == recorded[-1]

    undone = catalog.corrections.undo_last()
    assert {item.recognition_id for item in undone} == set(items)
    assert all(item.undone_at for item in undone)
    assert [item.state for item in catalog.recognitions.find_all(items)] == [ReviewState.OPEN] * 2
    assert [item.product_name for item in catalog.recognitions.find_all(items)] == ["Milk", "Milk"]
    assert len(catalog.references.of_product(tea.product_id)) == 2
    assert catalog.corrections.undo_last() == []
    assert catalog.corrections.standing() is None
    assert len(catalog.corrections.history()) == 2


def test_one_wrong_verdict_stops_them_all(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    item = catalog.recognitions.add(catalog.photographs.store(picture(50)).picture, match_of(milk))
    with pytest.raises(LookupError):
        catalog.corrections.record(
            [
                Verdict(item.recognition_id, Act.NOT_ITEM, ReviewState.NOT_ITEM, None),
                Verdict(99, Act.NOT_ITEM, ReviewState.NOT_ITEM, None),
            ],
            cashier="",
        )
    assert catalog.recognitions.find(item.recognition_id) == item
    assert catalog.corrections.history() == []
    assert catalog.corrections.record([], cashier="") == []


def test_a_crop_that_is_a_reference_already_is_not_added_twice(catalog: Catalog) -> None:
    milk, references = enroll(catalog, "Milk")
    item = catalog.recognitions.add(references[0].picture, match_of(milk))
    (recorded,) = catalog.corrections.record(
        [Verdict(item.recognition_id, Act.RIGHT, ReviewState.RIGHT, milk.product_id, is_kept=True)], cashier=""
    )
    assert recorded.reference_id is None
    catalog.corrections.undo_last()
    assert len(catalog.references.of_product(milk.product_id)) == 2


def test_corrections_outlive_what_they_are_about(catalog: Catalog, clock: Clock) -> None:
    milk, _ = enroll(catalog, "Milk")
    item = catalog.recognitions.add(catalog.photographs.store(picture(50)).picture, match_of(milk))
    catalog.corrections.record(
        [Verdict(item.recognition_id, Act.RIGHT, ReviewState.RIGHT, milk.product_id, is_kept=True)], cashier=""
    )
    clock.forward(days=50)
    catalog.recognitions.purge(days=30)
    assert [entry.recognition_id for entry in catalog.corrections.history()] == [item.recognition_id]
    catalog.photographs.read(item.picture)
    assert len(catalog.corrections.undo_last()) == 1
    assert len(catalog.references.of_product(milk.product_id)) == 2


def test_the_list_cannot_be_changed_by_anyone(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    item = catalog.recognitions.add(catalog.photographs.store(picture(50)).picture, match_of(milk))
    verdict = Verdict(item.recognition_id, Act.RIGHT, ReviewState.RIGHT, milk.product_id)
    catalog.corrections.record([verdict], cashier="Ann")
    other = sqlite3.connect(catalog.path)
    for statement in (
        "DELETE FROM correction",
        "UPDATE correction SET cashier = 'Bob'",
        "UPDATE correction SET product_id = NULL, undone_at = '2026-01-01'",
        "UPDATE correction SET undone_at = NULL",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    other.close()
    catalog.corrections.undo_last()
    other = sqlite3.connect(catalog.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("UPDATE correction SET undone_at = '2026-01-01'")
    other.close()


def test_what_is_taken_for_what(catalog: Catalog, clock: Clock) -> None:
    today = clock.time.astimezone().date()
    milk, _ = enroll(catalog, "Milk")
    tea, _ = enroll(catalog, "Tea", seed=1)
    crop = catalog.photographs.store(picture(50)).picture

    def say_tea(count: int, *, outcome: Outcome = Outcome.KNOWN) -> None:
        for _ in range(count):
            item = catalog.recognitions.add(crop, match_of(milk, tea, outcome=outcome))
            verdict = Verdict(item.recognition_id, Act.PRODUCT, ReviewState.CORRECTED, tea.product_id)
            catalog.corrections.record([verdict], cashier="")

    say_tea(1, outcome=Outcome.POSSIBLE)
    say_tea(3)
    right = catalog.recognitions.add(crop, match_of(tea, milk))
    catalog.corrections.record(
        [Verdict(right.recognition_id, Act.RIGHT, ReviewState.RIGHT, tea.product_id)], cashier=""
    )
    say_tea(1)
    catalog.corrections.undo_last()
    often, once = catalog.corrections.confusions(today, today)
    assert (often.said_name, often.product_name, often.count) == ("Milk", "Tea", 3)
    assert (once.said_outcome, once.count) == (Outcome.POSSIBLE, 1)
    assert catalog.corrections.confusions(today.replace(year=2001), today.replace(year=2001)) == []
