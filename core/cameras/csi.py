"""CSI cameras and any other pipeline of GStreamer, through PyGObject's ``appsink``."""

import ctypes
import re
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from core.cameras.address import SourceAddress, SourceError, without_secrets
from core.cameras.source import CameraLost, SourceDescription
from core.frames import Frame, Pixels

_SINK = "videoconvert ! video/x-raw,format=RGB ! appsink name=tillsight_sink max-buffers=1 drop=true"
_LOOK_EVERY = 0.1
"""Seconds between looks at the bus while no picture comes."""
_FIRST_PATIENCE = 10.0
_PATIENCE = 5.0
"""Seconds without a picture after which a pipeline counts as lost: for the first picture, and later."""


@dataclass(frozen=True, slots=True)
class GStreamer:
    """The three parts of GStreamer's bindings that are used."""

    Gst: Any
    GstApp: Any
    GstVideo: Any

    def has(self, element: str) -> bool:
        return self.Gst.ElementFactory.find(element) is not None


def load_gstreamer() -> GStreamer:
    """Import PyGObject and start GStreamer; raises ``SourceError`` saying what to install."""
    _prefer_own_unwinder()
    try:
        import gi

        for name in ("Gst", "GstApp", "GstVideo"):
            gi.require_version(name, "1.0")
        from gi.repository import Gst, GstApp, GstVideo
    except (ImportError, ValueError) as error:
        raise SourceError(
            "CSI cameras and gst: sources need GStreamer and PyGObject, which are not installed.",
            remedy="Install the packages gstreamer1.0-plugins-base, gstreamer1.0-plugins-good and "
            "gir1.2-gst-plugins-base-1.0, and the program with its extra “csi”.",
        ) from error
    Gst.init(None)
    return GStreamer(Gst, GstApp, GstVideo)


