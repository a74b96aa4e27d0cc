"""ONNX graphs as the converter wants them: complete, every node named, types known, constants as plain weights."""

import graphlib
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError, EncodeError  # type: ignore[import-untyped]
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper, inliner, numpy_helper

from core.errors import ModelError

DECIMAL = (TensorProto.FLOAT, TensorProto.FLOAT16)
HEAVY = frozenset({"Conv", "ConvTranspose", "MatMul", "Gemm", "Einsum"})
"""The operators that half precision is for."""

_STANDARD = ("", "ai.onnx")
_GRAPH_ERRORS: tuple[type[Exception], ...] = (
    DecodeError,
    EncodeError,
    onnx.checker.ValidationError,
    onnx.shape_inference.InferenceError,
    RuntimeError,
    ValueError,
)
_READING_ERRORS: tuple[type[Exception], ...] = (OSError, *_GRAPH_ERRORS)


def read_graph(path: Path) -> ModelProto:
    """The file with the numbers that it keeps in other files; raises ``ModelError``."""
    try:
        model = onnx.load(path)
        _read_names(model.graph)
        return model
    except FileNotFoundError as error:
        raise ModelError(
            f"The model {path.name} is not there, or a file with its numbers is missing ({error.filename or path}).",
            remedy="Put all its files into one folder.",
        ) from error
    except _READING_ERRORS as error:
        raise _damaged(path, error) from error


def files_of(path: Path) -> list[Path]:
    """The model's file and the files that it keeps numbers in; raises ``ModelError``."""
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except _READING_ERRORS as error:
        raise _damaged(path, error) from error
    names = {
        entry.value
        for tensor in graph.initializer
        if tensor.data_location == TensorProto.EXTERNAL
        for entry in tensor.external_data
        if entry.key == "location"
    }
    return [path, *(path.parent / name for name in sorted(names))]


def digest_of(path: Path) -> str:
    """The SHA-256 of the model and of the files that it keeps numbers in, as hexadecimal digits."""
    digest = hashlib.sha256()
    for part in files_of(path):
        try:
            with part.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise ModelError(
                f"The file {part}, which belongs to the model {path.name}, cannot be read ({error.strerror}).",
                remedy="Put all its files into one folder.",
            ) from error
    return digest.hexdigest()


def settled(model: ModelProto, name: str) -> ModelProto:
    """The model with its functions in place, stored halves widened, nodes named, sorted and types inferred.

    Computes the same as before. Raises ``ModelError`` for a graph that contradicts itself.
    """
    try:
        if model.functions:
            model = inliner.inline_local_functions(model)
        _take_weights_off_the_inputs(model)
        _constants_to_weights(model.graph)
        _widen_stored_halves(model.graph)
        _name_nodes(model.graph)
        sort_nodes(model.graph)
        return onnx.shape_inference.infer_shapes(model, data_prop=True)
    except _GRAPH_ERRORS as error:
        raise _damaged(Path(name), error) from error


def types_of(graph: GraphProto) -> dict[str, int]:
    """The element type of every tensor of the graph that it or inference tells."""
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        kind = value.type.tensor_type.elem_type
        if kind:
            types[value.name] = kind
    return types


def subgraphs(node: NodeProto) -> Iterator[GraphProto]:
    """The graphs in the attributes of an ``If``, ``Loop`` or ``Scan``."""
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield attribute.g
        yield from attribute.graphs


def captured(node: NodeProto) -> set[str]:
    """Tensors of the graph around it that a node's inner graphs read by name."""
    names: set[str] = set()
    for graph in subgraphs(node):
        own = {tensor.name for tensor in graph.initializer} | {value.name for value in graph.input}
        own |= {output for inner in graph.node for output in inner.output}
        read = {name for inner in graph.node for name in inner.input}
        for inner in graph.node:
            read |= captured(inner)
        names |= read - own
    return names - {""}


def is_standard(node: NodeProto) -> bool:
    """Whether the operator is one of ONNX's own, of which types can be inferred."""
    return node.domain in _STANDARD


