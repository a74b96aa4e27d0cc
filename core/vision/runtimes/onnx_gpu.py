"""ONNX Runtime on an NVIDIA card, through CUDA or through TensorRT; it is used only when it really came up."""

import ctypes
import glob
import hashlib
import importlib.metadata
import importlib.util
import io
import logging
import threading
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from core.errors import DataFolderError, ModelError, UserError
from core.vision.runtimes.agreement import AGREEMENT, sample_inputs, smallest_cosine
from core.vision.runtimes.card_buffers import CardBuffers
from core.vision.runtimes.nvidia import GraphicsCard, newest_cuda, nvidia_card
from core.vision.runtimes.onnx import (
    ENGINE_ERRORS,
    RUN_ERRORS,
    OnnxRuntime,
    complaint,
    not_computed,
    not_loaded,
    session_options,
    spec_of,
)
from core.vision.runtimes.runtime import LARGEST_BATCH, Tensor, TensorSpec
from core.vision.runtimes.setup_trouble import heard_on_error_stream, trouble

_log = logging.getLogger(__name__)

_USUAL_BATCH = 8
"""The batch that TensorRT's engine is fastest at."""
_LEAST_SIDE = 32
"""Pixels of an open side that TensorRT's engine still takes: no network of use is finer."""
_BUFFERS = 24
"""Sizes of input whose memory on the card is kept: all of a live picture's, and those of a benchmark."""

_CUDA, _TENSORRT = "CUDAExecutionProvider", "TensorrtExecutionProvider"
_TENSORRT_PACKAGES = ("tensorrt-cu13-libs", "tensorrt-cu12-libs", "tensorrt-cu13", "tensorrt-cu12", "tensorrt")
_TENSORRT_LIBRARIES = ("libnvinfer.so.10", "libnvinfer_plugin.so.10", "libnvonnxparser.so.10")
"""What ONNX Runtime's provider for TensorRT is linked to."""
_LIBRARY_PACKAGES = ("nvidia-cudnn-cu13", "nvidia-cudnn-cu12", "nvidia-cublas", "nvidia-cublas-cu12")

Sizes = Mapping[str, tuple[int, ...]]
"""The sizes after the first axis of inputs by name."""
Ranges = Mapping[str, tuple[float, float]]
"""The smallest and largest number of inputs by name."""


@dataclass(frozen=True, slots=True)
class Way:
    """How ONNX Runtime reaches the card: its name to people, and the execution providers asked for, best first."""

    title: str
    providers: tuple[str, ...]


WAYS = {
    "onnxruntime-cuda": Way("ONNX Runtime with CUDA", (_CUDA,)),
    "onnxruntime-tensorrt": Way("ONNX Runtime with TensorRT", (_TENSORRT, _CUDA)),
}


