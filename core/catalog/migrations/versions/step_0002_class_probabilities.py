"""Looks may come with the probabilities of the classes that the embedder knows by heart."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("look", sa.Column("probabilities", sa.LargeBinary(), nullable=True))
