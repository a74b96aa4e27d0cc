"""What the station does when it is closed."""

import os
from pathlib import Path

import pytest

from core.paths import DataFolder
from core.settings import Settings
from core.station import Station


@pytest.fixture
def lost(tmp_path: Path) -> list[Path]:
    """A picture that nothing names in each of sixteen folders, as a crash leaves them behind; an hour old."""
    data = DataFolder(tmp_path / "shop")
    data.prepare()
    paths = [data.photographs / f"{number:02x}" / f"{number:02x}{number:062x}.jpg" for number in range(16)]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(b"")
        an_hour_ago = path.stat().st_mtime - 3600
        os.utime(path, (an_hour_ago, an_hour_ago))
    return paths


def test_closing_sweeps_a_part_of_the_pictures_that_nothing_needs(tmp_path: Path, lost: list[Path]) -> None:
    settings = Settings().changed("recognition", threads=1, runtime="onnxruntime").changed("detection", method="change")
    station = Station(DataFolder(tmp_path / "shop"), settings=settings, source="demo:?width=320&height=240&fps=5")
    station.start().result(60)
    assert all(path.exists() for path in lost)
    assert station.stop(20.0) == []
    assert sum(not path.exists() for path in lost) == 1
