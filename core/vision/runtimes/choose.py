"""Which engine runs a model, and with how many threads."""

import glob
import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

from core.errors import ModelError
from core.paths import default_data_folder
from core.vision.runtimes.nvidia import nvidia_card
from core.vision.runtimes.race import Contest, remembered_or_measured
from core.vision.runtimes.runtime import LARGEST_BATCH, Runtime

AUTO = "auto"
PROCESSOR_RUNTIMES = ("onnxruntime", "openvino")
"""The engines on the processor; the first is always there."""
CARD_RUNTIMES = ("onnxruntime-cuda", "onnxruntime-tensorrt", "tensorrt", "tensorrt-rtx")
"""The engines on an NVIDIA card."""
BUILT_RUNTIMES = ("onnxruntime-tensorrt", "tensorrt", "tensorrt-rtx")
"""Of these, those that need an engine built for the model, which takes a while."""
RUNTIMES = (*PROCESSOR_RUNTIMES, *CARD_RUNTIMES)
"""The engines that can be asked for by name."""
REFERENCE = "reference"
"""ONNX Runtime as it comes, in float32 on all cores: what the others are measured against, not for a shop."""

Sizes = Mapping[str, tuple[int, ...]]
"""The sizes after the first axis, such as (3, 288, 480), of inputs by name."""
Ranges = Mapping[str, tuple[float, float]]
"""The smallest and largest number, such as 0 and 255, of inputs by name."""

_PROVIDERS = {
    "onnxruntime-cuda": "onnxruntime_providers_cuda",
    "onnxruntime-tensorrt": "onnxruntime_providers_tensorrt",
}


def open_runtime(
    model: Path,
    *,
    runtime: str,
    threads: int,
    float32_until: str = "",
    memory: Path | None = None,
    sizes: Sizes | None = None,
    ranges: Ranges | None = None,
    batch: int = LARGEST_BATCH,
) -> Runtime:
    """The model loaded into the asked engine; ``auto`` is the one that a measurement on this machine found fastest.

    ``auto`` measures at the first opening, for less than 1.5 s beside the time that engines take to load, and keeps the
    outcome in the file ``memory``; an engine that is missing, does not load the model or computes something else is
    passed over, and the log says why. It builds nothing that takes minutes: engines of TensorRT take part when they
    are built already. ``threads`` 0 leaves one core to the window. ``float32_until``: the tensor after which the model
    bears bfloat16; empty for nowhere. ``sizes``: for samples, where the model leaves them open; ``ranges``: the
    smallest and largest number of inputs that get others than about -1 to 1. ``batch``: the most that an engine which
    is built on the way is made for; more are run in parts.

    What it really runs on is in the result's ``name`` and ``device``. Raises ``ModelError`` for an engine that is not
    known, not installed or does not come up, and for a file that it cannot load.
    """
    count = threads if threads > 0 else spare_cores()
    folder = engine_folder(memory)

    def open_named(name: str) -> Runtime:
        if name in CARD_RUNTIMES:
            return _open_on_card(
                model, name, count, folder, sizes=sizes, ranges=ranges, batch=batch, is_asked=runtime != AUTO
            )
        return _open_on_processor(model, name, count, float32_until, sizes=sizes, ranges=ranges)

    if runtime == AUTO:
        names, engines = _contestants(model, folder, sizes, batch)
        contest = Contest(model, names, count, float32_until, sizes, engines, ranges)
        return remembered_or_measured(contest, open_named, memory)
    return open_named(runtime)


def engine_folder(memory: Path | None) -> Path:
    """Where engines, converted models and timings are kept: beside the file ``memory``, else in the data folder."""
    return (memory.parent if memory is not None else default_data_folder()) / "engines"


def _open_on_card(
    model: Path,
    runtime: str,
    threads: int,
    folder: Path,
    *,
    sizes: Sizes | None,
    ranges: Ranges | None,
    batch: int,
    is_asked: bool,
) -> Runtime:
    if runtime not in _PROVIDERS:
        from core.vision.runtimes.tensorrt import TensorRt

        return TensorRt(model, engines=folder, package=runtime)
    from core.vision.runtimes.onnx_gpu import OnnxRuntimeGpu

    return OnnxRuntimeGpu(
        model,
        way=runtime,
        store=folder,
        threads=threads,
        may_convert=is_asked,
        sizes=sizes,
        ranges=ranges,
        batch=batch,
    )


