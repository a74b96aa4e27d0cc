"""How much a graph has to compute and to move for one batch, counted; and a graph that does nothing but multiply."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from core.vision.model_conversion.graph import read_graph, settled, subgraphs

_QUANTIZED = frozenset({"QuantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul"})

Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Work:
    """``operations``: multiplications and additions for one picture. ``weights``: numbers that are read once for each
    batch. ``carried``: numbers in and out for each picture. What lies between may stay in an engine's cache.
    """

    operations: int
    weights: int
    carried: int

    def floor_ms(self, batch: int, *, operations_per_second: float, bytes_per_second: float, width: int) -> float:
        """The shortest time in which a device of these rates can do a batch of numbers of ``width`` bytes each."""
        computing = batch * self.operations / operations_per_second
        moving = (self.weights + batch * self.carried) * width / bytes_per_second
        return 1e3 * max(computing, moving)


def count_work(path: Path) -> Work | None:
    """Counted are convolutions and matrix products, which is nearly all of a network's work.

    ``None`` for a graph whose sizes are not known beforehand. Raises ``ModelError`` for a file that is no model.
    """
    model = settled(read_graph(path), path.name)
    shapes = _shapes_for_one(model)
    graph = model.graph
    ends = [value.name for value in (*graph.input, *graph.output)]
    heavy = [node for node in graph.node if node.op_type in _COUNTERS]
    needed = {name for node in heavy for name in (*node.input[:2], node.output[0])} | set(ends)
    if not heavy or not needed <= shapes.keys() or any(any(subgraphs(node)) for node in graph.node):
        return None
    pictures = max(1, shapes[graph.input[0].name][0])
    return Work(
        operations=sum(_COUNTERS[node.op_type](node, shapes) for node in heavy) // pictures,
        weights=sum(prod(tensor.dims) for tensor in graph.initializer if tensor.data_type == TensorProto.FLOAT),
        carried=sum(prod(shapes[name]) for name in ends) // pictures,
    )


def computes_in_whole_numbers(path: Path) -> bool:
    """Whether a model is quantized, in whole or in part. Raises ``ModelError`` for a file that is no model."""
    return any(node.op_type in _QUANTIZED for node in read_graph(path).graph.node)


def write_matrix_product(path: Path, rows: int, size: int) -> int:
    """Write a graph ``left`` N×size → ``product`` N×size; the operations for so many rows."""
    matrix = np.random.default_rng(0).normal(0, size**-0.5, (size, size)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["left", "right"], ["product"])],
        "product",
        [helper.make_tensor_value_info("left", TensorProto.FLOAT, ["n", size])],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, ["n", size])],
        [numpy_helper.from_array(matrix, "right")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return 2 * rows * size * size


def _shapes_for_one(model: ModelProto) -> Shapes:
    """The shapes that are known once every input holds one picture, or as many as the model insists on."""
    for value in model.graph.input:
        sizes = value.type.tensor_type.shape.dim
        if sizes and not sizes[0].HasField("dim_value"):
            sizes[0].dim_value = 1
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    del model.graph.value_info[:]
    graph: GraphProto = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes: Shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        kind = value.type.tensor_type
        if kind.HasField("shape") and all(size.HasField("dim_value") for size in kind.shape.dim):
            shapes[value.name] = tuple(size.dim_value for size in kind.shape.dim)
    return shapes


def _convolution(node: NodeProto, shapes: Shapes) -> int:
    return 2 * prod(shapes[node.output[0]]) * prod(shapes[node.input[1]][1:])


def _transposed_convolution(node: NodeProto, shapes: Shapes) -> int:
    return 2 * prod(shapes[node.input[0]]) * prod(shapes[node.input[1]][1:])


def _matrix_product(node: NodeProto, shapes: Shapes) -> int:
    return 2 * prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]


def _gemm(node: NodeProto, shapes: Shapes) -> int:
    is_turned = helper.get_node_attr_value(node, "transA") if any(a.name == "transA" for a in node.attribute) else 0
    return 2 * prod(shapes[node.output[0]]) * shapes[node.input[0]][0 if is_turned else 1]


_COUNTERS = {
    "Conv": _convolution,
    "ConvTranspose": _transposed_convolution,
    "MatMul": _matrix_product,
    "Gemm": _gemm,
}
