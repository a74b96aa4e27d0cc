"""What the commands say: words as they are, and problems on the error stream with what to do about them."""

from typing import Literal

from rich.console import Console

Sign = Literal["✗", "!"]
"""``✗``: it did not work; ``!``: it goes on all the same."""


def plain_console(*, wraps_softly: bool = True) -> Console:
    """The standard output for words and tables: brackets in names of products and files are no markup there."""
    return Console(highlight=False, soft_wrap=wraps_softly, markup=False, emoji=False)


def tell_problem(message: str, remedy: str, *, sign: Sign = "✗") -> None:
    """Write it for the person at the terminal."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    errors.print(f"{sign} {message}", markup=False, style="bold")
    if remedy:
        errors.print(f"  {remedy}", markup=False)
