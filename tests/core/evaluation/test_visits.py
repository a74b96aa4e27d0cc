"""What passes on a belt between two moments in which it is empty."""

from core.evaluation.truth import TrueFrame, TrueObject, Truth
from core.evaluation.visits import Visit, visits

Items = dict[str, float]
"""The items of a frame by their names and how far they have come, 0–1; a digit tells pieces of a product apart."""


def thing(name: str, x: float) -> TrueObject:
    """An item that is cut off at the borders of the picture, as far as it is outside."""
    x0, x1 = max(0.0, x - 0.1), min(1.0, x + 0.1)
    return TrueObject(name.rstrip("0123456789"), (x0, 0.4, x1, 0.6), (x1 - x0) / 0.2)


def truth(*frames: Items) -> Truth:
    told = tuple(
        TrueFrame(number, tuple(thing(name, x) for name, x in items.items() if -0.1 < x < 1.1))
        for number, items in enumerate(frames)
    )
    return Truth(10.0, (100, 100), told, tells_motion=True)


def belt(entering: dict[str, int], frames: int) -> list[Items]:
    """Every item enters at its own frame and is through after 24."""
    return [{name: -0.1 + 0.05 * (number - start) for name, start in entering.items()} for number in range(frames)]


def test_every_item_counts_once_from_entering_to_leaving() -> None:
    (visit,) = visits(truth(*belt({"a1": 5, "b": 15, "a2": 28, "a3": 38}, 80)))
    assert visit == Visit(6, 79, ("a", "a", "a", "b"))


def test_the_next_customer_comes_after_a_second_of_empty_belt() -> None:
    frames = belt({"a1": 0, "b": 30, "a2": 70, "c": 74, "d": 140}, 150)
    assert visits(truth(*frames)) == (Visit(1, 70, ("a", "b")), Visit(71, 140, ("a", "c")))


def test_an_item_under_a_hand_for_a_moment_is_no_second_one() -> None:
    frames = belt({"a": 0}, 50)
    for number in (10, 11, 12):
        frames[number] = {}
    assert visits(truth(*frames)) == (Visit(1, 49, ("a",)),)


def test_what_never_shows_enough_of_itself_is_not_asked_for() -> None:
    frames = belt({"a": 0}, 50)
    for number in range(3, 12):
        frames[number]["b"] = -0.05
    assert visits(truth(*frames)) == (Visit(1, 49, ("a",)),)
