"""How fast embedders are: measured in turns, beside the floor of the device and rates that NVIDIA has published."""

import importlib.util
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core.evaluation.device_peak import DevicePeak, card_peak, measure_processor
from core.frames import Pixels
from core.vision.embedder import Embedder

if TYPE_CHECKING:
    from core.vision.model_conversion.work import Work

_CROP = (220, 180)
"""Height and width of the crops that are measured, in pixels: an item in a 1280×720 picture."""
_CALLS_A_TURN = 5
"""As a station calls: one engine again and again, its weights in the processor's cache."""
_SLOW_S = 0.5
"""A call that takes longer has a turn of its own."""
_REST_S = 0.05
"""Before each turn."""
_SECONDS = 60.0
"""Measuring a batch size ends after that, but not before every engine had its first turn."""

Row = dict[str, Any]
"""A row of the table by its fields' names, ready for JSON."""


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """A row of NVIDIA's card of Retail Object Recognition 1.0: TensorRT in float16, weights as in that model."""

    device: str
    latency_ms: float
    images_per_second: float


PUBLISHED: dict[int, tuple[PublishedRate, ...]] = {
    1: (PublishedRate("AGX Orin", 1.59, 627), PublishedRate("A10", 0.98, 1018)),
    16: (PublishedRate("AGX Orin", 12.83, 1247), PublishedRate("A10", 5.95, 2690)),
    32: (PublishedRate("AGX Orin", 23.61, 1356),),
    64: (PublishedRate("A10", 20.61, 3106),),
}
"""By batch size, for networks of that form (``retail-shape`` and the model itself)."""
PUBLISHED_FOR = ("retail-shape", "retail-object-recognition-1.0")


@dataclass(frozen=True, slots=True)
class Entrant:
    """An embedder and the threads of its engine."""

    embedder: Embedder
    threads: int

    @property
    def device(self) -> str:
        """What the engine runs on: "CPU in bfloat16", "NVIDIA L4 in float16"."""
        return self.embedder.runtime_label.rpartition(" on ")[2]

    @property
    def is_on_card(self) -> bool:
        return not self.device.startswith("CPU")


class Floors:
    """The shortest time in which a device can do a batch: from counted operations and bytes, and from its rates.

    A device's rates are taken when they are first asked for. ``reason`` says why there are no floors; empty when there
    are. Raises ``ModelError`` for a file that is no model.
    """

    def __init__(self, weights: Path) -> None:
        self._peaks: dict[str, DevicePeak | None] = {}
        self._work: Work | None = None
        self.reason = ""
        if importlib.util.find_spec("onnx") is None:
            self.reason = "The floor is not counted: that needs the package onnx."
            return
        from core.vision.model_conversion.work import computes_in_whole_numbers, count_work

        if computes_in_whole_numbers(weights):
            self.reason = "The floor is not counted: what the device can do in whole numbers is not measured."
            return
        self._work = count_work(weights)
        if self._work is None:
            self.reason = "The floor is not counted: the model's sizes are not known beforehand."

    def floor_ms(self, device: str, batch: int) -> float | None:
        """``device`` as an engine tells it: "CPU in bfloat16". ``None`` where work or rates are not known.

        A card's rates are those in float16; a card that computes in float32 has no floor.
        """
        if self._work is None or (not device.startswith("CPU") and "float16" not in device):
            return None
        kind = "card" if not device.startswith("CPU") else "bfloat16" if "bfloat16" in device else "float32"
        if kind not in self._peaks:
            measured = card_peak() if kind == "card" else measure_processor(is_bfloat16=kind == "bfloat16")
            self._peaks[kind] = measured
        peak = self._peaks[kind]
        if peak is None:
            return None
        return self._work.floor_ms(
            batch,
            operations_per_second=peak.operations_per_second,
            bytes_per_second=peak.bytes_per_second,
            width=peak.width,
        )


def measure_embedders(entrants: Sequence[Entrant], batch: int, repeats: int, floors: Floors) -> list[Row]:
    """A row for each embedder, the first being what the others are compared with.

    They take turns, so that whatever else the machine does falls on all alike. ``repeats`` calls of each are measured;
    fewer, but one at least, when that would take longer than a minute.
    """
    floor = {entrant.device: floors.floor_ms(entrant.device, batch) for entrant in entrants}
    crops = _drawn_crops(batch)
    vectors, times = [], []
    for entrant in entrants:
        begun = time.perf_counter()
        vectors.append(entrant.embedder.embed(crops))
        times.append(_Times(1 if time.perf_counter() - begun > _SLOW_S else _CALLS_A_TURN))
    end = time.perf_counter() + _SECONDS
    while any(len(one.calls) < repeats for one in times) and (not times[-1].calls or time.perf_counter() < end):
        for entrant, own in zip(entrants, times, strict=True):
            own.take_turn(entrant.embedder, crops)
    reference = statistics.median(times[0].calls)
    rows = []
    for entrant, own, found in zip(entrants, times, vectors, strict=True):
        call = statistics.median(own.calls)
        lowest = floor[entrant.device]
        row: Row = {
            "runtime": entrant.embedder.runtime_label,
            "threads": entrant.threads,
            "model": entrant.embedder.name,
            "batch": batch,
            "call_ms": round(call, 3),
            "engine_ms": round(statistics.median(own.engine), 3),
            "images_per_second": round(batch * 1e3 / call, 1),
            "ratio": round(reference / call, 2),
            "cosine": round(float((found * vectors[0]).sum(1).min()), 5),
            "device": entrant.device,
            "floor_ms": None if lowest is None else float(f"{lowest:.3g}"),
        }
        if entrant.embedder.name in PUBLISHED_FOR and batch in PUBLISHED:
            row["published"] = [asdict(rate) for rate in PUBLISHED[batch]]
        rows.append(row)
    return rows


class _Times:
    """Milliseconds of an embedder's calls and of its bare engine."""

    def __init__(self, calls_a_turn: int) -> None:
        self._calls_a_turn = calls_a_turn
        self.calls: list[float] = []
        self.engine: list[float] = []

    def take_turn(self, embedder: Embedder, crops: Sequence[Pixels]) -> None:
        # The threads of the engine before may spin for a while after its last call, and would take a core from this.
        time.sleep(_REST_S)
        # First, because its uncounted call wakes the engine's own threads.
        self.engine += embedder.time_engine(len(crops), self._calls_a_turn)
        for _ in range(self._calls_a_turn):
            begun = time.perf_counter()
            embedder.embed(crops)
            self.calls.append((time.perf_counter() - begun) * 1e3)


def _drawn_crops(count: int) -> list[Pixels]:
    small = np.random.default_rng(7).integers(0, 256, (count, 11, 9, 3), np.uint8)
    return [np.asarray(cv2.resize(picture, _CROP[::-1], interpolation=cv2.INTER_CUBIC), np.uint8) for picture in small]