class OnnxRuntimeGpu:
    """An ONNX file in ONNX Runtime on the first NVIDIA card; ``way`` is one of ``WAYS``.

    It computes in float16 when a converted model can be had that agrees (``model_conversion.half``), else in float32;
    ``device`` says which. Converting takes up to a minute, and is done only when ``may_convert``. With TensorRT the
    first opening builds the engine, which takes minutes. Converted models, engines and timings are kept under the
    folder ``store``. Memory on the card is kept between calls. ``sizes``: the usual ones where the model leaves them
    open; ``ranges``: of the numbers of inputs that get others than about -1 to 1. ``batch``: the largest that
    TensorRT's engine is made for; more are run in parts.

    Raises ``ModelError`` with the reason and what to install when the execution provider does not come up or computes
    something else than the processor, and for a file that is no usable model.
    """

    def __init__(
        self,
        model: Path,
        *,
        way: str,
        store: Path,
        threads: int,
        may_convert: bool = True,
        sizes: Sizes | None = None,
        ranges: Ranges | None = None,
        batch: int = LARGEST_BATCH,
    ) -> None:
        self._way = WAYS[way]
        self.name = self._way.title
        card = _card_for(self._way)
        plain = OnnxRuntime(model, threads=threads)
        self._model = model
        drawn = sample_inputs(plain.inputs, sizes=sizes, ranges=ranges)
        is_open = any(None in spec.shape[1:] for spec in plain.inputs.values())
        half = half_of(model, store, may_convert=may_convert, samples=drawn if is_open or ranges else None)
        self._largest_batch = batch
        cache = cache_folder(model, store, card, sizes, batch) if _TENSORRT in self._way.providers else None
        options = {_CUDA: _cuda_options()}
        if cache is not None:
            options[_TENSORRT] = _tensorrt_options(plain.inputs, cache, sizes or {}, batch, is_half=half is not None)
        providers = [(provider, options[provider]) for provider in self._way.providers]
        self._session = _open_session(half or model, providers, self._way, card, threads)
        self.device = f"{card.name} in float16" if half is not None else card.name
        self.inputs = {spec.name: spec for spec in map(spec_of, self._session.get_inputs())}
        self.outputs = {spec.name: spec for spec in map(spec_of, self._session.get_outputs())}
        self.metadata = dict(plain.metadata)
        self._buffers: dict[tuple[tuple[int, ...], ...], CardBuffers] = {}
        self._can_bind = True
        self._lock = threading.Lock()
        try:
            samples = sample_inputs(self.inputs, sizes=sizes, ranges=ranges)
            if samples is not None:
                facts = (self.name, half.name if half is not None else "", tensorrt_version(), *_library_versions())
                self._check(samples, plain, store / "checked" / _digest(model, card, *facts, repr((sizes, ranges))))
        finally:
            plain.close()

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name; raises ``ModelError`` when the model refuses the inputs."""
        for name, value in inputs.items():
            if name not in self.inputs or not self.inputs[name].accepts(value):
                raise not_computed(self._model, f"'{name}' is {value.shape} of {value.dtype}.")
        arrays = {name: np.ascontiguousarray(value) for name, value in inputs.items()}
        takes_many = all(spec.shape and spec.shape[0] is None for spec in self.inputs.values())
        count = len(next(iter(arrays.values()))) if takes_many and arrays else 0
        if _TENSORRT not in self._way.providers or count <= self._largest_batch:
            return self._run_at_once(arrays)
        parts = [
            self._run_at_once({name: value[start : start + self._largest_batch] for name, value in arrays.items()})
            for start in range(0, count, self._largest_batch)
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.outputs}

    def _run_at_once(self, arrays: dict[str, Tensor]) -> dict[str, Tensor]:
        try:
            with self._lock:
                buffers = self._buffers_for(arrays)
                values = self._session.run(None, arrays) if buffers is None else buffers.run(arrays)
        except RUN_ERRORS as error:
            raise not_computed(self._model, complaint(error)) from error
        return dict(zip(self.outputs, values, strict=True))

    def close(self) -> None:
        """Free the engine and its memory on the card; ``run`` must not be called afterwards."""
        with self._lock:
            self._buffers.clear()
            del self._session

    def _buffers_for(self, arrays: dict[str, Tensor]) -> CardBuffers | None:
        """Memory on the card for arrays of this size; ``None`` when this build of the engine cannot lend any."""
        if not self._can_bind:
            return None
        key = tuple(value.shape for value in arrays.values())
        try:
            buffers = self._buffers.pop(key, None) or CardBuffers(self._session, arrays)
        except RUN_ERRORS as error:
            _log.info("%s lends no memory on the card, every call takes its own: %s", self.name, complaint(error))
            self._can_bind = False
            return None
        self._buffers[key] = buffers
        while len(self._buffers) > _BUFFERS:
            del self._buffers[next(iter(self._buffers))]
        return buffers

    def _check(self, samples: dict[str, Tensor], plain: OnnxRuntime, note: Path) -> None:
        """Compare with the processor once for each model, card, driver and version; ``note`` remembers it."""
        if note.exists():
            return
        expected, outputs = (list(engine.run(samples).values()) for engine in (plain, self))
        cosine = smallest_cosine(expected, outputs)
        if cosine < AGREEMENT:
            self.close()
            raise ModelError(
                f"{self.name} computes something else than the processor (cosine {cosine:.4f}).",
                remedy="Choose another runtime in the settings.",
            )
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(f"{cosine:.6f}\n", encoding="utf-8")


def half_of(
    model: Path, folder: Path, *, may_convert: bool, samples: Mapping[str, Tensor] | None = None
) -> Path | None:
    """The model in float16, made when it is not in the folder yet; ``None``, with a log line, when it cannot be had.

    ``samples``: what it is compared on, where the model does not tell by itself what it gets.
    """
    if not may_convert and not any(folder.glob(f"{glob.escape(model.stem)}-*.fp16.onnx")):
        _log.info("%s stays in float32: it has not been converted yet", model.name)
        return None
    if importlib.util.find_spec("onnx") is None:
        _log.info("%s stays in float32: the package onnx, which converts it, is not installed", model.name)
        return None
    from core.vision.model_conversion.half import converted, twin_of

    try:
        if not may_convert and not twin_of(model, folder, samples).is_file():
            _log.info("%s stays in float32: it has not been converted yet for this runtime", model.name)
            return None
        return converted(model, folder, samples=samples)
    except UserError as error:
        _log.info("%s stays in float32: %s", model.name, error.message)
        return None


def cache_folder(
    model: Path, store: Path, card: GraphicsCard, sizes: Sizes | None = None, batch: int = LARGEST_BATCH
) -> Path:
    """Where TensorRT's engine for the model is kept: another folder when card, driver, version or sizes change."""
    facts = (tensorrt_version(), repr(sorted((sizes or {}).items())), str(batch))
    return store / "onnxruntime-tensorrt" / _digest(model, card, *facts)


