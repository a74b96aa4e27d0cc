"""From an ONNX file to a serialized TensorRT engine: parse, choose the sizes to be fast at, build."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.vision.runtimes.runtime import TensorSpec
from core.vision.runtimes.tensorrt_package import (
    TENSORRT,
    TENSORRT_RTX,
    Complaints,
    Module,
    Package,
    failure,
    load_package,
    load_plugins,
    made,
    spec_of,
)

OnProgress = Callable[[str, float], None]
"""Called with what is done and how much of all, 0–1; from threads of TensorRT's own."""
Cancelled = Callable[[], bool]
"""Asked again and again whether to stop; from threads of TensorRT's own."""

Spans = Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]
"""The smallest and largest sizes after the first axis, such as ((3, 32, 32), (3, 288, 480)), of inputs by name."""

_OPTIMUM_RTX = 8
"""The batch that TensorRT for RTX is told to expect; it makes itself fast at others as they come."""


def tell_nobody(what: str, share: float) -> None:
    """Progress that no one asked for."""


def go_on() -> bool:
    """Nobody wants to stop."""
    return False


class BuildStopped(ModelError):  # noqa: N818 - reads as what happened
    """Someone asked to stop; nothing was kept."""

    def __init__(self) -> None:
        super().__init__("Building the engine was stopped.", remedy="Start it again when there is time.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be built. ``batch``: the largest, for models that leave it open.

    ``capabilities``: the compute capabilities of the cards it is for, such as "8.9" (``TENSORRT_RTX`` only; empty: all
    from Ampere on). ``timings``: what earlier builds measured on this card (``TENSORRT`` only), or nothing.
    """

    package: Package
    batch: int
    spans: Spans
    capabilities: tuple[str, ...] = ()
    timings: bytes = b""


@dataclass(frozen=True, slots=True)
class Build:
    """An engine as bytes, its tensors, and what was measured on the way (empty where the package measures nothing)."""

    content: bytes
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    version: str
    timings: bytes


def build(model: Path, plan: Plan, *, on_progress: OnProgress, cancelled: Cancelled) -> Build:
    """Build an engine in which every number has the type that the file states.

    ``TENSORRT`` needs its card and takes minutes; ``TENSORRT_RTX`` needs none and takes seconds. Raises ``ModelError``
    with TensorRT's own words, and ``BuildStopped``.
    """
    module = load_package(plan.package)
    complaints = Complaints(module)
    builder = made(module.Builder, plan.package, complaints)
    network = builder.create_network(_network_flags(module))
    load_plugins(module, plan.package, complaints)
    _parse(module, network, model, plan.package, complaints)
    inputs = [network.get_input(place) for place in range(network.num_inputs)]
    outputs = [network.get_output(place) for place in range(network.num_outputs)]
    takes, gives = (tuple(spec_of(module, t.name, t.shape, t.dtype) for t in tensors) for tensors in (inputs, outputs))
    config = builder.create_builder_config()
    config.clear_flag(module.BuilderFlag.TF32)
    for shapes in profiles(takes, plan):
        profile = builder.create_optimization_profile()
        for name, (smallest, usual, largest) in shapes.items():
            profile.set_shape(name, smallest, usual, largest)
        config.add_optimization_profile(profile)
    if plan.package is TENSORRT_RTX:
        _aim(module, config, plan)
    else:
        timings = config.create_timing_cache(plan.timings) or config.create_timing_cache(b"")
        config.set_timing_cache(timings, ignore_mismatch=False)
    progress = Progress(on_progress, cancelled)
    config.progress_monitor = monitor = _monitor(module, progress)
    content = builder.build_serialized_network(network, config)
    del monitor
    progress.raise_what_happened()
    if content is None:
        raise failure(plan.package, f"{plan.package.title} cannot build an engine of {model.name}", complaints)
    measured = bytes(config.get_timing_cache().serialize()) if plan.package is TENSORRT else b""
    return Build(bytes(content), takes, gives, str(module.__version__), measured)


def profiles(inputs: tuple[TensorSpec, ...], plan: Plan) -> list[dict[str, tuple[tuple[int, ...], ...]]]:
    """Smallest, usual and largest shape of every input that leaves sizes open; one such table for each way of use.

    For ``TENSORRT`` a single picture has a table of its own, beside one for many, because its engine is fastest at the
    usual shape. Empty when all is fixed. Raises ``ModelError`` when a size is open and not stated in the plan.
    """
    is_open = [spec for spec in inputs if None in spec.shape]
    if not is_open:
        return []
    takes_many = plan.batch > 1 and any(spec.shape[0] is None for spec in is_open)
    ways = [(1, 1, 1)] if plan.package is TENSORRT or not takes_many else []
    if takes_many:
        ways.append((1, plan.batch if plan.package is TENSORRT else min(_OPTIMUM_RTX, plan.batch), plan.batch))
    return [{spec.name: _shapes(spec, way, plan.spans) for spec in is_open} for way in ways]


def _shapes(spec: TensorSpec, batches: tuple[int, int, int], spans: Spans) -> tuple[tuple[int, ...], ...]:
    smallest, largest = spans.get(spec.name, (spec.shape[1:], spec.shape[1:]))
    rests = [_filled(spec, rest) for rest in (smallest, largest, largest)]
    return tuple(
        (batch if spec.shape[0] is None else spec.shape[0], *rest) for batch, rest in zip(batches, rests, strict=True)
    )


def _filled(spec: TensorSpec, stated: tuple[int | None, ...]) -> tuple[int, ...]:
    """The sizes after the first axis: the model's own, those that it leaves open as stated."""
    filled = []
    for place, own in enumerate(spec.shape[1:]):
        size = own if own is not None else stated[place] if place < len(stated) else None
        if size is None:
            shape = "×".join("any" if size is None else str(size) for size in spec.shape)
            raise ModelError(
                f"The model takes inputs of any size ('{spec.name}' is {shape}), and an engine needs to know which.",
                remedy="State width and height in its model card.",
            )
        filled.append(size)
    return tuple(filled)


def _network_flags(module: Module) -> int:
    """Newer releases know strongly typed networks only and may have dropped the flag."""
    flag = getattr(module.NetworkDefinitionCreationFlag, "STRONGLY_TYPED", None)
    return 0 if flag is None else 1 << int(flag)


def _parse(module: Module, network: Any, model: Path, package: Package, complaints: Complaints) -> None:
    if not model.is_file():
        raise ModelError(f"The model file {model} is not there.", remedy="Check its path.")
    parser = module.OnnxParser(network, complaints.logger)
    if parser.parse_from_file(str(model)):
        return
    errors = [parser.get_error(place) for place in range(parser.num_errors)]
    if not errors:
        raise failure(package, f"{package.title} cannot read {model.name}", complaints)
    first = errors[0]
    words = first.desc().replace("\n", " ").rstrip(". ")
    if not first.node_operator():
        raise ModelError(
            f"The model file {model} is damaged or no ONNX model: {words}.",
            remedy="Put the original file back, or choose another model.",
        )
    if "Plugin not found" in words or "not found in plugin registry" in words:
        other = TENSORRT if package is TENSORRT_RTX else TENSORRT_RTX
        raise ModelError(
            f"The model {model.name} uses the operator {first.node_operator()} (node {first.node()}, "
            f"'{first.node_name()}'), which {package.title} does not have.",
            remedy=f"Use {other.name}, export the model with other operators, or choose onnxruntime in the settings.",
        )
    raise ModelError(
        f"{package.title} cannot read {model.name} at node {first.node()}, '{first.node_name()}' "
        f"({first.node_operator()}): {words}.",
        remedy="Export the model with other operators, or choose another runtime in the settings.",
    )


def _aim(module: Module, config: Any, plan: Plan) -> None:
    """Build for the stated cards; without any, for all from Ampere on."""
    config.num_compute_capabilities = len(plan.capabilities)
    for place, text in enumerate(plan.capabilities):
        target = getattr(module.ComputeCapability, f"SM{text.replace('.', '')}", None)
        # It says so by its return value alone, and would then build for another card.
        if target is None or not config.set_compute_capability(target, place):
            raise ModelError(
                f"{plan.package.title} does not support cards of compute capability {text}.",
                remedy=f"It supports {', '.join(known_capabilities(module))}; use tensorrt for others.",
            )


def known_capabilities(module: Module) -> list[str]:
    """The compute capabilities that TensorRT for RTX builds for: "7.5", "8.0", …."""
    names = [name.removeprefix("SM") for name in module.ComputeCapability.__members__ if name.startswith("SM")]
    return [f"{name[:-1]}.{name[-1]}" for name in names]


class Progress:
    """The share of a build that is done, from nested phases of known numbers of steps.

    TensorRT calls from several threads, and what is raised there would end the program: it is kept until the build has
    returned.
    """

    def __init__(self, on_progress: OnProgress, cancelled: Cancelled) -> None:
        self._tell, self._cancelled = on_progress, cancelled
        self._phases: dict[str, _Phase] = {}
        self._share = 0.0
        self._lock = threading.Lock()
        self._error: BaseException | None = None

    def start(self, name: str, parent: str | None, steps: int) -> None:
        with self._lock:
            self._phases[name] = _Phase(parent, max(1, steps))
        self._report(name)

    def step(self, name: str, step: int) -> bool:
        """A step is done; whether to go on."""
        with self._lock:
            if name in self._phases:
                self._phases[name].done = step + 1
        self._report(name)
        return self._error is None

    def finish(self, name: str) -> None:
        with self._lock:
            self._phases.pop(name, None)

    def raise_what_happened(self) -> None:
        """What a listener raised, or ``BuildStopped`` when the build was cancelled."""
        if self._error is not None:
            raise self._error

    def _report(self, name: str) -> None:
        with self._lock:
            roots = [phase for phase, state in self._phases.items() if state.parent not in self._phases]
            self._share = max(self._share, min(1.0, max(map(self._done, roots), default=0.0)))
            share = self._share
        try:
            self._tell(name, share)
            if self._cancelled():
                self._error = self._error or BuildStopped()
        except BaseException as error:  # noqa: BLE001 - raised again by raise_what_happened
            self._error = self._error or error

    def _done(self, name: str) -> float:
        phase = self._phases[name]
        inner = [self._done(other) for other, state in self._phases.items() if state.parent == name]
        return min(1.0, (phase.done + max(inner, default=0.0)) / phase.steps)


@dataclass(slots=True)
class _Phase:
    parent: str | None
    steps: int
    done: int = 0


def _monitor(module: Module, progress: Progress) -> Any:
    """TensorRT's own kind of listener, handing on to ``progress``."""

    class Monitor(module.IProgressMonitor):  # type: ignore[misc] # its type is only known when it is installed
        """The interface as TensorRT names it."""

        def __init__(self) -> None:
            module.IProgressMonitor.__init__(self)

        def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
            progress.start(phase_name, parent_phase, num_steps)

        def step_complete(self, phase_name: str, step: int) -> bool:
            return progress.step(phase_name, step)

        def phase_finish(self, phase_name: str) -> None:
            progress.finish(phase_name)

    return Monitor()
