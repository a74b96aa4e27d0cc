"""Which nodes of a graph stay in float32 when the rest is computed in float16."""

from collections.abc import Iterable, Iterator

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, numpy_helper

from core.vision.model_conversion.graph import HEAVY, captured, is_standard, subgraphs, types_of
from core.vision.model_conversion.half_graph import LARGEST_HALF
from core.vision.runtimes.runtime import Tensor

_LISTING = frozenset({"NonMaxSuppression", "NonZero", "Unique", "Compress"})
"""What comes out of these may be empty."""
_COMPARING = frozenset({"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"})
_SELECTING = _LISTING | _COMPARING | {"TopK", "ArgMax", "ArgMin"}
"""What comes out of these jumps when a number changes by a little."""
_READS_POSITIONS = {"Sin": 0, "Cos": 0, "GridSample": 1}
"""The input of these is a position too; what makes it stays with them."""
_WIDE_BY_NATURE = frozenset({"NonMaxSuppression", "TopK", "RoiAlign", "Range", "CumSum", "Upsample", *_READS_POSITIONS})
"""Positions and ranks, for which eleven bits are too few."""
_SENSITIVE = frozenset(
    {
        "BatchNormalization",
        "GlobalAveragePool",
        "GroupNormalization",
        "InstanceNormalization",
        "LayerNormalization",
        "LpNormalization",
        "LogSoftmax",
        "Softmax",
        "MeanVarianceNormalization",
        "Exp",
        "Log",
        "Pow",
        "Sqrt",
        "Reciprocal",
        "Div",
    }
)
"""Sums over many numbers, and functions that are steep somewhere; ``Reduce…`` belongs to them."""
_HEADROOM = 4.0
"""Other pictures than the samples may give numbers that are so many times larger."""
_SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)


def always_kept(model: ModelProto) -> set[str]:
    """Nodes that never are computed in float16.

    Operators that do not take it, that rank or place, or that are not ONNX's own, and all behind the latter, because
    their types are not known; what has graphs inside; what follows the last heavy operator, where boxes get their
    pixels and vectors their length; readers of weights that float16 cannot hold.
    """
    large = {
        tensor.name
        for tensor in model.graph.initializer
        if tensor.data_type == TensorProto.FLOAT and _largest(numpy_helper.to_array(tensor)) > LARGEST_HALF
    }
    own = {
        node.name
        for node in model.graph.node
        if node.op_type in _WIDE_BY_NATURE
        or selects(node)
        or not _takes_half(node, _opset(model))
        or large.intersection(node.input)
    }
    strangers = [node for node in model.graph.node if not is_standard(node)]
    behind = {node.name for node in _behind(model, strangers)}
    return own | behind | _makers_of_positions(model) | _after_the_last_heavy(model)


def kept_for_range(model: ModelProto, ranges: dict[str, float]) -> set[str]:
    """Makers and readers of tensors whose largest measured magnitude comes near to float16's end."""
    large = {name for name, largest in ranges.items() if not largest < LARGEST_HALF / _HEADROOM}
    return {node.name for node in model.graph.node if large.intersection((*node.input, *node.output))}


def growing_choices(model: ModelProto, least: set[str]) -> Iterator[set[str]]:
    """Nodes to keep: ``least``, sensitive operators, then more and more of the last and first nodes too."""
    names = [node.name for node in model.graph.node]
    sensitive = {node.name for node in model.graph.node if _is_sensitive(node)}
    yield least | sensitive
    for share in _SHARES:
        count = max(1, round(share * len(names)))
        yield least | sensitive | set(names[-count:])
        yield least | sensitive | set(names[-count:]) | set(names[:count])


def comparable_tensors(model: ModelProto) -> list[str]:
    """Float tensors by which two ways of computing the graph can be compared.

    What operators get that select, and its outputs; but nothing that comes from an operator that is not ONNX's own:
    in its place, what that gets.
    """
    types = types_of(model.graph)
    strangers = [node for node in model.graph.node if not is_standard(node)]
    left_out = {name for node in _behind(model, strangers) for name in node.output}
    left_out |= {tensor.name for tensor in model.graph.initializer}
    left_out |= {value.name for value in model.graph.input}
    found = [value.name for value in model.graph.output]
    for node in model.graph.node:
        if selects(node) or not is_standard(node):
            found += (*node.input, *sorted(captured(node)))
    return [name for name in dict.fromkeys(found) if types.get(name) == TensorProto.FLOAT and name not in left_out]


def measurable_tensors(model: ModelProto) -> list[str]:
    """Float tensors that nodes make and that have numbers for every picture: not what may be an empty list."""
    types = types_of(model.graph)
    lists = [
        node for node in model.graph.node if node.op_type in _LISTING or any(subgraphs(node)) or not is_standard(node)
    ]
    left_out = {name for node in _behind(model, lists) for name in node.output}
    made = (name for node in model.graph.node for name in node.output)
    return [name for name in made if types.get(name) == TensorProto.FLOAT and name not in left_out]


def selects(node: NodeProto) -> bool:
    """Whether the node's results jump when its inputs change by a little."""
    return node.op_type in _SELECTING or any(subgraphs(node))


def _behind(model: ModelProto, nodes: Iterable[NodeProto]) -> list[NodeProto]:
    """The nodes and all that computes from them; the graph is sorted."""
    names = {node.name for node in nodes}
    reached: set[str] = set()
    found = []
    for node in model.graph.node:
        if node.name in names or reached.intersection((*node.input, *captured(node))):
            reached.update(node.output)
            found.append(node)
    return found


def _after_the_last_heavy(model: ModelProto) -> set[str]:
    """Nodes from which no heavy operator is reached, in a graph that has one."""
    wanted: set[str] = set()
    after = set()
    for node in reversed(model.graph.node):
        if node.op_type in HEAVY or any(subgraphs(node)) or wanted.intersection(node.output):
            wanted.update((*node.input, *captured(node)))
        else:
            after.add(node.name)
    return after if wanted else set()


def _makers_of_positions(model: ModelProto) -> set[str]:
    makers = {name: node.name for node in model.graph.node for name in node.output}
    read = [node.input[_READS_POSITIONS[node.op_type]] for node in model.graph.node if node.op_type in _READS_POSITIONS]
    return {makers[name] for name in read if name in makers}


def _is_sensitive(node: NodeProto) -> bool:
    return node.op_type in _SENSITIVE or node.op_type.startswith("Reduce")


def _takes_half(node: NodeProto, opset: int) -> bool:
    """Whether the operator's definition allows float16 wherever the converter would put it."""
    if not is_standard(node) or not onnx.defs.has(node.op_type, opset, ""):
        return False
    schema = onnx.defs.get_schema(node.op_type, opset, "")
    allowed = {one.type_param_str: set(one.allowed_type_strs) for one in schema.type_constraints}
    formals = schema.inputs[:1] if node.op_type == "Resize" else (*schema.inputs, *schema.outputs)
    kinds = [allowed.get(formal.type_str, {formal.type_str}) for formal in formals]
    return all("tensor(float16)" in kind for kind in kinds if "tensor(float)" in kind)


def _opset(model: ModelProto) -> int:
    return max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=1)


def _largest(array: Tensor) -> float:
    finite = array[np.isfinite(array)]
    return float(np.abs(finite).max(initial=0.0))
