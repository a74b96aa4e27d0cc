"""Fixtures for finding and following items."""

from pathlib import Path

import pytest

from core.paths import DataFolder


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A prepared data folder of its own."""
    folder = DataFolder(tmp_path / "shop")
    folder.prepare()
    return folder
