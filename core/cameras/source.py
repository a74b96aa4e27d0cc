"""Where pictures come from: the one protocol of all sources, and opening one by its address."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, assert_never

from core.cameras.address import SourceError, parse_address, without_secrets
from core.errors import UserError
from core.frames import Frame

if TYPE_CHECKING:
    from core.cameras.camera_controls import ControlWish

__all__ = [
    "AttachedCamera",
    "CameraLost",
    "FrameSource",
    "SourceDescription",
    "SourceError",
    "list_sources",
    "open_source",
    "resolve_source",
    "without_secrets",
]

DEMO = "demo:"


class CameraLost(UserError):  # noqa: N818 — the word that the shop uses: the camera is lost
    """A camera is not there now, or gives no pictures; it may come back, so opening it again makes sense."""


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What a source is. ``width`` and ``height`` in pixels and ``fps`` are what it really gives, as far as known.

    ``uri`` and ``label`` are for people and logs: a password in the address is not in them. ``is_live``: pictures
    come at the camera's own pace and an end means that the camera is lost. ``is_looped``: the address asks for a
    clip to start over at its end when it is shown (reading it still ends).
    """

    uri: str
    label: str
    width: int
    height: int
    fps: float
    is_live: bool
    is_demo: bool = False
    is_looped: bool = False


class FrameSource(Protocol):
    """Gives frames one after another; one thread reads, any thread may close."""

    @property
    def description(self) -> SourceDescription:
        """What the source is; size and rate may become exact with the first frame."""
        ...

    def read(self) -> Frame | None:
        """Wait for the next frame; ``None`` when the clip has ended or the source was closed.

        Never paces: a clip or folder gives every frame, in order, as fast as it is asked. Raises ``CameraLost`` when
        the camera is gone, and ``SourceError`` for a picture that cannot be read; the next call goes on behind it.
        """
        ...

    def close(self) -> None:
        """Let the device go; a waiting ``read`` returns or raises soon. May be called again."""
        ...


@dataclass(frozen=True, slots=True)
class AttachedCamera:
    """An entry of the list of cameras: the address that opens it and its name for people."""

    uri: str
    label: str


def open_source(
    uri: str, *, width: int = 1280, height: int = 720, fps: float = 30, wish: "ControlWish | None" = None
) -> FrameSource:
    """Open the source at an address or plain path; size in pixels and rate are what a camera is asked for.

    ``wish``: what a camera that has such controls holds of exposure and focus from its first frame on.

    Raises ``CameraLost`` when the camera may still come, ``SourceError`` when waiting does not help.
    """
    address = parse_address(resolve_source(uri))
    match address.kind:
        case "usb":
            from core.cameras.usb import open_usb

            return open_usb(address, width=width, height=height, fps=fps, wish=wish)
        case "csi" | "gst":
            from core.cameras.csi import open_pipeline

            return open_pipeline(address, width=width, height=height, fps=fps)
        case "rtsp" | "rtsps":
            from core.cameras.rtsp import open_rtsp

            return open_rtsp(address, width=width, height=height, fps=fps)
        case "file":
            from core.cameras.clip import VideoClip

            return VideoClip(address)
        case "folder":
            from core.cameras.clip import PictureFolder

            return PictureFolder(address)
        case "demo" | "auto":
            from core.cameras.demo_counter import DemoCounter

            return DemoCounter.from_uri(address.text, width=width, height=height, fps=fps)
        case _:
            assert_never(address.kind)


def resolve_source(uri: str) -> str:
    """The address that will be opened: ``auto`` is the first USB camera, or the demo shop when there is none.

    A plain path becomes ``file:``, ``folder:`` or ``usb:``. A login in the address is kept: print it only through
    ``without_secrets``. Raises ``SourceError`` when the address is not understood.
    """
    address = parse_address(uri)
    if address.kind != "auto":
        return address.text
    first = next((camera for camera in list_sources() if _kind(camera) == "usb"), None)
    return first.uri if first else DEMO


def list_sources() -> list[AttachedCamera]:
    """The attached USB and CSI cameras (Linux only; none are listed elsewhere), then the demo shop.

    Nothing is opened for capture, so a camera in use stays undisturbed.
    """
    from core.cameras.attached import attached_cameras

    return [*attached_cameras(), AttachedCamera(DEMO, "Demo shop")]


def _kind(camera: AttachedCamera) -> str:
    return camera.uri.partition(":")[0]
