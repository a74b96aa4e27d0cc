"""Recognitions: what is kept, shown, counted, forgotten."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from core.catalog.database import Catalog
from core.catalog.photographs import PhotographError
from core.catalog.records import LineOrigin, Origin, ProductDetails, Recognition, ReviewFilter, ReviewState
from core.sightings import Match, Outcome, Vote
from tests.core.catalog.shop import Clock, enroll, line, match_of, picture


def recognize(catalog: Catalog, match: Match, *, seed: int = 1) -> Recognition:
    return catalog.recognitions.add(catalog.photographs.store(picture(seed)).picture, match)


def test_a_recognition_comes_back_with_its_match_and_looks(catalog: Catalog) -> None:
    milk, references = enroll(catalog, "Milk")
    tea, _ = enroll(catalog, "Tea", seed=1)
    sale = catalog.sales.open(currency="EUR")
    said = match_of(milk, tea, votes=(Vote(references[0].reference_id, milk.product_id, 0.75),))
    looks = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float16)
    stored = catalog.photographs.store(picture(5))
    added = catalog.recognitions.add(stored.picture, said, sale_id=sale.sale_id, looks=looks, embedder_key="net")
    assert (added.match, added.sale_id, added.picture) == (said, sale.sale_id, stored.picture)
    assert (added.state, added.product_id, added.product_name) == (ReviewState.OPEN, milk.product_id, "Milk")
    assert catalog.recognitions.find(added.recognition_id) == added
    found = catalog.recognitions.looks(added.recognition_id, "net")
    assert found is not None
    assert np.array_equal(found, looks.astype(np.float32))
    assert catalog.recognitions.looks(added.recognition_id, "other") is None
    assert catalog.recognitions.find(99) is None


def test_one_look_of_either_precision_comes_back(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    stored = catalog.photographs.store(picture(5))
    single = np.random.default_rng(0).normal(size=(1, 6)).astype(np.float32)
    for looks in (single, single.astype(np.float16)):
        added = catalog.recognitions.add(stored.picture, match_of(milk), looks=looks, embedder_key="net")
        found = catalog.recognitions.looks(added.recognition_id, "net")
        assert found is not None
        assert np.array_equal(found, looks.astype(np.float32))


def test_a_match_without_candidates_and_one_with_nan(catalog: Catalog) -> None:
    nothing = recognize(catalog, Match.nothing())
    assert (nothing.match, nothing.product_id) == (Match.nothing(), None)
    milk, _ = enroll(catalog, "Milk")
    with pytest.raises(ValueError, match="NaN"):
        recognize(catalog, match_of(milk, scores=(math.nan,)))


def test_filters_show_what_they_say(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    tea, _ = enroll(catalog, "Tea", seed=1)
    sure = recognize(catalog, match_of(milk, tea, scores=(0.95, 0.1)))
    narrow = recognize(catalog, match_of(milk, tea, scores=(0.6, 0.55)))
    possible = recognize(catalog, match_of(milk, tea, outcome=Outcome.POSSIBLE))
    unknown = recognize(catalog, match_of(milk, outcome=Outcome.UNKNOWN))
    answered = recognize(catalog, match_of(milk, tea))
    catalog.recognitions.answer(answered.recognition_id, tea.product_id)

    def shown(chosen: ReviewFilter) -> list[int]:
        return [item.recognition_id for item in catalog.recognitions.browse(chosen)]

    assert shown(ReviewFilter.DOUBTFUL) == [unknown.recognition_id, possible.recognition_id, narrow.recognition_id]
    assert shown(ReviewFilter.UNKNOWN) == [unknown.recognition_id]
    assert shown(ReviewFilter.CORRECTED) == [answered.recognition_id]
    assert shown(ReviewFilter.ALL) == [5, 4, 3, 2, 1]
    assert sure.recognition_id == 1
    assert catalog.recognitions.counts() == {
        ReviewFilter.DOUBTFUL: 3,
        ReviewFilter.UNKNOWN: 1,
        ReviewFilter.CORRECTED: 1,
        ReviewFilter.ALL: 5,
    }
    page = catalog.recognitions.browse(ReviewFilter.ALL, limit=2, offset=1)
    assert [item.recognition_id for item in page] == [4, 3]


def test_a_day_has_its_own_recognitions(catalog: Catalog, clock: Clock) -> None:
    milk, _ = enroll(catalog, "Milk")
    recognize(catalog, match_of(milk))
    today = clock.time.astimezone().date()
    clock.forward(days=1)
    later = recognize(catalog, match_of(milk))
    tomorrow = clock.time.astimezone().date()
    assert catalog.recognitions.browse(day=tomorrow) == [later]
    assert catalog.recognitions.counts(day=today)[ReviewFilter.ALL] == 1
    assert catalog.recognitions.counts(day=today - timedelta(days=1))[ReviewFilter.ALL] == 0


def test_the_cashier_s_answer_is_right_or_a_correction(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    tea, _ = enroll(catalog, "Tea", seed=1)
    item = recognize(catalog, match_of(milk, tea, outcome=Outcome.POSSIBLE)).recognition_id
    right = catalog.recognitions.answer(item, milk.product_id)
    assert (right.state, right.product_name) == (ReviewState.RIGHT, "Milk")
    corrected = catalog.recognitions.answer(item, tea.product_id)
    assert (corrected.state, corrected.product_name) == (ReviewState.CORRECTED, "Tea")
    nothing = catalog.recognitions.answer(item, None)
    assert (nothing.state, nothing.product_id) == (ReviewState.NOT_ITEM, None)
    unknown = recognize(catalog, match_of(milk, outcome=Outcome.UNKNOWN)).recognition_id
    assert catalog.recognitions.answer(unknown, milk.product_id).state is ReviewState.CORRECTED
    with pytest.raises(LookupError):
        catalog.recognitions.answer(99, milk.product_id)


def test_open_items_are_matched_again_and_answered_ones_are_not(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    tea, _ = enroll(catalog, "Tea", seed=1)
    first = recognize(catalog, match_of(milk, tea)).recognition_id
    second = recognize(catalog, match_of(milk, tea)).recognition_id
    catalog.recognitions.answer(second, milk.product_id)
    fresh = match_of(tea, milk)
    catalog.recognitions.rematch({first: fresh, second: fresh, 99: fresh})
    one, two = catalog.recognitions.find_all([first, second])
    assert (one.match, one.product_name) == (fresh, "Tea")
    assert (two.match, two.product_name) == (match_of(milk, tea), "Milk")


def test_looks_are_handed_out_for_open_items_of_one_embedder(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    stored = catalog.photographs.store(picture(5))
    looks = np.ones((2, 4), np.float32)
    ids = [
        catalog.recognitions.add(stored.picture, match_of(milk), looks=looks, embedder_key=key).recognition_id
        for key in ("net", "net", "old", "net")
    ]
    catalog.recognitions.add(stored.picture, match_of(milk))
    catalog.recognitions.answer(ids[0], milk.product_id)
    found = catalog.recognitions.open_looks("net")
    assert [item.recognition_id for item in found] == [ids[3], ids[1]]
    assert np.array_equal(found[0].looks, looks)
    assert [item.recognition_id for item in catalog.recognitions.open_looks("net", limit=1)] == [ids[3]]


def test_old_recognitions_go_with_their_pictures(catalog: Catalog, clock: Clock) -> None:
    milk, references = enroll(catalog, "Milk")
    old = recognize(catalog, match_of(milk), seed=70)
    shared = catalog.recognitions.add(references[0].picture, match_of(milk))
    clock.forward(days=31)
    young = recognize(catalog, match_of(milk), seed=71)
    assert catalog.recognitions.purge(days=30) == 2
    assert catalog.recognitions.browse() == [young]
    with pytest.raises(PhotographError, match="missing"):
        catalog.photographs.read(old.picture)
    catalog.photographs.read(shared.picture)
    catalog.photographs.read(young.picture)
    following = recognize(catalog, match_of(milk))
    assert following.recognition_id > young.recognition_id


def test_ids_are_not_used_again_after_everything_was_purged(catalog: Catalog, clock: Clock) -> None:
    milk, _ = enroll(catalog, "Milk")
    last = recognize(catalog, match_of(milk)).recognition_id
    clock.forward(days=2)
    catalog.recognitions.purge(days=1)
    assert recognize(catalog, match_of(milk)).recognition_id == last + 1


def test_sales_lose_old_pictures_and_nothing_else(catalog: Catalog, clock: Clock) -> None:
    crops = [catalog.photographs.store(picture(seed)).picture for seed in (80, 81, 82)]
    paid = catalog.sales.open(currency="EUR")
    lines = [replace(line(1), picture=crops[0], origin=LineOrigin.CHOSEN)]
    catalog.sales.pay(paid.sale_id, payment="cash", lines=lines)
    parked = catalog.sales.open(currency="EUR")
    catalog.sales.record_lines(parked.sale_id, [replace(line(1), picture=crops[1])])
    catalog.sales.park(parked.sale_id)
    clock.forward(days=31)
    recent = catalog.sales.open(currency="EUR")
    catalog.sales.pay(recent.sale_id, payment="cash", lines=[replace(line(1), picture=crops[2])])
    catalog.recognitions.purge(days=30)
    found = catalog.sales.find(paid.sale_id)
    assert found is not None
    assert found.lines == (replace(lines[0], picture=None),)
    with pytest.raises(PhotographError):
        catalog.photographs.read(crops[0])
    catalog.photographs.read(crops[1])
    catalog.photographs.read(crops[2])
    assert catalog.sweep_photographs() == 0


def test_a_purge_spares_files_of_the_last_minutes(catalog: Catalog, clock: Clock) -> None:
    milk, _ = enroll(catalog, "Milk")
    item = recognize(catalog, match_of(milk), seed=90)
    clock.forward(minutes=2)
    assert catalog.recognitions.purge(days=0) == 1
    catalog.photographs.read(item.picture)
    clock.forward(minutes=20)
    assert catalog.sweep_photographs() == 1
    with pytest.raises(PhotographError):
        catalog.photographs.read(item.picture)


def test_every_picture_has_its_turn_to_be_swept_within_sixteen_days(catalog: Catalog, clock: Clock) -> None:
    milk, _ = enroll(catalog, "Milk")
    item = recognize(catalog, match_of(milk), seed=91)
    lost = [catalog.photographs.store(picture(seed)).picture for seed in range(20, 60)]
    clock.forward(hours=1)
    gone = []
    for _ in range(16):
        gone.append(catalog.sweep_todays_photographs())
        clock.forward(days=1)
    assert sum(gone) == len(lost)
    assert max(gone) < len(lost)
    assert catalog.sweep_photographs() == 0
    catalog.photographs.read(item.picture)


def test_a_sweep_takes_only_what_nothing_names(catalog: Catalog, clock: Clock) -> None:
    product = catalog.products.add(ProductDetails("Milk"))
    kept = [catalog.photographs.store(picture(seed)) for seed in range(4)]
    references = catalog.references.add(product.product_id, kept[:2], origin=Origin.ENROLLED)
    catalog.references.remove([references[1].reference_id])
    catalog.recognitions.add(kept[2].picture, match_of(product))
    draft = catalog.drafts.begin()
    catalog.drafts.add_shot(draft.draft_id, kept[3], quality={})
    lost = [catalog.photographs.store(picture(seed)) for seed in range(10, 13)]
    note = catalog.photographs.path(lost[0].picture).with_name("note.txt")
    note.write_text("not a picture")
    foreign = note.parent.parent / "backup"
    foreign.mkdir()
    (foreign / lost[0].picture.split("/")[1]).write_text("somebody else's")
    clock.forward(hours=1)
    assert catalog.sweep_photographs() == 3
    for photograph in kept:
        catalog.photographs.read(photograph.picture)
    assert note.exists()
    assert len(list(foreign.iterdir())) == 1


def test_probabilities_of_classes_are_kept_with_the_looks(catalog: Catalog) -> None:
    milk, _ = enroll(catalog, "Milk")
    stored = catalog.photographs.store(picture(5))
    looks = np.random.default_rng(0).normal(size=(2, 8)).astype(np.float32)
    shares = np.array([[0.25, 0.75, 0.0], [0.75, 0.0, 0.25]], np.float32)
    catalog.recognitions.add(stored.picture, match_of(milk), looks=looks, embedder_key="net", probabilities=shares)
    catalog.recognitions.add(stored.picture, match_of(milk), looks=looks, embedder_key="net")
    without, item = catalog.recognitions.open_looks("net")
    assert without.probabilities is None
    assert item.probabilities is not None
    np.testing.assert_array_equal(item.probabilities, [[0.5, 0.375, 0.125]])
    np.testing.assert_array_equal(item.looks, looks)
