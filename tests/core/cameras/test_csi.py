"""Pipelines of GStreamer: the real ones where PyGObject is installed, and the words when something is missing."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from core.cameras.address import parse_address
from core.cameras.csi import csi_front, load_gstreamer
from core.cameras.source import CameraLost, FrameSource, SourceError, open_source
from core.frames import Frame
from tests.core.cameras.installed import needs_gstreamer


def read_until_lost(source: FrameSource) -> tuple[list[Frame], CameraLost]:
    frames = []
    try:
        while (frame := source.read()) is not None:
            frames.append(frame)
    except CameraLost as lost:
        return frames, lost
    pytest.fail("the pipeline ended without being lost")


@needs_gstreamer
@pytest.mark.parametrize("width", [320, 321, 322, 323])
def test_pictures_of_any_width_arrive_whole(width: int) -> None:
    source = open_source(
        f"gst:videotestsrc pattern=red num-buffers=4 ! video/x-raw,width={width},height=240,framerate=120/1"
    )
    frames, lost = read_until_lost(source)
    assert frames
    assert all(np.array_equal(frame.pixels, np.full((240, width, 3), (255, 0, 0))) for frame in frames)
    numbers = [frame.sequence for frame in frames]
    assert numbers == list(range(len(frames)))
    assert (source.description.width, source.description.height, source.description.fps) == (width, 240, 120)
    assert source.description.is_live
    assert "ended" in lost.message
    assert source.read() is None


@needs_gstreamer
def test_rows_stay_straight_when_the_picture_has_structure() -> None:
    source = open_source("gst:videotestsrc pattern=smpte75 ! video/x-raw,width=322,height=240")
    frame = source.read()
    source.close()
    assert frame is not None
    upper = frame.pixels[:150]
    assert np.array_equal(upper, np.broadcast_to(upper[0], upper.shape))
    assert len(np.unique(upper[0], axis=0)) >= 7


@needs_gstreamer
def test_closing_releases_a_waiting_read() -> None:
    source = open_source("gst:videotestsrc is-live=true ! identity drop-probability=1.0")
    results: list[object] = []
    reader = threading.Thread(target=lambda: results.append(source.read()))
    reader.start()
    source.close()
    reader.join(20)
    source.close()
    assert results == [None]


@needs_gstreamer
@pytest.mark.parametrize(
    ("pipeline", "sentence", "remedy"),
    [
        ("nosuchcamera ! identity", "nosuchcamera", "Install the GStreamer plugin"),
        ("videotestsrc ! fakesink", "fakesink", "leave out the sink"),
        ("videotestsrc !! identity", "wrong", "gst-launch-1.0"),
        ("", "no pipeline", "gst:v4l2src"),
    ],
)
def test_a_wrong_pipeline_is_told(pipeline: str, sentence: str, remedy: str) -> None:
    with pytest.raises(SourceError, match=sentence) as raised:
        open_source(f"gst:{pipeline}")
    assert remedy in raised.value.remedy


@needs_gstreamer
def test_a_source_that_fails_to_start_is_lost() -> None:
    with pytest.raises(CameraLost, match="gives no pictures"):
        open_source("gst:filesrc location=/nothing/here ! decodebin")


@needs_gstreamer
def test_a_login_inside_a_pipeline_stays_secret() -> None:
    source = open_source('gst:rtspsrc location="rtsp://admin:hunter2@127.0.0.1:1/x" ! decodebin')
    _, lost = read_until_lost(source)
    with pytest.raises(SourceError) as raised:
        open_source("gst:rtspsrc location=rtsp://admin:hunter2@127.0.0.1:1/x nosuch=1 ! decodebin")
    assert "hunter2" not in f"{lost} {raised.value} {source.description}"


@pytest.mark.parametrize("name", ["gi", "gi.repository.Gst"])
def test_without_gstreamer_it_is_said_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name != "gi":
        pytest.importorskip("gi", reason="PyGObject is not installed")
        monkeypatch.setitem(sys.modules, "gi.repository", None)
    monkeypatch.setitem(sys.modules, name, None)
    for uri in ("csi:0", "gst:videotestsrc"):
        with pytest.raises(SourceError, match="PyGObject") as raised:
            open_source(uri)
        assert "csi" in raised.value.remedy


@needs_gstreamer
def test_a_csi_camera_needs_an_element_for_it() -> None:
    gstreamer = load_gstreamer()
    if gstreamer.has("nvarguscamerasrc") or gstreamer.has("libcamerasrc"):
        pytest.skip("this machine has an element for CSI cameras")
    with pytest.raises(SourceError, match="CSI") as raised:
        open_source("csi:0")
    assert "gstreamer1.0-libcamera" in raised.value.remedy


def _front(uri: str, *, is_jetson: bool, fps: float = 30) -> str:
    return csi_front(parse_address(uri), width=1920, height=1080, fps=fps, is_jetson=is_jetson)


def test_a_jetson_camera_goes_through_its_own_memory() -> None:
    front = _front("csi:1", is_jetson=True, fps=29.97)
    assert front.startswith("nvarguscamerasrc sensor-id=1 ! video/x-raw(memory:NVMM),width=1920,height=1080,")
    assert "framerate=2997/100 ! nvvidconv" in front


def test_other_boards_use_libcamera_by_name() -> None:
    assert _front("csi:", is_jetson=False) == "libcamerasrc ! video/x-raw,width=1920,height=1080,framerate=30/1"
    name = "/base/soc/i2c0mux/i2c@1/imx219@10"
    assert f'camera-name="{name}"' in _front(f"csi:{name}", is_jetson=False)


@pytest.mark.parametrize(("uri", "is_jetson"), [("csi:front", True), ("csi:1", False), ('csi:x" ! filesink', False)])
def test_a_wrong_csi_address_is_told(uri: str, is_jetson: bool) -> None:
    with pytest.raises(SourceError, match="CSI"):
        _front(uri, is_jetson=is_jetson)


def test_an_engine_survives_a_damaged_model_beside_gstreamer(tmp_path: Path) -> None:
    """GStreamer brings an unwinder along that used to end the program with the first exception of an engine."""
    pytest.importorskip("gi", reason="PyGObject is not installed")
    model = tmp_path / "damaged.onnx"
    model.write_bytes(b"no model")
    program = (
        "import sys; from pathlib import Path; from PySide6 import QtWidgets\n"
        "from core.cameras.csi import load_gstreamer; load_gstreamer()\n"
        "from core.errors import ModelError; from core.vision.runtimes.choose import open_runtime\n"
        "try:\n    open_runtime(Path(sys.argv[1]), runtime='onnxruntime', threads=1)\n"
        "except ModelError:\n    print('told')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(model)], capture_output=True, text=True, check=False)
    assert done.stdout == "told\n", done.stderr
