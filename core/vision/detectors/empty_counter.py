"""The learned picture of the empty counter: what change is measured against."""

import json
import logging
import os
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels
from core.paths import DataFolder

_log = logging.getLogger(__name__)

Mask = npt.NDArray[np.uint8]
"""H×W ``uint8``, 0 or 255."""

_LEARNING_FRAMES = 12
_STILL = 2.5
"""Mean absolute difference between frames, in gray levels, below which the picture is still."""

_ADAPTATION = 0.004
_NOISE_FLOOR = 2.0


class EmptyCounter:
    """The empty counter at the working size, in H×W×3 ``float32`` RGB, with the camera's noise.

    It is learned by a person's word or from the first still second, follows slow changes of light where nothing lies,
    and is kept in the data folder by picture size. One thread.
    """

    def __init__(self, data: DataFolder) -> None:
        self._folder = data.empty_counter
        self._picture: npt.NDArray[np.float32] | None = None
        self._first: list[Pixels] = []
        self._since_save = 0
        self.noise = _NOISE_FLOOR

    @property
    def is_learned(self) -> bool:
        return self._picture is not None

    @property
    def picture(self) -> npt.NDArray[np.float32]:
        if self._picture is None:
            raise RuntimeError("the empty counter is not learned")
        return self._picture

    def learn(self, small: Pixels) -> None:
        """Take this as the empty counter from now on, and keep it."""
        self._picture = small.astype(np.float32)
        self._first.clear()
        self._save()

    def watch(self, small: Pixels) -> None:
        """Before anything is learned: collect still frames, then take their median."""
        if self._first and float(cv2.absdiff(small, self._first[-1]).mean()) > _STILL + self.noise:
            self._first.clear()
        self._first.append(small)
        if len(self._first) >= _LEARNING_FRAMES:
            stack = np.stack(self._first)
            picture = np.median(stack, axis=0).astype(np.float32)
            deviation = np.median(np.abs(stack.astype(np.float32) - picture))
            self.noise = max(_NOISE_FLOOR, 1.5 * float(deviation))
            self._picture = picture
            self._first.clear()
            self._save()

    def load(self, *, width: int, height: int) -> bool:
        """Take up what was kept for pictures of this size; ``False`` when there is none that can be read."""
        path = self._path(width, height)
        try:
            meta = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            stored = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
            noise = float(meta["noise"])
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("the learned empty counter %s cannot be read and is learned again: %s", path, error)
            return False
        if stored is None or stored.shape != (height, width, 3) or not np.isfinite(noise):
            return False
        self._picture = stored.astype(np.float32)
        self.noise = float(np.clip(noise, _NOISE_FLOOR, 30.0))
        return True

    def forget(self) -> None:
        """Begin to learn again."""
        self._picture = None
        self._first.clear()

    def follow(self, small: npt.NDArray[np.float32], free: Mask) -> None:
        """Adapt slowly where nothing lies (``free`` 255), ``small`` H×W×3 ``float32`` already freed of exposure."""
        cv2.accumulateWeighted(small, self.picture, _ADAPTATION, free)

    def absorb(self, small: npt.NDArray[np.float32], region: Mask) -> None:
        """Take over a region at once, at the learned exposure: what was learned there has been removed."""
        self.picture[region > 0] = small[region > 0]

    def _path(self, width: int, height: int) -> Path:
        return self._folder / f"empty-{width}x{height}.png"

    def _save(self) -> None:
        picture = np.clip(self.picture, 0, 255).astype(np.uint8)
        path = self._path(picture.shape[1], picture.shape[0])
        temporary = path.with_name(f".{path.stem}-{os.getpid()}.png")
        try:
            done, content = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
            if done:
                temporary.write_bytes(content.tobytes())
                temporary.replace(path)
                path.with_suffix(".json").write_text(json.dumps({"noise": self.noise}), encoding="utf-8")
        except OSError as error:
            # The counter was learned all the same; without the file it is learned again at the next start.
            _log.warning("the learned empty counter could not be kept: %s", error)
            with suppress(OSError):
                temporary.unlink()
