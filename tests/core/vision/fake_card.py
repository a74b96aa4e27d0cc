"""An NVIDIA card for tests: ONNX Runtime's package with execution providers that compute on the processor.

It keeps the package's whole contract as far as the program uses it: providers that come up or fall back without a word
to Python, memory on the card that holds one shape and one type, bindings that must be complete.
"""

import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime
import pytest

from core.vision.runtimes import card_buffers, onnx_gpu
from core.vision.runtimes.nvidia import GraphicsCard

CARD = GraphicsCard("NVIDIA L4", "580.65.06")
CUDA, TENSORRT, PROCESSOR = "CUDAExecutionProvider", "TensorrtExecutionProvider", "CPUExecutionProvider"

LIBRARY_SAID = (
    "\x1b[1;31m2026-11-22 16:59:45.71 [E:onnxruntime:Default, provider_bridge_ort.cc:2458 operator()] "
    "/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2043 onnxruntime::Provider& "
    "onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library "
    "/capi/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: "
    "No such file or directory\n\x1b[m\n"
)
"""What ONNX Runtime 1.31 writes to the error stream when CUDA's libraries are missing."""


class CardPackage:
    """Stands in for the module ``onnxruntime``; ``come_up`` are the providers that work."""

    __version__ = onnxruntime.__version__
    cuda_version = "13.0"

    def __init__(self, *come_up: str, says: str = "", scale: float = 1.0, takes: bool = True) -> None:
        self.come_up = come_up
        self.available = [TENSORRT, CUDA, PROCESSOR]
        self.sessions: list[CardSession] = []
        self.taken: list[tuple[int, ...]] = []
        self.lends = True
        self._says, self.scale, self.takes = says, scale, takes
        self.OrtValue = SimpleNamespace(ortvalue_from_shape_and_type=self._take)

    def get_available_providers(self) -> list[str]:
        return self.available

    def preload_dlls(self) -> None:
        if not self.come_up:
            sys.stdout.write(
                "Failed to load libcurand.so.10: libcurand.so.10: cannot open shared object file: No such\n"
            )

    def InferenceSession(
        self, path: str, options: Any, *, providers: Sequence[tuple[str, dict[str, str]]], enable_fallback: bool
    ) -> "CardSession":
        assert not enable_fallback, "it would print and fall back"
        up = [name for name, _ in providers if name in self.come_up]
        if not up:
            os.write(2, self._says.encode())
        session = CardSession(self, onnxruntime.InferenceSession(path, options, providers=[PROCESSOR]), up, providers)
        self.sessions.append(session)
        return session

    def _take(self, shape: list[int], dtype: Any, device: str, number: int) -> "CardValue":
        assert (device, number) == ("cuda", 0)
        if not self.lends:
            raise RuntimeError("Can't allocate memory on the CUDA device using this package of OnnxRuntime.")
        self.taken.append(tuple(shape))
        return CardValue(np.zeros(shape, dtype))


class CardSession:
    """A session on the processor that says it is on the card."""

    def __init__(self, package: CardPackage, real: Any, up: list[str], asked: Any) -> None:
        self.package, self.real, self.up, self.asked = package, real, up, dict(asked)
        self.get_inputs, self.get_outputs = real.get_inputs, real.get_outputs

    def get_providers(self) -> list[str]:
        return [*self.up, PROCESSOR]

    def get_provider_graph_assignment_info(self) -> list[Any]:
        taker = self.up[0] if self.package.takes else PROCESSOR
        return [
            SimpleNamespace(ep_name=taker, get_nodes=lambda: [0, 1]),
            SimpleNamespace(ep_name=PROCESSOR, get_nodes=lambda: [2]),
        ]

    def run(self, names: None, arrays: dict[str, Any]) -> list[Any]:
        return [value * self.package.scale for value in self.real.run(names, arrays)]

    def io_binding(self) -> "CardBinding":
        return CardBinding(self)

    def run_with_iobinding(self, binding: "CardBinding") -> None:
        values = self.run(None, {name: value.array for name, value in binding.inputs.items()})
        for entry, value in zip(self.get_outputs(), values, strict=True):
            kept = binding.outputs[entry.name]
            if kept is None:
                binding.results[entry.name] = value
            else:
                kept.update_inplace(value)
                binding.results[entry.name] = kept.array


class CardBinding:
    """Inputs and outputs by name; results are given in the order in which outputs were bound."""

    def __init__(self, session: CardSession) -> None:
        self.session = session
        self.inputs: dict[str, CardValue] = {}
        self.outputs: dict[str, CardValue | None] = {}
        self.results: dict[str, Any] = {}

    def bind_ortvalue_input(self, name: str, value: "CardValue") -> None:
        self.inputs[name] = value

    def bind_ortvalue_output(self, name: str, value: "CardValue") -> None:
        self.outputs[name] = value

    def bind_output(self, name: str) -> None:
        self.outputs[name] = None

    def synchronize_inputs(self) -> None:
        assert self.inputs

    def synchronize_outputs(self) -> None:
        assert self.results

    def copy_outputs_to_cpu(self) -> list[Any]:
        return [self.results[name].copy() for name in self.outputs]


class CardValue:
    """Memory on the card: of one shape and type for good."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def update_inplace(self, value: Any) -> None:
        assert value.flags.c_contiguous
        assert (value.shape, value.dtype) == (self.array.shape, self.array.dtype)
        self.array[...] = value


def put_in(patch: pytest.MonkeyPatch, package: CardPackage, card: GraphicsCard | None = CARD) -> CardPackage:
    """Let the program find this package and card."""
    patch.setattr(onnx_gpu, "onnxruntime", package)
    patch.setattr(card_buffers, "onnxruntime", package)
    patch.setattr(onnx_gpu, "nvidia_card", lambda: card)
    patch.setattr(onnx_gpu, "newest_cuda", lambda: (13, 0))
    return package
