"""The receipt of a paid sale as plain text, for paper rolls and files."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from core.catalog.records import Sale, SaleLine, SoldBy
from core.errors import DataFolderError
from core.money import format_amount, format_money, known_locale
from core.settings import ShopSettings
from core.whole_file import write_whole

WIDTH = 42
"""Characters a line: what an 80 mm printer holds in its usual font."""


@dataclass(frozen=True, slots=True)
class ReceiptLanguage:
    """The receipt's words in one language, and the locale of its figures and dates.

    ``payments``: what stands for the ways of paying, ``cash``, ``card``, …
    """

    locale: str = "en"
    sale: str = "Sale {number}"
    total: str = "Total"
    tax: str = "of which tax {rate} %"
    paid: str = "Paid"
    given: str = "Cash given"
    change: str = "Change"
    payments: dict[str, str] = field(default_factory=dict)


ENGLISH = ReceiptLanguage()


def write_receipt(
    sale: Sale, shop: ShopSettings, *, language: ReceiptLanguage = ENGLISH, given_minor: int | None = None
) -> str:
    """The receipt, ``WIDTH`` characters wide; voided lines are left out, taxes are summed by rate.

    ``given_minor``: what was handed over; of cash, it is printed with the change.
    """
    locale = language.locale
    lines = [shop.name.center(WIDTH).rstrip()] if shop.name else []
    lines += [language.sale.format(number=sale.number)]
    lines += _beside(_when(sale, locale), f"{shop.counter} {sale.cashier}".strip())
    lines += ["-" * WIDTH]
    for line in sale.lines:
        if not line.is_voided:
            lines += _line_texts(line, sale.currency, locale)
    lines += ["-" * WIDTH, _pair(language.total, format_money(sale.total_minor, sale.currency, locale=locale))]
    taxes: dict[int, int] = defaultdict(int)
    for line in sale.lines:
        taxes[line.tax_basis_points] += line.tax_minor
    lines += [
        _pair(
            f"  {language.tax.format(rate=_figure(rate / 100, '0.##', locale))}",
            format_amount(tax, sale.currency, locale=locale),
        )
        for rate, tax in sorted(taxes.items())
        if rate and tax
    ]
    lines += _payment_texts(sale, language, given_minor)
    return "\n".join(lines) + "\n"


def save_receipt(text: str, folder: Path, *, number: int) -> Path:
    """Write the receipt as ``sale-<number>.txt`` through one rename; raises ``DataFolderError``."""
    path = folder / f"sale-{number}.txt"
    try:
        write_whole(path, text)
    except OSError as error:
        raise DataFolderError(
            f"The receipt of sale {number} could not be saved ({error.strerror}).",
            remedy="The sale itself is kept in the catalog; free some space on the disk.",
        ) from error
    return path


def _when(sale: Sale, locale: str) -> str:
    moment = (sale.closed_at or sale.opened_at).astimezone()
    place = known_locale(locale)
    day = format_date(moment, "medium", locale=place)
    clock = format_time(moment, "short", locale=place, tzinfo=moment.tzinfo)
    # Few printers know the narrow space before AM and PM.
    return f"{day} {clock}".replace("\u202f", " ")


def _line_texts(line: SaleLine, currency: str, locale: str) -> list[str]:
    amount = format_amount(line.amount_minor, currency, locale=locale)
    unit = format_amount(line.unit_price_minor, currency, locale=locale)
    if line.sold_by is SoldBy.WEIGHT:
        kilograms = _figure(line.quantity / 1000, "#,##0.000", locale)
        return [line.name[:WIDTH], _pair(f"  {kilograms} kg × {unit}", amount)]
    if line.quantity == 1:
        return [_pair(line.name, amount)]
    return [line.name[:WIDTH], _pair(f"  {line.quantity} × {unit}", amount)]


def _payment_texts(sale: Sale, language: ReceiptLanguage, given_minor: int | None) -> list[str]:
    if not sale.payment:
        return []
    lines = [_pair(language.paid, language.payments.get(sale.payment, sale.payment))]
    if sale.payment == "cash" and given_minor is not None:
        change = given_minor - sale.total_minor
        lines += [
            _pair(f"  {words}", format_amount(minor, sale.currency, locale=language.locale))
            for words, minor in ((language.given, given_minor), (language.change, change))
        ]
    return lines


def _figure(value: float, pattern: str, locale: str) -> str:
    return format_decimal(value, pattern, locale=known_locale(locale))


def _pair(left: str, right: str) -> str:
    room = WIDTH - len(right) - 1
    return f"{left[:room]:<{room}} {right}"


def _beside(left: str, right: str) -> list[str]:
    """Both in one line, or below each other where they are too long."""
    if len(left) + len(right) < WIDTH:
        return [_pair(left, right)]
    return [left[:WIDTH], right[:WIDTH]]
