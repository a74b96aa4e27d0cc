"""What was put into a CUDA stream once, launched again as a whole; the only user of NVIDIA's cuda-bindings.

PyCUDA records no streams (https://github.com/inducer/pycuda/pull/343 is not merged). Its streams are CUDA's own, so
that another package can.
"""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any


class GraphRefused(Exception):  # noqa: N818 - reads as what happened
    """CUDA cannot record this, or not here; the same work runs without."""


def is_installed() -> bool:
    """Whether streams can be recorded; imports nothing but the empty package ``cuda``."""
    try:
        return importlib.util.find_spec("cuda.bindings.driver") is not None
    except ModuleNotFoundError:
        return False


class Graph:
    """Recorded work. The memory that it reads and writes must stay where it was."""

    def __init__(self, stream: int, work: Callable[[], None]) -> None:
        """Record what ``work`` puts into the stream, which does nothing yet; raises ``GraphRefused``.

        The context of the stream must be current. What ``work`` raises goes on once the stream is itself again.
        """
        self._cuda = importlib.import_module("cuda.bindings.driver")
        self._stream = stream
        mode = self._cuda.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
        self._ask(self._cuda.cuStreamBeginCapture(stream, mode))
        try:
            work()
        except BaseException:
            self._cuda.cuStreamEndCapture(stream)
            raise
        recorded = self._ask(self._cuda.cuStreamEndCapture(stream))
        try:
            self._launchable = self._ask(self._cuda.cuGraphInstantiate(recorded, 0))
        finally:
            self._cuda.cuGraphDestroy(recorded)

    def launch(self) -> None:
        """Put the recorded work into the stream; raises ``GraphRefused``."""
        self._ask(self._cuda.cuGraphLaunch(self._launchable, self._stream))

    def close(self) -> None:
        """Free it; it must not be under way."""
        self._cuda.cuGraphExecDestroy(self._launchable)

    def _ask(self, answer: tuple[Any, ...]) -> Any:
        """What a call returned beside its state."""
        state, *values = answer
        if state != self._cuda.CUresult.CUDA_SUCCESS:
            raise GraphRefused(getattr(state, "name", str(state)))
        return values[0] if values else None
