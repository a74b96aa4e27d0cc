"""A graph in half precision but for named nodes, made by the converter of ONNX Runtime; the only user of it.

Of the converters for ONNX files this one is kept up and comes with an engine that is there anyway (MIT license); it
needs the package ``onnx``. What it leaves behind is tidied here: casts that repeat one another or undo one another.
"""

import sys
from collections.abc import Collection
from typing import Any

import onnx
import onnxruntime
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from core.vision.model_conversion.graph import (
    captured,
    drop_unread_weights,
    put_nodes,
    sort_nodes,
    subgraphs,
    types_of,
)

LARGEST_HALF = 65504.0


def halved(model: ModelProto, kept: Collection[str]) -> ModelProto:
    """A copy in float16; the nodes named in ``kept``, all inputs and all outputs stay as they are.

    ``model`` is settled (``graph.settled``).
    """
    copy = ModelProto()
    copy.CopyFrom(model)
    _part_shared_weights(copy.graph, kept)
    converter = _converter()
    changed: ModelProto = converter.convert_float_to_float16(
        copy, keep_io_types=True, disable_shape_infer=True, op_block_list=[], node_block_list=list(kept)
    )
    graph = changed.graph
    _drop_repeated_casts(graph)
    _widen_what_inner_graphs_read(graph)
    _join_casts(graph)
    drop_unread_weights(graph)
    sort_nodes(graph)
    del graph.value_info[:]
    return onnx.shape_inference.infer_shapes(changed, data_prop=True)


def rounded(model: ModelProto, kept: Collection[str]) -> ModelProto:
    """A copy in float32 that rounds to float16 wherever ``halved`` stores float16: the same numbers on any engine.

    An engine on a CPU may compute a float16 graph in float32 throughout, and would hide what overflows.
    """
    copy = ModelProto()
    copy.CopyFrom(model)
    _part_shared_weights(copy.graph, kept)
    graph = copy.graph
    types = types_of(graph)
    stored = {tensor.name: tensor for tensor in graph.initializer}
    wide = {value.name for value in graph.input}
    wide |= {name for node in graph.node if node.name in kept for name in node.output}
    wide &= {name for name, kind in types.items() if kind == TensorProto.FLOAT}
    nodes: list[NodeProto] = []
    weights: set[str] = set()
    narrowed: set[str] = set()
    for node in graph.node:
        if node.name in kept:
            nodes.append(node)
            continue
        weights |= {name for name in _halved_inputs(node) if name in stored}
        for place, name in enumerate(node.input):
            if name in wide:
                if name not in narrowed:
                    nodes += _rounding(name, f"{name}~rounded")
                    narrowed.add(name)
                node.input[place] = f"{name}~rounded"
        nodes.append(node)
        for place, name in enumerate(node.output):
            if types.get(name) == TensorProto.FLOAT:
                node.output[place] = f"{name}~wide"
                nodes += _rounding(f"{name}~wide", name)
    put_nodes(graph, nodes)
    for name in weights:
        _round_weight(stored[name])
    del graph.value_info[:]
    return copy


def converter_versions() -> str:
    """What the converted file may depend on. ONNX Runtime's module is the same from several packages."""
    return f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}"


def share_in_half(model: ModelProto, kept: Collection[str], operators: Collection[str]) -> float:
    """How many of the nodes with these operators are not kept, as a share of them; 0 when there are none."""
    nodes = [node.name for node in model.graph.node if node.op_type in operators]
    return sum(name not in kept for name in nodes) / len(nodes) if nodes else 0.0


def _converter() -> Any:
    before = list(sys.path)
    try:
        from onnxruntime.transformers import float16
    finally:
        # The package puts its own folder, with modules of common names, on the path for everybody.
        sys.path[:] = before
    return float16


def _part_shared_weights(graph: GraphProto, kept: Collection[str]) -> None:
    """Give kept nodes copies of the weights that others read too, lest theirs are rounded."""
    shared = {name for node in graph.node if node.name not in kept for name in node.input}
    stored = {tensor.name: tensor for tensor in graph.initializer if tensor.data_type == TensorProto.FLOAT}
    for node in graph.node:
        if node.name not in kept:
            continue
        for place, name in enumerate(node.input):
            if name in shared and name in stored:
                own = f"{name}~wide"
                if own not in stored:
                    stored[own] = graph.initializer.add()
                    stored[own].CopyFrom(stored[name])
                    stored[own].name = own
                node.input[place] = own


