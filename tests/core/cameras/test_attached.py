"""The list of attached cameras, from a sysfs tree like those that Linux shows."""

import struct
import sys
from pathlib import Path

import pytest

from core.cameras import attached
from core.cameras.attached import cameras_among, can_capture, is_camera, video_nodes
from core.cameras.source import AttachedCamera, list_sources, resolve_source

_CAPTURE, _META, _M2M, _DEVICE_CAPS = 0x1, 0x00800000, 0x8000, 0x80000000


class SysfsTree:
    """Builds /sys with video devices below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.class_folder = root / "class/video4linux"
        self.class_folder.mkdir(parents=True)
        (root / "bus/usb").mkdir(parents=True)
        (root / "bus/platform").mkdir(parents=True)

    def add_usb(self, number: int, name: str, *, port: str, interface: str = "1.0") -> None:
        self._add(number, name, self.root / f"devices/pci/usb1/{port}/{port}:{interface}", "usb")

    def add_platform(self, number: int, name: str, *, device: str) -> None:
        self._add(number, name, self.root / f"devices/platform/{device}", "platform")

    def add_virtual(self, number: int, name: str) -> None:
        node = self.root / f"devices/virtual/video4linux/video{number}"
        self._write(node, number, name)

    def _add(self, number: int, name: str, device: Path, bus: str) -> None:
        device.mkdir(parents=True, exist_ok=True)
        if not (device / "subsystem").exists():
            (device / "subsystem").symlink_to(self.root / "bus" / bus)
        node = device / f"video4linux/video{number}"
        self._write(node, number, name)
        (node / "device").symlink_to(device)

    def _write(self, node: Path, number: int, name: str) -> None:
        node.mkdir(parents=True)
        (node / "name").write_text(f"{name}\n")
        (self.class_folder / node.name).symlink_to(node)


@pytest.fixture
def sysfs(tmp_path: Path) -> SysfsTree:
    return SysfsTree(tmp_path / "sys")


def test_a_camera_with_several_nodes_is_listed_once_by_its_name(sysfs: SysfsTree) -> None:
    sysfs.add_usb(0, "HD Pro Webcam C920", port="1-4")
    sysfs.add_usb(1, "HD Pro Webcam C920", port="1-4")
    sysfs.add_usb(10, "Document Camera", port="1-2")
    sysfs.add_usb(2, "HD Pro Webcam C920", port="1-4", interface="1.2")
    (sysfs.class_folder / "v4l-subdev0").mkdir()
    cameras = cameras_among(video_nodes(sysfs.class_folder), lambda _: True)
    assert cameras == [
        AttachedCamera("usb:/dev/video0", "HD Pro Webcam C920"),
        AttachedCamera("usb:/dev/video10", "Document Camera"),
    ]


def test_a_node_without_pictures_is_passed_over(sysfs: SysfsTree) -> None:
    sysfs.add_usb(0, "Camera metadata", port="1-4")
    sysfs.add_usb(1, "Camera", port="1-4")
    cameras = cameras_among(video_nodes(sysfs.class_folder), lambda path: path != "/dev/video0")
    assert cameras == [AttachedCamera("usb:/dev/video1", "Camera")]


def test_board_cameras_come_last_and_codecs_do_not_count(sysfs: SysfsTree) -> None:
    sysfs.add_platform(0, "unicam-image", device="fe801000.csi")
    sysfs.add_platform(1, "unicam-embedded", device="fe801000.csi")
    sysfs.add_platform(10, "bcm2835-codec-decode", device="bcm2835-codec")
    sysfs.add_virtual(20, "Loopback")
    cameras = cameras_among(video_nodes(sysfs.class_folder), lambda _: True)
    assert cameras == [
        AttachedCamera("usb:/dev/video20", "Loopback"),
        AttachedCamera("csi:0", "CSI camera (unicam-image)"),
    ]


def test_a_machine_without_video_lists_none(tmp_path: Path) -> None:
    assert video_nodes(tmp_path / "absent") == []


@pytest.mark.parametrize(
    ("device_caps", "node_caps", "expected"),
    [
        (_DEVICE_CAPS | _CAPTURE | _META, _CAPTURE, True),
        (_DEVICE_CAPS | _CAPTURE | _META, _META, False),
        (_CAPTURE, 0, True),
        (_DEVICE_CAPS, _CAPTURE | _M2M, False),
    ],
)
def test_a_camera_is_told_from_other_nodes_by_its_capabilities(
    device_caps: int, node_caps: int, expected: bool
) -> None:
    answer = struct.pack("=16s32s32s6I", b"uvcvideo", b"Camera", b"usb-1", 0, device_caps, node_caps, 0, 0, 0)
    assert is_camera(answer) is expected


def test_what_is_no_video_device_cannot_capture() -> None:
    assert can_capture("/dev/null") is False


def test_auto_is_the_first_usb_camera_else_the_demo_shop(sysfs: SysfsTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(attached, "_SYSFS", sysfs.class_folder)
    assert resolve_source("auto") == "demo:"
    assert list_sources() == [AttachedCamera("demo:", "Demo shop")]
    sysfs.add_platform(0, "vi-output, imx219 9-0010", device="tegra-capture-vi")
    assert resolve_source("auto") == "demo:"
    sysfs.add_usb(31, "Webcam", port="1-1")
    assert resolve_source("auto") == "usb:/dev/video31"
    assert [camera.uri for camera in list_sources()] == ["usb:/dev/video31", "csi:0", "demo:"]
