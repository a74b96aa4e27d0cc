"""When two spellings name the same product."""


def product_key(name: str) -> str:
    """The name in lower case with every run of characters other than letters and digits as one underscore."""
    spaced = "".join(letter if letter.isalnum() else " " for letter in name.lower())
    return "_".join(spaced.split())
