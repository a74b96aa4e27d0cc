"""Values in portions small enough for one SQL statement."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")

_PORTION: Final = 500
"""SQLite limits how many values a statement can name, to 999 in builds before 3.32."""


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most 500 of the values, in order; none for no values."""
    rest = iter(values)
    while portion := list(islice(rest, _PORTION)):
        yield portion
