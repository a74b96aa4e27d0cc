"""Reading a live camera through OpenCV in a thread of its own, because OpenCV's calls cannot be interrupted."""

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Protocol

import cv2

from core.cameras.camera_controls import ControlDesk, ControlState, ControlWish
from core.cameras.source import CameraLost, SourceDescription
from core.frames import Frame
from core.latest import LatestSlot

_log = logging.getLogger(__name__)


class VideoDevice(Protocol):
    """The part of ``cv2.VideoCapture`` that a live camera needs."""

    def isOpened(self) -> bool: ...
    def read(self) -> tuple[bool, Any]: ...
    def get(self, propId: int, /) -> float: ...
    def release(self) -> None: ...


def quiet_opencv() -> None:
    """Keep OpenCV and FFmpeg from writing to standard error: what went wrong is told in one sentence, without logins.

    Takes effect when called before the first capture of the process; the environment's own values win.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class LiveCapture:
    """A live camera behind OpenCV as a ``FrameSource``.

    A thread named "camera reader" opens the device, reads it, and lets it go; ``read`` takes the newest frame from it.
    So a device that hangs holds up neither ``read`` nor ``close``. ``lost`` is the error of a device that cannot be
    opened or stops giving pictures; ``patience`` is how many seconds without a picture count as lost. ``desk`` is where
    its exposure and focus are told, if it has any.
    """

    def __init__(
        self,
        open_device: Callable[[], VideoDevice],
        description: SourceDescription,
        *,
        lost: Callable[[], CameraLost],
        first_patience: float,
        patience: float,
        desk: ControlDesk | None = None,
    ) -> None:
        self._open_device = open_device
        self._description = description
        self._lost = lost
        self._desk = desk or ControlDesk(None, ControlWish(), camera=description.label)
        self._patience = first_patience
        self._later_patience = patience
        self._frames: LatestSlot[Frame] = LatestSlot()
        self._closing = threading.Event()
        # Not a daemon: one that is still inside OpenCV when the interpreter ends would abort the process.
        self._reader = threading.Thread(target=self._read_device, name="camera reader", daemon=False)
        self._reader.start()

    @property
    def description(self) -> SourceDescription:
        return self._description

    def read(self) -> Frame | None:
        """The newest frame; raises ``CameraLost`` when there is none within the patience."""
        frame = self._frames.take(timeout=self._patience)
        if frame is not None:
            self._patience = self._later_patience
            return frame
        if self._closing.is_set():
            return None
        self.close()
        raise self._lost()

    @property
    def controls(self) -> ControlState | None:
        """What the device had when it was last asked; any thread."""
        return self._desk.state

    def steer(self, wish: ControlWish | None) -> "Future[ControlState]":
        """See ``SteerableSource.steer``."""
        return self._desk.ask(wish)

    def close(self) -> None:
        self._closing.set()
        # Here too: a device that hangs would let those wait who want to tell it something.
        self._desk.close()
        self._frames.close()

    def _read_device(self) -> None:
        try:
            device = self._open_device()
            try:
                self._pass_frames_on(device)
            finally:
                device.release()
        except cv2.error as error:
            _log.info("OpenCV gave up on %s: %s", self._description.uri, error.code)
        finally:
            self._desk.close()
            self._frames.close()

    def _pass_frames_on(self, device: VideoDevice) -> None:
        sequence = 0
        while device.isOpened() and not self._is_over():
            is_read, picture = device.read()
            if not is_read:
                return
            captured_at = time.monotonic()
            pixels = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            if sequence == 0:
                self._describe(device, width=pixels.shape[1], height=pixels.shape[0])
            self._desk.serve()
            self._frames.put(Frame.of(pixels, sequence=sequence, captured_at=captured_at))
            sequence += 1

    def _is_over(self) -> bool:
        # A source that nobody closed must not keep the process alive.
        return self._closing.is_set() or not threading.main_thread().is_alive()

    def _describe(self, device: VideoDevice, *, width: int, height: int) -> None:
        rate = device.get(cv2.CAP_PROP_FPS)
        fps = rate if 0 < rate <= 1000 else self._description.fps
        self._description = replace(self._description, width=width, height=height, fps=fps)
