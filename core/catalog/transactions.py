"""Transactions on the shop's SQLite file: many readers, one writer, and failures told in words."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.errors import DataFolderError, UserError

Mode = Literal["read", "write", "durable"]

_BUSY_MS: Final = 10_000


class DatabaseDamaged(UserError):  # noqa: N818
    """The database file is not one, or is broken inside. It is left as it is."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class Database:
    """The file, with a session for every call. Any thread may use it; writers wait for one another.

    ``now`` gives the aware time that rows are stamped with.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.now = now
        self._engine = _create_engine(path)
        self._writing = threading.RLock()
        self._is_closed = False

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database, whatever others write meanwhile; raises ``UserError``."""
        with self._session("read") as session:
            yield session

    @contextmanager
    def write(self, *, is_durable: bool = False) -> Iterator[Session]:
        """A session whose changes are kept together when the block ends, or not at all; raises ``UserError``.

        A killed program never loses what was kept. With ``is_durable`` it has also reached the disk when the block
        ends, so that a power cut does not take it back (``synchronous=FULL``).
        """
        with self._writing, self._session("durable" if is_durable else "write") as session:
            yield session
            session.commit()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection in a write transaction, for migrations; raises ``UserError``."""
        with (
            self._writing,
            telling_failures(self.path),
            self._engine.connect() as connection,
            connection.execution_options(mode="durable").begin(),
        ):
            yield connection

    @contextmanager
    def _session(self, mode: Mode) -> Iterator[Session]:
        if self._is_closed:
            raise RuntimeError("the catalog is closed")
        with (
            telling_failures(self.path),
            self._engine.connect() as connection,
            Session(connection.execution_options(mode=mode), expire_on_commit=False) as session,
        ):
            yield session

    def close(self) -> None:
        """Wait for the writer, then let go of the file. Closing twice does nothing."""
        with self._writing:
            self._is_closed = True
            self._engine.dispose()


@contextmanager
def telling_failures(path: Path) -> Iterator[None]:
    """Turn what SQLite reports about the disk or the file into a ``UserError``; bugs pass through."""
    try:
        yield
    except DBAPIError as error:
        told = _tell(error.orig, path) if isinstance(error.orig, sqlite3.Error) else None
        if told is None:
            raise
        raise told from error
    except sqlite3.Error as error:
        told = _tell(error, path)
        if told is None:
            raise
        raise told from error


def _tell(error: sqlite3.Error, path: Path) -> UserError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DataFolderError(
            f"The disk that holds {path} is full; the last change was not kept.",
            remedy="Free some space on that disk and do it again.",
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseDamaged(
            f"The shop's database {path} is damaged ({error}); the file is left as it is.",
            remedy="Put back a copy from your backup, or move the file away to start with an empty catalog.",
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DataFolderError(
            f"The shop's database {path} is in use by another program.", remedy="Close the other program and try again."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return DataFolderError(
            f"The shop's database {path} cannot be opened for writing ({error}).",
            remedy="Give yourself the right to write there, or choose another folder with --data-dir.",
        )
    if code == sqlite3.SQLITE_IOERR:
        return DataFolderError(
            f"The disk failed while the shop's database {path} was in use ({error}); the last change was not kept.",
            remedy="Check that the disk is connected and has free space, then do it again.",
        )
    return None


def _create_engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # SQLite's own transaction control: the driver must not begin or commit by itself.
        connect_args={"isolation_level": None, "timeout": _BUSY_MS / 1000},
        pool_size=4,
        max_overflow=8,
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_MS}",
        "trusted_schema = OFF",
        "temp_store = MEMORY",
        "cache_size = -16000",
        "journal_size_limit = 67108864",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    mode: Mode = connection.get_execution_options().get("mode", "read")
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    if mode == "read":
        driver.execute("BEGIN").close()
        return
    driver.execute("PRAGMA synchronous = FULL" if mode == "durable" else "PRAGMA synchronous = NORMAL").close()
    driver.execute("BEGIN IMMEDIATE").close()
