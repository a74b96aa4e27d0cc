"""Why an engine did not come up on a graphics card, from what it said: one sentence, and what to install."""

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import ModelError
from core.vision.runtimes.nvidia import GraphicsCard

_MISSING = re.compile(r"(lib[\w+-]+\.so(?:\.\d+)*): cannot open shared object file")
_TOO_OLD = re.compile(r"driver version is insufficient|CUDA failure 35\b|cudaErrorInsufficientDriver")
_FULL = re.compile(r"out of memory|CUDA failure 2\b|cudaErrorMemoryAllocation", re.IGNORECASE)
_UNSEEN = re.compile(r"no CUDA-capable device|CUDA failure 100\b|cudaErrorNoDevice")
_COLORS = re.compile(r"\x1b\[[\d;]*m")
_PLACE = re.compile(r"^.*?\[(?P<level>[EW]):onnxruntime[^\]]*\]\s*")
_LISTENING = threading.Lock()
"""The error stream is the process's own: two that listen at once would put each other's file back in its place."""


def trouble(title: str, said: str, card: GraphicsCard) -> ModelError:
    """The error that tells why ``title`` did not come up; ``said`` is all that libraries and engine wrote."""
    said = _COLORS.sub("", said)
    missing = list(dict.fromkeys(_MISSING.findall(said)))
    if "libcuda.so.1" in missing:
        return _told(title, "the driver's own library libcuda.so.1 is not found", "Install NVIDIA's driver again")
    if missing:
        word = "library" if len(missing) == 1 else "libraries"
        return _told(title, f"{', '.join(missing)}: {word} not found", _package_of(missing))
    if _TOO_OLD.search(said):
        driver = f"the driver {card.driver}" if card.driver else "the driver"
        return _told(title, f"{driver} is too old for it", "Update NVIDIA's driver, or use `make run GPU=cu12`")
    if _FULL.search(said):
        return _told(title, "the memory of the card is full", "Close what else uses the card")
    if _UNSEEN.search(said):
        return _told(title, "CUDA sees no card", "Give this program access to the card")
    return _told(title, _last_words(said), "Run `tillsight doctor` to see what is missing")


@contextmanager
def heard_on_error_stream() -> Iterator[list[str]]:
    """What libraries write to the error stream within, where Python's own redirection does not reach.

    Hands out a list that holds the text afterwards; it stays empty for a program without an error stream. Whatever
    other threads write meanwhile lands there as well. One at a time; others wait.
    """
    with _LISTENING:
        yield from _hear()


def _hear() -> Iterator[list[str]]:
    heard: list[str] = []
    try:
        before = os.dup(2)
    except OSError:
        yield heard
        return
    try:
        with tempfile.TemporaryFile() as file:
            _flush()
            os.dup2(file.fileno(), 2)
            try:
                yield heard
            finally:
                _flush()
                os.dup2(before, 2)
                file.seek(0)
                heard.append(file.read().decode(errors="replace"))
    finally:
        os.close(before)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()


def _told(title: str, reason: str, remedy: str) -> ModelError:
    return ModelError(f"{title} did not come up: {reason}.", remedy=f"{remedy}, or choose auto in the settings.")


def _package_of(missing: list[str]) -> str:
    """What brings the missing libraries."""
    own = [name for name in missing if name.startswith(("libnvinfer", "libnvonnxparser"))]
    if own and len(own) == len(missing):
        return f"Install TensorRT {own[0].rsplit('.so.', 1)[-1]} from NVIDIA"
    return "Set the program up with `make run GPU=1`, which brings the libraries of CUDA and cuDNN"


def _last_words(said: str) -> str:
    """The last complaint without places in the source; errors before warnings."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if (found := _PLACE.match(line)) and found["level"] == "E"]
    chosen = (errors or lines or ["no reason given"])[-1]
    words = _PLACE.sub("", chosen).rsplit(" : ", 1)[-1]
    return re.sub(r"^/\S+:\d+ .*?\) ", "", words).rstrip(".")
