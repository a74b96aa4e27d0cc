"""The drawn belt: items pass one after another, and nobody is seen."""

from itertools import pairwise

import numpy as np
import pytest

from core.cameras.demo_counter import DemoCounter
from core.cameras.source import SourceError

URI = "demo:?script=belt&seed=3&items=3"


def belt(uri: str = URI) -> DemoCounter:
    return DemoCounter.from_uri(uri, width=320, height=180, fps=10)


def test_every_item_comes_in_at_the_left_and_leaves_at_the_right() -> None:
    counter = belt()
    ways: dict[int, list[float]] = {}
    for number in range(170):
        for item in counter.truth(number):
            ways.setdefault(item.item_id, []).append((item.box[0] + item.box[2]) / 2)
            assert not item.is_moving, "it rests on the belt"
    assert list(ways)[:3] == [0, 1, 2]
    for way in list(ways.values())[:3]:
        assert way[0] < 60
        assert way[-1] > 260
        steps = np.diff([middle for middle in way if 80 < middle < 240])
        assert (steps > 0).all()
        assert steps.max() - steps.min() <= 3, "the belt runs at one speed"


def test_items_on_the_belt_never_touch() -> None:
    counter = belt("demo:?script=belt&seed=8&items=8")
    for number in range(0, 300, 5):
        edges = sorted((item.box[0], item.box[2]) for item in counter.truth(number) if item.visible > 0.99)
        assert all(left[1] < right[0] for left, right in pairwise(edges))


def test_the_belt_is_empty_first_and_the_same_every_time() -> None:
    first, second = belt(), belt()
    assert first.truth(10) == ()
    assert np.array_equal(first.frame(60).pixels, second.frame(60).pixels)
    assert not np.array_equal(first.frame(60).pixels, first.frame(0).pixels)


def test_customers_follow_one_another() -> None:
    counter = belt("demo:?script=belt&seed=3&items=1")
    ids = {item.item_id for number in range(250) for item in counter.truth(number)}
    assert len(ids) >= 2


def test_a_script_that_does_not_exist_is_told() -> None:
    with pytest.raises(SourceError, match="no script"):
        belt("demo:?script=dance")
