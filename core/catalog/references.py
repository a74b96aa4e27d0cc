"""The enrolled photographs and their embeddings."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from core.catalog.embeddings import (
    Singles,
    Vectors,
    find_embeddings,
    forget_embedders,
    list_embedded,
    store_embeddings,
    stream_embeddings,
)
from core.catalog.portions import portions
from core.catalog.products import get_product_row
from core.catalog.records import Origin, ProductEmbeddings, ProductReferences, Reference, StoredPhotograph
from core.catalog.revision import raise_revision, read_revision
from core.catalog.schema import EmbedderRow, EmbeddingRow, ProductRow, ReferenceRow
from core.catalog.transactions import Database


class References:
    """The references of all products. A removed one is set aside, not deleted, and can be restored.

    An ``embedder_key`` names everything that an embedding depends on: the model file, its preprocessing and the views
    that were made of a picture; all embeddings of a key have one shape. Any thread may call any method; writes normally
    come from the records thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def revision(self) -> int:
        """Grows with every change of what an index is built from: names, references, embeddings, archiving."""
        with self._database.read() as session:
            return read_revision(session)

    def add(
        self,
        product_id: int,
        photographs: Sequence[StoredPhotograph],
        *,
        origin: Origin,
        embedder_key: str = "",
        vectors: Vectors | None = None,
    ) -> list[Reference]:
        """Add references in order, with their vectors n×views×d when they are at hand, in one transaction.

        Raises ``LookupError`` for an unknown product, ``ValueError`` for vectors of a wrong shape or with NaN.
        """
        with self._database.write(is_durable=True) as session:
            added = insert_references(session, product_id, photographs, origin, self._database.now())
            if vectors is not None and added:
                store_embeddings(session, embedder_key, [item.reference_id for item in added], vectors)
            return added

    def find(self, reference_ids: Sequence[int]) -> dict[int, Reference]:
        """Those of the ids that exist, removed ones too."""
        with self._database.read() as session:
            rows = _rows_of(session, reference_ids)
        return {row.id: _record(row) for row in rows}

    def of_product(self, product_id: int, *, is_removed: bool = False) -> list[Reference]:
        """The active references of a product, or the removed ones, oldest first."""
        state = ReferenceRow.removed_at.is_not(None) if is_removed else ReferenceRow.removed_at.is_(None)
        with self._database.read() as session:
            query = select(ReferenceRow).where(ReferenceRow.product_id == product_id, state).order_by(ReferenceRow.id)
            return [_record(row) for row in session.scalars(query)]

    def count(self) -> int:
        """How many active references the products on sale have."""
        with self._database.read() as session:
            query = select(func.count()).select_from(ReferenceRow).join(ProductRow).where(*_IN_USE)
            return session.scalars(query).one()

    def remove(self, reference_ids: Sequence[int]) -> list[Reference]:
        """Set references aside; returns those that were active."""
        with self._database.write(is_durable=True) as session:
            return remove_references(session, reference_ids, self._database.now())

    def restore(self, reference_ids: Sequence[int]) -> list[Reference]:
        """Bring removed references back; returns those that were removed."""
        with self._database.write(is_durable=True) as session:
            return restore_references(session, reference_ids, self._database.now())

    def move(self, reference_ids: Sequence[int], product_id: int) -> list[Reference]:
        """Give references to another product; returns those that changed. Raises ``LookupError``."""
        with self._database.write(is_durable=True) as session:
            get_product_row(session, product_id)
            rows = [row for row in _rows_of(session, reference_ids) if row.product_id != product_id]
            for row in rows:
                row.product_id = product_id
            if rows:
                raise_revision(session, self._database.now())
            return [_record(row) for row in rows]

    def embeddings(self, embedder_key: str, *, product_id: int | None = None) -> Iterator[ProductEmbeddings]:
        """Stream the vectors of all products on sale, of one moment, by product id; or of one product only.

        Nothing is read before the first is asked for; exhaust or close the iterator on the thread that began it.
        References without a vector of this key are left out: see ``without_embedding``.
        """
        with self._database.read() as session:
            yield from stream_embeddings(session, embedder_key, product_id)

    def embedded(self, embedder_key: str) -> Iterator[ProductReferences]:
        """As ``embeddings``, without reading the vectors: what an index compares itself with."""
        with self._database.read() as session:
            yield from list_embedded(session, embedder_key)

    def find_embeddings(self, embedder_key: str, reference_ids: Sequence[int]) -> tuple[list[int], Singles]:
        """Those of the ids that have a vector of this key, removed ones too, in order; and the vectors n×views×d."""
        with self._database.read() as session:
            return find_embeddings(session, embedder_key, reference_ids)

    def without_embedding(self, embedder_key: str, *, limit: int | None = None) -> list[Reference]:
        """The active references of products on sale that have no vector of this key, by product and id."""
        has_one = (
            select(EmbeddingRow.reference_id)
            .join(EmbedderRow, EmbedderRow.id == EmbeddingRow.embedder_id)
            .where(EmbedderRow.key == embedder_key, EmbeddingRow.reference_id == ReferenceRow.id)
            .exists()
        )
        query = select(ReferenceRow).join(ProductRow).where(*_IN_USE, ~has_one)
        with self._database.read() as session:
            found = session.scalars(query.order_by(ReferenceRow.product_id, ReferenceRow.id).limit(limit))
            return [_record(row) for row in found]

    def set_embeddings(self, embedder_key: str, reference_ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace the vectors n×views×d, ``float16`` or ``float32``, of n references.

        Raises ``ValueError`` for a wrong shape or NaN. Not forced to the disk: they can be computed again.
        """
        if not reference_ids:
            return
        with self._database.write() as session:
            store_embeddings(session, embedder_key, reference_ids, vectors)
            raise_revision(session, self._database.now())

    def forget_other_embedders(self, embedder_key: str) -> int:
        """Delete the vectors of all other keys, to have their space again; returns how many."""
        with self._database.write() as session:
            return forget_embedders(session, embedder_key)


_IN_USE: Final[tuple[ColumnElement[bool], ...]] = (ReferenceRow.removed_at.is_(None), ProductRow.archived_at.is_(None))


def insert_references(
    session: Session, product_id: int, photographs: Sequence[StoredPhotograph], origin: Origin, now: datetime
) -> list[Reference]:
    """Add references in the caller's transaction, in order; raises ``LookupError`` for an unknown product."""
    get_product_row(session, product_id)
    if not photographs:
        return []
    rows = [
        {
            "product_id": product_id,
            "picture": photograph.picture,
            "sha256": photograph.sha256,
            "origin": origin.value,
            "created_at": now,
            "removed_at": None,
        }
        for photograph in photographs
    ]
    found = session.scalars(insert(ReferenceRow).returning(ReferenceRow, sort_by_parameter_order=True), rows)
    added = [_record(row) for row in found]
    raise_revision(session, now)
    return added


def remove_references(session: Session, reference_ids: Sequence[int], now: datetime) -> list[Reference]:
    """Set references aside in the caller's transaction; returns those that were active."""
    rows = [row for row in _rows_of(session, reference_ids) if row.removed_at is None]
    return _set_removed(session, rows, now, now)


def restore_references(session: Session, reference_ids: Sequence[int], now: datetime) -> list[Reference]:
    """Bring removed references back in the caller's transaction; returns those that were removed."""
    rows = [row for row in _rows_of(session, reference_ids) if row.removed_at is not None]
    return _set_removed(session, rows, None, now)


def active_hashes(session: Session, product_id: int) -> set[str]:
    """Checksums of a product's active references."""
    query = select(ReferenceRow.sha256).where(ReferenceRow.product_id == product_id, ReferenceRow.removed_at.is_(None))
    return set(session.scalars(query))


def _rows_of(session: Session, reference_ids: Sequence[int]) -> list[ReferenceRow]:
    """By id."""
    rows: list[ReferenceRow] = []
    for portion in portions(sorted(set(reference_ids))):
        query = select(ReferenceRow).where(ReferenceRow.id.in_(portion)).order_by(ReferenceRow.id)
        rows += session.scalars(query)
    return rows


def _set_removed(
    session: Session, rows: list[ReferenceRow], removed_at: datetime | None, now: datetime
) -> list[Reference]:
    for row in rows:
        row.removed_at = removed_at
    if rows:
        raise_revision(session, now)
    return [_record(row) for row in rows]


def _record(row: ReferenceRow) -> Reference:
    return Reference(
        row.id,
        row.product_id,
        row.picture,
        row.sha256,
        Origin(row.origin),
        row.created_at,
        is_removed=row.removed_at is not None,
    )
