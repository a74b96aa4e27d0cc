"""The cameras that Linux knows of, read from sysfs without opening them for capture."""

import os
import re
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.cameras.source import AttachedCamera

_SYSFS = Path("/sys/class/video4linux")
_QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP: _IOR('V', 0, struct v4l2_capability), 104 bytes
_CAN_CAPTURE = 0x00000001 | 0x00001000  # V4L2_CAP_VIDEO_CAPTURE, V4L2_CAP_VIDEO_CAPTURE_MPLANE
_HAS_DEVICE_CAPS = 0x80000000
_IS_MEMORY_TO_MEMORY = 0x00008000 | 0x00004000  # V4L2_CAP_VIDEO_M2M, …_M2M_MPLANE: an encoder, not a camera
_BOARD_CAMERAS = ("vi-output", "unicam", "rp1-cfe")
"""Names of the nodes of camera connectors on Jetson and Raspberry Pi."""


@dataclass(frozen=True, slots=True)
class VideoNode:
    """A node of a video device: ``number`` of /dev/video…, ``name`` as the driver says it, ``owner`` the hardware."""

    number: int
    name: str
    owner: str
    is_usb: bool
    is_virtual: bool

    @property
    def path(self) -> str:
        return f"/dev/video{self.number}"


def attached_cameras() -> list[AttachedCamera]:
    """USB (and loopback) cameras by number, then cameras on the board's own connectors; empty except on Linux."""
    if sys.platform != "linux":
        return []
    return cameras_among(video_nodes(_SYSFS), can_capture)


def device_name(path: str) -> str:
    """The name that the driver gives a device such as /dev/video0; empty when it is not known."""
    number = re.fullmatch(r"video(\d+)", Path(os.path.realpath(path)).name)
    return next((node.name for node in video_nodes(_SYSFS) if number and node.number == int(number[1])), "")


def video_nodes(sysfs: Path) -> list[VideoNode]:
    """The video nodes below a sysfs class folder, by number."""
    if not sysfs.is_dir():
        return []
    nodes = [node for entry in sysfs.iterdir() if (node := _read_node(entry)) is not None]
    return sorted(nodes, key=lambda node: node.number)


def cameras_among(nodes: list[VideoNode], is_capturing: Callable[[str], bool]) -> list[AttachedCamera]:
    """One entry for each camera, though a camera often has several nodes (metadata, other formats)."""
    usb: dict[str, AttachedCamera] = {}
    board: dict[str, str] = {}
    for node in nodes:
        if node.name.startswith(_BOARD_CAMERAS):
            board.setdefault(node.owner, node.name)
        elif (node.is_usb or node.is_virtual) and node.owner not in usb and is_capturing(node.path):
            usb[node.owner] = AttachedCamera(f"usb:{node.path}", node.name or f"USB camera {node.number}")
    csi = [AttachedCamera(f"csi:{index}", f"CSI camera ({name})") for index, name in enumerate(board.values())]
    return [*usb.values(), *csi]


def can_capture(path: str) -> bool:
    """Whether a node gives pictures (not only metadata); yes when it may not be asked, so that opening tells why."""
    import fcntl

    answer = bytearray(104)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return True
    try:
        fcntl.ioctl(descriptor, _QUERYCAP, answer)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return is_camera(bytes(answer))


def is_camera(capability: bytes) -> bool:
    """Whether an answer to VIDIOC_QUERYCAP (``struct v4l2_capability``) describes a node that captures pictures."""
    device, node = struct.unpack_from("=II", capability, 84)
    caps = node if device & _HAS_DEVICE_CAPS else device
    return bool(caps & _CAN_CAPTURE) and not caps & _IS_MEMORY_TO_MEMORY


def _read_node(entry: Path) -> VideoNode | None:
    number = re.fullmatch(r"video(\d+)", entry.name)
    if number is None:
        return None
    try:
        name = (entry / "name").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    device = entry / "device"
    hardware = device.resolve() if device.exists() else entry.resolve()
    is_usb = (device / "subsystem").resolve().name == "usb"
    owner = hardware.parent if is_usb else hardware  # the link leads to one interface of the USB device
    return VideoNode(int(number[1]), name, str(owner), is_usb, "virtual" in entry.resolve().parts)
