"""TensorRT and TensorRT for RTX as engines, fed through CUDA; they run what ``tensorrt_build`` has built."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DataFolderError, ModelError
from core.vision.runtimes import cuda_graph
from core.vision.runtimes.cuda import Card, open_card
from core.vision.runtimes.cuda_graph import GraphRefused
from core.vision.runtimes.runtime import Tensor, TensorSpec
from core.vision.runtimes.tensorrt_execution import Execution, ExecutionRefused
from core.vision.runtimes.tensorrt_package import (
    TENSORRT,
    TENSORRT_RTX,
    Complaints,
    Module,
    Package,
    check_inputs,
    failure,
    load_package,
    load_plugins,
    made,
    package_named,
    spec_of,
    unfit,
)
from core.vision.runtimes.tensorrt_store import EngineStore, Machine, StoredEngine, kernels_file, model_digest

_OFTEN = 3
"""A shape that was run so many times is recorded as a CUDA graph."""
_MOST_GRAPHS = 4
"""Each keeps memory of its own on the card."""


class TensorRt:
    """A model's engine on an NVIDIA card; ``build_engine`` must have built it.

    ``engines``: the folder of the engine store. ``package``: "tensorrt" or "tensorrt-rtx". ``precision``: "fp16" or
    "fp32"; ``None``: that which was built last. ``device`` says which it became. Batches above what the
    engine was built for are run in parts. Calls from several threads wait for each other.

    Raises ``ModelError`` when the package, PyCUDA, the driver or the card is missing, when there is no engine for this
    model, card, driver and version, and when it does not load.
    """

    def __init__(
        self, model: Path, *, engines: Path, package: str = TENSORRT.name, precision: str | None = None
    ) -> None:
        self._package = package_named(package)
        self._module = load_package(self._package)
        self._card = open_card()
        self._complaints = Complaints(self._module)
        self._model = model
        self._store = EngineStore(engines)
        self._stored = self._find(model, precision)
        self.name = self._package.title
        self.device = f"{self._card.name} in float{self._stored.facts.precision.removeprefix('fp')}"
        self._lock = threading.Lock()
        self._flexible: dict[int, Execution] = {}
        self._fixed: dict[tuple[tuple[int, ...], ...], Execution] = {}
        with self._card.current():
            self._runtime, self._engine = self._load(self._stored)
            self.inputs, self.outputs = _tensors(self._module, self._engine)
            self._profiles = max(1, self._engine.num_optimization_profiles)
            self._settings, self._kernels = self._runtime_settings()
            try:
                for place in range(self._profiles):
                    self._flexible[place] = self._open(place)
            except BaseException:
                self._free()
                raise
        self.largest_batch = self._largest_batch()
        self._uses: Counter[tuple[tuple[int, ...], ...]] = Counter()
        self._records = self._package is TENSORRT and cuda_graph.is_installed()

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name; raises ``ModelError`` when the engine refuses the inputs or the card fails."""
        wrong = check_inputs(self.inputs, dict(inputs))
        if wrong:
            raise self._refusal(wrong)
        with self._lock, self._card.current(), self._refusals_told():
            if self.largest_batch is None:
                return self._run_part(inputs)
            count = len(next(iter(inputs.values())))
            if count <= self.largest_batch:
                return self._run_part(inputs)
            parts = []
            for start in range(0, count, self.largest_batch):
                end = start + self.largest_batch
                parts.append(self._run_part({name: value[start:end] for name, value in inputs.items()}))
            return {name: np.concatenate([part[name] for part in parts]) for name in self.outputs}

    def close(self) -> None:
        """Free the engine; ``run`` must not be called afterwards."""
        with self._lock, self._card.current():
            self._keep_kernels()
            self._free()

    @property
    def engine_file(self) -> Path:
        """The engine that was loaded."""
        return self._stored.file

    def _free(self) -> None:
        for execution in (*self._fixed.values(), *self._flexible.values()):
            execution.close()
        self._fixed, self._flexible = {}, {}
        # In this order: none of them keeps alive what it was made from.
        self._settings = None
        self._kernels = None
        self._engine = None
        self._runtime = None

    def _find(self, model: Path, precision: str | None) -> StoredEngine:
        machine = machine_of(self._card)
        version, digest = str(self._module.__version__), model_digest(model)
        stored = self._store.for_machine(digest, self._package.name, version, precision, machine)
        if stored is not None:
            return stored
        asked, kind = (f" --precision {precision}", f" in {precision}") if precision else ("", "")
        remedy = f"Build it: tillsight models build --runtime {self._package.name}{asked}"
        others = self._store.of_model(digest, self._package.name, precision)
        why = why_unfit(others[0], version, machine) if others else ""
        if why:
            raise ModelError(f"The {self._package.title} engine of {model.name} is {why}.", remedy=remedy)
        raise ModelError(f"There is no {self._package.title} engine of {model.name}{kind}.", remedy=remedy)

    def _load(self, stored: StoredEngine) -> tuple[Any, Any]:
        content = stored.read()
        load_plugins(self._module, self._package, self._complaints)
        runtime = made(self._module.Runtime, self._package, self._complaints)
        self._check_head(runtime, content)
        engine = runtime.deserialize_cuda_engine(content)
        if engine is not None:
            return runtime, engine
        if self._complaints.tells_of_version:
            raise ModelError(
                f"The engine {stored.file.name} was built by another version of {self._package.title}.",
                remedy="Build it again.",
            )
        raise failure(self._package, f"The engine {stored.file.name} does not load", self._complaints)

    def _check_head(self, runtime: Any, content: bytes) -> None:
        """Ask TensorRT for RTX whether the engine can be used here; it knows more reasons than a failed loading."""
        if self._package is not TENSORRT_RTX:
            return
        validity, diagnostics = runtime.get_engine_validity(content[: runtime.engine_header_size])
        if validity == self._module.EngineValidity.INVALID:
            raise unfit(self._stored.file.name, self._package, int(diagnostics), self._module)

    def _runtime_settings(self) -> tuple[Any, Any]:
        """How contexts are made, and the kernels that were compiled for this card before; for RTX only."""
        if self._package is not TENSORRT_RTX:
            return None, None
        settings = self._engine.create_runtime_config()
        kernels = settings.create_runtime_cache()
        with suppress(OSError):
            # It refuses by itself what another card, driver or version has left.
            kernels.deserialize(kernels_file(self._stored).read_bytes())
        settings.set_runtime_cache(kernels)
        settings.cuda_graph_strategy = self._module.CudaGraphStrategy.WHOLE_GRAPH_CAPTURE
        return settings, kernels

    def _keep_kernels(self) -> None:
        if self._kernels is not None:
            with suppress(DataFolderError):
                self._store.write(kernels_file(self._stored), bytes(self._kernels.serialize()))

    def _open(self, profile: int) -> Execution:
        create = self._engine.create_execution_context
        context = create() if self._settings is None else create(self._settings)
        if context is None:
            raise failure(self._package, f"The engine {self._stored.file.name} does not start", self._complaints)
        is_open = any(None in spec.shape for spec in self.inputs.values())
        try:
            return Execution(context, self._card, profile if is_open else None, self.inputs, self.outputs)
        except ExecutionRefused as error:
            raise failure(
                self._package, f"The engine {self._stored.file.name} does not start", self._complaints
            ) from error

    def _largest_batch(self) -> int | None:
        """The most that one call takes where every input leaves its first size open; ``None`` where it is fixed."""
        if not all(spec.shape and spec.shape[0] is None for spec in self.inputs.values()):
            return None
        last = self._profiles - 1
        return min(int(self._engine.get_tensor_profile_shape(name, last)[2][0]) for name in self.inputs)

    def _run_part(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        shapes = tuple(inputs[name].shape for name in self.inputs)
        if shapes in self._fixed:
            return self._fixed[shapes].run(inputs)
        self._uses[shapes] += 1
        if self._records and self._uses[shapes] == _OFTEN:
            self._try_to_record(shapes)
        return self._fixed.get(shapes, self._flexible[self._profile_for(shapes)]).run(inputs)

    def _try_to_record(self, shapes: tuple[tuple[int, ...], ...]) -> None:
        """Without a graph it is computed as before, so that nothing but the time differs."""
        if len(self._fixed) >= _MOST_GRAPHS:
            return
        execution = None
        try:
            with self._card.told():
                execution = self._open(self._profile_for(shapes))
                execution.record(dict(zip(self.inputs, shapes, strict=True)))
        except (GraphRefused, ExecutionRefused, ModelError):
            self._records = False
            self._complaints.forget()
            if execution is not None:
                execution.close()
            return
        self._fixed[shapes] = execution

    def _profile_for(self, shapes: tuple[tuple[int, ...], ...]) -> int:
        """The first profile is for a single picture, the last for many."""
        return 0 if all(shape[0] == 1 for shape in shapes) else self._profiles - 1

    @contextmanager
    def _refusals_told(self) -> Iterator[None]:
        try:
            yield
        except ExecutionRefused as error:
            told = self._complaints
            if told.tells_of_memory or told.tells_of_driver:
                raise failure(self._package, f"The model {self._model.name} cannot be computed", told) from error
            raise self._refusal(told.last or "the engine gives no reason.") from error
        except GraphRefused as error:
            raise ModelError(
                f"The graphics card ({self._card.name}) reports an error: {error}.", remedy="Start Tillsight again."
            ) from error
        finally:
            self._complaints.forget()

    def _refusal(self, complaint: str) -> ModelError:
        return ModelError(
            f"The model {self._model.name} cannot compute on its input: {complaint}",
            remedy="Correct its model card, or choose another model.",
        )


def machine_of(card: Card) -> Machine:
    """The card as the engine store speaks of it."""
    return Machine(card.name, card.capability, card.driver)


def why_unfit(stored: StoredEngine, version: str, machine: Machine) -> str:
    """Why an engine of the right model cannot be used: "built for driver …, and … is running"."""
    facts = stored.facts
    if facts.version != version:
        return f"of version {facts.version}, and {version} is installed"
    if facts.gpu and facts.gpu != machine.gpu:
        return f"built for {facts.gpu}, and this is {machine.gpu}"
    if facts.gpu and facts.driver != machine.driver:
        return f"built for the driver {facts.driver}, and {machine.driver} is running"
    if not facts.serves(machine):
        cards = ", ".join(facts.capabilities) or "8.6 and later"
        return f"built for cards of compute capability {cards}, and {machine.gpu} has {machine.capability}"
    return ""


def _tensors(module: Module, engine: Any) -> tuple[dict[str, TensorSpec], dict[str, TensorSpec]]:
    """The engine's inputs and outputs by name."""
    inputs: dict[str, TensorSpec] = {}
    outputs: dict[str, TensorSpec] = {}
    for place in range(engine.num_io_tensors):
        name = engine.get_tensor_name(place)
        spec = spec_of(module, name, engine.get_tensor_shape(name), engine.get_tensor_dtype(name))
        side = inputs if engine.get_tensor_mode(name) == module.TensorIOMode.INPUT else outputs
        side[name] = spec
    return inputs, outputs


def installed(package: str) -> bool:
    """Whether ``TensorRt`` can be tried with this package; imports nothing."""
    from core.vision.runtimes import cuda, tensorrt_package

    return tensorrt_package.is_installed(package) and cuda.is_installed()


__all__ = ["Package", "TensorRt", "installed", "machine_of", "why_unfit"]
