"""Small graphs that are hard to compute in float16, each in its own way."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT
SIDE = 16
random = np.random.default_rng(11)


def filters(count: int, channels: int, side: int = 3, gain: float = 1.0) -> Any:
    """Weights of a convolution that keep the size of numbers about as it is."""
    spread = gain * (2 / (channels * side * side)) ** 0.5
    return (np.random.default_rng(count + channels).normal(size=(count, channels, side, side)) * spread).astype("f4")


def save(
    path: Path,
    nodes: Sequence[Any],
    outputs: Mapping[str, Sequence[int | str] | None],
    weights: Mapping[str, Any],
    *,
    shape: Sequence[int | str] = ("n", 3, SIDE, SIDE),
    opset: int = 17,
    kinds: Mapping[str, int] | None = None,
    domains: Sequence[str] = (),
) -> Path:
    """``pixels`` of the given shape → the outputs, ``float32`` where ``kinds`` says nothing else."""
    image = helper.make_tensor_value_info("pixels", FLOAT, shape)
    stated = [
        helper.make_tensor_value_info(name, (kinds or {}).get(name, FLOAT), form) for name, form in outputs.items()
    ]
    stored = [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "hard", [image], stated, stored)
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(helper.make_model(graph, opset_imports=imports, ir_version=8).SerializeToString())
    return path


def plain(path: Path, opset: int = 17) -> Path:
    """Two convolutions without names, a mean over all places and a layer → ``vector`` N×6."""
    axes = {"axes": [2, 3]} if opset < 18 else {}
    inputs = ["second"] if opset < 18 else ["second", "axes"]
    nodes = [
        helper.make_node("Conv", ["pixels", "w1"], ["first"], pads=[1] * 4),
        helper.make_node("Relu", ["first"], ["bent"]),
        helper.make_node("Conv", ["bent", "w2"], ["second"], pads=[1] * 4),
        helper.make_node("ReduceMean", inputs, ["means"], keepdims=0, **axes),
        helper.make_node("MatMul", ["means", "w3"], ["vector"]),
    ]
    weights = {"w1": filters(8, 3), "w2": filters(8, 8), "w3": filters(8, 6, 1)[:, :, 0, 0]}
    if opset >= 18:
        weights["axes"] = np.array([2, 3], np.int64)
    return save(path, nodes, {"vector": ["n", 6]}, weights, opset=opset)


def too_large(path: Path) -> Path:
    """Squares of numbers around a thousand leave float16's range between two convolutions."""
    nodes = [
        helper.make_node("Conv", ["pixels", "w1"], ["first"], pads=[1] * 4),
        helper.make_node("Mul", ["first", "first"], ["squares"], name="square"),
        helper.make_node("Mul", ["squares", "small"], ["scaled"], name="scale"),
        helper.make_node("Conv", ["scaled", "w2"], ["second"]),
    ]
    weights = {"w1": filters(8, 3, gain=2000.0), "small": np.float32(1e-6), "w2": filters(8, 8)}
    return save(path, nodes, {"second": None}, weights)


def differences(path: Path) -> Path:
    """Numbers are lifted to where float16 has steps of 4, and lowered again."""
    nodes = [
        helper.make_node("Conv", ["pixels", "w1"], ["first"], pads=[1] * 4, name="first"),
        helper.make_node("Add", ["first", "large"], ["sums"], name="lift"),
        helper.make_node("ReduceMean", ["sums"], ["mean"], axes=[1], name="mean"),
        helper.make_node("Sub", ["sums", "mean"], ["differences"], name="lower"),
        helper.make_node("Relu", ["differences"], ["bent"], name="bend"),
        helper.make_node("Conv", ["bent", "w2"], ["second"], name="second"),
    ]
    weights = {"w1": filters(8, 3), "large": np.float32(4000), "w2": filters(8, 8)}
    return save(path, nodes, {"second": None}, weights)


