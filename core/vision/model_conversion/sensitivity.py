"""Which nodes multiply the errors of float16: measured by computing a graph exactly and rounded, side by side."""

from collections.abc import Sequence

from onnx import ModelProto, NodeProto, TensorProto, helper

from core.vision.model_conversion.graph import subgraphs, types_of

_ROUNDED = "rounded:"
_UNAVOIDABLE = 2.0**-11
"""Half a step of float16: the relative error of a number that has only been stored."""
_MULTIPLIED = 4.0
"""A node whose result is off by so many times more than what it reads, needs that more exactly."""


def side_by_side(exact: ModelProto, rounded: ModelProto, tensors: Sequence[str], shared: set[str]) -> ModelProto:
    """One graph of both, with a number for every one of ``tensors``, in their order: its relative error.

    ``shared``: what both read from outside. The error of a tensor that is zero throughout is not a number.
    """
    joined = ModelProto()
    joined.CopyFrom(exact)
    graph = joined.graph
    renamed = ModelProto()
    renamed.CopyFrom(rounded)
    for node in renamed.graph.node:
        _rename(node, shared)
        graph.node.append(node)
    for tensor in renamed.graph.initializer:
        tensor.name = f"{_ROUNDED}{tensor.name}"
        graph.initializer.append(tensor)
    del graph.output[:]
    for place, name in enumerate(tensors):
        graph.node.extend(_relative_error(name, f"{_ROUNDED}{name}", f"{_ROUNDED}error{place}"))
        graph.output.append(helper.make_tensor_value_info(f"{_ROUNDED}error{place}", TensorProto.FLOAT, []))
    return joined


def kept_for_losses(model: ModelProto, kept: set[str], losses: dict[str, float]) -> set[str]:
    """``kept``, and the nodes that multiply errors, and those that make what they read."""
    makers = {name: node for node in model.graph.node for name in node.output}
    types = types_of(model.graph)
    more: set[str] = set()
    for node in model.graph.node:
        own = max((_finite(losses[name]) for name in node.output if name in losses), default=0.0)
        read = [name for name in node.input if name in makers and types.get(name) == TensorProto.FLOAT]
        before = max((_finite(losses[name]) for name in read if name in losses), default=0.0)
        if own > _MULTIPLIED * max(before, _UNAVOIDABLE):
            more |= {node.name} | {makers[name].name for name in read}
    return kept | more


def _finite(loss: float) -> float:
    """Errors that are no number count as total: a tensor that is zero, or that has left the range."""
    return loss if 0 <= loss < 1 else 1.0


def _relative_error(exact: str, rounded: str, name: str) -> list[NodeProto]:
    parts = {part: f"{name}/{part}" for part in ("difference", "squares", "own", "lost", "all", "share")}
    return [
        helper.make_node("Sub", [exact, rounded], [parts["difference"]]),
        helper.make_node("Mul", [parts["difference"], parts["difference"]], [parts["squares"]]),
        helper.make_node("Mul", [exact, exact], [parts["own"]]),
        helper.make_node("ReduceSum", [parts["squares"]], [parts["lost"]], keepdims=0),
        helper.make_node("ReduceSum", [parts["own"]], [parts["all"]], keepdims=0),
        helper.make_node("Div", [parts["lost"], parts["all"]], [parts["share"]]),
        helper.make_node("Sqrt", [parts["share"]], [name]),
    ]


def _rename(node: NodeProto, shared: set[str]) -> None:
    assert not any(subgraphs(node)), "what has graphs inside is given from outside"
    node.name = f"{_ROUNDED}{node.name}"
    for place, name in enumerate(node.input):
        node.input[place] = name if not name or name in shared else f"{_ROUNDED}{name}"
    for place, name in enumerate(node.output):
        node.output[place] = f"{_ROUNDED}{name}" if name else ""
