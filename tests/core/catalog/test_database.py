"""Opening the catalog: fresh, damaged, from the future, on a disk that refuses."""

import os
import resource
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import Pool

from core.catalog.database import Catalog, DatabaseDamaged, DatabaseTooNew, open_catalog
from core.catalog.records import ProductDetails
from core.catalog.schema import NEWEST, Table
from core.catalog.transactions import Database
from core.catalog.upgrades import MIGRATIONS
from core.errors import DataFolderError
from core.paths import DataFolder
from tests.core.catalog.shop import enroll, line, match_of, picture


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """SQLite without the catalog in between."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def test_a_fresh_folder_gets_an_empty_catalog_that_opens_again(data: DataFolder) -> None:
    catalog = open_catalog(data)
    assert catalog.products.all() == []
    catalog.products.add(ProductDetails("Milk"))
    catalog.close()
    catalog.close()
    catalog = open_catalog(data)
    assert [product.name for product in catalog.products.all()] == ["Milk"]
    assert catalog.problems() == []
    catalog.close()
    with pytest.raises(RuntimeError, match="closed"):
        catalog.products.all()


def test_the_database_is_in_wal_mode_and_minds_foreign_keys(catalog: Catalog) -> None:
    with raw(catalog.path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    sale = catalog.sales.open(currency="EUR")
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        catalog.sales.record_lines(sale.sale_id, [replace(line(1), product_id=99)])
    assert catalog.sales.current() == sale


def test_durable_writes_reach_the_disk_before_they_return(data: DataFolder) -> None:
    open_catalog(data).close()
    database = Database(data.database)
    for is_durable, synchronous in ((False, 1), (True, 2), (False, 1)):
        with database.write(is_durable=is_durable) as session:
            assert session.execute(text("PRAGMA synchronous")).scalar() == synchronous
            assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.close()


def test_migrations_lead_to_the_tables_of_the_program(data: DataFolder) -> None:
    open_catalog(data).close()
    engine = create_engine(f"sqlite:///{data.database}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    engine.dispose()
    fresh = data.root / "fresh.sqlite3"
    engine = create_engine(f"sqlite:///{fresh}")
    Table.metadata.create_all(engine)
    engine.dispose()
    with raw(data.database) as migrated, raw(fresh) as created:
        assert _statements(migrated) == _statements(created)


def _statements(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """What makes the tables and indexes, without regard to the order of columns and constraints."""
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql NOT NULL "
        "AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
    )
    return {tuple(sorted(part.strip(" \t)(") for part in sql.replace("\n", " ").split(","))) for (sql,) in rows}


def test_the_newest_step_is_the_one_that_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_a_shop_of_the_first_version_keeps_its_recognitions(data: DataFolder) -> None:
    catalog = open_catalog(data)
    milk, _ = enroll(catalog, "Milk")
    said = match_of(milk)
    looks = np.ones((2, 4), np.float32)
    catalog.recognitions.add(catalog.photographs.store(picture(1)).picture, said, looks=looks, embedder_key="net")
    catalog.close()
    with raw(data.database) as other:
        other.execute("ALTER TABLE look DROP COLUMN probabilities")
        other.execute("UPDATE alembic_version SET version_num = '0001'")
    catalog = open_catalog(data)
    (item,) = catalog.recognitions.open_looks("net")
    assert (item.match, item.probabilities) == (said, None)
    np.testing.assert_array_equal(item.looks, looks)
    assert catalog.problems() == []
    catalog.close()


def test_a_file_that_is_no_database_is_told_and_kept(data: DataFolder) -> None:
    data.prepare()
    data.database.write_bytes(b"a shopping list, not a database " * 100)
    with pytest.raises(DatabaseDamaged, match="damaged") as caught:
        open_catalog(data)
    assert "backup" in caught.value.remedy
    assert data.database.read_bytes().startswith(b"a shopping list")


def test_a_database_broken_inside_is_told_when_its_pages_are_needed(data: DataFolder) -> None:
    catalog = open_catalog(data)
    for number in range(60):
        catalog.products.add(ProductDetails(f"Product {number}" + "x" * 180))
    catalog.close()
    content = bytearray(data.database.read_bytes())
    for page in range(8192, len(content), 4096):
        content[page : page + 4096] = b"\xa5" * 4096
    data.database.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match="left as it is"):
        _open_and_read(data)
    assert data.database.read_bytes() == bytes(content)


def _open_and_read(data: DataFolder) -> None:
    catalog = open_catalog(data)
    try:
        catalog.products.all()
    finally:
        catalog.close()


def test_a_database_of_a_newer_version_is_left_alone(data: DataFolder) -> None:
    open_catalog(data).close()
    with raw(data.database) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match="newer version"):
        open_catalog(data)
    with raw(data.database) as other:
        assert other.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_the_database_of_another_program_is_left_alone(data: DataFolder) -> None:
    data.prepare()
    with raw(data.database) as other:
        other.execute("CREATE TABLE song (title TEXT)")
    with pytest.raises(DataFolderError, match="another program"):
        open_catalog(data)
    with raw(data.database) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("song",)]


def test_a_data_folder_under_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DataFolderError, match="cannot be written"):
        open_catalog(DataFolder(tmp_path / "file" / "shop"))


@pytest.fixture
def weak_folder() -> Iterator[DataFolder]:
    """A shop in a folder that other users can reach; for the length of the test the superuser is one of them."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        data = DataFolder(root / "shop")
        catalog = open_catalog(data)
        enroll(catalog, "Milk")
        catalog.close()
        is_superuser = os.geteuid() == 0
        try:
            yield data
        finally:
            if is_superuser:
                os.seteuid(0)
            for path in (data.root, data.database):
                path.chmod(0o755)