def built_files(model: Path, store: Path, sizes: Sizes | None = None, batch: int = LARGEST_BATCH) -> list[Path]:
    """TensorRT's engines for the model and this card, with which opening takes seconds."""
    card = nvidia_card()
    return sorted(cache_folder(model, store, card, sizes, batch).glob("*.engine")) if card is not None else []


def tensorrt_version() -> str:
    """The version of the installed TensorRT that ONNX Runtime loads; empty when its package is not known."""
    for package in _TENSORRT_PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(package)
    return ""


def _library_versions() -> list[str]:
    """Versions of the libraries that compute for ONNX Runtime, where they come as packages."""
    found = []
    for package in _LIBRARY_PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found.append(f"{package} {importlib.metadata.version(package)}")
    return found


def _card_for(way: Way) -> GraphicsCard:
    card = nvidia_card()
    if card is None:
        raise ModelError(
            f"{way.title} needs an NVIDIA graphics card, and there is none, or its driver is not loaded.",
            remedy="Install NVIDIA's driver, or choose auto in the settings.",
        )
    if way.providers[0] not in onnxruntime.get_available_providers():
        raise ModelError(
            f"{way.title} cannot be used: the installed ONNX Runtime is the one for processors.",
            remedy="Set the program up with `make run GPU=1`, or choose auto in the settings.",
        )
    needed = str(onnxruntime.cuda_version or "").split(".")[0]
    newest = newest_cuda()
    if newest is not None and needed.isdigit() and newest[0] < int(needed):
        raise trouble(way.title, f"CUDA driver version is insufficient: {newest[0]}.{newest[1]}, not {needed}", card)
    return card


def _open_session(
    model: Path, providers: list[tuple[str, dict[str, str]]], way: Way, card: GraphicsCard, threads: int
) -> Any:
    """A session whose first provider really came up and took operators."""
    told = _load_libraries(way)
    try:
        session = _session(model, providers, threads)
        if way.providers[0] in session.get_providers():
            _say_what_stays_behind(session, way)
            return session
    except ENGINE_ERRORS as error:
        told += f"\n{error}"
    # It falls back without an exception and writes the reason to the error stream; hear it say that again.
    with heard_on_error_stream() as heard, suppress(*ENGINE_ERRORS):
        _session(model, providers, threads)
    raise trouble(way.title, f"{told}\n{''.join(heard)}", card)


def _session(model: Path, providers: list[tuple[str, dict[str, str]]], threads: int) -> Any:
    options = session_options(threads)
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    # The processor's provider comes along unasked for what the card does not compute, such as shapes.
    return onnxruntime.InferenceSession(str(model), options, providers=providers, enable_fallback=False)


