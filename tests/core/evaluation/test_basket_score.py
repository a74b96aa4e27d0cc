"""cAcc and ACD."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.basket_score import ReadBasket, by_size, score_baskets


def test_a_basket_is_right_only_as_a_whole() -> None:
    baskets = [
        ReadBasket(("a", "b"), ("a", "b")),
        ReadBasket(("a", "b"), ("a",)),
        ReadBasket(("a", "a", "b"), ("a", "b", "b"), asked=2),
    ]
    assert [basket.wrong_counts for basket in baskets] == [0, 1, 2]
    score = score_baskets(baskets)
    assert (score.count, score.cacc, score.acd) == (3, 1 / 3, 1.0)
    assert (score.asked, score.without_asking) == (2 / 3, 1 / 3)


def test_a_right_basket_that_asks_is_told_apart() -> None:
    score = score_baskets([ReadBasket(("a",), ("a",), asked=1)])
    assert (score.cacc, score.without_asking) == (1.0, 0.0)


def test_sizes_are_those_of_what_lies_there() -> None:
    parts = by_size([ReadBasket(("a",), ()), ReadBasket(("a",), ("a",)), ReadBasket(("a", "a"), ("a", "a"))])
    assert list(parts) == [1, 2]
    assert (parts[1].cacc, parts[2].cacc) == (0.5, 1.0)


def test_no_baskets_are_no_success() -> None:
    assert score_baskets([]).cacc == 0.0


letters = st.lists(st.sampled_from("abc"), max_size=8).map(tuple)


@given(letters, letters)
def test_wrong_counts_are_a_distance(true: tuple[str, ...], read: tuple[str, ...]) -> None:
    basket = ReadBasket(true, read)
    assert basket.wrong_counts == ReadBasket(read, true).wrong_counts
    assert basket.is_exact == (Counter(true) == Counter(read))
    assert basket.wrong_counts >= abs(len(true) - len(read))
