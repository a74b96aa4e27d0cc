"""Amounts of money in words, by the rules of a locale."""

from decimal import ROUND_HALF_UP, Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, format_currency, format_decimal, get_currency_precision, parse_decimal

from core.errors import UserError


def known_locale(name: str) -> Locale:
    """The locale of this name; English for a computer without a language."""
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def to_decimal(minor: int, currency: str) -> Decimal:
    """450, EUR → 4.50."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def format_amount(minor: int, currency: str, *, locale: str = "en") -> str:
    """The amount without the currency's sign, as lines of a basket show it: ``4.50``."""
    digits = get_currency_precision(currency)
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(to_decimal(minor, currency), pattern, locale=known_locale(locale)))


def format_money(minor: int, currency: str, *, locale: str = "en") -> str:
    """The amount with the currency's sign where the locale puts it: ``€4.50``, ``4,50 €``."""
    return str(format_currency(to_decimal(minor, currency), currency, locale=known_locale(locale)))


def parse_amount(text: str, currency: str, *, locale: str = "en") -> int:
    """What a person typed, in minor units; raises ``UserError`` for anything but a positive amount.

    Accepts the locale's decimal sign and the plain point.
    """
    # Spaces of every width only group digits.
    cleaned = "".join(text.split()).removeprefix(currency).removesuffix(currency).strip("€$£")
    try:
        amount = _parse(cleaned, locale)
        if not amount.is_finite():
            raise ValueError(cleaned)
        # More digits than Decimal keeps, as when a scanner types into the field of a price, are refused here.
        minor = amount.scaleb(get_currency_precision(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    except (NumberFormatError, ArithmeticError, ValueError) as error:
        raise UserError(f"“{text}” is not a price.", remedy="Enter a number such as 1.80.") from error
    if not 0 <= minor <= 100_000_000:
        raise UserError(f"“{text}” is not a price that can be charged.", remedy="Enter a number such as 1.80.")
    return int(minor)


def _parse(text: str, locale: str) -> Decimal:
    separators = [sign for sign in text if sign in ".,"]
    if len(separators) == 1 and len(text) - text.index(separators[0]) - 1 <= 2:
        # One sign before at most two digits is a decimal sign, whichever the locale prefers.
        return Decimal(text.replace(",", "."))
    return parse_decimal(text, locale=known_locale(locale), strict=True)
