"""Pictures of items as files that are named by their content."""

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from core.catalog.records import StoredPhotograph
from core.errors import DataFolderError, UserError
from core.frames import Pixels

_QUALITY: Final = 92
_UNFINISHED: Final = ".new-"
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
_NAME: Final = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})\.jpg")


class PhotographError(UserError):
    """A picture that the database names is missing or is not what was stored."""


class Photographs:
    """The folder of pictures: ``<first two digits>/<sha256 of the file>.jpg``. Any thread may use it.

    A picture is on the disk, whole, before its name is given out, and is never changed afterwards.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def store(self, pixels: Pixels) -> StoredPhotograph:
        """Keep H×W×3 ``uint8`` RGB pixels as a JPEG file of high quality; the same pixels are kept once.

        Raises ``DataFolderError`` when the disk is full or cannot be written.
        """
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or pixels.size == 0:
            raise ValueError(f"expected H×W×3 uint8, got {pixels.shape} {pixels.dtype}")
        content = _encode(pixels)
        sha256 = hashlib.sha256(content).hexdigest()
        picture = f"{sha256[:2]}/{sha256}.jpg"
        path = self._folder / picture
        try:
            if _holds(path, content):
                # The newer time protects the file from a purge that is running now.
                os.utime(path)
            else:
                _write(path, content)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return StoredPhotograph(picture, sha256, width=int(pixels.shape[1]), height=int(pixels.shape[0]))

    def read(self, picture: str) -> Pixels:
        """H×W×3 ``uint8`` RGB; raises ``PhotographError`` when the file is missing or not what was stored."""
        path = self.path(picture)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise PhotographError(
                f"The picture {picture} is missing from the photographs folder.",
                remedy="Put it back from your backup, or remove it from its product.",
            ) from error
        except OSError as error:
            raise PhotographError(
                f"The picture {path} cannot be read ({error.strerror}).", remedy="Check the disk and the rights on it."
            ) from error
        if hashlib.sha256(content).hexdigest() != path.stem:
            raise _damaged(picture)
        decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
        if decoded is None:
            raise _damaged(picture)
        return np.asarray(decoded, np.uint8)

    def path(self, picture: str) -> Path:
        """Where the file lies; raises ``PhotographError`` for a name that ``store`` cannot have given."""
        if _NAME.fullmatch(picture) is None:
            raise PhotographError(
                f"“{picture[:100]}” is not the name of a stored picture.",
                remedy="Put back a copy of the shop's database from your backup.",
            )
        return self._folder / picture

    def sha256(self, picture: str) -> str:
        """The checksum that is part of the name; raises ``PhotographError`` as ``path`` does."""
        return self.path(picture).stem

    def remove(self, picture: str) -> bool:
        """Delete the file; false when it was gone already. The caller knows that no row names it.

        Raises ``DataFolderError``.
        """
        try:
            self.path(picture).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return True

    def stored_at(self, picture: str) -> datetime | None:
        """When the file was written or asked for again last; ``None`` when it is gone."""
        try:
            return datetime.fromtimestamp(self.path(picture).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def folders(self) -> Iterator[tuple[int, list[str]]]:
        """Each folder's number, 0–255, and the names of its pictures; what has another name is passed over."""
        for folder in sorted(self._folder.iterdir()):
            if _FOLDER.fullmatch(folder.name) and folder.is_dir():
                names = sorted(f"{folder.name}/{entry.name}" for entry in folder.iterdir())
                yield int(folder.name, 16), [name for name in names if _NAME.fullmatch(name)]

    def remove_unfinished(self, number: int, *, before: datetime) -> int:
        """Delete what a crash left half written in a folder before an aware time; returns how many files went.

        Raises ``DataFolderError``.
        """
        removed = 0
        try:
            for path in (self._folder / f"{number:02x}").glob(f"{_UNFINISHED}*"):
                # One that is gone was finished a moment ago.
                with suppress(FileNotFoundError):
                    if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                        path.unlink()
                        removed += 1
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return removed


def _encode(pixels: Pixels) -> bytes:
    # Full color resolution: the shade of produce and of a flavor's label is what tells twins apart.
    done, content = cv2.imencode(
        ".jpg",
        cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2BGR),
        [
            cv2.IMWRITE_JPEG_QUALITY,
            _QUALITY,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ],
    )
    if not done:
        raise ValueError(f"pixels of shape {pixels.shape} cannot be written as JPEG")
    return bytes(content)


def _holds(path: Path, content: bytes) -> bool:
    """Whether the file is there, whole; one that a power cut left broken is written again."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED, suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let the rename reach the disk, where folders can be opened (not on Windows)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError) -> DataFolderError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DataFolderError(
            f"The disk that holds {folder} is full; the picture was not kept.",
            remedy="Free some space on that disk and do it again.",
        )
    return DataFolderError(
        f"A picture cannot be written to {folder} ({error.strerror or error}).",
        remedy="Give yourself the right to write there, or choose another folder with --data-dir.",
    )


def _damaged(picture: str) -> PhotographError:
    return PhotographError(
        f"The picture {picture} is damaged: it is not what was stored.",
        remedy="Put it back from your backup, or remove it from its product.",
    )
