"""Amounts of money in the window's language."""

from babel.numbers import get_currency_precision
from PySide6.QtCore import QCoreApplication, QLocale

from core.money import format_amount, format_money, parse_amount


def amount_text(minor: int, currency: str) -> str:
    """An amount without its currency: ``4.50``."""
    return format_amount(minor, currency, locale=QLocale().name())


def money_text(minor: int, currency: str) -> str:
    """An amount with the currency's sign where the language puts it."""
    return format_money(minor, currency, locale=QLocale().name())


def price_text(minor: int, currency: str) -> str:
    """What a product costs, as an amount; one without a price is not offered for nothing."""
    return amount_text(minor, currency) if minor else no_price_text()


def no_price_text() -> str:
    """What stands in the place of a price that nobody has set."""
    return QCoreApplication.translate("Money", "no price")


def read_amount(text: str, currency: str) -> int:
    """What a person typed, in minor units; raises ``UserError`` for what is no amount."""
    return parse_amount(text, currency, locale=QLocale().name())


def minor_digits(currency: str) -> int:
    """How many digits the currency's minor unit takes: 2 for euros, 0 for yen."""
    return int(get_currency_precision(currency))
