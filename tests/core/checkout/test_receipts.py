"""Receipts and the words for money."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.records import SaleLine
from core.checkout.receipts import WIDTH, ReceiptLanguage, save_receipt, write_receipt
from core.errors import DataFolderError, UserError
from core.money import format_amount, format_money, parse_amount
from core.settings import ShopSettings
from tests.core.checkout.shelf import line, sale


def test_a_receipt_says_what_was_sold_and_no_voided_line() -> None:
    voided = replace(line(2, 2), void_reason="changed mind")
    text = write_receipt(
        replace(sale(7, (line(1, 1, 2), voided, line(3, 4, 350))), payment="cash"), ShopSettings(name="Corner shop")
    )
    assert "Corner shop" in text
    assert "Product 2" not in text
    assert "2 × 1.20" in text
    assert "0.350 kg × 2.50" in text
    assert "€3.28" in text
    assert "of which tax 9 %" in text
    assert all(len(entry) <= WIDTH for entry in text.splitlines())


GERMAN = ReceiptLanguage(
    locale="de_DE",
    sale="Bon {number}",
    total="Summe",
    tax="davon {rate} % MwSt.",
    paid="Bezahlt",
    given="Bar gegeben",
    change="Rückgeld",
    payments={"cash": "bar"},
)


def test_a_receipt_speaks_the_language_of_the_shop() -> None:
    weighed = replace(line(3, 4, 350), tax_basis_points=770)
    paid = replace(
        sale(7, (line(1, 1, 2), weighed)), payment="cash", closed_at=datetime(2026, 11, 3, 14, 5).astimezone()
    )
    entries = write_receipt(paid, ShopSettings(), language=GERMAN, given_minor=500).splitlines()
    assert all(len(entry) <= WIDTH for entry in entries)
    assert entries[0] == "Bon 7"
    assert entries[1].startswith("03.11.2026 14:05 ")
    told = {" ".join(entry.split()) for entry in entries}
    assert {"2 × 1,20 2,40", "0,350 kg × 2,50 0,88", "Summe 3,28 €", "davon 7,7 % MwSt. 0,06"} <= told
    assert {"Bezahlt bar", "Bar gegeben 5,00", "Rückgeld 1,72"} <= told


def test_only_cash_that_was_counted_is_printed() -> None:
    cash, card = (replace(sale(7, (line(1, 1, 2),)), payment=payment) for payment in ("cash", "card"))
    assert "Change" not in write_receipt(cash, ShopSettings())
    assert "Change" not in write_receipt(card, ShopSettings(), given_minor=240)
    assert "Change" in write_receipt(cash, ShopSettings(), given_minor=240)


def test_a_computer_without_a_language_writes_english_receipts() -> None:
    assert "€2.40" in write_receipt(sale(7, (line(1, 1, 2),)), ShopSettings(), language=ReceiptLanguage(locale="C"))


def test_a_long_name_of_a_counter_stands_below_the_date() -> None:
    shop = ShopSettings(counter="The counter at the back of the market")
    entries = write_receipt(sale(7, (line(1, 1),)), shop).splitlines()
    assert entries[2] == shop.counter[:WIDTH]


def test_a_name_longer_than_the_paper_is_cut_not_wrapped() -> None:
    long_line: SaleLine = replace(line(1, 1), name="A very long name of a product that no roll of paper can hold")
    assert all(len(entry) <= WIDTH for entry in write_receipt(sale(1, (long_line,)), ShopSettings()).splitlines())


def test_a_receipt_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    assert save_receipt("x\n", tmp_path, number=3).read_text() == "x\n"
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(DataFolderError, match="The sale itself is kept"):
        save_receipt("x\n", blocked, number=4)


@given(st.integers(0, 10_000_000), st.sampled_from(["en", "de", "fr"]), st.sampled_from(["EUR", "USD", "JPY"]))
def test_an_amount_that_is_shown_can_be_typed_back(minor: int, locale: str, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency, locale=locale), currency, locale=locale) == minor


@pytest.mark.parametrize(("typed", "minor"), [("1.80", 180), ("1,80 €", 180), ("2", 200), ("€ 0.5", 50), ("0", 0)])
def test_prices_are_read_as_people_type_them(typed: str, minor: int) -> None:
    assert parse_amount(typed, "EUR") == minor


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.2.3", "99999999999", "NaN", "inf"])
def test_what_is_no_price_is_told(typed: str) -> None:
    with pytest.raises(UserError, match="price"):
        parse_amount(typed, "EUR")


@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_YY"])
def test_a_computer_without_a_language_still_reads_prices(locale: str) -> None:
    assert parse_amount("1,234.50", "EUR", locale=locale) == 123450
    assert format_money(450, "EUR", locale=locale) == "€4.50"


def test_money_stands_where_the_locale_puts_it() -> None:
    assert format_money(450, "EUR", locale="en") == "€4.50"
    assert format_money(450, "EUR", locale="de") == "4,50\xa0€"
    assert format_money(450, "EUR", locale="xx-unknown") == "€4.50"
