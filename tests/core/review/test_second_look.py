"""A look at the queue that lets everything else go first."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from core.errors import UserError
from core.review.second_look import SecondLook

R = TypeVar("R")


class Line:
    """Calls that wait in a line, as on the records thread."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def submit(self, call: Callable[[], R], /) -> "Future[R]":
        self.waiting.append(call)
        return Future()

    def serve(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def done() -> list[int]:
    return []


@pytest.fixture
def look(line: Line, done: list[int]) -> SecondLook:
    return SecondLook(line.submit, on_done=done.append)


def noting(notes: list[str], *changes: int) -> Iterator[int]:
    for change in changes:
        notes.append(f"step {change}")
        yield change


def test_what_a_person_asks_goes_between_the_steps(line: Line, look: SecondLook, done: list[int]) -> None:
    notes: list[str] = []
    look.begin(noting(notes, 1, 2, 3))
    line.waiting.pop(0)()
    line.submit(lambda: notes.append("person"))
    line.serve()
    assert notes == ["step 1", "step 2", "person", "step 3"]
    assert done == [6]


def test_a_newer_look_takes_the_place_of_one_under_way(line: Line, look: SecondLook, done: list[int]) -> None:
    notes: list[str] = []
    look.begin(noting(notes, 1, 2, 3))
    line.waiting.pop(0)()
    look.begin(noting(notes, 7))
    assert len(line.waiting) == 1
    line.serve()
    assert (notes, done) == (["step 1", "step 7"], [7])


def test_a_look_that_was_stopped_does_nothing_more(line: Line, look: SecondLook, done: list[int]) -> None:
    notes: list[str] = []
    look.begin(noting(notes, 1))
    look.stop()
    line.serve()
    assert (notes, done) == ([], [])
    look.begin(noting(notes, 4))
    line.serve()
    assert done == [4]


def test_a_model_that_fails_ends_the_look(
    line: Line, look: SecondLook, done: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise UserError("The embedder gave numbers that are not finite.", remedy="Choose another one.")

    look.begin(failing())
    line.serve()
    assert done == []
    assert "not finite" in caplog.text
