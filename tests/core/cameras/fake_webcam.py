"""A stand-in for a USB camera with V4L2 controls."""

import threading

import cv2
import numpy as np

from core.cameras.camera_controls import ControlDesk, ControlWish, V4l2Controls
from core.cameras.live_capture import LiveCapture
from core.cameras.source import CameraLost, SourceDescription
from core.frames import Pixels

EXPOSURE, AUTO_EXPOSURE = cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_AUTO_EXPOSURE
FOCUS, AUTOFOCUS = cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_AUTOFOCUS


class FakeWebcam:
    """A V4L2 camera as OpenCV shows it: −1 and a refusal for what it has not, values kept within their range.

    A value may only be set while its automatic mode is off, as the UVC driver has it (EACCES, EBUSY). ``read`` gives a
    gray picture at once until the camera is unplugged, and none while it hangs.
    """

    def __init__(self, values: dict[int, float], ranges: dict[int, tuple[float, float]] | None = None) -> None:
        self.values = dict(values)
        self.told: list[tuple[int, float]] = []
        self.threads: set[str] = set()
        self.is_released = False
        self._ranges = ranges or {}
        self._gone = threading.Event()
        self._is_awake = threading.Event()
        self._is_awake.set()
        self._is_stuck = threading.Event()

    def get(self, propId: int, /) -> float:
        self.threads.add(threading.current_thread().name)
        return self.values.get(propId, {cv2.CAP_PROP_FPS: 25.0}.get(propId, -1.0))

    def set(self, propId: int, value: float, /) -> bool:
        self.threads.add(threading.current_thread().name)
        self.told.append((propId, value))
        is_locked_out = (propId == EXPOSURE and self.values.get(AUTO_EXPOSURE) == 3) or (
            propId == FOCUS and self.values.get(AUTOFOCUS) == 1
        )
        if propId not in self.values or is_locked_out or (propId == AUTO_EXPOSURE and value not in (1, 3)):
            return False
        low, high = self._ranges.get(propId, (0, 100_000))
        self.values[propId] = min(high, max(low, value))
        return True

    def isOpened(self) -> bool:
        return not self.is_released

    def read(self) -> tuple[bool, Pixels | None]:
        if not self._is_awake.is_set():
            self._is_stuck.set()
            self._is_awake.wait()
        if self._gone.wait(0.005):
            return False, None
        return True, np.full((48, 64, 3), 128, np.uint8)

    def release(self) -> None:
        self.is_released = True

    def unplug(self) -> None:
        self._gone.set()
        self._is_awake.set()

    def hang(self) -> None:
        """No picture from now on, while somebody reads it; only unplugging it helps."""
        self._is_awake.clear()
        assert self._is_stuck.wait(20), "nobody reads the camera"


def webcam() -> FakeWebcam:
    """One with everything, as it comes from the shop."""
    return FakeWebcam(
        {EXPOSURE: 156, AUTO_EXPOSURE: 3, FOCUS: 35, AUTOFOCUS: 1}, {EXPOSURE: (3, 2047), FOCUS: (0, 250)}
    )


def capture_of(device: FakeWebcam, wish: ControlWish | None = None) -> LiveCapture:
    return LiveCapture(
        lambda: device,
        SourceDescription("usb:0", "Camera", 64, 48, 25, is_live=True),
        lost=lambda: CameraLost("It is gone.", remedy="Bring it back."),
        first_patience=20.0,
        patience=20.0,
        desk=ControlDesk(V4l2Controls(device), wish or ControlWish(), camera="Camera"),
    )
