"""A person's word: what it changes, and taking it back."""

import pytest

from core.catalog.database import open_catalog
from core.catalog.photographs import PhotographError
from core.catalog.records import Act, Origin, ReviewFilter, ReviewState
from core.paths import DataFolder
from core.review.corrections import ReviewError
from core.review.review import Review
from core.sightings import Match, Outcome
from tests.core.catalog.shop import match_of
from tests.core.review.shop import KEY, Shop


def test_right_confirms_what_was_said(shop: Shop) -> None:
    item = shop.recognize(shop.looks(0), match_of(shop.milk, shop.tea))
    effect = shop.review.corrections.apply(Act.RIGHT, [item.recognition_id], cashier="Ann")
    (changed,) = effect.changed_recognitions
    assert (changed.state, changed.product_name) == (ReviewState.RIGHT, "Milk")
    assert (effect.label, effect.changes_references) == (shop.milk.product_id, False)
    assert shop.catalog.corrections.history()[0].cashier == "Ann"


def test_another_product_for_several_items_at_once(shop: Shop) -> None:
    ids = [shop.recognize(shop.looks(0), match_of(shop.milk)).recognition_id for _ in range(3)]
    effect = shop.review.corrections.apply(
        Act.PRODUCT, [*ids, ids[0]], product_id=shop.tea.product_id, keep_as_reference=True
    )
    assert [item.recognition_id for item in effect.changed_recognitions] == ids
    assert {(item.state, item.product_name) for item in effect.changed_recognitions} == {(ReviewState.CORRECTED, "Tea")}
    assert effect.label == shop.tea.product_id
    assert effect.product_ids_touched == {shop.tea.product_id}
    added = shop.catalog.references.find(effect.added_reference_ids)
    assert [reference.picture for reference in added.values()] == [item.picture for item in effect.changed_recognitions]
    assert {reference.origin for reference in added.values()} == {Origin.CORRECTED}
    missing = shop.catalog.references.without_embedding(KEY)
    assert {reference.reference_id for reference in missing} == set(effect.added_reference_ids)


def test_naming_the_product_that_was_offered_first_is_right(shop: Shop) -> None:
    offered = shop.recognize(shop.looks(0), match_of(shop.milk, shop.tea, outcome=Outcome.POSSIBLE))
    effect = shop.review.corrections.apply(Act.PRODUCT, [offered.recognition_id], product_id=shop.milk.product_id)
    assert effect.changed_recognitions[0].state is ReviewState.RIGHT


@pytest.mark.parametrize(("act", "state"), [(Act.NOT_ITEM, ReviewState.NOT_ITEM), (Act.IGNORE, ReviewState.IGNORED)])
def test_no_item_and_ignored_ones_are_never_kept(shop: Shop, act: Act, state: ReviewState) -> None:
    item = shop.recognize(shop.looks(0), match_of(shop.milk))
    effect = shop.review.corrections.apply(act, [item.recognition_id], keep_as_reference=True)
    (changed,) = effect.changed_recognitions
    assert (changed.state, changed.product_id) == (state, None)
    assert (effect.changes_references, effect.label) == (False, None)


def test_undo_takes_back_one_word_after_another_even_after_a_restart(shop: Shop, tmp_path_data: DataFolder) -> None:
    first = shop.recognize(shop.looks(0), match_of(shop.milk))
    second = shop.recognize(shop.looks(0), match_of(shop.milk))
    corrections = shop.review.corrections
    corrections.apply(Act.RIGHT, [first.recognition_id, second.recognition_id])
    said = corrections.apply(
        Act.PRODUCT, [first.recognition_id], product_id=shop.tea.product_id, keep_as_reference=True
    )
    shop.catalog.close()

    catalog = open_catalog(tmp_path_data)
    corrections = Review(catalog, embedder_key=KEY).corrections
    assert corrections.can_undo()
    undone = corrections.undo()
    assert undone is not None
    assert undone.removed_reference_ids == said.added_reference_ids
    assert undone.added_reference_ids == ()
    assert undone.product_ids_touched == {shop.tea.product_id}
    assert [(item.recognition_id, item.state) for item in undone.changed_recognitions] == [
        (first.recognition_id, ReviewState.RIGHT)
    ]
    undone = corrections.undo()
    assert undone is not None
    assert {item.state for item in undone.changed_recognitions} == {ReviewState.OPEN}
    assert catalog.recognitions.find_all([first.recognition_id, second.recognition_id]) == [first, second]
    assert corrections.undo() is None
    assert not corrections.can_undo()
    catalog.close()


