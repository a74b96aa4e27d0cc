"""The picture of the empty counter as a person last set it up; unlike the detector's own it follows nothing."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from core.errors import DataFolderError
from core.frames import Pixels
from core.paths import DataFolder
from core.whole_file import write_whole


@dataclass(frozen=True, slots=True, eq=False)
class SetupPicture:
    """``picture``: H×W×3 RGB at the working size. ``is_by_person``: told by a person, not guessed by the program."""

    picture: Pixels
    taken_at: datetime
    is_by_person: bool


class SetupPictures:
    """One picture for each camera and frame size, as PNG files with their particulars inside. One thread."""

    def __init__(self, data: DataFolder) -> None:
        self._folder = data.empty_counter

    def load(self, camera: str, width: int, height: int) -> SetupPicture | None:
        """What was kept for this camera address; ``None`` when nothing was, or when it cannot be read any more."""
        path = self._path(camera, width, height)
        try:
            particulars = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            content = path.read_bytes()
            taken_at = datetime.fromisoformat(particulars["taken_at"])
            is_by_person = bool(particulars["is_by_person"])
            if hashlib.sha256(content).hexdigest() != particulars["sha256"]:
                return None
        except (OSError, ValueError, KeyError, TypeError):
            # Without it nothing is compared until the counter is set up again: no reason to stop anything.
            return None
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            return None
        return SetupPicture(np.ascontiguousarray(pixels[:, :, ::-1]), taken_at, is_by_person)

    def save(self, small: Pixels, camera: str, width: int, height: int, *, is_by_person: bool) -> SetupPicture:
        """Keep ``small`` for frames of this camera and size; raises ``DataFolderError``."""
        path = self._path(camera, width, height)
        done, encoded = cv2.imencode(".png", np.ascontiguousarray(small[:, :, ::-1]))
        content = encoded.tobytes() if done else b""
        taken_at = datetime.now(UTC)
        particulars = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "taken_at": taken_at.isoformat(timespec="seconds"),
            "is_by_person": is_by_person,
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
            write_whole(path.with_suffix(".json"), (json.dumps(particulars, indent=2) + "\n").encode())
        except OSError as error:
            raise DataFolderError(
                f"The picture of the counter cannot be kept in {self._folder} ({error.strerror or error}).",
                remedy="It is used until the program is closed. Free some space or give yourself the right to write.",
            ) from error
        return SetupPicture(small, taken_at, is_by_person)

    def _path(self, camera: str, width: int, height: int) -> Path:
        # An address may hold a password or a path: neither belongs into a file's name.
        return self._folder / f"setup-{width}x{height}-{hashlib.sha256(camera.encode()).hexdigest()[:12]}.png"
