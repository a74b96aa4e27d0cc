"""Which engine runs a model, and with how many threads."""

import importlib.util
import os
import sys
from pathlib import Path

from core.errors import ModelError
from core.vision.runtimes.race import Contest, remembered_or_measured
from core.vision.runtimes.runtime import Runtime

AUTO = "auto"
RUNTIMES = ("onnxruntime", "openvino")
"""The engines that can be asked for by name; the first is always there."""
REFERENCE = "reference"
"""ONNX Runtime as it comes, in float32 on all cores: what the others are measured against, not for a shop."""


def open_runtime(
    model: Path, *, runtime: str, threads: int, float32_until: str = "", memory: Path | None = None
) -> Runtime:
    """The model loaded into the asked engine; ``auto`` is the one that a measurement on this machine found fastest.

    ``auto`` measures at the first opening, for less than 1.5 s, and keeps the outcome in the file ``memory``; an
    engine that is missing, does not load the model or computes something else is passed over. ``threads`` 0 leaves
    one core to the window. ``float32_until``: the tensor after which the model bears bfloat16; empty for nowhere.
    What it really runs on is in the result's ``name`` and ``device``. Raises ``ModelError`` for an engine that is not
    known or not installed, and for a file that it cannot load.
    """
    count = threads if threads > 0 else spare_cores()

    def open_named(name: str) -> Runtime:
        return _open_named(model, name, count, float32_until)

    if runtime == AUTO:
        contest = Contest(model, installed_runtimes(), count, float32_until)
        return remembered_or_measured(contest, open_named, memory)
    return open_named(runtime)


def _open_named(model: Path, runtime: str, threads: int, float32_until: str) -> Runtime:
    if runtime in ("onnxruntime", REFERENCE):
        from core.vision.runtimes.onnx import OnnxRuntime

        return OnnxRuntime(model, threads=threads if runtime == "onnxruntime" else None)
    if runtime == "openvino":
        if importlib.util.find_spec("openvino") is None:
            raise ModelError("OpenVINO is not installed.", remedy=f"Install it, or choose {AUTO} in the settings.")
        # Its converter would come along on import, and bring a module for usage statistics with it.
        sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
        try:
            from core.vision.runtimes.openvino import OpenVino
        except ImportError as error:
            raise ModelError(
                f"OpenVINO is installed, but does not load: {error}.",
                remedy=f"Install it again, or choose {AUTO} in the settings.",
            ) from error
        return OpenVino(model, threads=threads, float32_until=float32_until)
    raise ModelError(
        f"There is no runtime named '{runtime}'.", remedy=f"Choose {AUTO} or one of these: {', '.join(RUNTIMES)}."
    )


def installed_runtimes() -> tuple[str, ...]:
    """The engines that can be used here, the one that is always there first."""
    return tuple(name for name in RUNTIMES if importlib.util.find_spec(name) is not None)


def spare_cores() -> int:
    """The cores that this process may use, but one for the window; at least 1."""
    return max(1, usable_cores() - 1)


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
