"""How many frames a second a detector and an embedder get through, one after the other."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.cameras.demo_counter import DemoCounter
from core.evaluation.embedder_speed import PUBLISHED_FOR, Entrant, Row
from core.frames import Frame, Pixels
from core.vision.detector import Detector

ITEMS = 5
"""Crops of every frame that are embedded, as many as NVIDIA states its pipeline's rate for."""
WIDTH, HEIGHT = 1280, 720
"""Of the frames, in pixels."""
_CROP_WIDTH, _CROP_HEIGHT = 180, 220
_FRAMES = 4
_SECONDS = 30.0

_PUBLISHED: Row = {"device": "A30", "frames_per_second": 310}
"""NVIDIA's own pipeline for retail with five items a frame, detector and embedder."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A detector and an embedder in the same engine."""

    detector: Detector
    embedder: Entrant


def measure_frames(pairs: Sequence[Pair], repeats: int) -> list[Row]:
    """A row for each pair, in turns: frames of a drawn counter, detected, and five crops of each embedded at once.

    The crops are the same for all, whatever was detected. ``repeats`` frames each; fewer, but four at least, when that
    would take longer than half a minute.
    """
    frames = drawn_frames(_FRAMES)
    times: list[list[float]] = [[] for _ in pairs]
    for pair in pairs:
        _look(pair, frames[0])
    end = time.perf_counter() + _SECONDS
    while len(times[-1]) < repeats and (not times[-1] or time.perf_counter() < end):
        for pair, own in zip(pairs, times, strict=True):
            _look(pair, frames[0])
            for frame in frames:
                begun = time.perf_counter()
                _look(pair, frame)
                own.append(1e3 * (time.perf_counter() - begun))
    return [_row(pair, statistics.median(own)) for pair, own in zip(pairs, times, strict=True)]


def drawn_frames(count: int, *, script: str = "sell") -> list[Frame]:
    """Frames of a drawn counter, always the same."""
    counter = DemoCounter.from_uri(f"demo:?seed=5&script={script}", width=WIDTH, height=HEIGHT, fps=10)
    return [counter.frame(100 + 7 * number) for number in range(count)]


def _look(pair: Pair, frame: Frame) -> None:
    pair.detector.detect(frame)
    pair.embedder.embedder.embed(_crops(frame))


def _crops(frame: Frame) -> list[Pixels]:
    step, top = (WIDTH - _CROP_WIDTH) // (ITEMS - 1), (HEIGHT - _CROP_HEIGHT) // 2
    return [
        frame.pixels[top : top + _CROP_HEIGHT, left : left + _CROP_WIDTH]
        for left in range(0, WIDTH - _CROP_WIDTH + 1, step)
    ]


def _row(pair: Pair, call: float) -> Row:
    embedder = pair.embedder.embedder
    row: Row = {
        "runtime": embedder.runtime_label,
        "threads": pair.embedder.threads,
        "model": embedder.name,
        "detector": pair.detector.name,
        "items": ITEMS,
        "call_ms": round(call, 3),
        "frames_per_second": round(1e3 / call, 1),
        "device": pair.embedder.device,
    }
    return row | {"published": [_PUBLISHED]} if embedder.name in PUBLISHED_FOR else row
