"""Amounts that a person, or a scanner, types."""

import pytest

from core.errors import UserError
from core.money import parse_amount


@pytest.mark.parametrize("typed", ["4006381333931" * 3, "1e30", "9e999999", "-9e999999"])
@pytest.mark.parametrize("locale", ["en", "de"])
def test_more_digits_than_any_price_has_are_told_too(typed: str, locale: str) -> None:
    with pytest.raises(UserError, match="is not a price"):
        parse_amount(typed, "EUR", locale=locale)
