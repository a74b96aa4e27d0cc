"""Selling at a counter where hands bring, turn, move and take items that cover one another for a while."""

from collections import Counter as Tally

import pytest

from tests.core.checkout.drawn_counter import FPS, DrawnCounter


@pytest.mark.parametrize("seed", [2, 5])
def test_each_item_is_one_piece_through_hands_and_gaps_until_it_is_paid_and_gone(seed: int) -> None:
    desk = DrawnCounter("sell", seed, items=4, mode="place", missed=0.1)
    frames = 60 * FPS
    whole = {one.customer: one for one in desk.source.placements(frames) if one.is_whole and one.names}
    assert len(whole) >= 2
    begun = 0
    for customer in (0, 1):
        brought = whole[customer]
        desk.run(range(begun, brought.stop))
        assert desk.sold() == Tally(brought.names)
        desk.session.pay("cash")
        desk.journal.open_next()
        begun = brought.stop
    rest = next(one for one in desk.source.placements(frames) if one.start >= begun and not one.names)
    desk.run(range(begun, rest.stop - FPS))
    assert desk.sold() == Tally(), "what was paid is carried away and not sold again"
