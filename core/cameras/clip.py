"""Recorded pictures: a video file, or a folder of pictures, given frame by frame in order."""

import logging
import math
import re
import struct
import threading
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from core.cameras.address import SourceAddress, SourceError
from core.cameras.live_capture import quiet_opencv
from core.cameras.source import SourceDescription
from core.frames import Frame, Pixels

_log = logging.getLogger(__name__)

_CLIP_REMEDY = "Choose a video file such as MP4, MKV or AVI."
_PICTURE_REMEDY = "Replace it or take it out of the folder; the other pictures are shown."
_USUAL_RATE = 30.0
_TERMINAL = cv2.VideoWriter.fourcc(*"ansi")
"""The codec with which FFmpeg shows a text file as a video of a terminal."""
_PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif"})
_PICTURE_FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF", "GIF")
_TURNED = (5, 6, 7, 8)
"""EXIF orientations of a picture that lies on its side; a damaged one may be anything."""

_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)
"""What Pillow raises for damaged files."""


class VideoClip:
    """``file:clip.mp4`` as a ``FrameSource``: every frame in order; ``?loop=1`` asks to be shown again and again.

    ``media_time`` is the frame's own time stamp where the file has one that grows, else it follows the file's rate.
    """

    def __init__(self, address: SourceAddress) -> None:
        """Open the clip and decode its first frame; raises ``SourceError`` when that is not possible."""
        address.allow("loop")
        path = Path(address.target)
        _check_clip(path)
        quiet_opencv()
        self._path = path
        self._busy = threading.Lock()
        self._closing = threading.Event()
        self._capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
        self._sequence = 0
        self._last_time = -math.inf
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._rate = rate if 0 < rate <= 1000 else _USUAL_RATE
        is_video = self._capture.isOpened() and self._capture.get(cv2.CAP_PROP_FOURCC) != _TERMINAL
        self._next = self._decode() if is_video else None
        if self._next is None:
            self._capture.release()
            raise SourceError(f"The file {path} is not a video that can be played.", remedy=_CLIP_REMEDY)
        self._description = SourceDescription(
            uri=address.shown,
            label=path.name,
            width=self._next.width,
            height=self._next.height,
            fps=self._rate,
            is_live=False,
            is_looped=address.flag("loop"),
        )

    @property
    def description(self) -> SourceDescription:
        return self._description

    def read(self) -> Frame | None:
        """The next frame; ``None`` at the end of the file, also where a damaged file breaks off."""
        with self._busy:
            frame, self._next = self._next, None
            if frame is None and self._capture.isOpened():
                frame = self._decode()
                if frame is None:
                    self._tell_if_cut_off()
        if self._closing.is_set():
            self._release()
            return None
        return None if frame is None else replace(frame, captured_at=time.monotonic())

    def close(self) -> None:
        self._closing.set()
        self._release()

    def _release(self) -> None:
        # Whoever closes must not wait for a file that hangs; then the reading thread lets it go.
        if self._busy.acquire(blocking=False):
            try:
                self._capture.release()
            finally:
                self._busy.release()

    def _decode(self) -> Frame | None:
        try:
            is_read, picture = self._capture.read()
        except cv2.error as error:
            _log.warning("The clip %s breaks off at frame %d: %s", self._path, self._sequence, error)
            return None
        if not is_read:
            return None
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if self._sequence == 0:
            media_time = max(stamp, 0.0)
        else:
            media_time = stamp if stamp > self._last_time else self._last_time + 1 / self._rate
        pixels = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        frame = Frame.of(pixels, sequence=self._sequence, captured_at=time.monotonic(), media_time=media_time)
        self._last_time = media_time
        self._sequence += 1
        return frame

    def _tell_if_cut_off(self) -> None:
        promised = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        if self._sequence < 0.95 * promised:
            _log.warning("The clip %s ends after %d of %d frames.", self._path, self._sequence, promised)


