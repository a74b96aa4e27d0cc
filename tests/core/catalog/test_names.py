"""Spellings of the same product, and names that only look alike."""

import pytest

from core.catalog.names import product_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("केला", "कोला"),  # Hindi: banana, cola
        ("दाल", "दिल"),
        ("மீன்", "மான்"),  # Tamil: fish, deer
        ("ไก่", "ไก้"),
        ("🍎", "🍌"),
    ],
)
def test_signs_that_tell_names_apart_count(one: str, other: str) -> None:
    assert product_key(one) != product_key(other)


def test_letters_with_their_signs_are_one_word() -> None:
    assert product_key("केला  (पका)") == "केला_पका"
    assert product_key("İçecek") == product_key("i\u0307çecek")
    assert product_key("🍎 ") == "🍎"
    assert product_key("Apple 🍎") == "apple"
