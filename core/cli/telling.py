"""A problem on the error stream: what is wrong, and below it what to do."""

from typing import Literal

from rich.console import Console

Sign = Literal["✗", "!"]
"""``✗``: it did not work; ``!``: it goes on all the same."""


def tell_problem(message: str, remedy: str, *, sign: Sign = "✗") -> None:
    """Write it for the person at the terminal."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    errors.print(f"{sign} {message}", markup=False, style="bold")
    if remedy:
        errors.print(f"  {remedy}", markup=False)
