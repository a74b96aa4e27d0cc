"""When two spellings name the same product."""

import unicodedata


def product_key(name: str) -> str:
    """The name in lower case with every run of characters other than letters and digits as one underscore.

    A letter with its accent counts as one character, however it is encoded (Unicode normalization form C), and so does
    one with the signs that go with it: in Hindi, Tamil or Thai they are what tells “केला” from “कोला”. A name without
    any letter, such as 🍎, keeps its characters.
    """
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())
    kept: list[str] = []
    is_inside = False
    for character in composed:
        is_inside = character.isalnum() or (is_inside and unicodedata.category(character) in {"Mn", "Mc"})
        kept.append(character if is_inside else " ")
    return "_".join("".join(kept).split() or composed.split())
