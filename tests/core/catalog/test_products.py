"""Products: what can be typed, found, archived."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import event

from core.catalog.database import Catalog
from core.catalog.products import ProductError, fold_for_search
from core.catalog.records import ProductDetails, SoldBy
from core.catalog.schema import ProductRow
from tests.core.catalog.shop import enroll

MILK = ProductDetails("Milk 1 l", "M-1", "4001", 129, "EUR", 700, SoldBy.UNIT)


def test_a_product_comes_back_as_it_was_typed(catalog: Catalog) -> None:
    added = catalog.products.add(MILK)
    assert added.details == MILK
    assert (added.references, added.picture, added.is_archived) == (0, None, False)
    assert catalog.products.find(added.product_id) == added
    assert catalog.products.find(99) is None
    assert added.created_at.tzinfo is not None


def test_adding_a_product_reads_none_of_the_others(catalog: Catalog) -> None:
    for number in range(5):
        catalog.products.add(ProductDetails(f"Loose {number}"))
    read: list[str] = []

    def note(row: ProductRow, _context: object) -> None:
        read.append(row.name)

    event.listen(ProductRow, "load", note)
    try:
        catalog.products.add(ProductDetails("Loose 6"))
    finally:
        event.remove(ProductRow, "load", note)
    assert set(read) <= {"Loose 6"}


def test_spaces_around_what_is_typed_do_not_count(catalog: Catalog) -> None:
    details = catalog.products.add(ProductDetails("  Oat   milk ", " O-1 ", " 77 ")).details
    assert (details.name, details.sku, details.barcode) == ("Oat milk", "O-1", "77")


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (ProductDetails("  "), "needs a name"),
        (ProductDetails("x" * 201), "too long"),
        (ProductDetails("Milk", price_minor=-1), "price"),
        (ProductDetails("Milk", price_minor=2**63), "price"),
        (ProductDetails("Milk", tax_basis_points=10_001), "tax"),
        (ProductDetails("Milk", currency="euro"), "currency"),
    ],
)
def test_what_cannot_be_sold_is_refused(catalog: Catalog, details: ProductDetails, message: str) -> None:
    with pytest.raises(ProductError, match=message):
        catalog.products.add(details)
    product = catalog.products.add(MILK)
    with pytest.raises(ProductError, match=message):
        catalog.products.update(product.product_id, details)
    assert catalog.products.find(product.product_id) == product


@pytest.mark.parametrize("other", [ProductDetails("Cream", barcode="4001"), ProductDetails("Cream", sku="M-1")])
def test_a_taken_barcode_or_sku_is_told_with_its_owner(catalog: Catalog, other: ProductDetails) -> None:
    milk = catalog.products.add(MILK)
    with pytest.raises(ProductError, match="belongs to Milk 1 l"):
        catalog.products.add(other)
    catalog.products.archive(milk.product_id)
    cream = catalog.products.add(other)
    with pytest.raises(ProductError, match="belongs to Cream"):
        catalog.products.restore(milk.product_id)
    catalog.products.archive(cream.product_id)
    assert not catalog.products.restore(milk.product_id).is_archived


def test_products_without_barcode_do_not_clash(catalog: Catalog) -> None:
    catalog.products.add(ProductDetails("Apple"))
    catalog.products.add(ProductDetails("Pear"))
    assert catalog.products.count() == 2


def test_a_product_keeps_its_own_barcode_when_it_is_changed(catalog: Catalog) -> None:
    product = catalog.products.add(MILK)
    changed = catalog.products.update(product.product_id, ProductDetails("Milk", barcode="4001", price_minor=139))
    assert changed.details.price_minor == 139
    assert changed.created_at == product.created_at
    with pytest.raises(LookupError):
        catalog.products.update(99, MILK)


def test_the_scanner_finds_what_is_on_sale(catalog: Catalog) -> None:
    product = catalog.products.add(MILK)
    assert catalog.products.with_barcode(" 4001 ") == product
    assert catalog.products.with_barcode("") is None
    catalog.products.archive(product.product_id)
    assert catalog.products.with_barcode("4001") is None


def test_a_name_is_found_whatever_its_case(catalog: Catalog) -> None:
    first = catalog.products.add(ProductDetails("Straße Nr. 1"))
    catalog.products.add(ProductDetails("STRASSE NR. 1"))
    assert catalog.products.named("  strasse  nr. 1") == first
    assert catalog.products.named("strasse") is None


def test_search_looks_into_name_sku_and_barcode(catalog: Catalog) -> None:
    for details in (
        ProductDetails("Müller Milch", "MM-7", "4001"),
        ProductDetails("Milk chocolate", "C-1", "4002"),
        ProductDetails("Dark Chocolate 100%", "C-2", "4003"),
    ):
        catalog.products.add(details)

    def found(text: str) -> list[str]:
        return [product.name for product in catalog.products.search(text)]

    assert found("muller") == ["Müller Milch"]
    assert found("CHOCO") == ["Dark Chocolate 100%", "Milk chocolate"]
    assert found("mil") == ["Milk chocolate", "Müller Milch"]
    assert found("milk choc") == ["Milk chocolate"]
    assert found("mm-7") == ["Müller Milch"]
    assert found("4003") == ["Dark Chocolate 100%"]
    assert found("100%") == ["Dark Chocolate 100%"]
    assert found("1_0") == []
    assert len(found("")) == 3
    assert len(catalog.products.search("", limit=2)) == 2


def test_archived_products_are_shown_only_when_asked_for(catalog: Catalog) -> None:
    product = catalog.products.add(MILK)
    archived = catalog.products.archive(product.product_id)
    assert archived.is_archived
    assert catalog.products.all() == catalog.products.search("milk") == []
    assert catalog.products.all(include_archived=True) == [archived]
    assert catalog.products.search("milk", include_archived=True) == [archived]
    assert catalog.products.find_all([product.product_id, 99]) == {product.product_id: archived}
    assert catalog.products.restore(product.product_id) == product


def test_a_product_shows_its_first_active_reference(catalog: Catalog) -> None:
    product, references = enroll(catalog, "Milk", shots=3)
    found = catalog.products.find(product.product_id)
    assert found is not None
    assert (found.references, found.picture) == (3, references[0].picture)
    catalog.references.remove([references[0].reference_id])
    found = catalog.products.find(product.product_id)
    assert found is not None
    assert (found.references, found.picture) == (2, references[1].picture)


@given(st.text(max_size=30))
@example("🄐")
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = fold_for_search(text)
    assert fold_for_search(folded) == folded
