"""Typing a product's details: what is understood, and what is said beside a field that is not."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.records import ProductDetails, SoldBy
from core.errors import UserError
from gui.widgets.line_field import LineField
from gui.widgets.product_form import ProductForm


@pytest.fixture
def form(qtbot: QtBot) -> ProductForm:
    shown = ProductForm()
    qtbot.addWidget(shown)
    shown.show_details(ProductDetails("", currency="EUR", tax_basis_points=900))
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def test_what_is_typed_is_understood(qtbot: QtBot, form: ProductForm) -> None:
    QTest.keyClicks(form.name, "  Plum jam ")
    QTest.keyClicks(form.price, "1,80")
    QTest.keyClicks(form.barcode, "4 006381 333931")
    QTest.keyClicks(form.sku, "J-1")
    form.sold_by.setCurrentIndex(1)
    assert form.details() == ProductDetails("Plum jam", "J-1", "4006381333931", 180, "EUR", 900, SoldBy.WEIGHT)


@pytest.mark.parametrize(("typed", "minor"), [("1.8", 180), ("2", 200), ("0,05", 5), ("", 0), ("12.50", 1250)])
def test_prices_are_read_as_people_write_them(form: ProductForm, typed: str, minor: int) -> None:
    form.name.setText("Tea")
    form.price.setText(typed)
    details = form.details()
    assert details is not None
    assert details.price_minor == minor


@pytest.mark.parametrize(
    ("field", "typed"), [("price", "cheap"), ("price", "-3"), ("tax", "abc"), ("tax", "101"), ("tax", "nan")]
)
def test_a_value_that_cannot_be_is_told_beside_its_field(form: ProductForm, field: str, typed: str) -> None:
    form.name.setText("Tea")
    line: LineField = getattr(form, field)
    line.setText(typed)
    assert form.details() is None
    assert form.first_problem() == line
    assert typed.strip() in line.accessibleDescription()
    form.show_details(ProductDetails("Tea"))
    assert form.first_problem() is None


def test_typing_takes_the_sentence_back(qtbot: QtBot, form: ProductForm) -> None:
    assert form.details() is None
    assert form.first_problem() is form.name
    with qtbot.waitSignal(form.edited):
        QTest.keyClicks(form.name, "T")
    assert form.first_problem() is None


def test_a_draft_keeps_what_can_be_read(form: ProductForm) -> None:
    form.price.setText("cheap")
    form.sku.setText("J-1")
    assert form.typed() == ProductDetails("", "J-1", "", 0, "EUR", 900)


def test_a_barcode_from_the_camera_never_replaces_a_typed_one(qtbot: QtBot, form: ProductForm) -> None:
    form.offer_barcode("4006381333931")
    assert form.barcode.text() == "4006381333931"
    assert "read from the pack" in form.barcode.accessibleDescription()
    QTest.keyClicks(form.barcode, "0")
    form.offer_barcode("5449000000996")
    assert form.barcode.text() == "40063813339310"
    assert form.barcode.accessibleDescription() == ""


def test_a_scanner_moves_on_instead_of_saving(qtbot: QtBot, form: ProductForm) -> None:
    form.barcode.setFocus()
    QTest.keyClicks(form.barcode, "4006381333931")
    QTest.keyClick(form.barcode, Qt.Key.Key_Return)
    assert not form.barcode.hasFocus()


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("The barcode 1 belongs to Milk already.", "barcode"),
        ("The SKU 1 belongs to Milk already.", "sku"),
        ("Tea cannot have this price.", "price"),
        ("Tea cannot have this tax.", "tax"),
        ("A product needs a name.", "name"),
    ],
)
def test_what_the_records_refuse_is_told_beside_the_field(form: ProductForm, sentence: str, field: str) -> None:
    form.show_problem(UserError(sentence, remedy="Enter another."))
    assert form.first_problem() is getattr(form, field)


def test_every_field_has_a_label_with_a_key(form: ProductForm) -> None:
    for field in (form.name, form.price, form.tax, form.barcode, form.sku, form.sold_by):
        assert field.accessibleName()
        assert field.minimumHeight() >= 44