def small_spread(path: Path) -> Path:
    """A layer norm, written out, of numbers whose squares are less than float16's smallest."""
    nodes = [
        helper.make_node("Conv", ["pixels", "w1"], ["first"], pads=[1] * 4),
        helper.make_node("ReduceMean", ["first"], ["mean"], axes=[1]),
        helper.make_node("Sub", ["first", "mean"], ["differences"]),
        helper.make_node("Pow", ["differences", "two"], ["squares"], name="square"),
        helper.make_node("ReduceMean", ["squares"], ["variance"], axes=[1]),
        helper.make_node("Sqrt", ["variance"], ["spread"]),
        helper.make_node("Div", ["differences", "spread"], ["normal"], name="normalize"),
        helper.make_node("Conv", ["normal", "w2"], ["second"]),
    ]
    weights = {"w1": filters(8, 3, gain=1e-4), "two": np.float32(2), "w2": filters(8, 8)}
    return save(path, nodes, {"second": None}, weights)


def all_over(path: Path) -> Path:
    """Differences of filters that float16 takes for the same, from the first node to the last."""
    wide = (4000 + np.random.default_rng(5).normal(size=(8, 3, 3, 3))).astype(np.float32)
    apart = (np.eye(8) - np.roll(np.eye(8), 1, axis=1)).astype(np.float32)[:, :, None, None]
    nodes = [
        helper.make_node("Conv", ["pixels", "wide"], ["sums"]),
        helper.make_node("Conv", ["sums", "apart"], ["answers"]),
    ]
    return save(path, nodes, {"answers": None}, {"wide": wide, "apart": apart})