def sort_nodes(graph: GraphProto) -> None:
    """Put every node behind those that it reads from, as the format asks."""
    makers = {output: place for place, node in enumerate(graph.node) for output in node.output if output}
    needs = {
        place: [makers[name] for name in (*node.input, *sorted(captured(node))) if name in makers]
        for place, node in enumerate(graph.node)
    }
    try:
        order = list(graphlib.TopologicalSorter(needs).static_order())
    except graphlib.CycleError as error:
        raise ValueError("the graph runs in a circle") from error
    if order != sorted(order):
        put_nodes(graph, [graph.node[place] for place in order])


def put_nodes(graph: GraphProto, nodes: list[NodeProto]) -> None:
    """Let the graph consist of these nodes, which may be its own."""
    del graph.node[:]
    graph.node.extend(nodes)


def drop_unread_weights(graph: GraphProto) -> None:
    """Remove initializers that nothing reads."""
    read = {name for node in graph.node for name in (*node.input, *captured(node))}
    read |= {value.name for value in graph.output}
    for place in range(len(graph.initializer) - 1, -1, -1):
        if graph.initializer[place].name not in read:
            del graph.initializer[place]


def _read_names(graph: GraphProto) -> None:
    """Raises ``ValueError`` where a damaged file's names are no text, which is told only on reading them."""
    names = [value.name for value in (*graph.input, *graph.value_info, *graph.output, *graph.initializer)]
    for node in graph.node:
        names += (node.name, node.op_type, node.domain, *node.input, *node.output)
    # Single ones are refused on reading; in a list, one comes as bytes.
    if not all(isinstance(name, str) for name in names):
        raise ValueError("a name in it is no text")


def _damaged(path: Path, error: Exception) -> ModelError:
    reason = (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
    return ModelError(
        f"The model file {path} is damaged or no ONNX model: {reason}.",
        remedy="Put the original file back, or choose another model.",
    )


def _name_nodes(graph: GraphProto) -> None:
    """Names that no two nodes share: the converter is told by name which ones stay."""
    counts = Counter(node.name for node in graph.node)
    for place, node in enumerate(graph.node):
        if not node.name or counts[node.name] > 1:
            node.name = f"{node.name or node.op_type}#{place}"


def _constants_to_weights(graph: GraphProto) -> None:
    """Constant nodes with a tensor become initializers, which can be kept wide for one reader and not for another."""
    kept = []
    for node in graph.node:
        value = next((attribute.t for attribute in node.attribute if attribute.name == "value"), None)
        if node.op_type == "Constant" and is_standard(node) and value is not None:
            weight = graph.initializer.add()
            weight.CopyFrom(value)
            weight.name = node.output[0]
        else:
            kept.append(node)
    if len(kept) < len(graph.node):
        put_nodes(graph, kept)


def _take_weights_off_the_inputs(model: ModelProto) -> None:
    """Old files list their weights as inputs too; nobody feeds them."""
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in stored]
    if len(inputs) < len(model.graph.input):
        del model.graph.input[:]
        model.graph.input.extend(inputs)
        model.ir_version = max(model.ir_version, 4)


def _widen_stored_halves(graph: GraphProto) -> None:
    """Weights that are stored in float16 and cast at once become float32, which says the same exactly."""
    stored = {tensor.name: tensor for tensor in graph.initializer if tensor.data_type == TensorProto.FLOAT16}
    outputs = {value.name for value in graph.output}
    kept = []
    for node in graph.node:
        is_widening = (
            node.op_type == "Cast"
            and node.input[0] in stored
            and node.output[0] not in outputs
            and helper.get_node_attr_value(node, "to") == TensorProto.FLOAT
        )
        if is_widening:
            array = numpy_helper.to_array(stored[node.input[0]]).astype(np.float32)
            graph.initializer.append(numpy_helper.from_array(array, node.output[0]))
        else:
            kept.append(node)
    if len(kept) < len(graph.node):
        put_nodes(graph, kept)
        drop_unread_weights(graph)