def _drop_repeated_casts(graph: GraphProto) -> None:
    """The converter casts a tensor once for every node that reads it, each time under the same name."""
    made: set[str] = set()
    nodes = []
    for node in graph.node:
        if node.op_type == "Cast" and node.output[0] in made:
            continue
        made.update(node.output)
        nodes.append(node)
    put_nodes(graph, nodes)


def _widen_what_inner_graphs_read(graph: GraphProto) -> None:
    """Inner graphs stay in float32; the converter does not look at what they read from the graph around them."""
    types = _types_after(graph)
    wide: dict[str, str] = {}
    for node in graph.node:
        names = {name: f"{name}~captured" for name in captured(node) if types.get(name) == TensorProto.FLOAT16}
        for inner in subgraphs(node):
            _rename_reads(inner, names)
        wide |= names
    graph.node.extend(
        helper.make_node("Cast", [name], [own], name=own, to=TensorProto.FLOAT) for name, own in wide.items()
    )


def _rename_reads(graph: GraphProto, names: dict[str, str]) -> None:
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = names.get(name, name)
        for inner in subgraphs(node):
            _rename_reads(inner, names)


def _join_casts(graph: GraphProto) -> None:
    """Where float32 is rounded and widened again between two kept nodes, let the second read the first."""
    makers = {output: node for node in graph.node for output in node.output}
    types = _types_after(graph)
    outputs = {value.name for value in graph.output}
    instead: dict[str, str] = {}
    for node in graph.node:
        maker = makers.get(node.input[0]) if node.op_type == "Cast" else None
        if maker is None or maker.op_type != "Cast" or _target(maker) != TensorProto.FLOAT16:
            continue
        if _target(node) == TensorProto.FLOAT and types.get(maker.input[0]) == TensorProto.FLOAT:
            instead[node.output[0]] = maker.input[0]
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = instead.get(name, name)
    for node in graph.node:
        if node.op_type == "Cast" and node.output[0] in instead and node.output[0] in outputs:
            node.input[0], node.op_type = instead[node.output[0]], "Identity"
            del node.attribute[:]
    _drop_unread_casts(graph, outputs)


def _drop_unread_casts(graph: GraphProto, outputs: set[str]) -> None:
    while True:
        read = outputs | {name for node in graph.node for name in (*node.input, *captured(node))}
        nodes = [node for node in graph.node if node.op_type != "Cast" or node.output[0] in read]
        if len(nodes) == len(graph.node):
            return
        put_nodes(graph, nodes)


def _types_after(graph: GraphProto) -> dict[str, int]:
    """Types by what the casts say, over what was noted before them."""
    types = types_of(graph)
    types |= {node.output[0]: _target(node) for node in graph.node if node.op_type == "Cast"}
    return types


def _target(node: NodeProto) -> int:
    return int(helper.get_node_attr_value(node, "to"))


def _rounding(wide: str, name: str) -> list[NodeProto]:
    half = f"{name}~half"
    return [
        helper.make_node("Cast", [wide], [half], name=half, to=TensorProto.FLOAT16),
        helper.make_node("Cast", [half], [name], name=f"{name}~back", to=TensorProto.FLOAT),
    ]


def _halved_inputs(node: NodeProto) -> list[str]:
    """What the converter stores in float16 for the node; the scales of a ``Resize`` are float32 by definition."""
    return list(node.input[:1] if node.op_type == "Resize" else node.input)


def _round_weight(tensor: TensorProto) -> None:
    if tensor.data_type == TensorProto.FLOAT:
        array = numpy_helper.to_array(tensor)
        half = _converter().convert_np_to_float16(array.ravel()).astype(array.dtype)
        tensor.CopyFrom(numpy_helper.from_array(half.reshape(array.shape), tensor.name))
