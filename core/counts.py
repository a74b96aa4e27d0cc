"""Counted things in English words, for the terminal and the reports."""


def counted(number: int, one: str, many: str = "") -> str:
    """``1 picture``, ``1,200 pictures``; ``many`` is the word for several where it is not ``one`` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
