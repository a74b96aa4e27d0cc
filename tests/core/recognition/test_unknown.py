"""The bar for a name: what left-out references say of strangers, and how far few products can be trusted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recognition.unknown import KNOWN_AT, Calibration, Floats, Trials, calibrate, familiarity
from core.sightings import Outcome

LOOKS = 8
TYPICAL = 0.8


def cosines(products: int, *, own: bool, seed: int = 0, looks: int = LOOKS) -> tuple[Floats, np.ndarray]:
    """Cosines of looks of every product to all; with ``own`` false the looks resemble no product in particular."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(products), looks)
    scores = rng.normal(0.0, 0.12, (len(truth), products))
    if own:
        scores[np.arange(len(truth)), truth] = rng.normal(0.75, 0.08, len(truth))
    return np.clip(scores, -1.0, 1.0), truth


def trials(products: int, *, seed: int = 0, looks: int = LOOKS) -> Trials:
    scores, truth = cosines(products, own=True, seed=seed, looks=looks)
    return Trials(scores, truth, np.full(len(truth), looks > 1), np.full(products, TYPICAL))


def named(calibration: Calibration, scores: Floats) -> float:
    """The share that gets a name."""
    ordered = -np.sort(-scores, axis=1)
    beliefs = calibration.beliefs(ordered, np.full(len(ordered), TYPICAL))
    return float((beliefs[:, 0] >= KNOWN_AT).mean())


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_many_products_keep_the_stated_rate(rate: float) -> None:
    calibration = calibrate(trials(400), false_name_rate=rate)
    # Strangers meet all products, left-out references all but one.
    strangers, _ = cosines(400, own=False, seed=5)
    assert rate / 3 < named(calibration, strangers) < 2 * rate + 0.01
    known, _ = cosines(400, own=True, seed=6)
    assert named(calibration, known) > 0.95


def test_the_rate_is_kept_where_it_costs_names() -> None:
    """Left-out references that hardly beat the impostors do not lower the bar."""
    hard = trials(300)
    hard.scores[np.arange(len(hard.scores)), hard.own] -= 0.35
    strangers, _ = cosines(300, own=False, seed=5)
    assert named(calibrate(hard, false_name_rate=0.05), strangers) < 0.12


@settings(max_examples=30, deadline=None)
@given(products=st.integers(2, 40), seed=st.integers(0, 1000), looks=st.integers(1, 6))
def test_a_smaller_rate_never_names_more(products: int, seed: int, looks: int) -> None:
    shop = trials(products, seed=seed, looks=looks)
    bars = [calibrate(shop, false_name_rate=rate).middle for rate in (0.0, 0.01, 0.05, 0.2, 0.5)]
    assert np.isfinite(bars).all()
    assert bars == sorted(bars, reverse=True)


def test_a_pair_of_twins_does_not_raise_the_bar_for_all() -> None:
    plain = trials(20)
    twins = Trials(plain.scores.copy(), plain.own, plain.is_genuine, plain.typical)
    for product, twin in ((3, 4), (4, 3)):
        # Taken away its own product, such a look is as familiar with the other as with its own.
        rows = twins.own == product
        twins.scores[rows, twin] = 0.74
    moved = calibrate(twins, false_name_rate=0.05).middle - calibrate(plain, false_name_rate=0.05).middle
    assert abs(moved) < 0.1


def test_few_products_lean_on_the_rule_and_many_on_themselves() -> None:
    """Impostors that are unusually close count for more the more products say so."""
    moved = []
    for products in (6, 60):
        near = trials(products)
        neighbors = np.arange(products) == (near.own[:, None] + 1) % products
        np.add(near.scores, 0.4 * neighbors, out=near.scores)
        moved.append(
            calibrate(near, false_name_rate=0.05).middle - calibrate(trials(products), false_name_rate=0.05).middle
        )
    assert moved[1] > moved[0] > 0


def test_one_product_alone_asks_for_much() -> None:
    calibration = calibrate(None, false_name_rate=0.05)
    assert calibration.trials == 0
    resembling, other = np.array([[0.9]]), np.array([[0.55]])
    typical = np.array([TYPICAL])
    assert calibration.outcome(float(calibration.beliefs(resembling, typical)[0, 0])) is Outcome.KNOWN
    assert calibration.outcome(float(calibration.beliefs(other, typical)[0, 0])) is not Outcome.KNOWN


@pytest.mark.parametrize("products", [2, 3, 7])
def test_identical_references_are_no_trouble(products: int) -> None:
    same = Trials(
        np.ones((products * 2, products)),
        np.repeat(np.arange(products), 2),
        np.ones(products * 2, np.bool_),
        np.ones(products),
    )
    calibration = calibrate(same, false_name_rate=0.05)
    assert np.isfinite([calibration.middle, calibration.steepness, calibration.sharpness]).all()
    assert 0.0 < calibration.possible_at < KNOWN_AT


def test_references_that_are_alone_serve_as_impostors_alone() -> None:
    calibration = calibrate(trials(50, looks=1), false_name_rate=0.05)
    assert calibration.trials == 50
    assert named(calibration, cosines(50, own=False, seed=5)[0]) < 0.15


def test_a_look_that_resembles_everything_is_less_familiar() -> None:
    typical = np.full(2, TYPICAL)
    lone, crowded = familiarity(np.array([[0.6, 0.1, 0.1, 0.1], [0.6, 0.1, 0.5, 0.5]]), typical)
    assert lone > crowded
