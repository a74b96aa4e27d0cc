"""A real catalog in a fresh folder, with a clock that tests can set."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.database import Catalog, open_catalog
from core.paths import DataFolder
from tests.core.catalog.shop import Clock


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "shop")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalog(data: DataFolder, clock: Clock) -> Iterator[Catalog]:
    catalog = open_catalog(data, now=clock)
    yield catalog
    catalog.close()
