"""A gallery's sums equal a batch computation, and large shops look at a bounded number of references."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.recognition import reference_sample
from core.recognition.gallery import Gallery, ReferencesLost
from core.recognition.reference_source import Ids, MemoryReferences, Singles
from tests.core.recognition.shop import VectorShop
from tests.core.recognition.test_reference_source import CountedReferences

SHOP = VectorShop(dimension=24, products=12)

changes = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.booleans()), min_size=1, max_size=40)


def apply(gallery: Gallery, steps: list[tuple[int, int, bool]]) -> dict[int, set[int]]:
    """Enroll and remove single references; returns those that remain of each product."""
    remaining: dict[int, set[int]] = {}
    for product, shot, is_leaving in steps:
        own = remaining.setdefault(product, set())
        if is_leaving:
            gallery.remove_references([100 * product + shot])
            own.discard(shot)
        elif shot not in own:
            gallery.add(product, f"P{product}", [100 * product + shot], SHOP.looks(product, 10)[shot : shot + 1])
            own.add(shot)
    return {product: shots for product, shots in remaining.items() if shots}


@settings(max_examples=40, deadline=None)
@given(changes)
def test_single_changes_leave_the_sums_that_a_fresh_gallery_has(steps: list[tuple[int, int, bool]]) -> None:
    gallery, fresh = Gallery(24, "k"), Gallery(24, "k")
    for product, shots in apply(gallery, steps).items():
        order = sorted(shots)
        fresh.add(product, f"P{product}", [100 * product + shot for shot in order], SHOP.looks(product, 10)[order])
    assert gallery.reference_ids() == fresh.reference_ids()
    looks = np.concatenate([SHOP.looks(product, 2, seed=4).mean(axis=1) for product in range(5)])
    for ours, theirs in zip(gallery.build().rank(looks), fresh.build().rank(looks), strict=True):
        np.testing.assert_allclose([item.score for item in ours], [item.score for item in theirs], atol=2e-4)


@settings(max_examples=40, deadline=None)
@given(changes)
def test_the_means_are_exactly_those_of_the_stored_vectors(steps: list[tuple[int, int, bool]]) -> None:
    gallery = Gallery(24, "k")
    for product, shots in apply(gallery, steps).items():
        stored = SHOP.looks(product, 10)[sorted(shots)].astype(np.float16).astype(np.float64)
        np.testing.assert_array_equal(gallery.total_of(product), stored.sum(axis=(0, 1)))


def large(source: MemoryReferences | None = None) -> Gallery:
    gallery = Gallery(24, "k", source=source)
    for product in range(12):
        ids = range(product * 100, product * 100 + 30)
        gallery.add(product, f"P{product}", ids, SHOP.looks(product, 30))
    return gallery


def test_a_shop_of_which_a_part_is_looked_at_says_what_it_says_when_all_is(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = np.concatenate([SHOP.looks(product, 10, seed=9).mean(axis=1) for product in range(12)])
    whole = large().build().match_each(looks)
    monkeypatch.setattr(reference_sample, "_JUDGED", 100)
    gallery = large()
    for product in (3, 7):
        gallery.build()
        gallery.remove_product(product)
        gallery.build()
        ids = range(product * 100, product * 100 + 30)
        gallery.add(product, f"P{product}", ids, SHOP.looks(product, 30))
    for ours, theirs in zip(gallery.build().match_each(looks), whole, strict=True):
        assert [item.product_id for item in ours.candidates] == [item.product_id for item in theirs.candidates]
        assert ours.outcome is theirs.outcome
        np.testing.assert_allclose(
            [item.score for item in ours.candidates], [item.score for item in theirs.candidates], atol=0.1
        )


def test_a_build_reads_a_bounded_number_of_references(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_sample, "_JUDGED", 40)
    monkeypatch.setattr(reference_sample, "most_trials", lambda products: 30)
    source = CountedReferences()
    gallery = large(source)
    gallery.build()
    source.asked.clear()
    gallery.add(50, "New", range(5000, 5030), SHOP.looks(5, 30))
    gallery.build()
    assert sum(len(asked) for asked in source.asked) <= 40 + 30
    assert any(5000 <= number < 5030 for asked in source.asked for number in asked)


def test_in_a_large_shop_all_products_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_sample, "_JUDGED", 40)
    monkeypatch.setattr(reference_sample, "most_trials", lambda products: 1)
    source = CountedReferences()
    gallery = large(source)
    gallery.build()
    source.asked.clear()
    for rate in (0.01, 0.02, 0.03):
        gallery.false_name_rate = rate
        gallery.build()
    judged = {number // 100 for asked in source.asked if len(asked) > 1 for number in asked}
    assert judged == set(range(12))


class ForgetfulReferences(MemoryReferences):
    """Has nothing of what it was given."""

    def keep(self, reference_ids: Ids, views: npt.NDArray[np.float16]) -> None:
        assert len(reference_ids) == len(views)


def test_without_the_vectors_of_what_leaves_nothing_changes() -> None:
    gallery = Gallery(24, "k", source=ForgetfulReferences())
    gallery.add(1, "P", [1, 2], SHOP.looks(1, 2))
    with pytest.raises(ReferencesLost):
        gallery.remove_references([1])
    assert gallery.reference_ids() == {1, 2}


class BrokenReferences(MemoryReferences):
    """A disk that fails once it is asked."""

    is_broken = False

    def read(self, reference_ids: Ids) -> tuple[Ids, Singles]:
        if self.is_broken:
            raise UserError("The disk failed.", remedy="Check it.")
        return super().read(reference_ids)


def test_a_disk_that_fails_takes_the_votes_but_not_the_name(caplog: pytest.LogCaptureFixture) -> None:
    source = BrokenReferences()
    recognizer = large(source).build()
    look = SHOP.looks(2, 1, seed=3)[0]
    match = recognizer.match(look)
    assert recognizer.with_votes(look, match).votes
    broken = BrokenReferences()
    other = large(broken).build()
    broken.is_broken = True
    assert other.match(look).candidates == match.candidates
    assert other.with_votes(look, match) == match
    assert "The disk failed" in caplog.text
    caplog.clear()
