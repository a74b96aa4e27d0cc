"""What the station does when it is closed."""

import os
import threading
from pathlib import Path

import pytest

from core.camera_post import CameraPost
from core.paths import DataFolder
from core.settings import CameraSettings, Settings
from core.station import Station
from tests.core.foundation.tiny_shop import TINY, tiny_shop

DEMO = "demo:?width=320&height=240&fps=5"


def is_reading() -> bool:
    """Whether a camera is being read."""
    return "capture" in [thread.name for thread in threading.enumerate()]


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


def test_no_camera_is_opened_any_more_when_it_is_closed_while_it_starts(tmp_path: Path) -> None:
    station = Station(tiny_shop(tmp_path), settings=TINY.changed("detection", method="change"), source=DEMO)
    started = station.start()
    assert station.stop(20.0) == []
    assert started.done()
    assert not is_reading()


def test_a_camera_that_is_being_opened_meanwhile_is_closed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    station = Station(tiny_shop(tmp_path), settings=TINY.changed("detection", method="change"), source=DEMO)
    station.start().result(60)
    open_it, close_it = CameraPost.open, CameraPost.close
    is_opening, is_closed = threading.Event(), threading.Event()

    def open_late(post: CameraPost, uri: str, settings: CameraSettings) -> None:
        is_opening.set()
        assert is_closed.wait(20)
        open_it(post, uri, settings)

    def close(post: CameraPost, timeout: float) -> bool:
        is_joined = close_it(post, timeout)
        is_closed.set()
        return is_joined

    monkeypatch.setattr(CameraPost, "open", open_late)
    monkeypatch.setattr(CameraPost, "close", close)
    changed = station.apply_settings(station.settings.changed("camera", source=f"{DEMO}&seed=2"))
    assert is_opening.wait(20)
    assert station.stop(20.0) == []
    changed.result(20)
    assert not is_reading()
