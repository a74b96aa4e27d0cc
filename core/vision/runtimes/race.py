"""The fastest engine for a model on this machine: measured once, remembered until anything changes."""

import hashlib
import importlib.metadata
import json
import logging
import os
import platform
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.vision.runtimes.agreement import AGREEMENT, sample_inputs, smallest_cosine
from core.vision.runtimes.nvidia import nvidia_card
from core.vision.runtimes.runtime import Runtime, Tensor
from core.whole_file import write_whole

_log = logging.getLogger(__name__)

_ROUNDS = 15
_SECONDS = 0.6
"""Measuring ends after so many rounds or seconds, whichever is first, but not before the third round."""
_CLEARLY_FASTER = 0.9
"""Another engine than the usual one must need less than this share of its time."""
_METHOD = "2"
"""Part of every key; another number when engines are set up or measured in another way."""

_PACKAGES = {
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu"),
    "onnxruntime-cuda": ("onnxruntime-gpu", "nvidia-cudnn-cu13", "nvidia-cudnn-cu12"),
    "onnxruntime-tensorrt": ("onnxruntime-gpu", "tensorrt-cu13-libs", "tensorrt-cu12-libs", "tensorrt"),
    "tensorrt": ("tensorrt", "tensorrt-cu13", "tensorrt-cu12", "pycuda", "cuda-bindings"),
    "tensorrt-rtx": ("tensorrt-rtx", "tensorrt-rtx-cu13-libs", "tensorrt-rtx-cu12-libs", "pycuda"),
}
"""What an engine is installed by, where that is not a package of its own name."""
_LIBRARIES = tuple(
    f"nvidia-{part}{cuda}" for part in ("cuda-runtime", "cublas", "cufft", "curand") for cuda in ("", "-cu12")
)
_SYSTEM_LIBRARIES = Path("/etc/ld.so.cache")
"""Written whenever the system gets or loses libraries."""

OpenNamed = Callable[[str], Runtime]


@dataclass(frozen=True, slots=True)
class Contest:
    """What decides which engine is fastest, but for the machine. ``names``: the usual engine first.

    ``sizes``: those of the sample where the model leaves them open, as ``sample_inputs`` takes them. ``engines``: what
    names the engines that were built beforehand. ``ranges``: of the sample's numbers, as ``sample_inputs`` takes them.
    """

    model: Path
    names: tuple[str, ...]
    threads: int
    float32_until: str
    sizes: Mapping[str, tuple[int, ...]] | None = None
    engines: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float, float]] | None = None

    def key(self) -> str:
        """Changes with the model, its threads, the engines and their versions, the processor, the card, its driver."""
        try:
            with self.model.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            digest = ""
        versions = [f"{name} {_version(name)}" for name in self.names]
        sizes = repr([sorted((given or {}).items()) for given in (self.sizes, self.ranges)])
        facts = [_METHOD, digest, self.float32_until, str(self.threads), sizes, *versions, _processor()]
        card = nvidia_card()
        if card is not None:
            # An engine that did not come up is tried again when libraries have come, as packages or with the system.
            facts += [card.name, card.driver, *self.engines, *map(_version, _LIBRARIES), _changed(_SYSTEM_LIBRARIES)]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def remembered_or_measured(contest: Contest, open_named: OpenNamed, memory: Path | None) -> Runtime:
    """The fastest engine, opened. Raises ``ModelError`` when not even the usual one opens.

    ``memory`` is a JSON file of earlier outcomes; one that is missing, damaged or not writable means measuring again.
    """
    usual = contest.names[0]
    if len(contest.names) == 1:
        return open_named(usual)
    key = contest.key()
    outcomes = _recall(memory)
    known = outcomes.get(key)
    if known in contest.names:
        try:
            return open_named(known)
        except UserError as error:
            _log.warning("the fastest engine, %s, is not used: %s", known, error.message)
            return open_named(usual)
    winner, engine = _measure(contest, open_named)
    _remember(memory, outcomes | {key: winner})
    return engine


def _measure(contest: Contest, open_named: OpenNamed) -> tuple[str, Runtime]:
    """Every engine that opens and agrees with the usual one, timed in turns; the losers are closed."""
    usual = contest.names[0]
    engines = {usual: open_named(usual)}
    inputs = sample_inputs(engines[usual].inputs, batch=1, sizes=contest.sizes, ranges=contest.ranges)
    if inputs is None:
        return usual, engines[usual]
    expected = list(engines[usual].run(inputs).values())
    for name in contest.names[1:]:
        try:
            engine = open_named(name)
        except UserError as error:
            _log.info("%s is passed over: %s", name, error.message)
            continue
        try:
            outputs = list(engine.run(inputs).values())
        except UserError as error:
            _log.info("%s is passed over: %s", name, error.message)
            engine.close()
            continue
        cosine = smallest_cosine(expected, outputs) if len(outputs) == len(expected) else -1.0
        if cosine >= AGREEMENT:
            engines[name] = engine
        else:
            _log.info("%s is passed over: it computes something else (cosine %.4f)", name, cosine)
            engine.close()
    times = _time_in_turns(engines, inputs)
    best = min(times, key=lambda name: times[name])
    winner = best if times[best] < _CLEARLY_FASTER * times[usual] else usual
    for name, engine in engines.items():
        if name != winner:
            engine.close()
    return winner, engines[winner]


def _time_in_turns(engines: dict[str, Runtime], inputs: dict[str, Tensor]) -> dict[str, float]:
    """The seconds of each engine's quickest call, which other programs disturb least."""
    times: dict[str, float] = dict.fromkeys(engines, float("inf"))
    end = time.perf_counter() + _SECONDS
    for turn in range(_ROUNDS):
        if turn >= 3 and time.perf_counter() > end:
            break
        for name, engine in engines.items():
            start = time.perf_counter()
            engine.run(inputs)
            times[name] = min(times[name], time.perf_counter() - start)
    return times


def _version(name: str) -> str:
    """The versions of the packages that bring an engine; of none for one that came with the system."""
    found = []
    for package in _PACKAGES.get(name, (name,)):
        with suppress(importlib.metadata.PackageNotFoundError):
            found.append(importlib.metadata.version(package))
    return " ".join(found)


def _changed(file: Path) -> str:
    with suppress(OSError):
        return str(file.stat().st_mtime_ns)
    return ""


def _recall(memory: Path | None) -> dict[str, str]:
    if memory is None:
        return {}
    try:
        tree = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(name) for key, name in tree.items()} if isinstance(tree, dict) else {}


def _remember(memory: Path | None, outcomes: dict[str, str]) -> None:
    if memory is None:
        return
    with suppress(OSError):
        write_whole(memory, json.dumps(outcomes, indent=2) + "\n")


def _processor() -> str:
    """The processor's own name; Python's standard library does not tell it on Linux."""
    with suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        lines = [line.split(":", 1)[1].strip() for line in file if line.startswith(("model name", "Model", "flags"))]
        if lines:
            return f"{os.cpu_count()} {' '.join(sorted(set(lines)))}"
    return f"{os.cpu_count()} {platform.processor()} {platform.machine()}"
