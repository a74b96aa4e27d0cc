"""USB cameras through OpenCV: V4L2 on Linux, the system's own way elsewhere."""

import os
import sys
from pathlib import Path

import cv2

from core.cameras.address import SourceAddress, SourceError
from core.cameras.attached import device_name
from core.cameras.camera_controls import ControlDesk, ControlWish, V4l2Controls
from core.cameras.live_capture import LiveCapture, quiet_opencv
from core.cameras.source import CameraLost, SourceDescription

_SILENCE = 5.0
"""Seconds without a picture after which a USB camera counts as lost."""


def open_usb(
    address: SourceAddress, *, width: int, height: int, fps: float, wish: ControlWish | None = None
) -> LiveCapture:
    """Open ``usb:0`` or ``usb:/dev/video0``, asking for motion JPEG, a size in pixels and a rate.

    ``wish`` says what to hold of exposure and focus from the first frame on; only V4L2 (Linux) can be told.

    The camera may give another size or rate: the description says which. Raises ``CameraLost`` when it is not there or
    in use, ``SourceError`` for a wrong address.
    """
    address.allow()
    device = _device(address)
    capture = _open_capture(device, width=width, height=height, fps=fps)
    description = SourceDescription(
        uri=address.shown,
        label=device_name(str(device)) or "USB camera",
        width=int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)) or width,
        height=int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)) or height,
        fps=capture.get(cv2.CAP_PROP_FPS) or fps,
        is_live=True,
    )
    controls = V4l2Controls(capture) if sys.platform == "linux" else None
    return LiveCapture(
        lambda: capture,
        description,
        lost=lambda: _what_happened(device),
        first_patience=2 * _SILENCE,
        patience=_SILENCE,
        desk=ControlDesk(controls, wish or ControlWish(), camera=description.label),
    )


def _device(address: SourceAddress) -> str | int:
    """The path of the device on Linux, its number elsewhere."""
    if address.target.isdecimal():
        return f"/dev/video{int(address.target)}" if sys.platform == "linux" else int(address.target)
    if address.target.startswith("/dev/") and sys.platform == "linux":
        return address.target
    raise SourceError(
        f"The address {address.shown} names no USB camera.",
        remedy="Write usb: and the camera's number or device, such as usb:0 or usb:/dev/video0.",
    )


def _open_capture(device: str | int, *, width: int, height: int, fps: float) -> cv2.VideoCapture:
    quiet_opencv()
    if isinstance(device, str):
        _check_access(device)
    capture = cv2.VideoCapture(device, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)
    if not capture.isOpened():
        capture.release()
        raise CameraLost(
            f"The camera at {device} cannot be opened; it may be in use by another program.",
            remedy="Close that program, or unplug the camera and plug it in again.",
        )
    # Uncompressed video of this size does not fit through USB 2 at a full rate, so the format comes first.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_FPS, fps)
    # OpenCV keeps one buffer while it decodes; with a single one the camera would have to skip every other frame.
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)
    return capture


def _check_access(path: str) -> None:
    if not Path(path).exists():
        raise CameraLost(f"There is no camera at {path}.", remedy="Plug it in; it is opened as soon as it is there.")
    if not Path(path).is_char_device():
        raise SourceError(f"{path} is not a camera.", remedy="Write the device of a camera, such as usb:/dev/video0.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise CameraLost(
            f"You may not use the camera at {path}.",
            remedy="Add yourself to the group “video” and log in again.",
        )


def _what_happened(device: str | int) -> CameraLost:
    if isinstance(device, str) and not Path(device).exists():
        return CameraLost(
            f"The camera at {device} was unplugged.", remedy="Plug it in again; the program goes on by itself."
        )
    return CameraLost(
        f"The camera at {device} gives no pictures.",
        remedy="Check its cable and USB port, and close other programs that use it.",
    )
