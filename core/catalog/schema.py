"""The tables of the shop's database; the migrations make them, together with the triggers that keep history whole."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NEWEST = "0002"
"""The migration that leads to these tables."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC text that sorts by time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """What all tables share: names of constraints that migrations can rely on, and the Python types of columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, bytes: LargeBinary, str: String}  # noqa: RUF012


class CounterRow(Table):
    """Numbers that only grow, such as the revision of everything that a derived index depends on."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class ProductRow(Table):
    """``search_key`` holds name, SKU and barcode in the folded form that searches compare."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("name <> ''", "name"),
        CheckConstraint("price_minor >= 0", "price"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", "tax"),
        Index("uq_product_barcode", "barcode", unique=True, sqlite_where=text("barcode <> '' AND archived_at IS NULL")),
        Index("uq_product_sku", "sku", unique=True, sqlite_where=text("sku <> '' AND archived_at IS NULL")),
        Index("ix_product_name_key", "name_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    search_key: Mapped[str]
    sku: Mapped[str]
    barcode: Mapped[str]
    price_minor: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int]
    sold_by: Mapped[str]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class ReferenceRow(Table):
    """Removing sets ``removed_at``; rows stay, so that a correction can be taken back."""

    __tablename__ = "reference"
    __table_args__ = (
        Index("ix_reference_active", "product_id", "id", sqlite_where=text("removed_at IS NULL")),
        Index("ix_reference_picture", "picture"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    picture: Mapped[str]
    sha256: Mapped[str]
    origin: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class EmbedderRow(Table):
    """A way of embedding, with the one shape that all its embeddings have."""

    __tablename__ = "embedder"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    views: Mapped[int]
    dimension: Mapped[int]


class EmbeddingRow(Table):
    """``data``: views × dimension little-endian ``float16`` or ``float32``, told apart by its length."""

    __tablename__ = "embedding"
    reference_id: Mapped[int] = mapped_column(ForeignKey("reference.id"), primary_key=True)
    embedder_id: Mapped[int] = mapped_column(ForeignKey("embedder.id"), primary_key=True)
    data: Mapped[bytes]


class SaleRow(Table):
    """At most one sale is open."""

    __tablename__ = "sale"
    __table_args__ = (
        Index("uq_sale_open", "state", unique=True, sqlite_where=text("state = 'open'")),
        Index("ix_sale_closed_at", "closed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str]
    currency: Mapped[str]
    cashier: Mapped[str]
    payment: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SaleLineRow(Table):
    """``amount_minor`` and ``tax_minor`` are what the line came to when it was written."""

    __tablename__ = "sale_line"
    __table_args__ = (Index("ix_sale_line_picture", "picture"),)
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[int]
    tax_basis_points: Mapped[int]
    sold_by: Mapped[str]
    origin: Mapped[str]
    picture: Mapped[str | None]
    void_reason: Mapped[str | None]
    amount_minor: Mapped[int]
    tax_minor: Mapped[int]


class SaleEventRow(Table):
    """What happened in a sale; a trigger keeps rows from being changed or deleted."""

    __tablename__ = "sale_event"
    __table_args__ = (Index("ix_sale_event_sale_id", "sale_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sale_id: Mapped[int] = mapped_column(ForeignKey("sale.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    cashier: Mapped[str]
    reason: Mapped[str]


class RecognitionRow(Table):
    """``match`` is the latest word of the recognizer, ``said_…`` its first one; ``margin`` is best minus second score.

    Ids are never used twice, because corrections name them after the recognition was purged.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        Index("ix_recognition_at", "at"),
        Index("ix_recognition_state", "state", "id"),
        Index("ix_recognition_picture", "picture"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    sale_id: Mapped[int | None] = mapped_column(ForeignKey("sale.id"))
    picture: Mapped[str]
    match: Mapped[dict[str, Any]]
    outcome: Mapped[str]
    margin: Mapped[float] = mapped_column(Float)
    said_outcome: Mapped[str]
    said_product_id: Mapped[int | None]
    state: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))


class LookRow(Table):
    """The embedded looks behind a recognition. ``data``: looks × dimension, as in ``embedding``.

    ``probabilities``: of the classes that the embedder knows by heart, the mean over the looks, where it knows some.
    """

    __tablename__ = "look"
    recognition_id: Mapped[int] = mapped_column(ForeignKey("recognition.id", ondelete="CASCADE"), primary_key=True)
    embedder: Mapped[str]
    dimension: Mapped[int]
    data: Mapped[bytes]
    probabilities: Mapped[bytes | None]


class CorrectionRow(Table):
    """A person's word. Those with one ``batch`` were said, and are undone, together.

    A trigger lets nothing but ``undone_at`` change, once. ``recognition_id`` outlives the recognition itself.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_batch", "batch"), Index("ix_correction_at", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int]
    at: Mapped[datetime]
    recognition_id: Mapped[int]
    act: Mapped[str]
    said_outcome: Mapped[str]
    said_product_id: Mapped[int | None]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    reference_id: Mapped[int | None] = mapped_column(ForeignKey("reference.id"))
    former_state: Mapped[str]
    former_product_id: Mapped[int | None]
    cashier: Mapped[str]
    undone_at: Mapped[datetime | None]


class DraftRow(Table):
    """A product that is being enrolled; with ``product_id``, more shots of a product that exists."""

    __tablename__ = "draft"
    __table_args__ = (Index("uq_draft_open", "state", unique=True, sqlite_where=text("state = 'open'")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ShotRow(Table):
    """A photograph taken for a draft. ``is_kept`` is false for refused ones; removing sets ``removed_at``."""

    __tablename__ = "shot"
    __table_args__ = (Index("ix_shot_draft_id", "draft_id", "id"), Index("ix_shot_picture", "picture"))
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    picture: Mapped[str]
    sha256: Mapped[str]
    quality: Mapped[dict[str, Any]]
    is_kept: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