def detector(path: Path, *, plugin: bool = False) -> Path:
    """A detector of NVIDIA's form: NHWC levels 0–255 in, boxes in pixels, NMS inside (a plugin's with ``plugin``)."""
    places = SIDE * SIDE
    anchors = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)) * 2, -1).reshape(1, places, 4)
    nodes = [
        helper.make_node("Transpose", ["pixels"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Mul", ["planes", "scale"], ["small"]),
        helper.make_node("Conv", ["small", "w1"], ["first"], pads=[1] * 4),
        helper.make_node("Relu", ["first"], ["bent"]),
        helper.make_node("Conv", ["bent", "w2"], ["second"], name="heads"),
        helper.make_node("Reshape", ["second", "flat"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["table"], perm=[0, 2, 1]),
        helper.make_node("Split", ["table", "parts"], ["shifts", "logits"], axis=2),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
        helper.make_node("Add", ["shifts", "anchors"], ["boxes"], name="place"),
    ]
    weights: dict[str, Any] = {
        "scale": np.float32(1 / 255),
        "w1": filters(8, 3),
        "w2": filters(5, 8, 1),
        "flat": np.array([1, 5, places], np.int64),
        "parts": np.array([4, 1], np.int64),
        "anchors": anchors.astype(np.float32) * 40 + 300,
    }
    form = (1, SIDE, SIDE, 3)
    if plugin:
        names = ["num_detections", "detection_boxes", "detection_scores", "detection_classes"]
        nodes.append(
            helper.make_node("EfficientNMS_TRT", ["boxes", "scores"], names, domain="trt", max_output_boxes=100)
        )
        shapes = {names[0]: [1, 1], names[1]: [1, 100, 4], names[2]: [1, 100], names[3]: [1, 100]}
        kinds = {names[0]: TensorProto.INT32, names[3]: TensorProto.INT32}
        return save(path, nodes, shapes, weights, shape=form, kinds=kinds, domains=["trt"])
    nodes += [
        helper.make_node("Transpose", ["scores"], ["by_class"], perm=[0, 2, 1]),
        helper.make_node("NonMaxSuppression", ["boxes", "by_class", "most", "overlap", "least"], ["kept"], name="nms"),
        helper.make_node("Gather", ["kept", "third"], ["indices"], axis=1),
        helper.make_node("Gather", ["boxes", "indices"], ["found"], axis=1),
    ]
    weights |= {
        "most": np.array([10], np.int64),
        "overlap": np.array([0.5], np.float32),
        "least": np.array([0.3], np.float32),
        "third": np.int64(2),
    }
    return save(path, nodes, {"found": None}, weights, shape=form)


def two_stages(path: Path) -> Path:
    """A transformer's way to detect: attention, the best places chosen, their positions encoded, a second attention."""
    places, size, chosen = SIDE * SIDE, 16, 9
    nodes = [
        helper.make_node("Conv", ["pixels", "w1"], ["first"], pads=[1] * 4),
        helper.make_node("Reshape", ["first", "flat"], ["columns"]),
        helper.make_node("Transpose", ["columns"], ["tokens"], perm=[0, 2, 1]),
        helper.make_node("LayerNormalization", ["tokens", "ones", "zeros"], ["normal"], axis=-1),
        helper.make_node("Transpose", ["normal"], ["keys"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["normal", "keys"], ["products"]),
        helper.make_node("Mul", ["products", "scale"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["shares"], axis=-1),
        helper.make_node("MatMul", ["shares", "normal"], ["memory"]),
        helper.make_node("MatMul", ["memory", "judge"], ["scores"]),
        helper.make_node("Flatten", ["scores"], ["ranking"]),
        helper.make_node("TopK", ["ranking", "count"], ["best", "where"], axis=1, name="choose"),
        helper.make_node("Unsqueeze", ["where", "last"], ["rows"]),
        helper.make_node("Expand", ["rows", "wide"], ["indices"]),
        helper.make_node("GatherElements", ["memory", "indices"], ["queries"], axis=1),
        helper.make_node("Cast", ["indices"], ["positions"], to=FLOAT),
        helper.make_node("Mul", ["positions", "rates"], ["angles"], name="turn"),
        helper.make_node("Sin", ["angles"], ["encoded"], name="encode"),
        helper.make_node("Add", ["queries", "encoded"], ["asked"]),
        helper.make_node("MatMul", ["asked", "keys"], ["weights"]),
        helper.make_node("Softmax", ["weights"], ["second"], axis=-1),
        helper.make_node("MatMul", ["second", "memory"], ["heads"]),
        helper.make_node("MatMul", ["heads", "judge"], ["pred_logits"]),
    ]
    generator = np.random.default_rng(3)
    weights = {
        "w1": filters(size, 3),
        "flat": np.array([0, size, places], np.int64),
        "ones": np.ones(size, "f4"),
        "zeros": np.zeros(size, "f4"),
        "scale": np.float32(size**-0.5),
        "judge": generator.normal(size=(size, 1)).astype("f4"),
        "count": np.array([chosen], np.int64),
        "last": np.array([2], np.int64),
        "wide": np.array([1, 1, size], np.int64),
        "rates": (10000.0 ** (-np.arange(size) / size) * 6.28).astype("f4"),
    }
    return save(path, nodes, {"pred_logits": None, "where": None}, weights, kinds={"where": TensorProto.INT64})


def branching(path: Path) -> Path:
    """A branch whose inner graphs read the outer graph's tensors and weights by name."""
    yes = helper.make_graph(
        [helper.make_node("Mul", ["first", "factor"], ["doubled"])],
        "yes",
        [],
        [helper.make_tensor_value_info("doubled", FLOAT, None)],
    )
    no = helper.make_graph(
        [helper.make_node("Identity", ["first"], ["same"])],
        "no",
        [],
        [helper.make_tensor_value_info("same", FLOAT, None)],
    )
    nodes = [
        helper.make_node("Conv", ["pixels", "w1"], ["first"], pads=[1] * 4),
        helper.make_node("ReduceSum", ["first"], ["sum"], keepdims=0),
        helper.make_node("Less", ["sum", "never"], ["is_small"]),
        helper.make_node("If", ["is_small"], ["chosen"], then_branch=yes, else_branch=no),
        helper.make_node("Mul", ["chosen", "factor"], ["scaled"]),
        helper.make_node("Conv", ["scaled", "w2"], ["second"]),
    ]
    weights = {
        "w1": filters(8, 3),
        "w2": filters(8, 8),
        "factor": np.full((1, 8, 1, 1), 1.5, "f4"),
        "never": np.float32(9e9),
    }
    return save(path, nodes, {"second": None}, weights)


def stored_in_halves(path: Path) -> Path:
    """The plain graph with its weights stored in float16 and cast at its start."""
    model = onnx.load(plain(path))
    casts = []
    for tensor in model.graph.initializer:
        name = tensor.name
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}.half")
        tensor.CopyFrom(half)
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    path.write_bytes(model.SerializeToString())
    return path