def _prefer_own_unwinder() -> None:
    """Make the compiler's unwinder win over libunwind, which GStreamer brings along and which offers the same names.

    WORKAROUND https://github.com/ros2/rclpy/issues/1149: with both in one process, the first C++ exception in
    an inference engine (a damaged model, say) ends the program.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            ctypes.CDLL("libgcc_s.so.1", mode=ctypes.RTLD_GLOBAL)


def open_pipeline(address: SourceAddress, *, width: int, height: int, fps: float) -> "GStreamerSource":
    """Open ``csi:0`` or ``gst:PIPELINE`` (a pipeline as of ``gst-launch-1.0``, without a sink).

    Size in pixels and rate are asked from a CSI camera; a written pipeline decides for itself. Raises ``SourceError``
    when GStreamer or one of its elements is missing or the pipeline is wrong, ``CameraLost`` when it does not start.
    """
    gstreamer = load_gstreamer()
    if address.kind == "csi":
        address.allow()
        is_jetson = gstreamer.has("nvarguscamerasrc")
        front = csi_front(address, width=width, height=height, fps=fps, is_jetson=is_jetson)
        if not is_jetson and not gstreamer.has("libcamerasrc"):
            raise SourceError(
                "GStreamer has no element for CSI cameras here (nvarguscamerasrc or libcamerasrc).",
                remedy="Install the package gstreamer1.0-libcamera, on a Jetson nvidia-l4t-gstreamer.",
            )
        label = "CSI camera"
    else:
        front, label = address.target, "GStreamer pipeline"
    if not front.strip():
        raise SourceError("The address gst: has no pipeline.", remedy="Write one behind it, such as gst:v4l2src.")
    description = SourceDescription(address.shown, label, width, height, fps, is_live=True)
    return GStreamerSource(gstreamer, front, description)


def csi_front(address: SourceAddress, *, width: int, height: int, fps: float, is_jetson: bool) -> str:
    """The pipeline of a CSI camera up to pictures in main memory; raises ``SourceError`` for a wrong address."""
    rate = Fraction(fps).limit_denominator(1001)
    size = f"width={width},height={height},framerate={rate.numerator}/{rate.denominator}"
    target = address.target or "0"
    if is_jetson and target.isdecimal():
        return (
            f"nvarguscamerasrc sensor-id={int(target)} ! video/x-raw(memory:NVMM),{size} "
            "! nvvidconv ! video/x-raw,format=BGRx"
        )
    if not is_jetson and target == "0":
        return f"libcamerasrc ! video/x-raw,{size}"
    if not is_jetson and re.fullmatch(r"[\w./@:\\-]*[a-z/][\w./@:\\-]*", target):
        return f'libcamerasrc camera-name="{target}" ! video/x-raw,{size}'
    raise SourceError(
        f"The address {address.shown} names no CSI camera.",
        remedy="Write csi:0 for the first one"
        + ("." if is_jetson else ", or csi: and the name that “cam --list” prints for it."),
    )


class GStreamerSource:
    """A running pipeline as a live ``FrameSource``; the newest picture wins inside ``appsink`` already."""

    def __init__(self, gstreamer: GStreamer, front: str, description: SourceDescription) -> None:
        self._gst = gstreamer.Gst
        self._video = gstreamer.GstVideo
        self._description = description
        self._sequence = 0
        self._closing = threading.Event()
        self._busy = threading.Lock()
        self._pipeline = self._parse(f"{front} ! {_SINK}")
        self._sink = self._pipeline.get_by_name("tillsight_sink")
        self._start()

    @property
    def description(self) -> SourceDescription:
        return self._description

    def read(self) -> Frame | None:
        with self._busy:
            frame = self._next_frame()
        if self._closing.is_set():
            self._stop()
            return None
        return frame

    def close(self) -> None:
        self._closing.set()
        self._stop()

    def _stop(self) -> None:
        # A driver may take long to stop: while a picture is awaited, the reading thread is the one to stop it.
        if self._busy.acquire(blocking=False):
            try:
                self._pipeline.set_state(self._gst.State.NULL)
            finally:
                self._busy.release()

    def _next_frame(self) -> Frame | None:
        patience = _PATIENCE if self._sequence else _FIRST_PATIENCE
        give_up_at = time.monotonic() + patience
        while not self._closing.is_set():
            sample = self._sink.try_pull_sample(int(_LOOK_EVERY * self._gst.SECOND))
            if sample is not None:
                return self._frame(sample)
            problem = self._problem()
            if problem is None and time.monotonic() > give_up_at:
                problem = f"no picture for {patience:g} seconds"
            if problem is not None:
                self._closing.set()
                self._pipeline.set_state(self._gst.State.NULL)
                raise self._lost(problem)
        return None

    def _parse(self, pipeline: str) -> Any:
        from gi.repository import GLib

        try:
            return self._gst.parse_launch(pipeline)
        except GLib.Error as error:
            reason = without_secrets(error.message)
            if error.matches(self._gst.ParseError.quark(), self._gst.ParseError.NO_SUCH_ELEMENT):
                remedy = "Install the GStreamer plugin that brings this element."
            else:
                remedy = "Try it with gst-launch-1.0, and leave out the sink at its end."
            raise SourceError(f"The pipeline of {self._description.uri} is wrong: {reason}.", remedy=remedy) from None

    def _start(self) -> None:
        state = self._gst.State
        outcome = self._pipeline.set_state(state.PAUSED)
        # A camera sets the pace itself; waiting for the clock as well would only make its pictures older.
        self._sink.set_property("sync", outcome != self._gst.StateChangeReturn.NO_PREROLL)
        if outcome != self._gst.StateChangeReturn.FAILURE:
            outcome = self._pipeline.set_state(state.PLAYING)
        if outcome == self._gst.StateChangeReturn.FAILURE:
            problem = self._problem() or "the pipeline does not start"
            self.close()
            raise self._lost(problem)

    def _problem(self) -> str | None:
        """What the bus says; the end of the stream counts, since a camera has none."""
        kinds = self._gst.MessageType
        message = self._pipeline.get_bus().pop_filtered(kinds.ERROR | kinds.EOS)
        if message is None:
            return None
        if message.type == kinds.EOS:
            return "the stream has ended"
        error, _ = message.parse_error()
        return without_secrets(str(error.message)).rstrip(".")

    def _lost(self, problem: str) -> CameraLost:
        return CameraLost(
            f"The {self._description.label} gives no pictures: {problem}.",
            remedy="Check its cable and that no other program uses it; it is opened again by itself.",
        )

    def _frame(self, sample: Any) -> Frame:
        captured_at = time.monotonic()
        structure = sample.get_caps().get_structure(0)
        width, height = structure.get_value("width"), structure.get_value("height")
        pixels = self._pixels(sample.get_buffer(), width=width, height=height)
        if self._sequence == 0:
            self._describe(structure, width=width, height=height)
        frame = Frame.of(pixels, sequence=self._sequence, captured_at=captured_at)
        self._sequence += 1
        return frame

    def _pixels(self, buffer: Any, *, width: int, height: int) -> Pixels:
        """Copy the rows out; GStreamer pads each to a multiple of 4 bytes unless the buffer says otherwise."""
        meta = self._video.buffer_get_video_meta(buffer)
        offset, stride = (meta.offset[0], meta.stride[0]) if meta else (0, (3 * width + 3) // 4 * 4)
        data = buffer.extract_dup(0, buffer.get_size())
        return np.ndarray((height, width, 3), np.uint8, data, offset, (stride, 3, 1))

    def _describe(self, structure: Any, *, width: int, height: int) -> None:
        is_given, numerator, denominator = structure.get_fraction("framerate")
        fps = numerator / denominator if is_given and numerator else self._description.fps
        self._description = replace(self._description, width=width, height=height, fps=fps)
