"""How long detectors take from a frame to boxes, measured in turns."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from core.evaluation.frame_speed import HEIGHT, WIDTH, drawn_frames
from core.frames import Frame
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.preprocessing import tensor_size

_FRAMES = 5
_REST_S = 0.05
"""Before each turn: the threads of the engine before may spin for a while after its last call."""
_SECONDS = 120.0
"""Measuring ends after that, but not before everyone had a first turn."""


@dataclass(frozen=True, slots=True)
class DetectorEntrant:
    """A detector in an engine. ``number``: its place in the order of the detectors; ``runtime`` as asked for."""

    detector: NetworkDetector
    number: int
    runtime: str
    threads: int


@dataclass(frozen=True, slots=True)
class DetectorTime:
    """One detector in one engine.

    ``input``: width and height that a frame of 1280×720 takes in the network. ``call_ms`` (median) and ``p95_ms``:
    frame in, boxes out. ``ratio``: its median to that of the first detector in the same engine; ``None`` without one.
    ``boxes``: found on each frame on average.
    """

    detector: str
    runtime: str
    threads: int
    input: tuple[int, int]
    call_ms: float
    p95_ms: float
    frames_per_second: float
    ratio: float | None
    boxes: float

    def as_tree(self) -> dict[str, object]:
        """Ready for JSON."""
        return asdict(self)


@dataclass(slots=True)
class _Turns:
    calls: list[float] = field(default_factory=list)
    boxes: list[int] = field(default_factory=list)

    def take(self, detector: NetworkDetector, frames: Sequence[Frame]) -> None:
        time.sleep(_REST_S)
        detector.detect(frames[0])  # wakes the engine's own threads
        for frame in frames:
            begun = time.perf_counter()
            found = detector.detect(frame)
            self.calls.append(1e3 * (time.perf_counter() - begun))
            self.boxes.append(len(found.boxes))


def measure_detectors(
    entrants: Sequence[DetectorEntrant], repeats: int, *, on_progress: Callable[[int, int], None]
) -> list[DetectorTime]:
    """A row for each entrant, in their order: frames of a drawn counter with five items, one after another.

    They take turns, so that whatever else the machine does falls on all alike. ``repeats`` frames of each at least;
    fewer, but five, when that would take longer than two minutes.
    """
    frames = drawn_frames(_FRAMES, script="still")
    turns = [_Turns() for _ in entrants]
    end = time.perf_counter() + _SECONDS
    while len(turns[-1].calls) < repeats and (not turns[-1].calls or time.perf_counter() < end):
        on_progress(len(turns[-1].calls), repeats)
        for entrant, own in zip(entrants, turns, strict=True):
            own.take(entrant.detector, frames)
    first = {
        entrant.runtime: statistics.median(own.calls)
        for entrant, own in zip(entrants, turns, strict=True)
        if entrant.number == 0
    }
    return [_row(entrant, own, first.get(entrant.runtime)) for entrant, own in zip(entrants, turns, strict=True)]


def _row(entrant: DetectorEntrant, own: _Turns, first: float | None) -> DetectorTime:
    call = statistics.median(own.calls)
    return DetectorTime(
        detector=entrant.detector.name,
        runtime=entrant.detector.runtime_label,
        threads=entrant.threads,
        input=tensor_size([(WIDTH, HEIGHT)], entrant.detector.card.input),
        call_ms=round(call, 2),
        p95_ms=round(float(np.percentile(own.calls, 95)), 2),
        frames_per_second=round(1e3 / call, 1),
        ratio=None if first is None else round(call / first, 2),
        boxes=round(statistics.mean(own.boxes), 1),
    )
