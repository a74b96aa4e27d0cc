"""References as vectors, kept and read in bulk."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from core.catalog.records import ProductEmbeddings, ProductReferences
from core.catalog.schema import EmbedderRow, EmbeddingRow
from core.catalog.transactions import DatabaseDamaged

Vectors = npt.NDArray[np.float16] | npt.NDArray[np.float32]
Singles = npt.NDArray[np.float32]

_HALF: Final = np.dtype("<f2")
_SINGLE: Final = np.dtype("<f4")

# The joins are spelled CROSS JOIN because SQLite keeps their order: by product, then by reference, without sorting.
_STREAM: Final = (
    "SELECT p.id, p.name, r.id, e.data FROM product AS p "
    "CROSS JOIN reference AS r ON r.product_id = p.id AND r.removed_at IS NULL "
    "CROSS JOIN embedding AS e ON e.reference_id = r.id AND e.embedder_id = :embedder "
    "WHERE p.archived_at IS NULL AND (:product IS NULL OR p.id = :product) ORDER BY p.id, r.id"
)


_LIST: Final = (
    "SELECT p.id, p.name, group_concat(r.id) FROM product AS p "
    "CROSS JOIN reference AS r ON r.product_id = p.id AND r.removed_at IS NULL "
    "CROSS JOIN embedding AS e ON e.reference_id = r.id AND e.embedder_id = :embedder "
    "WHERE p.archived_at IS NULL GROUP BY p.id ORDER BY p.id"
)

# All in one statement, because a match waits for it.
_FIND: Final = (
    "SELECT e.reference_id, e.data, m.views, m.dimension FROM embedder AS m "
    "CROSS JOIN embedding AS e ON e.embedder_id = m.id "
    "AND e.reference_id IN (SELECT value FROM json_each(:references)) WHERE m.key = :embedder"
)


def encode(vectors: Vectors) -> bytes:
    """Little-endian bytes; raises ``ValueError`` for another type or for NaN and infinity."""
    if vectors.dtype not in (_HALF, _SINGLE):
        raise ValueError(f"expected float16 or float32, got {vectors.dtype}")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds NaN or infinity")
    return np.ascontiguousarray(vectors, vectors.dtype.newbyteorder("<")).tobytes()


def decode(data: bytes, *, rows: int, dimension: int) -> npt.NDArray[np.float32]:
    """rows×dimension ``float32`` from what ``encode`` gave; raises ``DatabaseDamaged`` for another length."""
    values = rows * dimension
    for dtype in (_HALF, _SINGLE):
        if values and len(data) == values * dtype.itemsize:
            return np.frombuffer(data, dtype).astype(np.float32).reshape(rows, dimension)
    raise DatabaseDamaged(
        f"A stored vector has {len(data)} bytes where {rows}×{dimension} numbers were expected.",
        remedy="Put back a copy of the shop's database from your backup, or have the references embedded again.",
    )


def store_embeddings(session: Session, embedder_key: str, reference_ids: Sequence[int], vectors: Vectors) -> None:
    """Add or replace the vectors n×views×d of n references in the caller's transaction.

    Raises ``ValueError`` when the shape is not the one that this key's other embeddings have.
    """
    if vectors.ndim != 3 or len(vectors) != len(reference_ids) or vectors.size == 0:
        raise ValueError(f"expected {len(reference_ids)}×views×dimension, got {vectors.shape}")
    embedder = _embedder(session, embedder_key, views=int(vectors.shape[1]), dimension=int(vectors.shape[2]))
    rows = [
        {"reference": reference_id, "embedder": embedder.id, "data": encode(vector)}
        for reference_id, vector in zip(reference_ids, vectors, strict=True)
    ]
    session.execute(
        text(
            "INSERT INTO embedding (reference_id, embedder_id, data) VALUES (:reference, :embedder, :data) "
            "ON CONFLICT (reference_id, embedder_id) DO UPDATE SET data = excluded.data"
        ),
        rows,
    )


def stream_embeddings(
    session: Session, embedder_key: str, product_id: int | None = None
) -> Iterator[ProductEmbeddings]:
    """Product by product, each with its active references, in the order of their ids."""
    embedder = _find_embedder(session, embedder_key)
    if embedder is None:
        return
    with closing(_driver(session).execute(_STREAM, {"embedder": embedder.id, "product": product_id})) as rows:
        for (key, name), group in groupby(rows, key=itemgetter(0, 1)):
            yield _of_product(key, name, list(group), embedder)


def list_embedded(session: Session, embedder_key: str) -> Iterator[ProductReferences]:
    """Product by product, which active references have a vector; no vector is read."""
    embedder = _find_embedder(session, embedder_key)
    if embedder is None:
        return
    # One text a product instead of one row a reference: a million of them take a third of the time.
    with closing(_driver(session).execute(_LIST, {"embedder": embedder.id})) as rows:
        for key, name, ids in rows:
            yield ProductReferences(key, name, np.sort(np.fromstring(ids, np.int64, sep=",")))


def find_embeddings(session: Session, embedder_key: str, reference_ids: Sequence[int]) -> tuple[list[int], Singles]:
    """Those of the references that have a vector, removed ones too, in the given order; and theirs, n×views×d."""
    blobs: dict[int, bytes] = {}
    views = dimension = 1
    wanted = {"embedder": embedder_key, "references": json.dumps(list(reference_ids))}
    with closing(_driver(session).execute(_FIND, wanted)) as rows:
        for reference_id, blob, views, dimension in rows:  # noqa: B007 - the last are those of all
            blobs[reference_id] = blob
    found = [reference_id for reference_id in reference_ids if reference_id in blobs]
    return found, _decode_all([blobs[reference_id] for reference_id in found], views=views, dimension=dimension)


def forget_embedders(session: Session, keep: str) -> int:
    """Delete the embeddings of all other embedders; returns how many."""
    connection = session.connection()
    others = select(EmbedderRow.id).where(EmbedderRow.key != keep)
    count = connection.execute(delete(EmbeddingRow).where(EmbeddingRow.embedder_id.in_(others))).rowcount
    connection.execute(delete(EmbedderRow).where(EmbedderRow.key != keep))
    return int(count)


def _embedder(session: Session, key: str, *, views: int, dimension: int) -> EmbedderRow:
    row = _find_embedder(session, key)
    if row is None:
        row = EmbedderRow(key=key, views=views, dimension=dimension)
        session.add(row)
        session.flush()
    if (row.views, row.dimension) != (views, dimension):
        raise ValueError(f"embeddings of {key} are {row.views}×{row.dimension}, got {views}×{dimension}")
    return row


def _find_embedder(session: Session, key: str) -> EmbedderRow | None:
    return session.scalars(select(EmbedderRow).where(EmbedderRow.key == key)).one_or_none()


def _driver(session: Session) -> sqlite3.Connection:
    """The driver's own connection: a million rows take half the time that they take as SQLAlchemy rows."""
    return cast(sqlite3.Connection, session.connection().connection.dbapi_connection)


def _of_product(product_id: int, name: str, rows: Sequence[Sequence[Any]], embedder: EmbedderRow) -> ProductEmbeddings:
    vectors = _decode_all([row[3] for row in rows], views=embedder.views, dimension=embedder.dimension)
    return ProductEmbeddings(product_id, name, tuple(row[2] for row in rows), vectors)


def _decode_all(blobs: Sequence[bytes], *, views: int, dimension: int) -> Singles:
    if len({len(blob) for blob in blobs}) == 1:
        flat = decode(b"".join(blobs), rows=len(blobs) * views, dimension=dimension)
    else:
        parts = [decode(blob, rows=views, dimension=dimension) for blob in blobs]
        flat = np.concatenate([np.zeros((0, dimension), np.float32), *parts])
    return flat.reshape(len(blobs), views, dimension)
