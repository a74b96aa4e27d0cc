"""Which engine runs a model, and with how many threads."""

import importlib.util
import os
from pathlib import Path

from core.errors import ModelError
from core.vision.runtimes.runtime import Runtime

AUTO = "auto"
RUNTIMES = ("onnxruntime", "openvino")
"""The engines that can be asked for by name."""


def open_runtime(model: Path, *, runtime: str, threads: int) -> Runtime:
    """The model loaded into the asked engine; ``auto`` is ONNX Runtime, which is always there.

    ``threads`` 0 leaves one core to the window. What it really runs on is in the result's ``name`` and ``device``.
    Raises ``ModelError`` for an engine that is not known or not installed, and for a file that it cannot load.
    """
    count = threads if threads > 0 else spare_cores()
    if runtime in (AUTO, "onnxruntime"):
        from core.vision.runtimes.onnx import OnnxRuntime

        return OnnxRuntime(model, threads=count)
    if runtime == "openvino":
        if importlib.util.find_spec("openvino") is None:
            raise ModelError("OpenVINO is not installed.", remedy=f"Install it, or choose {AUTO} in the settings.")
        from core.vision.runtimes.openvino import OpenVino

        return OpenVino(model, threads=count)
    raise ModelError(
        f"There is no runtime named '{runtime}'.", remedy=f"Choose {AUTO} or one of these: {', '.join(RUNTIMES)}."
    )


def installed_runtimes() -> tuple[str, ...]:
    """The engines that can be used here, the one that is always there first."""
    return tuple(name for name in RUNTIMES if importlib.util.find_spec(name) is not None)


def spare_cores() -> int:
    """The cores that this process may use, but one for the window; at least 1."""
    present = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, present - 1)
