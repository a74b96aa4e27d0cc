"""TensorRT's Python interface over ``FakeCard``: builds a file that holds the model, and computes in the card's memory.

What it computes is right, because ONNX Runtime does it; the rules of the interface are TensorRT's: shapes within the
profile, addresses before running, work in streams, causes told to the logger and failures by return values.
"""

import json
from enum import IntEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from tests.core.vision.fake_cuda import FakeCard, put_module

DataType = IntEnum("DataType", "FLOAT HALF INT8 INT32 INT64 BOOL UINT8 BF16")
_KINDS = {1: DataType.FLOAT, 10: DataType.HALF, 2: DataType.UINT8, 6: DataType.INT32, 7: DataType.INT64}
_NUMPY = {DataType.FLOAT: "float32", DataType.HALF: "float16", DataType.INT64: "int64", DataType.UINT8: "uint8"}
Severity = IntEnum("Severity", "INTERNAL_ERROR ERROR WARNING INFO")


class FakeLogger:
    """``ILogger``: the application's class is derived from it, and is silent where it does not say more."""

    def log(self, severity: Any, message: str) -> None:
        """Called by everything that was made with this logger."""


class FakeMonitor:
    """``IProgressMonitor``: the application's class is derived from it."""


class Tensor:
    """An input or output of a network or engine."""

    def __init__(self, value: Any) -> None:
        kind = value.type.tensor_type
        self.name = value.name
        self.shape = tuple(d.dim_value if d.HasField("dim_value") else -1 for d in kind.shape.dim)
        self.dtype = _KINDS[kind.elem_type]


class Network:
    """``INetworkDefinition``."""

    def __init__(self) -> None:
        self.content = b""
        self.tensors: tuple[list[Tensor], list[Tensor]] = ([], [])

    num_inputs = property(lambda self: len(self.tensors[0]))
    num_outputs = property(lambda self: len(self.tensors[1]))

    def get_input(self, place: int) -> Tensor:
        return self.tensors[0][place]

    def get_output(self, place: int) -> Tensor:
        return self.tensors[1][place]


class Profile:
    """``IOptimizationProfile``."""

    def __init__(self) -> None:
        self.ranges: dict[str, list[list[int]]] = {}

    def set_shape(self, name: str, smallest: Any, usual: Any, largest: Any) -> None:
        self.ranges[name] = [list(smallest), list(usual), list(largest)]


