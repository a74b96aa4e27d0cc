"""Receipts and the words for money."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.records import SaleLine
from core.checkout.receipts import WIDTH, save_receipt, write_receipt
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
