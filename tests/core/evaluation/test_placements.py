"""Where one placement ends and the next begins."""

from collections.abc import Iterator
from itertools import pairwise

from core.evaluation.placements import Placement, placements
from core.evaluation.truth import TrueFrame, TrueObject, Truth

BOX = (0.1, 0.1, 0.2, 0.2)


def truth(*frames: str, fps: float = 10.0, tells_motion: bool = False) -> Truth:
    """A frame for each word: a letter for each item, a capital one when a hand carries it.

    Of a letter behind an apostrophe hardly anything can be seen.
    """
    told = tuple(TrueFrame(number, tuple(_things(letters))) for number, letters in enumerate(frames))
    return Truth(fps, (100, 100), told, tells_motion)


def _things(letters: str) -> Iterator[TrueObject]:
    for before, letter in pairwise(f" {letters}"):
        if letter != "'":
            yield TrueObject(letter.lower(), BOX, 0.2 if before == "'" else 1.0, letter.isupper())


def told(found: tuple[Placement, ...]) -> list[tuple[int, int, str]]:
    return [(one.start, one.last, "".join(one.items)) for one in found]


def test_every_run_of_the_same_names_is_one_and_the_empty_counter_none() -> None:
    found = placements(truth("", "a", "ab", "ba", "abb", "a", "", "a"))
    assert told(found) == [(1, 1, "a"), (2, 3, "ab"), (4, 4, "abb"), (5, 5, "a"), (7, 7, "a")]
    assert [one.size for one in found] == [1, 2, 3, 1, 1]
    assert not any(one.is_lasting for one in found)


def test_what_is_taken_and_what_is_left_is_known() -> None:
    found = placements(truth("a", "ab", "b", "bc", ""))
    assert [one.is_left for one in found] == [False, True, False, True]
    assert [one.is_rest for one in found] == [False, False, True, False]


def test_a_second_makes_it_last() -> None:
    found = placements(truth(*["a"] * 9, *["ab"] * 10, *["b"] * 3))
    assert [one.is_lasting for one in found] == [False, True, False]
    assert not placements(truth(*["a"] * 3, fps=2.0))[0].is_lasting, "three pictures are too few to settle"


def test_carrying_belongs_to_no_placement_and_a_turned_item_begins_none() -> None:
    frames = [*["B"] * 5, *["b"] * 12, *["bA"] * 8, *["ba"] * 12, *["bA"] * 8, *["ba"] * 12, *["b"] * 4, *["bC"] * 3]
    found = placements(truth(*frames, tells_motion=True))
    assert told(found) == [(5, 16, "b"), (25, 56, "ab")]
    assert found[-1].is_left


def test_an_item_under_a_hand_is_still_there() -> None:
    frames = [*["ab"] * 12, *["a"] * 3, *["ab"] * 12]
    assert told(placements(truth(*frames, tells_motion=True))) == [(0, 26, "ab")]
    assert len(placements(truth(*frames))) == 3, "who does not tell of motion means what the frames say"


def test_boxes_without_names_make_no_basket() -> None:
    nameless = TrueFrame(0, (TrueObject("", BOX),))
    assert placements(Truth(10.0, (1, 1), (nameless,), tells_motion=False)) == ()


def test_what_can_hardly_be_seen_is_in_no_placement() -> None:
    """As on a belt: one item enters while the other leaves, so that in the last frames nobody can know it."""
    frames = [*["'a"] * 3, *["a"] * 12, *["a'b"] * 4, *["ab"] * 12, *["'ab"] * 4, *["b"] * 12, *["'b"] * 4, *[""] * 9]
    found = placements(truth(*frames, tells_motion=True))
    assert told(found) == [(3, 18, "a"), (19, 30, "ab"), (31, 46, "b")]
    assert [one.hardly_seen for one in found] == [("b",), (), ()]


def test_an_item_that_a_hand_nearly_covers_neither_parts_nor_changes_a_placement() -> None:
    covered = [*["ab"] * 12, *["a'b"] * 15, *["ab"] * 12]
    assert told(placements(truth(*covered, tells_motion=True))) == [(0, 38, "ab")]
    assert told(placements(truth(*covered))) == [(0, 38, "ab")]


def test_what_lies_half_under_another_item_was_not_taken_away() -> None:
    """The hand covers b while it takes c; later d is put over a."""
    frames = [*["abc"] * 12, *["a'bc"] * 3, *["a'bC"] * 3, *["ab"] * 12, *["abD"] * 3, *["'abd"] * 12]
    found = placements(truth(*frames, tells_motion=True))
    assert told(found) == [(0, 11, "abc"), (18, 29, "ab"), (33, 44, "bd")]
    assert [one.is_left for one in found] == [True, False, True]
    assert [one.is_rest for one in found] == [False, True, False]
    assert found[-1].hardly_seen == ("a",)


def test_what_the_hand_covers_and_then_takes_is_taken() -> None:
    """While the hand closes around b nobody can see it; the frames that carry it belong to no placement."""
    found = placements(truth(*["ab"] * 12, "a'b", *["aB"] * 3, *["a"] * 12, tells_motion=True))
    assert told(found) == [(0, 11, "ab"), (12, 27, "a")]
    assert [one.is_left for one in found] == [True, True]
    assert [one.is_rest for one in found] == [False, True]


def test_what_is_put_back_within_a_moment_leaves_nothing_paid() -> None:
    """The second customer takes b away again before anybody could have sold it."""
    first, second = [*["ab"] * 12, *["a"] * 12, *[""] * 5], [*["a"] * 12, *["ab"] * 5, *["a"] * 12, *[""] * 5]
    found = [one for one in placements(truth(*first, *second)) if one.is_lasting]
    assert told(tuple(found)) == [(0, 11, "ab"), (12, 23, "a"), (29, 40, "a"), (46, 57, "a")]
    assert [one.is_rest for one in found] == [False, True, False, True]
    assert [one.was_left for one in found] == [False, True, False, False]


def test_what_is_shown_for_a_moment_beside_the_rest_of_a_sale_leaves_it_paid() -> None:
    frames = [*["ab"] * 12, *["a"] * 12, *["ac"] * 5, *["a"] * 12]
    assert placements(truth(*frames))[-1].was_left
    assert not placements(truth(*frames[:12], *[""] * 5, *["a"] * 12))[-1].was_left, "another piece of the same product"