class TimingCache:
    """``ITimingCache``: notes how often it was built with."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def serialize(self) -> bytes:
        return self.content


class Config:
    """``IBuilderConfig``."""

    def __init__(self) -> None:
        self.profiles: list[Profile] = []
        self.flags: set[str] = {"TF32"}
        self.timings = TimingCache(b"")
        self.progress_monitor: Any = None
        self.num_compute_capabilities = 0
        self.capabilities: list[str] = []

    def clear_flag(self, flag: IntEnum) -> None:
        self.flags.discard(flag.name)

    def add_optimization_profile(self, profile: Profile) -> int:
        self.profiles.append(profile)
        return len(self.profiles) - 1

    def create_timing_cache(self, content: bytes) -> TimingCache | None:
        return None if content.startswith(b"damaged") else TimingCache(content)

    def set_timing_cache(self, timings: TimingCache, ignore_mismatch: bool) -> bool:
        assert not ignore_mismatch
        self.timings = timings
        return True

    def set_compute_capability(self, capability: IntEnum, place: int) -> bool:
        # TensorRT for RTX answers False, and builds for another card, when the number was not set before.
        if place >= self.num_compute_capabilities:
            return False
        self.capabilities.append(capability.name)
        return True

    def get_timing_cache(self) -> TimingCache:
        return TimingCache(self.timings.content + b"+")


class Context:
    """``IExecutionContext``."""

    def __init__(self, engine: "Engine", settings: Any) -> None:
        self.engine, self.settings = engine, settings
        self.profile = 0
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.addresses: dict[str, int] = {}

    def set_optimization_profile_async(self, place: int, handle: int) -> bool:
        self.engine.card.stream_of(handle)
        self.profile = place
        return place < self.engine.num_optimization_profiles

    def set_input_shape(self, name: str, shape: tuple[int, ...]) -> bool:
        ranges = self.engine.header["profiles"]
        if ranges:
            smallest, _, largest = ranges[self.profile][name]
            if not all(low <= size <= high for low, size, high in zip(smallest, shape, largest, strict=True)):
                return self.engine.refuse(f"Error Code 3: API Usage Error ({shape} is outside of the profile.)")
        self.shapes[name] = tuple(shape)
        return True

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        if name in self.engine.header["open_outputs"]:
            return (-1, 4)
        batch = next(iter(self.shapes.values()))[0]
        stated = self.engine.specs[1][name]["shape"]
        return tuple(batch if size < 0 else size for size in stated)

    def set_tensor_address(self, name: str, address: int) -> bool:
        self.engine.card.at(address)
        self.addresses[name] = address
        return True

    def execute_async_v3(self, handle: int) -> bool:
        card = self.engine.card
        card.note("execute")
        if self.engine.failure:
            return self.engine.refuse(self.engine.failure)
        shapes, addresses = dict(self.shapes), dict(self.addresses)
        card.stream_of(handle).put(lambda: self._compute(shapes, addresses))
        return True

    def _compute(self, shapes: dict[str, tuple[int, ...]], addresses: dict[str, int]) -> None:
        card, (takes, gives) = self.engine.card, self.engine.specs
        inputs = {}
        for name, spec in takes.items():
            dtype = np.dtype(_NUMPY[DataType[spec["dtype"]]])
            size = int(np.prod(shapes[name])) * dtype.itemsize
            inputs[name] = card.at(addresses[name])[:size].copy().view(dtype).reshape(shapes[name])
        values = self.engine.session.run(list(gives), inputs)
        for name, value in zip(gives, values, strict=True):
            content = np.frombuffer(value.tobytes(), np.uint8)
            card.at(addresses[name])[: content.size] = content


class RuntimeCache:
    """``IRuntimeCache``."""

    def __init__(self) -> None:
        self.content = b"compiled"
        self.was_read = b""

    def deserialize(self, content: bytes) -> bool:
        self.was_read = content
        return content == b"compiled"

    def serialize(self) -> bytes:
        return self.content


class RuntimeConfig:
    """``IRuntimeConfig``."""

    def __init__(self) -> None:
        self.cuda_graph_strategy = "disabled"
        self.cache: RuntimeCache | None = None

    def create_runtime_cache(self) -> RuntimeCache:
        return RuntimeCache()

    def set_runtime_cache(self, cache: RuntimeCache) -> bool:
        self.cache = cache
        return True


class Engine:
    """``ICudaEngine``."""

    def __init__(
        self, card: FakeCard, logger: FakeLogger, header: dict[str, Any], content: bytes, most_contexts: int
    ) -> None:
        card.need_context()
        self.card, self.logger, self.header = card, logger, header
        self.session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        self.specs = ({s["name"]: s for s in header["inputs"]}, {s["name"]: s for s in header["outputs"]})
        self.num_io_tensors = len(header["inputs"]) + len(header["outputs"])
        self.num_optimization_profiles = max(1, len(header["profiles"]))
        self.contexts: list[Context] = []
        self.failure = ""
        self.most_contexts = most_contexts

    def refuse(self, message: str) -> bool:
        self.logger.log(Severity.ERROR, message)
        return False

    def get_tensor_name(self, place: int) -> str:
        return str([*self.specs[0], *self.specs[1]][place])

    def get_tensor_mode(self, name: str) -> str:
        return "input" if name in self.specs[0] else "output"

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        return tuple((self.specs[0] | self.specs[1])[name]["shape"])

    def get_tensor_dtype(self, name: str) -> DataType:
        return DataType[(self.specs[0] | self.specs[1])[name]["dtype"]]

    def get_tensor_profile_shape(self, name: str, place: int) -> list[list[int]]:
        found: list[list[int]] = self.header["profiles"][place][name]
        return found

    def create_runtime_config(self) -> RuntimeConfig:
        return RuntimeConfig()

    def create_execution_context(self, settings: Any = None) -> Context | None:
        self.card.need_context()
        if len(self.contexts) >= self.most_contexts:
            self.refuse("Error Code 2: OutOfMemory (Requested size was 99999999 bytes.)")
            return None
        self.contexts.append(Context(self, settings))
        return self.contexts[-1]


class FakeTensorRt:
    """One of TensorRT's packages; ``engines`` and ``configs`` are those that it made."""

    def __init__(self, card: FakeCard, *, version: str = "10.9.0", build_error: str = "") -> None:
        self.card, self.version, self.build_error = card, version, build_error
        self.validity, self.diagnostics = 0, 0
        self.plugins, self.most_contexts = 0, 99
        self.engines: list[Engine] = []
        self.configs: list[Config] = []

    def install(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Put it into the interpreter under a package's name."""
        module = ModuleType(name)
        made = self

        class Builder:
            """``Builder``."""

            def __init__(self, logger: FakeLogger) -> None:
                self.logger = logger

            def create_network(self, flags: int) -> Network:
                assert flags == 1 << 3, "strongly typed"
                return Network()

            def create_builder_config(self) -> Config:
                made.configs.append(Config())
                return made.configs[-1]

            def create_optimization_profile(self) -> Profile:
                return Profile()

            def build_serialized_network(self, network: Network, config: Config) -> bytes | None:
                return made.build(self.logger, network, config)

        class OnnxParser:
            """``OnnxParser``, for files that ONNX can read."""

            num_errors = 0

            def __init__(self, network: Network, logger: FakeLogger) -> None:
                self.network = network

            def parse_from_file(self, path: str) -> bool:
                self.network.content = Path(path).read_bytes()
                graph = onnx.load(path).graph
                self.network.tensors = (list(map(Tensor, graph.input)), list(map(Tensor, graph.output)))
                return True

        class Runtime:
            """``Runtime``."""

            def __init__(self, logger: FakeLogger) -> None:
                self.logger = logger

            engine_header_size = 8

            def get_engine_validity(self, head: bytes) -> tuple[int, int]:
                assert len(head) == 8
                return made.validity, made.diagnostics

            def deserialize_cuda_engine(self, content: bytes) -> Engine | None:
                return made.load(self.logger, content)

        contents: dict[str, Any] = {
            "__version__": self.version,
            "ILogger": FakeLogger,
            "IProgressMonitor": FakeMonitor,
            "DataType": DataType,
            "NetworkDefinitionCreationFlag": IntEnum("Flag", "STRONGLY_TYPED", start=3),
            "BuilderFlag": IntEnum("BuilderFlag", "TF32"),
            "ComputeCapability": IntEnum("ComputeCapability", "NONE CURRENT SM75 SM86 SM89"),
            "TensorIOMode": type("TensorIOMode", (), {"INPUT": "input", "OUTPUT": "output"}),
            "CudaGraphStrategy": type("CudaGraphStrategy", (), {"WHOLE_GRAPH_CAPTURE": "whole graph"}),
            "EngineValidity": IntEnum("EngineValidity", "VALID SUBOPTIMAL INVALID", start=0),
            "EngineInvalidityDiagnostics": IntEnum("Diagnostics", {"UNSUPPORTED_CC": 2, "OLD_CUDA_DRIVER": 4}),
            "Builder": Builder,
            "OnnxParser": OnnxParser,
            "Runtime": Runtime,
            "init_libnvinfer_plugins": self.load_plugins,
        }
        module.__dict__.update(contents)
        put_module(monkeypatch, name, module)

    def load_plugins(self, logger: FakeLogger, name: str) -> bool:
        self.plugins += 1
        return True

    def build(self, logger: FakeLogger, network: Network, config: Config) -> bytes | None:
        monitor = config.progress_monitor
        monitor.phase_start("Building", None, 2)
        monitor.phase_start("Timing", "Building", 4)
        for step in range(4):
            if not monitor.step_complete("Timing", step):
                return None
        monitor.phase_finish("Timing")
        if self.build_error:
            logger.log(Severity.ERROR, self.build_error)
            return None
        monitor.step_complete("Building", 0)
        monitor.phase_finish("Building")
        sides = [
            [{"name": t.name, "shape": t.shape, "dtype": t.dtype.name} for t in tensors] for tensors in network.tensors
        ]
        header = {
            "version": self.version,
            "inputs": sides[0],
            "outputs": sides[1],
            "profiles": [profile.ranges for profile in config.profiles],
            "open_outputs": [],
        }
        return json.dumps(header).encode() + b"\0" + network.content

    def load(self, logger: FakeLogger, content: bytes) -> Engine | None:
        head, _, model = content.partition(b"\0")
        header = json.loads(head)
        if header["version"] != self.version:
            logger.log(Severity.ERROR, "Error Code 1: Serialization (The engine plan file has another version.)")
            return None
        self.engines.append(Engine(self.card, logger, header, model, self.most_contexts))
        return self.engines[-1]
