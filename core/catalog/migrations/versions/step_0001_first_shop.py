"""The first shop: products, references, sales, recognitions, corrections, drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TRIGGERS = (
    "CREATE TRIGGER sale_event_keeps BEFORE UPDATE ON sale_event "
    "BEGIN SELECT RAISE(ABORT, 'sale_event is append-only'); END",
    "CREATE TRIGGER sale_event_stays BEFORE DELETE ON sale_event "
    "BEGIN SELECT RAISE(ABORT, 'sale_event is append-only'); END",
    "CREATE TRIGGER correction_keeps BEFORE UPDATE ON correction "
    "WHEN old.undone_at IS NOT NULL OR new.undone_at IS NULL OR (old.id, old.batch, old.at, old.recognition_id, "
    "old.act, old.said_outcome, old.said_product_id, old.product_id, old.reference_id, old.former_state, "
    "old.former_product_id, old.cashier) IS NOT (new.id, new.batch, new.at, new.recognition_id, "
    "new.act, new.said_outcome, new.said_product_id, new.product_id, new.reference_id, new.former_state, "
    "new.former_product_id, new.cashier) "
    "BEGIN SELECT RAISE(ABORT, 'correction is append-only'); END",
    "CREATE TRIGGER correction_stays BEFORE DELETE ON correction "
    "BEGIN SELECT RAISE(ABORT, 'correction is append-only'); END",
)


def upgrade() -> None:
    _products()
    _sales()
    _recognitions()
    _drafts()
    for trigger in TRIGGERS:
        op.execute(trigger)


def _products() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("barcode", sa.String(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.Column("sold_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_product_name")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_product_price")),
        sa.CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name=op.f("ck_product_tax")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index("ix_product_name_key", "product", ["name_key"], unique=False)
    op.create_index(
        "uq_product_barcode",
        "product",
        ["barcode"],
        unique=True,
        sqlite_where=sa.text("barcode <> '' AND archived_at IS NULL"),
    )
    op.create_index(
        "uq_product_sku", "product", ["sku"], unique=True, sqlite_where=sa.text("sku <> '' AND archived_at IS NULL")
    )
    op.create_table(
        "embedder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedder")),
        sa.UniqueConstraint("key", name=op.f("uq_embedder_key")),
    )
    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_reference_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference")),
    )
    op.create_index(
        "ix_reference_active",
        "reference",
        ["product_id", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("ix_reference_picture", "reference", ["picture"], unique=False)
    op.create_table(
        "embedding",
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("embedder_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["embedder_id"], ["embedder.id"], name=op.f("fk_embedding_embedder_id")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_embedding_reference_id")),
        sa.PrimaryKeyConstraint("reference_id", "embedder_id", name=op.f("pk_embedding")),
    )


def _sales() -> None:
    op.create_table(
        "sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("cashier", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("number", name=op.f("uq_sale_number")),
    )
    op.create_index("ix_sale_closed_at", "sale", ["closed_at"], unique=False)
    op.create_index("uq_sale_open", "sale", ["state"], unique=True, sqlite_where=sa.text("state = 'open'"))
    op.create_table(
        "sale_line",
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.Integer(), nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.Column("sold_by", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_line_product_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_line_sale_id")),
        sa.PrimaryKeyConstraint("sale_id", "line_id", name=op.f("pk_sale_line")),
    )
    op.create_index("ix_sale_line_picture", "sale_line", ["picture"], unique=False)
    op.create_table(
        "sale_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("cashier", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_event_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_event")),
    )
    op.create_index("ix_sale_event_sale_id", "sale_event", ["sale_id"], unique=False)


def _recognitions() -> None:
    op.create_table(
        "recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=True),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("margin", sa.Float(), nullable=False),
        sa.Column("said_outcome", sa.String(), nullable=False),
        sa.Column("said_product_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_recognition_product_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_recognition_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recognition_at", "recognition", ["at"], unique=False)
    op.create_index("ix_recognition_picture", "recognition", ["picture"], unique=False)
    op.create_index("ix_recognition_state", "recognition", ["state", "id"], unique=False)
    op.create_table(
        "look",
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["recognition.id"], name=op.f("fk_look_recognition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recognition_id", name=op.f("pk_look")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("said_outcome", sa.String(), nullable=False),
        sa.Column("said_product_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("reference_id", sa.Integer(), nullable=True),
        sa.Column("former_state", sa.String(), nullable=False),
        sa.Column("former_product_id", sa.Integer(), nullable=True),
        sa.Column("cashier", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_correction_product_id")),
        sa.ForeignKeyConstraint(["reference_id"], ["reference.id"], name=op.f("fk_correction_reference_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_at", "correction", ["at"], unique=False)
    op.create_index("ix_correction_batch", "correction", ["batch"], unique=False)


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_draft_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index("uq_draft_open", "draft", ["state"], unique=True, sqlite_where=sa.text("state = 'open'"))
    op.create_table(
        "shot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_shot_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shot")),
    )
    op.create_index("ix_shot_draft_id", "shot", ["draft_id", "id"], unique=False)
    op.create_index("ix_shot_picture", "shot", ["picture"], unique=False)
