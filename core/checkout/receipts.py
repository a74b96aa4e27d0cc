"""The receipt of a paid sale as plain text, for paper rolls and files."""

from collections import defaultdict
from pathlib import Path

from core.catalog.records import Sale, SaleLine, SoldBy
from core.errors import DataFolderError
from core.money import format_amount, format_money
from core.settings import ShopSettings
from core.whole_file import write_whole

WIDTH = 42
"""Characters a line: what an 80 mm printer holds in its usual font."""


def write_receipt(sale: Sale, shop: ShopSettings, *, locale: str = "en") -> str:
    """The receipt, ``WIDTH`` characters wide; voided lines are left out, taxes are summed by rate."""
    lines = [shop.name.center(WIDTH).rstrip()] if shop.name else []
    lines += [f"Sale {sale.number}", _pair(_when(sale), f"{shop.counter} {sale.cashier}".strip()), "-" * WIDTH]
    for line in sale.lines:
        if not line.is_voided:
            lines += _line_texts(line, sale.currency, locale)
    lines += ["-" * WIDTH, _pair("Total", format_money(sale.total_minor, sale.currency, locale=locale))]
    taxes: dict[int, int] = defaultdict(int)
    for line in sale.lines:
        taxes[line.tax_basis_points] += line.tax_minor
    lines += [
        _pair(f"  of which tax {rate / 100:g} %", format_amount(tax, sale.currency, locale=locale))
        for rate, tax in sorted(taxes.items())
        if rate and tax
    ]
    if sale.payment:
        lines.append(_pair("Paid", sale.payment))
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


def _when(sale: Sale) -> str:
    return (sale.closed_at or sale.opened_at).astimezone().strftime("%Y-%m-%d %H:%M")


def _line_texts(line: SaleLine, currency: str, locale: str) -> list[str]:
    amount = format_amount(line.amount_minor, currency, locale=locale)
    unit = format_amount(line.unit_price_minor, currency, locale=locale)
    if line.sold_by is SoldBy.WEIGHT:
        return [line.name[:WIDTH], _pair(f"  {line.quantity / 1000:.3f} kg × {unit}", amount)]
    if line.quantity == 1:
        return [_pair(line.name, amount)]
    return [line.name[:WIDTH], _pair(f"  {line.quantity} × {unit}", amount)]


def _pair(left: str, right: str) -> str:
    room = WIDTH - len(right) - 1
    return f"{left[:room]:<{room}} {right}"
