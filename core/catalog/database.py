"""The catalog: everything that a shop keeps, behind one door."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from core.catalog.correction_log import CorrectionLog
from core.catalog.drafts import Drafts
from core.catalog.photographs import Photographs
from core.catalog.picture_use import sweep_photographs
from core.catalog.products import Products
from core.catalog.recognitions import Recognitions
from core.catalog.references import References
from core.catalog.sale_figures import SaleFigures
from core.catalog.sales import Sales
from core.catalog.transactions import Database, DatabaseDamaged, utc_now
from core.catalog.upgrades import DatabaseTooNew, upgrade
from core.paths import DataFolder

__all__ = ["Catalog", "DatabaseDamaged", "DatabaseTooNew", "open_catalog"]


class Catalog:
    """All that one shop owns: a database with a folder of pictures beside it.

    Thread-safe: every call has a session of its own, readers never wait, writers wait for one another.
    """

    def __init__(self, database: Database, pictures: Path) -> None:
        self._database = database
        self.photographs = Photographs(pictures)
        self.products = Products(database)
        self.references = References(database)
        self.sales = Sales(database)
        self.figures = SaleFigures(database)
        self.recognitions = Recognitions(database, self.photographs)
        self.corrections = CorrectionLog(database, self.photographs)
        self.drafts = Drafts(database, self.photographs)

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def sweep_photographs(self) -> int:
        """Delete pictures that nothing needs, such as those of discarded drafts; returns how many went.

        Takes seconds for a million files: call it when the shop is idle.
        """
        return sweep_photographs(self._database, self.photographs)

    def sweep_todays_photographs(self) -> int:
        """The same for the sixteenth of all pictures whose turn it is today, so that no day has much to do."""
        today = self._database.now().astimezone(UTC).toordinal()
        return sweep_photographs(self._database, self.photographs, part=today)

    def problems(self) -> list[str]:
        """What SQLite finds wrong in the whole file; empty when it is sound. Takes seconds for a large file."""
        with self._database.read() as session:
            found = [str(line) for line in session.execute(text("PRAGMA quick_check")).scalars()]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        """Wait for the writer and let go of the files; afterwards every call raises ``RuntimeError``."""
        self._database.close()


def open_catalog(data: DataFolder, *, now: Callable[[], datetime] = utc_now) -> Catalog:
    """Open a shop's catalog, making the folder and an empty database where there are none.

    ``now`` gives the aware time that everything is stamped with. Raises ``DataFolderError`` when the folder cannot be
    written or the disk is full, ``DatabaseDamaged`` for a file that is no sound database, ``DatabaseTooNew`` for one of
    a later version; the file is left as it is in all these cases.
    """
    data.prepare()
    database = Database(data.database, now=now)
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return Catalog(database, data.photographs)
