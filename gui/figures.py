"""Counts, weights and shares as the window's language writes them."""

from babel.numbers import format_decimal

from gui.dates import window_locale


def count_text(count: int) -> str:
    """A count with its thousands apart: ``5,310``, ``5.310``."""
    return str(format_decimal(count, locale=window_locale()))


def decimal_text(value: float, *, digits: int) -> str:
    """A number with just so many decimals: ``0.85``, ``0,85``."""
    return str(format_decimal(value, format=f"#,##0.{'0' * digits}", locale=window_locale()))


def kilograms_text(grams: int) -> str:
    """A weight to the gram: ``0.350 kg``, ``0,350 kg``."""
    return f"{decimal_text(grams / 1000, digits=3)} kg"


def share_text(share: float) -> str:
    """A share in whole percent, as all sentences of the window write it: ``85 %``."""
    return f"{round(100 * share)} %"


def tax_text(basis_points: int) -> str:
    """A tax without needless decimals: ``9 %``, ``5.5 %``, ``5,5 %``."""
    return f"{format_decimal(basis_points / 100, format='0.##', locale=window_locale())} %"
