"""When two spellings name the same product."""

import unicodedata


def product_key(name: str) -> str:
    """The name in lower case with every run of characters other than letters and digits as one underscore.

    A letter with its accent counts as one character, however it is encoded (Unicode normalization form C).
    """
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())
    spaced = "".join(letter if letter.isalnum() else " " for letter in composed)
    return "_".join(spaced.split())
