"""What the shop sells."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from core.catalog.portions import portions
from core.catalog.records import Product, ProductDetails, SoldBy
from core.catalog.revision import raise_revision
from core.catalog.schema import ProductRow, ReferenceRow
from core.catalog.transactions import Database
from core.errors import UserError

_LONGEST_NAME: Final = 200
_HIGHEST_PRICE: Final = 10**12


class ProductError(UserError):
    """What was typed about a product cannot be kept: something is missing, out of range, or taken."""


class Products:
    """The shop's products. Nothing is deleted: an archived product is neither recognized nor sold.

    Any thread may call any method; writes normally come from the records thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, details: ProductDetails) -> Product:
        """Raises ``ProductError`` for a missing name, a value out of range, or a barcode or SKU that is taken."""
        with self._database.write(is_durable=True) as session:
            row = insert_product(session, details, self._database.now())
            return load_product(session, row.id)

    def update(self, product_id: int, details: ProductDetails) -> Product:
        """Replace what is known about a product; raises ``ProductError``, or ``LookupError`` for an unknown id."""
        with self._database.write(is_durable=True) as session:
            change_product(session, product_id, details, self._database.now())
            return load_product(session, product_id)

    def archive(self, product_id: int) -> Product:
        """Take it out of sale and recognition; its references stay. Raises ``LookupError``."""
        with self._database.write(is_durable=True) as session:
            row = get_product_row(session, product_id)
            if row.archived_at is None:
                row.archived_at = self._database.now()
                raise_revision(session, self._database.now())
            session.flush()
            return load_product(session, product_id)

    def restore(self, product_id: int) -> Product:
        """Bring it back; raises ``ProductError`` when its barcode or SKU is taken meanwhile, or ``LookupError``."""
        with self._database.write(is_durable=True) as session:
            row = get_product_row(session, product_id)
            if row.archived_at is not None:
                _refuse_taken(session, row.sku, row.barcode, except_id=product_id)
                row.archived_at = None
                raise_revision(session, self._database.now())
            session.flush()
            return load_product(session, product_id)

    def find(self, product_id: int) -> Product | None:
        with self._database.read() as session:
            found = session.execute(_products().where(ProductRow.id == product_id)).one_or_none()
            return None if found is None else _record(*found)

    def find_all(self, product_ids: Sequence[int]) -> dict[int, Product]:
        """Those of the ids that exist, archived ones too."""
        with self._database.read() as session:
            return {
                product.product_id: product
                for portion in portions(set(product_ids))
                for product in _load(session, _products().where(ProductRow.id.in_(portion)))
            }

    def with_barcode(self, barcode: str) -> Product | None:
        """The product on sale that carries this barcode."""
        code = barcode.strip()
        if not code:
            return None
        with self._database.read() as session:
            query = _products().where(ProductRow.barcode == code, ProductRow.archived_at.is_(None))
            return next(iter(_load(session, query)), None)

    def named(self, name: str) -> Product | None:
        """The product on sale with this name, whatever its case and spacing; the oldest, if several have it."""
        with self._database.read() as session:
            query = _products().where(ProductRow.name_key == _name_key(name), ProductRow.archived_at.is_(None))
            return next(iter(_load(session, query.order_by(ProductRow.id).limit(1))), None)

    def search(self, text: str, *, include_archived: bool = False, limit: int = 50) -> list[Product]:
        """Products whose name, SKU or barcode contain every word, without regard to case and accents.

        Names that begin with the text come first, then by name.
        """
        key = fold_for_search(text)
        query = _products().where(*(ProductRow.search_key.contains(word, autoescape=True) for word in key.split()))
        if not include_archived:
            query = query.where(ProductRow.archived_at.is_(None))
        begins = case((ProductRow.search_key.startswith(key, autoescape=True), 0), else_=1)
        with self._database.read() as session:
            return _load(session, query.order_by(begins, ProductRow.search_key, ProductRow.id).limit(limit))

    def all(self, *, include_archived: bool = False) -> list[Product]:
        """Every product, by name."""
        query = _products().order_by(ProductRow.search_key, ProductRow.id)
        if not include_archived:
            query = query.where(ProductRow.archived_at.is_(None))
        with self._database.read() as session:
            return _load(session, query)

    def count(self) -> int:
        """How many products are on sale."""
        with self._database.read() as session:
            query = select(func.count()).select_from(ProductRow).where(ProductRow.archived_at.is_(None))
            return session.scalars(query).one()


