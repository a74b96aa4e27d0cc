"""A real catalog in a fresh folder, with a clock that tests can set."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.database import Catalog, open_catalog
from core.paths import DataFolder
from tests.core.catalog.shop import Clock


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop as the first start makes it; copied, it saves every test that start."""
    data = DataFolder(tmp_path_factory.mktemp("empty") / "shop")
    open_catalog(data).close()
    return data.root


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "shop")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalog(data: DataFolder, clock: Clock, empty_shop: Path) -> Iterator[Catalog]:
    shutil.copytree(empty_shop, data.root)
    catalog = open_catalog(data, now=clock)
    yield catalog
    catalog.close()