def _open_on_processor(
    model: Path, runtime: str, threads: int, float32_until: str, *, sizes: Sizes | None, ranges: Ranges | None
) -> Runtime:
    if runtime in ("onnxruntime", REFERENCE):
        from core.vision.runtimes.onnx import OnnxRuntime

        return OnnxRuntime(model, threads=threads if runtime == "onnxruntime" else None)
    if runtime == "openvino":
        return _open_openvino(model, threads, float32_until, sizes, ranges)
    raise ModelError(
        f"There is no runtime named '{runtime}'.", remedy=f"Choose {AUTO} or one of these: {', '.join(RUNTIMES)}."
    )


def _open_openvino(
    model: Path, threads: int, float32_until: str, sizes: Sizes | None, ranges: Ranges | None
) -> Runtime:
    if importlib.util.find_spec("openvino") is None:
        raise ModelError("OpenVINO is not installed.", remedy=f"Install it, or choose {AUTO} in the settings.")
    try:
        from core.vision.runtimes.openvino import OpenVino
    except ImportError as error:
        raise ModelError(
            f"OpenVINO is installed, but does not load: {error}.",
            remedy=f"Install it again, or choose {AUTO} in the settings.",
        ) from error
    return OpenVino(model, threads=threads, float32_until=float32_until, sizes=sizes, ranges=ranges)


def installed_runtimes() -> tuple[str, ...]:
    """The engines whose packages and device are here, the one that is always there first; imports none of them.

    One on a card may still not come up, or need an engine to be built for the model: opening it tells.
    """
    has_card = nvidia_card() is not None
    return tuple(name for name in RUNTIMES if _is_installed(name) and (name in PROCESSOR_RUNTIMES or has_card))


def _is_installed(runtime: str) -> bool:
    if runtime in _PROVIDERS:
        package = importlib.util.find_spec("onnxruntime")
        folders = (package.submodule_search_locations or ()) if package is not None else ()
        return any(any((Path(folder) / "capi").glob(f"*{_PROVIDERS[runtime]}.*")) for folder in folders)
    return importlib.util.find_spec(runtime.replace("-", "_")) is not None


def _contestants(model: Path, folder: Path, sizes: Sizes | None, batch: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the installed engines those that open within seconds, and what names that which was made for them before."""
    names: list[str] = []
    engines: list[str] = []
    for name in installed_runtimes():
        if name in CARD_RUNTIMES and name not in BUILT_RUNTIMES:
            engines += sorted(twin.name for twin in folder.glob(f"{glob.escape(model.stem)}-*.fp16.onnx"))
        built = built_engines(name, model, folder, sizes, batch) if name in BUILT_RUNTIMES else ()
        if built or name not in BUILT_RUNTIMES:
            names.append(name)
            engines += built
    return tuple(names), tuple(engines)


def built_engines(
    runtime: str, model: Path, folder: Path, sizes: Sizes | None = None, batch: int = LARGEST_BATCH
) -> tuple[str, ...]:
    """What names the engines of the model for one of ``BUILT_RUNTIMES`` in ``engine_folder``'s folder; none: empty.

    A rebuilt engine has another name. Opening tells whether one fits this card, driver and version.
    """
    if runtime in _PROVIDERS:
        from core.vision.runtimes.onnx_gpu import built_files

        return tuple(f"{file.name} {file.stat().st_mtime_ns}" for file in built_files(model, folder, sizes, batch))
    from core.vision.runtimes.tensorrt_store import EngineStore, model_digest

    engines = [stored for stored in EngineStore(folder).engines() if stored.facts.package == runtime]
    digest = model_digest(model) if engines else ""
    return tuple(sorted(stored.sha256 for stored in engines if stored.facts.model == digest))


def spare_cores() -> int:
    """The cores that this process may use, but one for the window; at least 1."""
    return max(1, usable_cores() - 1)


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
