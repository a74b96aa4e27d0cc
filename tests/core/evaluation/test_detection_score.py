"""Recall, precision and average precision against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation.detection_score import DetectionScore, pair
from core.sightings import Boxes, no_boxes

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def boxes(*places: float, width: float = 10.0) -> Boxes:
    """10×10 boxes in a row, at these places."""
    return np.array([(x, 0, x + width, 10) for x in places], np.float32).reshape(-1, 4)


def scores(*values: float) -> Floats:
    return np.array(values, np.float32)


def test_the_best_scored_box_takes_the_item_and_a_second_one_is_false() -> None:
    pairing = pair(boxes(0, 1, 50), scores(0.6, 0.9, 0.8), boxes(0, 100), no_boxes())
    assert pairing.found == {0: 1}
    assert pairing.false == (0, 2)


def test_a_box_takes_the_item_that_it_overlaps_most() -> None:
    pairing = pair(boxes(3), scores(0.9), boxes(0, 4), no_boxes())
    assert pairing.found == {1: 0}


def test_half_an_overlap_is_needed() -> None:
    assert pair(boxes(3.4), scores(1), boxes(0), no_boxes()).found == {}
    assert pair(boxes(3.3), scores(1), boxes(0), no_boxes()).found == {0: 0}


def test_a_box_on_an_item_that_is_not_judged_counts_neither_way() -> None:
    unjudged = boxes(100, width=30)
    pairing = pair(boxes(0, 110, 200), scores(0.9, 0.8, 0.7), boxes(0), unjudged)
    assert (pairing.found, pairing.false) == ({0: 0}, (2,))


def test_counts_are_those_of_what_is_taken_for_an_item_and_the_average_precision_is_not() -> None:
    score = DetectionScore()
    is_item = np.array([True, False, True])
    score.add(boxes(0, 100, 50), scores(0.9, 0.4, 0.6), boxes(0, 100), no_boxes(), is_item=is_item)
    assert (score.found, score.items, score.false_boxes) == (1, 2, 1)
    assert (score.recall, score.precision) == (0.5, 0.5)
    # By score: right, false, right: precision 1 up to recall 1/2, then 2/3.
    assert score.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_frames_add_up() -> None:
    score = DetectionScore()
    score.add(boxes(0), scores(0.5), boxes(0), no_boxes())
    score.add(boxes(50), scores(0.9), boxes(0), no_boxes())
    assert (score.recall, score.precision) == (0.5, 0.5)
    # By score: false, right: half of the items are found, at precision 1/2.
    assert score.average_precision == pytest.approx(0.25)


@pytest.mark.parametrize("places", [(0, 50), (50, 0)])
def test_boxes_of_the_same_score_rank_alike_whichever_comes_first(places: tuple[float, float]) -> None:
    """As boxes do that count as items at the threshold itself."""
    together, apart = DetectionScore(), DetectionScore()
    together.add(boxes(*places), scores(0.35, 0.35), boxes(0), no_boxes())
    for place in places:
        apart.add(boxes(place), scores(0.35), boxes(0) if place == 0 else no_boxes(), no_boxes())
    assert together.average_precision == apart.average_precision == pytest.approx(0.5)


def test_an_empty_counter_with_nothing_found_is_perfect() -> None:
    score = DetectionScore()
    score.add(no_boxes(), scores(), no_boxes(), no_boxes())
    assert (score.recall, score.precision, score.average_precision) == (1.0, 1.0, 1.0)
    score.add(boxes(0), scores(0.3), no_boxes(), no_boxes())
    assert (score.recall, score.precision, score.average_precision) == (1.0, 0.0, 0.0)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 2**31), st.integers(0, 6), st.integers(0, 6))
def test_shares_stay_shares_and_nothing_is_counted_twice(seed: int, found: int, there: int) -> None:
    random = np.random.default_rng(seed)
    score = DetectionScore()
    believed = random.random(found).astype(np.float32)
    pairing = score.add(
        boxes(*random.uniform(0, 60, found)),
        believed,
        boxes(*random.uniform(0, 60, there)),
        boxes(*random.uniform(0, 60, 1)),
        is_item=believed >= 0.3,
    )
    assert len(set(pairing.found.values())) == len(pairing.found) <= min(found, there)
    assert not set(pairing.found.values()) & set(pairing.false)
    for share in (score.recall, score.precision, score.average_precision):
        assert 0 <= share <= 1
