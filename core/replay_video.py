"""A replay as a video: what the station saw drawn on every frame, and the basket beside it."""

from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from core.cameras.live_capture import quiet_opencv
from core.errors import UserError
from core.evaluation.drawing import Kind, Mark, draw_marks
from core.frames import Pixels
from core.replay import Replayed
from core.replay_reader import name_of
from core.sightings import Outcome, Sighting

_SIDE = 960
_MOST_LINES = 10
_KINDS: dict[Outcome, Kind] = {Outcome.KNOWN: "right", Outcome.POSSIBLE: "doubt", Outcome.UNKNOWN: "wrong"}


class ReplayVideo:
    """Writes MP4 (MPEG-4 Part 2), whole or not at all: an unfinished file is deleted. A context manager; one thread.

    ``fps``: the clip's own rate. Frames of another size than the first are fitted into it.
    """

    def __init__(self, file: Path, fps: float) -> None:
        self._file = file
        self._part = file.with_name(f".{file.stem}.part.mp4")
        self._fps = min(max(fps, 1.0), 240.0)
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._frames = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is None:
            return
        self._writer.release()
        if kind is not None:
            self._part.unlink(missing_ok=True)
            return
        if not self._is_whole():
            self._part.unlink(missing_ok=True)
            raise _unwritable(self._file)
        try:
            self._part.replace(self._file)
        except OSError as problem:
            self._part.unlink(missing_ok=True)
            raise _unwritable(self._file) from problem

    def add(self, replayed: Replayed) -> None:
        """One more frame; raises ``UserError`` when the file cannot be written."""
        observation = replayed.observation
        lines = [line for line in replayed.basket.lines if not line.is_voided]
        notes = [f"{replayed.seconds:.1f} s", *(f"{line.quantity} × {line.name}" for line in lines[-_MOST_LINES:])]
        marks = [_mark(sighting) for sighting in observation.sightings]
        self._write(draw_marks(observation.frame.pixels, marks, side=_SIDE, notes=notes))

    def _is_whole(self) -> bool:
        """Whether all frames can be found again: the writer says nothing of a disk that is full."""
        written = cv2.VideoCapture(str(self._part), cv2.CAP_FFMPEG)
        try:
            return written.get(cv2.CAP_PROP_FRAME_COUNT) >= self._frames
        finally:
            written.release()

    def _write(self, pixels: Pixels) -> None:
        if self._writer is None:
            # The codec wants even sides.
            self._size = (pixels.shape[1] // 2 * 2, pixels.shape[0] // 2 * 2)
            codec = cv2.VideoWriter.fourcc(*"mp4v")
            quiet_opencv()
            self._writer = cv2.VideoWriter(str(self._part), cv2.CAP_FFMPEG, codec, self._fps, self._size)
            if not self._writer.isOpened():
                raise _unwritable(self._file)
        self._writer.write(cv2.cvtColor(_fitted(pixels, self._size), cv2.COLOR_RGB2BGR))
        self._frames += 1


def _mark(sighting: Sighting) -> Mark:
    match = sighting.match
    if match is None or not sighting.is_settled:
        return Mark(sighting.track.box, f"{sighting.track.track_id}", "plain")
    name = name_of(match) or "not enrolled"
    sure = f" {match.best.score:.0%}" if match.best is not None else ""
    return Mark(sighting.track.box, f"{sighting.track.track_id} {name}{sure}", _KINDS[match.outcome])


def _fitted(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture in a given width and height: cut by the odd pixel, else scaled with borders."""
    width, height = size
    if 0 <= pixels.shape[0] - height <= 1 and 0 <= pixels.shape[1] - width <= 1:
        return pixels[:height, :width]
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    inner = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    fitted = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    resized = cv2.resize(pixels, inner, interpolation=cv2.INTER_AREA)
    fitted[top : top + inner[1], left : left + inner[0]] = resized
    return fitted


def _unwritable(file: Path) -> UserError:
    return UserError(
        f"The video cannot be written to {file}.",
        remedy="Free some space, or name an MP4 file in a folder that you may write to.",
    )