def _say_what_stays_behind(session: Any, way: Way) -> None:
    """Raise ``ModelError`` when the provider is there but took nothing; log when it took a part."""
    if not hasattr(session, "get_provider_graph_assignment_info"):
        return
    counts: dict[str, int] = {}
    for part in session.get_provider_graph_assignment_info():
        counts[part.ep_name] = counts.get(part.ep_name, 0) + len(part.get_nodes())
    own = sum(counts.get(provider, 0) for provider in way.providers)
    if counts and not own:
        raise ModelError(
            f"{way.title} came up, but computes no part of the model on the card.",
            remedy="Choose another runtime in the settings.",
        )
    if counts:
        _log.info("%s: of %d operators %s", way.title, sum(counts.values()), counts)


def _load_libraries(way: Way) -> str:
    """Load the libraries of CUDA and TensorRT from their packages; what was said of those that are missing."""
    said = io.StringIO()
    with redirect_stdout(said), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        if hasattr(onnxruntime, "preload_dlls"):
            onnxruntime.preload_dlls()
    lines = [said.getvalue(), *(str(warning.message) for warning in warned)]
    package = importlib.util.find_spec("tensorrt_libs") if _TENSORRT in way.providers else None
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        # No others: those of a newer release bring the same symbols, and would be found in their place.
        for library in (Path(folder) / name for name in _TENSORRT_LIBRARIES):
            if not library.exists():
                continue
            try:
                ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
            except OSError as error:
                lines.append(str(error))
    return "\n".join(lines)


def _cuda_options() -> dict[str, str]:
    # A live picture has another number of items each time: to try all ways for every new size would stop the counter.
    return {"device_id": "0", "cudnn_conv_algo_search": "HEURISTIC", "cudnn_conv_use_max_workspace": "1"}


def _tensorrt_options(
    inputs: Mapping[str, TensorSpec], cache: Path, sizes: Sizes, batch: int, *, is_half: bool
) -> dict[str, str]:
    profile = _profile(inputs, sizes, batch)
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"TensorRT's engine cannot be kept in {cache} ({error.strerror or error}).",
            remedy="Free some space, or give yourself the right to write there.",
        ) from error
    return profile | {
        "device_id": "0",
        # Up to version 10 TensorRT rounds where it is told that it may; what must stay wide is cast in the model.
        "trt_fp16_enable": str(int(is_half)),
        "trt_layer_norm_fp32_fallback": "1",
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": str(cache),
        "trt_engine_cache_prefix": "tillsight",
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": str(cache.parent),
    }


def _profile(inputs: Mapping[str, TensorSpec], sizes: Sizes, largest: int) -> dict[str, str]:
    """The shapes that the engine is made for, so that none is built during a sale; empty when the model states all.

    Open sides go from ``_LEAST_SIDE`` to the longest of ``sizes``, which is full in one direction at least.
    """
    shapes: dict[str, list[str]] = {"min": [], "opt": [], "max": []}
    for name, spec in inputs.items():
        given = sizes.get(name, ())
        if None in spec.shape[1:] and len(given) != len(spec.shape) - 1:
            raise ModelError(
                f"TensorRT cannot make an engine for a model that leaves the size of its input '{name}' open.",
                remedy="Choose another runtime in the settings, or bring the model in with a card that states it.",
            )
        usual = [own or (given[place] if place < len(given) else 1) for place, own in enumerate(spec.shape[1:])]
        sides = [size for own, size in zip(spec.shape[1:], usual, strict=True) if own is None]
        for key, batch, side in (
            ("min", 1, _LEAST_SIDE),
            ("opt", min(_USUAL_BATCH, largest), None),
            ("max", largest, max(sides, default=0)),
        ):
            open_or_stated = (own or side or size for own, size in zip(spec.shape[1:], usual, strict=True))
            whole = (spec.shape[0] or batch, *open_or_stated) if spec.shape else ()
            shapes[key].append(f"{name}:{'x'.join(map(str, whole))}")
    if all(None not in spec.shape for spec in inputs.values()):
        return {}
    return {f"trt_profile_{key}_shapes": ",".join(parts) for key, parts in shapes.items()}


def _digest(model: Path, card: GraphicsCard, *facts: str) -> str:
    try:
        with model.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise not_loaded(model, error) from error
    parts = (content, card.name, card.driver, onnxruntime.__version__, *facts)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
