"""What happens in the demo shop: customers come, turn items, and leave; nobody's items hide another's."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cameras.demo_layout import Plan, choose_products, lay_out
from core.cameras.demo_outline import Pose, View, placed, silhouette, top_height
from core.cameras.demo_products import PRODUCTS
from core.cameras.demo_story import EMPTY_AT_START, MOST_ITEMS, Customer, SellStory, StillStory

VIEW = View(320, 180)


def customers(seed: int, count: int, items: int | None = None) -> list[Customer]:
    story = SellStory(VIEW, seed, items)
    found: list[Customer] = []
    at = 0.0
    while len(found) < count:
        found.append(story.at(at))
        at = found[-1].stop
    return found


def test_visits_follow_one_another_without_a_gap() -> None:
    visits = customers(3, 6)
    assert visits[0].start == 0
    assert [visit.number for visit in visits] == list(range(6))
    for before, after in pairwise(visits):
        assert before.stop == after.start


@pytest.mark.parametrize("seed", range(6))
def test_each_customer_brings_all_items_and_takes_all_away(seed: int) -> None:
    for customer in customers(seed, 4):
        assert 1 <= len(customer.items) <= MOST_ITEMS
        assert customer.resting(customer.start + EMPTY_AT_START - 0.3) == ()
        assert customer.resting(customer.stop - 0.01) == ()
        assert customer.acting(customer.stop - 0.01) == ()
        most = max(len(customer.resting(at)) for at in customer.changes())
        assert most == len(customer.items)
        for index in range(len(customer.items)):
            acts = [act for act in customer.acts if act.item == index]
            assert len(acts) in {2, 3}
            assert acts[0].grip == acts[0].start
            assert acts[-1].release == acts[-1].end
            for before, after in pairwise(acts):
                assert before.end <= after.start
                assert before.target == after.origin


def test_items_are_brought_one_or_two_at_a_time() -> None:
    at_once = {
        len(customer.acting(float(at)))
        for seed in range(4)
        for customer in customers(seed, 3)
        for at in np.arange(customer.start, customer.stop, 0.1)
    }
    assert at_once == {0, 1, 2}


def test_some_items_are_turned_or_moved_on_the_counter() -> None:
    shifts = [
        act
        for seed in range(6)
        for customer in customers(seed, 3)
        for act in customer.acts
        if act.start < act.grip and act.release < act.end
    ]
    assert len(shifts) > 5
    assert all(act.origin != act.target for act in shifts[:5])


def test_a_basket_rests_for_some_seconds_before_it_is_taken() -> None:
    for customer in customers(11, 5):
        taken = min(act.start for act in customer.acts if act.release == act.end)
        placed_last = max(act.end for act in customer.acts if act.release < act.end)
        assert 3.5 <= taken - placed_last <= 6.5


def test_a_fixed_number_of_items_holds_for_every_customer() -> None:
    assert {len(customer.items) for customer in customers(5, 5, items=4)} == {4}
    sizes = {len(customer.items) for seed in range(5) for customer in customers(seed, 8)}
    assert sizes == set(range(1, MOST_ITEMS + 1))


def test_item_numbers_never_repeat() -> None:
    numbers = [item.item_id for customer in customers(9, 8) for item in customer.items]
    assert len(set(numbers)) == len(numbers)


def test_a_late_customer_is_the_same_however_one_gets_there() -> None:
    story = SellStory(VIEW, 21, None)
    at = 900.0
    straight = story.at(at)
    walked = list(SellStory(VIEW, 21, None).until(at))[-1]
    assert straight == walked
    assert straight.start <= at < straight.stop


def test_still_items_come_once_and_stay() -> None:
    customer = StillStory(VIEW, 4, None).at(0.0)
    assert customer.resting(EMPTY_AT_START - 0.01) == ()
    assert len(customer.resting(EMPTY_AT_START)) == 5
    assert customer.resting(EMPTY_AT_START) == customer.resting(1e6)
    assert customer.acting(EMPTY_AT_START) == ()
    assert len({item.product for item in customer.items}) == 5
    assert math.isinf(customer.stop)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), count=st.integers(1, MOST_ITEMS))
def test_items_lie_inside_the_picture_and_beside_one_another(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    products = choose_products(count, rng)
    poses, _ = lay_out(products, VIEW, rng, touch_chance=0.5)
    plan = Plan(VIEW)
    for index, (product, pose) in enumerate(zip(products, poses, strict=True)):
        outline = silhouette(product, pose, VIEW)
        assert outline.min() >= 0
        assert outline[:, 0].max() <= VIEW.width
        assert outline[:, 1].max() <= VIEW.height
        assert plan.fits(product, pose)
        plan.put(index, product, pose)


def test_eight_of_the_largest_packs_find_room() -> None:
    largest = max(PRODUCTS, key=lambda product: product.width * product.length)
    poses, plan = lay_out([largest] * MOST_ITEMS, VIEW, np.random.default_rng(0), touch_chance=0.0)
    assert len(poses) == MOST_ITEMS
    for index, pose in enumerate(poses):
        plan.lift(index)
        assert plan.fits(largest, pose)
        plan.put(index, largest, pose)


def test_things_off_the_middle_lean_outward_and_look_larger_when_lifted() -> None:
    product = PRODUCTS[0]
    pose = Pose(15.0, 15.0, 0.3)
    foot = VIEW.project(placed(product, pose), 0.0)
    head = VIEW.project(placed(product, pose), top_height(product))
    assert head.mean(axis=0)[0] < foot.mean(axis=0)[0]
    assert np.ptp(head[:, 0]) > np.ptp(foot[:, 0])
    assert np.allclose(VIEW.project(np.array([[VIEW.width_cm / 2, VIEW.height_cm / 2]], np.float32), 20.0), [[160, 90]])
