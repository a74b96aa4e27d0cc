"""Exposure and focus are held through the station, and nothing waits for a camera that does not answer."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from core.cameras.camera_controls import ControlError, ControlWish
from core.cameras.source import FrameSource
from core.paths import DataFolder
from core.settings import Settings, load_settings
from core.station import Station
from tests.core.cameras.fake_webcam import AUTO_EXPOSURE, FakeWebcam, capture_of, webcam

PATIENCE = 60.0


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWebcam]:
    device = webcam()

    def open_it(uri: str, *, width: int, height: int, fps: float, wish: ControlWish) -> FrameSource:
        return capture_of(device, wish)

    monkeypatch.setattr("core.camera_post.open_source", open_it)
    yield device
    device.unplug()


@pytest.fixture
def station(tmp_path: Path, camera: FakeWebcam) -> Iterator[Station]:
    settings = Settings().changed("recognition", threads=1, runtime="onnxruntime").changed("detection", method="change")
    running = Station(DataFolder(tmp_path), settings=settings.changed("camera", source="usb:0"))
    running.start().result(PATIENCE)
    shows_frames(running)
    yield running
    camera.unplug()
    running.stop(PATIENCE)


def shows_frames(station: Station) -> None:
    for _ in range(200):
        view = station.views.take(timeout=0.25)
        if view is not None and view.frame is not None and view.status.controls is not None:
            return
    raise AssertionError("the camera showed nothing")


def test_what_the_camera_has_is_held_and_kept(station: Station, camera: FakeWebcam) -> None:
    station.hold_camera(exposure=True).result(PATIENCE)
    assert camera.values[AUTO_EXPOSURE] == 1
    kept = load_settings(station.data.settings).camera
    assert (kept.hold_exposure, kept.exposure, kept.hold_focus) == (True, 156, False)
    assert station.settings.camera == kept
    station.hold_camera(exposure=False).result(PATIENCE)
    assert camera.values[AUTO_EXPOSURE] == 3
    assert not load_settings(station.data.settings).camera.hold_exposure


def test_what_somebody_else_held_is_let_go(station: Station, camera: FakeWebcam) -> None:
    camera.values[AUTO_EXPOSURE] = 1
    station.hold_camera(exposure=False).result(PATIENCE)
    assert camera.values[AUTO_EXPOSURE] == 3


def test_a_camera_that_hangs_holds_up_neither_records_nor_leaving(station: Station, camera: FakeWebcam) -> None:
    camera.hang()
    held: Future[None] = station.hold_camera(exposure=True)
    assert station.records(lambda catalog: catalog.products.count()).result(PATIENCE) == 0
    station.apply_settings(station.settings.changed("shop", name="Corner shop")).result(PATIENCE)
    assert not held.done(), "the camera still owes its answer"
    assert station.stop(PATIENCE) == []
    with pytest.raises(ControlError, match="went away"):
        held.result(PATIENCE)
    assert not load_settings(station.data.settings).camera.hold_exposure


def test_what_one_camera_had_is_not_kept_for_another(station: Station, camera: FakeWebcam) -> None:
    camera.hang()
    held = station.hold_camera(exposure=True)
    station.apply_settings(station.settings.changed("camera", source="usb:1")).result(PATIENCE)
    with pytest.raises(ControlError):
        held.result(PATIENCE)
    assert not station.settings.camera.hold_exposure