def _give_up_rights() -> None:
    if os.geteuid() == 0:
        os.seteuid(65534)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX users")
def test_a_read_only_folder_is_told(weak_folder: DataFolder) -> None:
    weak_folder.root.chmod(0o555)
    _give_up_rights()
    with pytest.raises(DataFolderError, match="cannot be written"):
        open_catalog(weak_folder)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX users")
def test_a_read_only_database_is_told_at_once(weak_folder: DataFolder) -> None:
    for folder in weak_folder.root.iterdir():
        folder.chmod(0o777 if folder.is_dir() else 0o444)
    weak_folder.root.chmod(0o777)
    _give_up_rights()
    with pytest.raises(DataFolderError, match="cannot be written"):
        open_catalog(weak_folder)


@contextmanager
def full_disk(extra_pages: int) -> Iterator[None]:
    """Connections made meanwhile find no room for more than so many new pages."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + extra_pages}").close()

    event.listen(Pool, "connect", limit)
    try:
        yield
    finally:
        event.remove(Pool, "connect", limit)


def test_a_full_disk_is_told_and_nothing_is_half_written(data: DataFolder) -> None:
    open_catalog(data).close()
    with full_disk(extra_pages=4):
        catalog = open_catalog(data)
        with pytest.raises(DataFolderError, match="full") as caught:
            _add_many(catalog)
        assert "Free some space" in caught.value.remedy
        kept = len(catalog.products.all())
        assert kept > 0
        catalog.close()
    catalog = open_catalog(data)
    assert catalog.products.add(ProductDetails("There is room again")).product_id == kept + 1
    assert catalog.problems() == []
    catalog.close()


def _add_many(catalog: Catalog) -> None:
    for number in range(1000):
        catalog.products.add(ProductDetails(f"Product {number} " + "x" * 150))


def test_a_disk_without_room_for_a_first_database_is_told(data: DataFolder) -> None:
    with full_disk(extra_pages=3), pytest.raises(DataFolderError, match="full"):
        open_catalog(data)
    open_catalog(data).close()


def test_a_disk_that_refuses_to_write_is_told(data: DataFolder) -> None:
    catalog = open_catalog(data)
    catalog.products.add(ProductDetails("Milk"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DataFolderError, match="disk failed"):
            _add_many(catalog)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    kept = catalog.products.count()
    assert catalog.products.add(ProductDetails("Cream")).product_id == kept + 1
    assert catalog.problems() == []
    catalog.close()


def test_a_database_that_another_program_holds_is_told(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.catalog.transactions._BUSY_MS", 20)
    open_catalog(data).close()
    with raw(data.database) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DataFolderError, match="in use"):
            open_catalog(data)


def test_many_threads_write_and_read_at_once(catalog: Catalog) -> None:
    failures: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(15):
                product = catalog.products.add(ProductDetails(f"Product {worker} {number}", sku=f"{worker}-{number}"))
                assert catalog.products.find(product.product_id) == product
                assert product in catalog.products.search(f"{worker}-{number}")
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert catalog.products.count() == 60


def test_a_failed_write_leaves_no_trace(catalog: Catalog) -> None:
    product, _ = enroll(catalog, "Milk")
    before = catalog.references.revision
    with pytest.raises(LookupError):
        catalog.references.move([1, 2], 99)
    assert catalog.references.revision == before
    assert len(catalog.references.of_product(product.product_id)) == 2


def test_a_folder_in_place_of_the_database_is_told(data: DataFolder) -> None:
    data.prepare()
    data.database.mkdir()
    with pytest.raises(DataFolderError, match="cannot be opened"):
        open_catalog(data)