@pytest.fixture
def tmp_path_data(shop: Shop) -> DataFolder:
    return DataFolder(shop.catalog.path.parent)


def test_words_that_make_no_sense_are_told(shop: Shop) -> None:
    corrections = shop.review.corrections
    named = shop.recognize(shop.looks(0), match_of(shop.milk)).recognition_id
    nameless = shop.recognize(shop.looks(0), Match.nothing()).recognition_id
    guessed = shop.recognize(shop.looks(0), match_of(shop.milk, outcome=Outcome.UNKNOWN)).recognition_id
    with pytest.raises(ReviewError, match="No item is chosen"):
        corrections.apply(Act.RIGHT, [])
    for without in (nameless, guessed):
        with pytest.raises(ReviewError, match="without a name"):
            corrections.apply(Act.RIGHT, [named, without])
    with pytest.raises(ReviewError, match="1 of the chosen items is no longer kept"):
        corrections.apply(Act.IGNORE, [named, 999])
    with pytest.raises(ReviewError, match="2 of the chosen items are no longer kept"):
        corrections.apply(Act.IGNORE, [named, 998, 999])
    with pytest.raises(ReviewError, match="The chosen item is no longer kept"):
        corrections.apply(Act.IGNORE, [999])
    with pytest.raises(ReviewError, match="not on sale"):
        corrections.apply(Act.PRODUCT, [named], product_id=999)
    shop.catalog.products.archive(shop.tea.product_id)
    with pytest.raises(ReviewError, match="Tea is not on sale"):
        corrections.apply(Act.PRODUCT, [named], product_id=shop.tea.product_id)
    with pytest.raises(ValueError, match="product"):
        corrections.apply(Act.PRODUCT, [named])
    with pytest.raises(ValueError, match="product"):
        corrections.apply(Act.RIGHT, [named], product_id=shop.milk.product_id)
    assert not corrections.can_undo()
    assert len(shop.review.queue.entries(ReviewFilter.UNKNOWN)) == 2


def test_a_crop_that_is_gone_is_not_made_a_reference(shop: Shop) -> None:
    item = shop.recognize(shop.looks(0), match_of(shop.milk))
    shop.catalog.photographs.remove(item.picture)
    with pytest.raises(PhotographError, match="missing"):
        shop.review.corrections.apply(Act.RIGHT, [item.recognition_id], keep_as_reference=True)
    assert not shop.review.corrections.can_undo()
    shop.review.corrections.apply(Act.RIGHT, [item.recognition_id])


def test_the_open_queue_is_matched_again_and_the_gain_is_told(shop: Shop) -> None:
    # A new pack of tea, which was taken for coffee: the recognizer has never seen it.
    packs = [shop.looks(3) for _ in range(6)]
    items = [shop.recognize(pack, match_of(shop.coffee)) for pack in packs]
    milk = shop.recognize(shop.looks(0))
    elsewhere = shop.catalog.recognitions.add(
        items[0].picture, match_of(shop.coffee), looks=packs[0], embedder_key="another net"
    )

    effect = shop.review.corrections.apply(
        Act.PRODUCT,
        [item.recognition_id for item in items[:3]],
        product_id=shop.tea.product_id,
        keep_as_reference=True,
    )
    added = list(shop.catalog.references.find(effect.added_reference_ids).values())
    shop.learn(added, packs[:3])
    result = shop.review.corrections.rescore(shop.gallery.build())
    assert (result.looked_at, result.label) == (4, shop.tea.product_id)
    assert result.towards_label == 3
    assert set(result.changed_recognition_ids) == {item.recognition_id for item in items[3:]}
    assert result.changed == 3
    for item in shop.catalog.recognitions.find_all(result.changed_recognition_ids):
        assert item.match.best is not None
        assert item.match.best.name == "Tea"
    unchanged = shop.catalog.recognitions.find(elsewhere.recognition_id)
    assert unchanged == elsewhere
    found = shop.catalog.recognitions.find(milk.recognition_id)
    assert found is not None
    assert found.product_name == "Milk"
    again = shop.review.corrections.rescore(shop.gallery.build())
    assert (again.changed, again.towards_label) == (0, 0)


