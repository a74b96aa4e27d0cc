"""Stand-ins for hardware that a test machine does not have; each keeps the whole contract of what it stands for."""

import threading
import time
from collections import deque

import numpy as np

from core.cameras.source import CameraLost, SourceDescription
from core.frames import Frame, Pixels


class FakeCamera:
    """An open camera as a ``FrameSource``: ``read`` waits for the picture that the port shows it."""

    def __init__(self, port: "CameraPort") -> None:
        self._port = port
        self._pictures: deque[Pixels] = deque()
        self._is_closed = False
        self._is_there = True
        self._changed = threading.Condition()
        self._sequence = 0

    @property
    def description(self) -> SourceDescription:
        return SourceDescription(self._port.uri, "Fake camera", self._port.width, self._port.height, 30, is_live=True)

    def read(self) -> Frame | None:
        with self._changed:
            self._changed.wait_for(lambda: self._pictures or self._is_closed or not self._is_there)
            if self._is_closed:
                return None
            if not self._is_there:
                raise CameraLost("The fake camera was unplugged.", remedy="Plug it in again.")
            sequence, self._sequence = self._sequence, self._sequence + 1
            return Frame.of(self._pictures.popleft(), sequence=sequence, captured_at=time.monotonic())

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def receive(self, picture: Pixels) -> None:
        with self._changed:
            self._pictures.append(picture)
            self._changed.notify_all()

    def vanish(self) -> None:
        with self._changed:
            self._is_there = False
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        with self._changed:
            return self._is_closed


class CameraPort:
    """The socket that a fake camera is plugged into; pass ``open`` where a source is opened."""

    def __init__(self, *, width: int = 64, height: int = 48, is_plugged: bool = True) -> None:
        self.uri = "usb:/dev/video0"
        self.width = width
        self.height = height
        self.openings = 0
        self.cameras: list[FakeCamera] = []
        self._is_plugged = is_plugged
        self._opened = threading.Condition()

    def open(self) -> FakeCamera:
        """Open the camera; raises ``CameraLost`` while it is unplugged."""
        with self._opened:
            self.openings += 1
            self._opened.notify_all()
            if not self._is_plugged:
                raise CameraLost("There is no fake camera.", remedy="Plug it in.")
            self.cameras.append(FakeCamera(self))
            return self.cameras[-1]

    def show(self, picture: Pixels | None = None) -> None:
        """Let the open camera see a picture (gray when none is given); waits until a camera is open."""
        if picture is None:
            picture = np.full((self.height, self.width, 3), 128, np.uint8)
        self._open_camera().receive(picture)

    def unplug(self) -> None:
        with self._opened:
            self._is_plugged = False
            for camera in self.cameras:
                camera.vanish()

    def plug_in(self) -> None:
        with self._opened:
            self._is_plugged = True

    def wait_for_openings(self, count: int) -> None:
        """Wait until the camera was opened, or tried to be, that many times."""
        with self._opened:
            assert self._opened.wait_for(lambda: self.openings >= count, timeout=20)

    def _open_camera(self) -> FakeCamera:
        with self._opened:
            is_open = self._opened.wait_for(lambda: self.cameras and not self.cameras[-1].is_closed, timeout=20)
            assert is_open, "no camera was opened"
            return self.cameras[-1]
