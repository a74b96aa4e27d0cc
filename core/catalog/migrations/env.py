"""Runs the migrations on the connection that the caller hands over, in the caller's transaction."""

from alembic import context

from core.catalog.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
