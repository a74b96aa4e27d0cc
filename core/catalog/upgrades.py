"""Bringing a database of any earlier version to today's tables."""

import os
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from core.catalog.schema import NEWEST
from core.catalog.transactions import Database
from core.errors import DataFolderError, UserError

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


class DatabaseTooNew(UserError):  # noqa: N818
    """The database was written by a later version of the program. It is left as it is."""


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction; a file that cannot be written is found out here, too.

    Raises ``DatabaseTooNew``, ``DatabaseDamaged`` or ``DataFolderError``; the file is then as it was before.
    """
    with database.connection() as connection:
        if not os.access(database.path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            # SQLite opens such a file for reading without a word, and would fail at the first sale.
            raise DataFolderError(
                f"The shop's database {database.path} cannot be written.",
                remedy="Give yourself the right to write it, or choose another folder with --data-dir.",
            )
        version = _version(connection, database.path)
        if version != NEWEST:
            _run_migrations(connection, version, database.path)


def _version(connection: Connection, path: Path) -> str | None:
    """The migration that the file has come to; ``None`` for an empty file."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise DataFolderError(
            f"The file {path} is the database of another program; it was left as it is.",
            remedy="Move it away, or choose another folder with --data-dir.",
        )
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _run_migrations(connection: Connection, version: str | None, path: Path) -> None:
    # Alembic costs a fifth of a second to import and is needed at the first start and after an update only.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise DatabaseTooNew(
            f"The shop's database {path} was written by a newer version of Tillsight (step {version}).",
            remedy="Start that version, or choose another folder with --data-dir; the file was left as it is.",
        )
    command.upgrade(config, "head")
