"""What a graph gives for samples, at tensors that can be compared, and how large its numbers become on the way."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from google.protobuf.message import EncodeError  # type: ignore[import-untyped]
from onnx import ModelProto, TensorProto, helper

from core.errors import ModelError
from core.vision.model_conversion.graph import captured, drop_unread_weights, is_standard, put_nodes, types_of
from core.vision.model_conversion.keeping import comparable_tensors, measurable_tensors, selects
from core.vision.model_conversion.sensitivity import side_by_side
from core.vision.runtimes.agreement import sample_inputs, smallest_cosine
from core.vision.runtimes.choose import REFERENCE, open_runtime
from core.vision.runtimes.runtime import Tensor, TensorSpec

Samples = Mapping[str, Tensor]
"""A batch for every input of a model."""

_NUMPY_TYPES = frozenset(helper.get_all_tensor_dtypes())
"""The element types that have a name in NumPy; a damaged file may state others."""


class Judge:
    """Compares other forms of a graph with itself, computed by ONNX Runtime in float32 on the CPU.

    What operators select (``keeping.selects``) is taken from the graph itself: two boxes that change their order would
    say nothing about the numbers.
    """

    def __init__(self, model: ModelProto, samples: Samples) -> None:
        tensors = comparable_tensors(model)
        if not tensors:
            raise ModelError("The model has no decimal numbers to compare.", remedy="Choose another model.")
        whole = cut(model, tensors)
        chosen = [name for node in whole.graph.node if selects(node) for name in node.output if name]
        values = _values(cut(model, [*tensors, *chosen]), samples)
        self._model, self._samples = model, samples
        self._exact = {name: values[name] for name in tensors if values[name].size}
        self._inputs = dict(samples) | {name: values[name] for name in chosen}

    def cosine(self, other: ModelProto) -> float:
        """The smallest over all tensors and samples; -1 when anything is not finite. Raises ``ModelError``."""
        values = _values(cut(other, list(self._exact), self._inputs), self._inputs)
        return smallest_cosine(list(self._exact.values()), [values[name] for name in self._exact])

    def losses(self, rounded: ModelProto) -> dict[str, float]:
        """The relative error of every tensor that is computed on the way, by its name; raises ``ModelError``."""
        exact, other = (cut(form, list(self._exact), self._inputs) for form in (self._model, rounded))
        made = {name for node in exact.graph.node for name in node.output}
        tensors = [name for name in measurable_tensors(self._model) if name in made]
        values = list(_values(side_by_side(exact, other, tensors, set(self._inputs)), self._inputs).values())
        return {name: float(value) for name, value in zip(tensors, values, strict=True)}

    def check_twin(self, twin: ModelProto) -> float:
        """The smallest cosine over the outputs of a graph in mixed precision, once it has been loaded and run.

        Raises ``ModelError`` when it does not load. 1 where the outputs cannot be compared or only another engine can
        compute them; ``cosine`` of the rounded graph is what counts then.
        """
        onnx.checker.check_model(twin, full_check=all(map(is_standard, twin.graph.node)))
        if not all(map(is_standard, twin.graph.node)):
            return 1.0
        values = _values(twin, self._samples)
        if any(map(selects, twin.graph.node)):
            return 1.0
        names = [name for name in values if name in self._exact]
        return smallest_cosine([self._exact[name] for name in names], [values[name] for name in names])


def measure_ranges(model: ModelProto, samples: Samples) -> dict[str, float]:
    """The largest magnitude of every float tensor that the graph computes; not a number where that is what it is."""
    names = measurable_tensors(model)
    part = cut(model, names)
    graph = part.graph
    del graph.output[:]
    for place, name in enumerate(names):
        graph.node.append(helper.make_node("Abs", [name], [f"~size{place}"]))
        graph.node.append(helper.make_node("ReduceMax", [f"~size{place}"], [f"~largest{place}"], keepdims=0))
        graph.output.append(helper.make_tensor_value_info(f"~largest{place}", TensorProto.FLOAT, []))
    values = _values(part, samples)
    return {name: float(values[f"~largest{place}"]) for place, name in enumerate(names)}


def cut(model: ModelProto, tensors: Sequence[str], given: Samples | None = None) -> ModelProto:
    """A copy that computes these tensors and nothing else; those in ``given`` become its inputs."""
    part = ModelProto()
    part.CopyFrom(model)
    graph = part.graph
    types = types_of(graph)
    given = given or {}
    wanted = set(tensors) - set(given)
    nodes = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update({*node.input, *captured(node)} - set(given))
            nodes.append(node)
    put_nodes(graph, nodes[::-1])
    drop_unread_weights(graph)
    inputs = {value.name for value in graph.input}
    for name, value in given.items():
        if name not in inputs:
            kind = helper.np_dtype_to_tensor_dtype(value.dtype)
            graph.input.append(helper.make_tensor_value_info(name, kind, value.shape))
    del graph.output[:]
    graph.output.extend(
        helper.make_tensor_value_info(name, types.get(name, TensorProto.FLOAT), None) for name in tensors
    )
    del graph.value_info[:]
    return part


def drawn_samples(model: ModelProto, name: str) -> Samples:
    """Smooth patterns for every input: between -1 and 1, or 0–255 where the picture's channels come last or as bytes.

    Raises ``ModelError`` for inputs of open size or that take no pictures.
    """
    specs = {value.name: _spec(value) for value in model.graph.input}
    patterns = sample_inputs({key: TensorSpec(key, spec.shape, "float32") for key, spec in specs.items()})
    if patterns is None or not all(spec.dtype in ("float32", "float16", "uint8") for spec in specs.values()):
        raise ModelError(
            f"The model {name} takes inputs of open size or of other types than pictures have.",
            remedy="Export it with a fixed width and height.",
        )
    return {
        key: (127.5 * (pattern.clip(-1, 1) + 1) if _takes_levels(specs[key]) else pattern).astype(specs[key].dtype)
        for key, pattern in patterns.items()
    }


def run_file(path: Path, samples: Samples) -> dict[str, Tensor]:
    """What the file gives for the samples in ONNX Runtime on the CPU; raises ``ModelError``."""
    engine = open_runtime(path, runtime=REFERENCE, threads=0)
    try:
        return engine.run(samples)
    finally:
        engine.close()


def _values(model: ModelProto, samples: Samples) -> dict[str, Tensor]:
    with TemporaryDirectory(prefix="tillsight-half-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "part.onnx"
        path.write_bytes(serialized(model))
        try:
            return run_file(path, {value.name: samples[value.name] for value in model.graph.input})
        except ModelError as error:
            reason = str(error.__cause__ or error).strip().splitlines()[0]
            raise ModelError(
                f"FP16 and FP32 cannot be compared: ONNX Runtime does not compute the model. {reason}",
                remedy="Choose another model, or an engine that computes it in FP32.",
            ) from error


def serialized(model: ModelProto) -> bytes:
    """The model as a single file; raises ``ModelError`` for one that is too large for that."""
    try:
        content: bytes = model.SerializeToString(deterministic=True)
        return content
    except (EncodeError, ValueError) as error:
        raise ModelError(
            f"The model is too large to be converted: {str(error).strip() or 'more than 2 GB'}.",
            remedy="Choose a smaller one, or an engine that computes in FP32.",
        ) from error


def _takes_levels(spec: TensorSpec) -> bool:
    return spec.dtype == "uint8" or (len(spec.shape) == 4 and spec.shape[3] == 3)


def _spec(value: object) -> TensorSpec:
    kind = value.type.tensor_type  # type: ignore[attr-defined]
    shape = tuple(size.dim_value if size.HasField("dim_value") else None for size in kind.shape.dim)
    is_known = kind.elem_type in _NUMPY_TYPES
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(kind.elem_type)).name if is_known else "unknown"
    return TensorSpec(value.name, shape, dtype)  # type: ignore[attr-defined]