class PictureFolder:
    """``folder:path`` as a ``FrameSource``: the pictures of one folder in natural order, each in its own size.

    ``?fps=`` says how many are shown a second (1 when absent), ``?loop=1`` to show them again and again.
    """

    def __init__(self, address: SourceAddress) -> None:
        """Look at the folder; raises ``SourceError`` when it holds no picture that can be read."""
        address.allow("fps", "loop")
        folder = Path(address.target)
        self._rate = address.number("fps", 1.0, least=0.01, most=240)
        self._pictures = pictures_in(folder)
        self._place = 0
        self._closing = threading.Event()
        width, height = _first_size(self._pictures, folder)
        self._description = SourceDescription(
            uri=address.shown,
            label=folder.absolute().name,
            width=width,
            height=height,
            fps=self._rate,
            is_live=False,
            is_looped=address.flag("loop"),
        )

    @property
    def description(self) -> SourceDescription:
        return self._description

    def read(self) -> Frame | None:
        """The next picture, numbered by its place in the folder.

        Raises ``SourceError`` for one that cannot be read; the next call goes on behind it.
        """
        place = self._place
        if self._closing.is_set() or place == len(self._pictures):
            return None
        self._place += 1
        pixels = read_picture(self._pictures[place])
        return Frame.of(pixels, sequence=place, captured_at=time.monotonic(), media_time=place / self._rate)

    def close(self) -> None:
        self._closing.set()


def pictures_in(folder: Path) -> list[Path]:
    """The pictures that lie directly in a folder, in natural order (9 before 10); raises ``SourceError``."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in _PICTURE_ENDINGS]
    except OSError as error:
        raise SourceError(
            f"The folder {folder} cannot be read ({error.strerror}).", remedy="Choose a folder of pictures."
        ) from error
    return sorted((path for path in found if not path.name.startswith(".")), key=lambda path: _natural(path.name))


def read_picture(path: Path) -> Pixels:
    """The pixels of a picture, upright by its EXIF orientation; raises ``SourceError`` naming the file."""
    try:
        with Image.open(path, formats=_PICTURE_FORMATS) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.mode.startswith("I"):  # Pillow would cut 16-bit grays off at 255, not scale them
                upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
            return np.array(upright.convert("RGB"), np.uint8)
    except _UNREADABLE as error:
        raise SourceError(f"The picture {path} cannot be read.", remedy=_PICTURE_REMEDY) from error


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name


def _first_size(pictures: list[Path], folder: Path) -> tuple[int, int]:
    """Width and height of the first picture whose head can be read, turned upright."""
    for path in pictures:
        try:
            with Image.open(path, formats=_PICTURE_FORMATS) as picture:
                is_turned = picture.getexif().get(0x0112) in _TURNED
                return picture.size[::-1] if is_turned else picture.size
        except _UNREADABLE:
            continue
    what = "none of its pictures can be read" if pictures else "it holds no pictures"
    raise SourceError(
        f"The folder {folder} cannot be shown: {what}.", remedy="Choose a folder with JPEG or PNG pictures."
    )


def _check_clip(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except IsADirectoryError as error:
        raise SourceError(
            f"{path} is a folder, not a clip.", remedy=f"Write folder:{path} for its pictures."
        ) from error
    except FileNotFoundError as error:
        raise SourceError(f"There is no file {path}.", remedy="Check its name and place.") from error
    except OSError as error:
        raise SourceError(
            f"The file {path} cannot be read ({error.strerror}).", remedy="Check its permissions."
        ) from error
    # A playlist is text too: FFmpeg would follow it to other files.
    if _is_text(head):
        what = "is empty" if not head else "holds text, not a video"
        raise SourceError(f"The file {path} {what}.", remedy=_CLIP_REMEDY)


def _is_text(head: bytes) -> bool:
    is_without_controls = all(byte >= 32 or byte in b"\t\n\f\r\x1b" for byte in head)
    return is_without_controls or head.startswith((b"\xff\xfe", b"\xfe\xff"))
