"""The classes that an embedder knows by heart have a say where they are products of the shop, and nowhere else."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.records import ProductDetails
from core.recognition.class_votes import ClassVotes, map_classes
from core.recognition.looks import LookBook
from core.recognition.recognizer import Recognizer
from core.recognition.unknown import Calibration
from core.sightings import Match, Outcome, Track
from tests.core.recognition.shop import VectorShop, unit

SHOP = VectorShop()
CLASSES = 20
Rows = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return SHOP.recognizer()


def votes(*columns: int, weight: float = 0.5) -> ClassVotes:
    """Class n is product n, for the given ones."""
    same = np.array(columns, np.int64)
    return ClassVotes(CLASSES, same, same, weight)


def sure(column: int, share: float = 0.97) -> Rows:
    row = np.full((1, CLASSES), (1 - share) / (CLASSES - 1), np.float32)
    row[0, column] = share
    return row


def look(product: int, seed: int = 50) -> Rows:
    return np.asarray(SHOP.looks(product, 1, seed=seed)[0].mean(axis=0, keepdims=True), np.float32)


def between(first: int, second: int, share: float = 0.55) -> Rows:
    """A look that could be either, a little more like the first."""
    centers = SHOP.centers()
    return unit(share * centers[first] + (1 - share) * centers[second])[None]


def named(match: Match) -> int:
    assert match.best is not None
    return match.best.product_id


@pytest.mark.parametrize(
    ("label", "product_id"),
    [
        ("COLA zero (0.5 l)", 1),
        ("cola_zero_0_5_l", 1),
        ("4012345678901", 2),
        ("A-17", 3),
        ("Tea", None),
        ("cola", None),
        ("", None),
    ],
)
def test_a_class_is_the_product_with_its_name_sku_or_barcode(label: str, product_id: int | None) -> None:
    products = [
        (1, ProductDetails("Cola Zero 0.5 l", sku="A-16")),
        (2, ProductDetails("Milk", barcode="4012345678901")),
        (3, ProductDetails("Bread", sku="a 17")),
        (4, ProductDetails("Tea")),
        (5, ProductDetails("tea")),
    ]
    found = map_classes(["other", label], products, weight=0.3)
    assert found.classes == 2
    assert found.product_ids.tolist() == ([] if product_id is None else [product_id])
    assert found.columns.tolist() == ([] if product_id is None else [1])


def test_a_name_goes_before_a_number_of_another_product() -> None:
    products = [(1, ProductDetails("Milk", sku="bread")), (2, ProductDetails("Bread"))]
    assert map_classes(["bread"], products, weight=0.3).product_ids.tolist() == [2]


def test_results_are_the_same_to_the_bit_where_no_class_is_a_product(recognizer: Recognizer) -> None:
    looks = np.concatenate([look(product, seed) for product in range(8) for seed in (50, 51)])
    expected = recognizer.match_each(looks)
    shares = np.random.default_rng(1).dirichlet(np.ones(CLASSES), len(looks)).astype(np.float32)
    for silent in (votes(), votes(15, 16), votes(1, 2, weight=0.0)):
        assert recognizer.with_class_votes(silent).match_each(looks, shares) == expected
    hearing = recognizer.with_class_votes(votes(1, 2))
    assert hearing.match_each(looks) == expected
    assert hearing.match_each(looks, shares[:, :7]) == expected
    assert hearing.match_each(looks, np.repeat(sure(19, 1.0), len(looks), axis=0)) == expected


def test_classes_decide_between_products_that_look_alike(recognizer: Recognizer) -> None:
    hearing = recognizer.with_class_votes(votes(0, 1, 2, 3))
    doubtful = between(1, 2)
    alone = recognizer.match(doubtful)
    assert named(alone) == 1
    assert named(hearing.match(doubtful, sure(2))) == 2
    agreed = hearing.match(doubtful, sure(1))
    assert named(agreed) == 1
    assert agreed.candidates[0].score == alone.candidates[0].score
    assert agreed.candidates[1].score < alone.candidates[1].score


def test_a_clear_look_is_not_overruled_and_a_class_alone_names_nothing(recognizer: Recognizer) -> None:
    hearing = recognizer.with_class_votes(votes(0, 1, 2, 3, weight=0.3))
    clear = look(3)
    assert named(hearing.match(clear, sure(0))) == 3
    stranger = look(10)
    assert recognizer.match(stranger).outcome is not Outcome.KNOWN
    for column in range(4):
        told = hearing.match(stranger, sure(column, 1.0))
        assert told.outcome is not Outcome.KNOWN
        assert told.candidates[0].score <= recognizer.match(stranger).candidates[0].score


def test_belief_falls_where_the_two_disagree(recognizer: Recognizer) -> None:
    hearing = recognizer.with_class_votes(votes(0, 1, 2, 3, weight=0.9))
    alone = recognizer.match(look(3))
    told = hearing.match(look(3), sure(0, 1.0))
    assert named(told) == 0
    assert told.candidates[0].score < 0.5 * alone.candidates[0].score


def test_what_lies_on_other_classes_does_not_vote(recognizer: Recognizer) -> None:
    hearing = recognizer.with_class_votes(votes(0, 1, 2, 3))
    doubtful = between(1, 2)
    shares = np.zeros((1, CLASSES), np.float32)
    shares[0, [2, 19]] = 0.02, 0.98
    told, alone = hearing.match(doubtful, shares), recognizer.match(doubtful)
    assert named(told) == 1
    assert told.candidates[0].score == pytest.approx(alone.candidates[0].score, rel=0.05)


def test_several_classes_of_one_product_are_added() -> None:
    two = ClassVotes(CLASSES, np.array([4, 9, 5]), np.array([1, 1, 2]), 0.5)
    one = ClassVotes(CLASSES, np.array([4, 5]), np.array([1, 2]), 0.5)
    shares = np.zeros(CLASSES)
    shares[[4, 9, 5]] = 0.4, 0.4, 0.2
    gathered = np.zeros(CLASSES)
    gathered[[4, 5]] = 0.8, 0.2
    candidates = (np.array([2, 1]), np.array([0.8, 0.7]), np.array([0.5, 0.5]), Calibration())
    for found, expected in zip(two.pool(shares, *candidates), one.pool(gathered, *candidates), strict=True):
        np.testing.assert_allclose(found, expected)


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=8),
    st.lists(st.floats(0, 1), min_size=CLASSES, max_size=CLASSES),
    st.floats(0.01, 1),
)
def test_beliefs_stay_ordered_and_between_0_and_1(cosines: list[float], masses: list[float], weight: float) -> None:
    ranked = -np.sort(-np.array(cosines))
    shares = np.array(masses) / max(sum(masses), 1e-9)
    typical = np.full(len(ranked), 0.4)
    order, beliefs = votes(0, 2, 4, 6, weight=weight).pool(
        shares, np.arange(len(ranked)), ranked, typical, Calibration()
    )
    assert sorted(order.tolist()) == list(range(len(ranked)))
    assert (np.diff(beliefs) <= 0).all()
    assert beliefs[-1] >= 0
    assert beliefs[0] <= 1


def test_looks_of_an_item_are_heard_together_and_again_by_a_newer_recognizer(recognizer: Recognizer) -> None:
    book = LookBook(looks=3)
    item = Track(1, (100.0, 100.0, 180.0, 180.0), 0.9, 5, 0, is_moving=False, is_covered=False)
    hearing = recognizer.with_class_votes(votes(1, 2))
    for step in range(3):
        assert book.which([item], 0.05 * step) == (1,)
        book.add(1, between(1, 2), hearing, sure(2, 0.9 + 0.02 * step))
    sighting = book.sighting(item)
    assert sighting.match is not None
    assert (named(sighting.match), sighting.agreement) == (2, 1.0)
    kept = book.probabilities(1)
    assert kept is not None
    np.testing.assert_allclose(kept[:, 2], [0.9, 0.92, 0.94], atol=1e-6)
    book.rematch(recognizer)
    again = book.sighting(item).match
    assert again is not None
    assert named(again) == 1
    book.rematch(hearing)
    assert book.sighting(item).match == sighting.match