def insert_product(session: Session, details: ProductDetails, now: datetime) -> ProductRow:
    """Add a product in the caller's transaction; raises ``ProductError``."""
    details = _checked(details)
    _refuse_taken(session, details.sku, details.barcode, except_id=None)
    row = ProductRow(created_at=now, archived_at=None)
    _fill(row, details)
    session.add(row)
    session.flush()
    raise_revision(session, now)
    return row


def change_product(session: Session, product_id: int, details: ProductDetails, now: datetime) -> None:
    """Replace the details in the caller's transaction; raises ``ProductError`` or ``LookupError``."""
    row = get_product_row(session, product_id)
    details = _checked(details)
    if row.archived_at is None:
        _refuse_taken(session, details.sku, details.barcode, except_id=product_id)
    if row.name != details.name:
        raise_revision(session, now)
    _fill(row, details)
    session.flush()


def get_product_row(session: Session, product_id: int) -> ProductRow:
    """Raises ``LookupError``: ids come from the catalog itself, so a wrong one is a bug."""
    row = session.get(ProductRow, product_id)
    if row is None:
        raise LookupError(f"there is no product {product_id}")
    return row


def load_product(session: Session, product_id: int) -> Product:
    """The record of a product that exists; raises ``LookupError``."""
    found = _load(session, _products().where(ProductRow.id == product_id))
    if not found:
        raise LookupError(f"there is no product {product_id}")
    return found[0]


def _products() -> Select[ProductRow, int, str | None]:
    active = (ReferenceRow.product_id == ProductRow.id, ReferenceRow.removed_at.is_(None))
    count = select(func.count()).select_from(ReferenceRow).where(*active).scalar_subquery()
    picture = select(ReferenceRow.picture).where(*active).order_by(ReferenceRow.id).limit(1).scalar_subquery()
    return select(ProductRow, count, picture)


def _load(session: Session, query: Select[ProductRow, int, str | None]) -> list[Product]:
    return [_record(*found) for found in session.execute(query)]


def _record(row: ProductRow, references: int, picture: str | None) -> Product:
    details = ProductDetails(
        name=row.name,
        sku=row.sku,
        barcode=row.barcode,
        price_minor=row.price_minor,
        currency=row.currency,
        tax_basis_points=row.tax_basis_points,
        sold_by=SoldBy(row.sold_by),
    )
    return Product(row.id, details, references, row.archived_at is not None, picture, row.created_at)


def _fill(row: ProductRow, details: ProductDetails) -> None:
    row.name, row.sku, row.barcode = details.name, details.sku, details.barcode
    row.price_minor, row.currency = details.price_minor, details.currency
    row.tax_basis_points, row.sold_by = details.tax_basis_points, details.sold_by.value
    row.name_key = _name_key(details.name)
    row.search_key = fold_for_search(f"{details.name} {details.sku} {details.barcode}")


def _checked(details: ProductDetails) -> ProductDetails:
    details = replace(
        details, name=" ".join(details.name.split()), sku=details.sku.strip(), barcode=details.barcode.strip()
    )
    if not details.name:
        raise ProductError("A product needs a name.", remedy="Type the name that is printed on receipts.")
    if len(details.name) > _LONGEST_NAME:
        raise ProductError(
            f"The name “{details.name[:40]}…” is too long.", remedy=f"Use at most {_LONGEST_NAME} characters."
        )
    if not 0 <= details.price_minor <= _HIGHEST_PRICE:
        raise ProductError(f"{details.name} cannot have this price.", remedy="Enter a price of zero or more.")
    if not 0 <= details.tax_basis_points <= 10_000:
        raise ProductError(f"{details.name} cannot have this tax.", remedy="Enter a tax of 0 to 100 percent.")
    if len(details.currency) != 3 or not (details.currency.isascii() and details.currency.isupper()):
        raise ProductError(
            f"“{details.currency}” is not a currency.", remedy="Enter an ISO 4217 code such as EUR or USD."
        )
    return details


def _refuse_taken(session: Session, sku: str, barcode: str, *, except_id: int | None) -> None:
    for label, column, value in (("barcode", ProductRow.barcode, barcode), ("SKU", ProductRow.sku, sku)):
        if not value:
            continue
        query = select(ProductRow.name).where(column == value, ProductRow.archived_at.is_(None))
        other = session.scalars(query.where(ProductRow.id != except_id) if except_id else query).first()
        if other is not None:
            raise ProductError(
                f"The {label} {value} belongs to {other} already.",
                remedy=f"Enter another {label}, or archive {other} first.",
            )


def _name_key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def fold_for_search(text: str) -> str:
    """The form in which texts are compared: without case, accents and surplus spaces."""
    # Twice, because letters in circles and brackets come apart into capitals.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())
