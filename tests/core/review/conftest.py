"""A shop with something to review."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.database import open_catalog
from core.paths import DataFolder
from tests.core.catalog.shop import Clock
from tests.core.review.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = Clock()
    catalog = open_catalog(DataFolder(tmp_path / "shop"), now=clock)
    yield Shop(catalog, clock)
    catalog.close()
