"""The learned empty counter on disk: two small pictures and a JSON file that names them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError, UserError
from core.frames import Pixels
from core.paths import DataFolder
from core.whole_file import write_whole

_VERSION = 1
_NOISE_STEPS = 16.0
"""Steps a gray level in the stored noise picture."""


class DamagedCounterError(UserError):
    """The stored picture of the empty counter cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredCounter:
    """``picture`` H×W×3 RGB and ``noise`` H×W×2 (brightness, color; mean absolute deviation in gray levels)."""

    picture: Pixels
    noise: npt.NDArray[np.float32]


class CounterStore:
    """Keeps one empty counter for each frame size. One thread.

    The JSON file is replaced last and names its pictures by their checksum, so that a crash leaves the former whole.
    """

    def __init__(self, data: DataFolder) -> None:
        self._folder = data.empty_counter

    def load(self, width: int, height: int) -> StoredCounter | None:
        """What was kept for frames of this size; ``None`` if nothing was; raises ``DamagedCounterError``."""
        try:
            text = self._index(width, height).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _damaged() from error
        try:
            tree = json.loads(text)
            names = tree["picture"], tree["noise"]
            if tree["version"] != _VERSION or any(Path(name).name != name for name in names):
                raise _damaged()
            picture, noise = (self._read(name) for name in names)
        except (OSError, ValueError, KeyError, TypeError, cv2.error) as error:
            raise _damaged() from error
        if picture.shape != noise.shape or picture.ndim != 3:
            raise _damaged()
        return StoredCounter(
            np.ascontiguousarray(picture[:, :, ::-1]), noise[:, :, :2].astype(np.float32) / _NOISE_STEPS
        )

    def save(self, counter: StoredCounter, width: int, height: int) -> None:
        """Replace what is kept for frames of this size; raises ``DataFolderError``."""
        levels = np.zeros_like(counter.picture)
        levels[:, :, :2] = np.clip(np.rint(counter.noise * _NOISE_STEPS), 0, 255).astype(np.uint8)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            picture = self._write(f"empty-{width}x{height}", counter.picture[:, :, ::-1])
            noise = self._write(f"noise-{width}x{height}", levels)
            tree: dict[str, Any] = {"version": _VERSION, "picture": picture.name, "noise": noise.name}
            write_whole(self._index(width, height), (json.dumps(tree, indent=2) + "\n").encode())
            for kind, kept in (("empty", picture), ("noise", noise)):
                for former in self._folder.glob(f"{kind}-{width}x{height}-*.png"):
                    if former != kept:
                        former.unlink(missing_ok=True)
        except OSError as error:
            raise DataFolderError(
                f"The picture of the empty counter cannot be kept in {self._folder} ({error.strerror or error}).",
                remedy="It is used until the program is closed. Free some space or give yourself the right to write.",
            ) from error

    def kept_at(self, width: int, height: int) -> float | None:
        """When a counter was last kept for frames of this size, in seconds of ``time.time``; ``None`` if never."""
        try:
            return self._index(width, height).stat().st_mtime
        except OSError:
            return None

    def _index(self, width: int, height: int) -> Path:
        return self._folder / f"counter-{width}x{height}.json"

    def _read(self, name: str) -> Pixels:
        content = (self._folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest()[:12] != Path(name).stem.rsplit("-", 1)[-1]:
            raise ValueError(f"{name} is not what was written")
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            raise ValueError(f"{name} is no picture")
        return np.asarray(pixels, np.uint8)

    def _write(self, stem: str, pixels: Pixels) -> Path:
        done, encoded = cv2.imencode(".png", np.ascontiguousarray(pixels), [cv2.IMWRITE_PNG_COMPRESSION, 3])
        if not done:
            raise OSError("the picture cannot be encoded")
        content = encoded.tobytes()
        path = self._folder / f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.png"
        if not path.exists():
            write_whole(path, content)
        return path


def _damaged() -> DamagedCounterError:
    return DamagedCounterError(
        "The stored picture of the empty counter is damaged.",
        remedy="It is learned again by itself: clear the counter and press “Counter is empty”.",
    )