def test_without_a_correction_there_is_no_label_to_gain(shop: Shop) -> None:
    shop.recognize(shop.looks(0), match_of(shop.coffee))
    result = shop.review.corrections.rescore(shop.gallery.build())
    assert (result.changed, result.towards_label, result.label) == (1, 0, None)
    shop.recognize(shop.looks(1), match_of(shop.coffee))
    result = shop.review.corrections.rescore(shop.gallery.build(), label=shop.tea.product_id)
    assert (result.changed, result.towards_label) == (1, 1)


def test_what_had_another_cause_is_not_called_an_effect(shop: Shop) -> None:
    """A product was enrolled after items had been unknown: the next correction, of another item, has not named them."""
    packs = [shop.recognize(shop.looks(3), Match.nothing()) for _ in range(4)]
    stranger = shop.looks(5)
    item = shop.recognize(stranger, Match.nothing())
    honey = shop.enroll("Honey", 3)
    before = shop.gallery.build()
    effect = shop.review.corrections.apply(
        Act.PRODUCT, [item.recognition_id], product_id=honey.product_id, keep_as_reference=True
    )
    shop.learn(list(shop.catalog.references.find(effect.added_reference_ids).values()), [stranger])
    result = shop.review.corrections.rescore(shop.gallery.build(), before=before, label=effect.label)
    assert (result.looked_at, result.changed, result.towards_label) == (4, 0, 0)
    names = {
        found.match.best.name
        for found in shop.catalog.recognitions.find_all([p.recognition_id for p in packs])
        if found.match.best
    }
    assert names == {"Honey"}, "they are kept as they are judged now"


def test_the_queue_is_judged_in_steps_and_words_in_between_stand(shop: Shop) -> None:
    ids = [shop.recognize(shop.looks(3), Match.nothing()).recognition_id for _ in range(5)]
    shop.enroll("Honey", 3)
    corrections = shop.review.corrections
    steps = corrections.look_again(shop.gallery.build(), step=2)
    assert next(steps) == 2
    found = {item.recognition_id: item.outcome for item in shop.catalog.recognitions.find_all(ids)}
    assert [key for key, outcome in found.items() if outcome is not Outcome.UNKNOWN] == ids[-2:], "newest first"
    corrections.apply(Act.NOT_ITEM, [ids[0]])
    assert list(steps) == [2, 1]
    assert shop.catalog.recognitions.find_all([ids[0]])[0].state is ReviewState.NOT_ITEM


@pytest.mark.parametrize("act", [Act.PRODUCT, Act.NOT_ITEM, Act.IGNORE])
def test_a_second_word_withdraws_what_the_first_one_taught(shop: Shop, act: Act) -> None:
    item = shop.recognize(shop.looks(0), match_of(shop.milk))
    corrections, references = shop.review.corrections, shop.catalog.references
    wrong = corrections.apply(
        Act.PRODUCT, [item.recognition_id], product_id=shop.tea.product_id, keep_as_reference=True
    ).added_reference_ids
    product_id = shop.coffee.product_id if act is Act.PRODUCT else None
    said = corrections.apply(act, [item.recognition_id], product_id=product_id, keep_as_reference=True)
    assert said.removed_reference_ids == wrong
    assert len(said.added_reference_ids) == (1 if product_id else 0)
    assert shop.tea.product_id in said.product_ids_touched
    assert len(references.of_product(shop.tea.product_id)) == 6
    undone = corrections.undo()
    assert undone is not None
    assert (undone.added_reference_ids, undone.removed_reference_ids) == (wrong, said.added_reference_ids)
    assert [len(references.of_product(item.product_id)) for item in (shop.tea, shop.coffee)] == [7, 6]
    corrections.undo()
    assert len(references.of_product(shop.tea.product_id)) == 6


def test_a_second_word_leaves_alone_what_a_person_did_with_the_reference(shop: Shop) -> None:
    moved, removed = (shop.recognize(shop.looks(0), match_of(shop.milk)).recognition_id for _ in range(2))
    corrections, references = shop.review.corrections, shop.catalog.references
    added = corrections.apply(
        Act.PRODUCT, [moved, removed], product_id=shop.tea.product_id, keep_as_reference=True
    ).added_reference_ids
    references.move(added[:1], shop.coffee.product_id)
    references.remove(added[1:])
    said = corrections.apply(Act.PRODUCT, [moved, removed], product_id=shop.coffee.product_id, keep_as_reference=True)
    assert said.removed_reference_ids == ()
    assert len(references.of_product(shop.coffee.product_id)) == 8
    corrections.undo()
    assert references.find(added)[added[1]].is_removed
    assert not references.find(added)[added[0]].is_removed
