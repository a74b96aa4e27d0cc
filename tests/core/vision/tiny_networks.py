"""Small real ONNX files and cards for tests."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 32
"""Width and height of the tiny embedder's input."""


def save_embedder(
    path: Path, *, poison: float = 1.0, batch: int | str = "n", size: int = 6, side: int | str = SIDE
) -> None:
    """Channel means times a fixed matrix, times ``poison``: ``pixels`` N×3×side×side → ``vector`` N×size.

    ``side``: a word leaves height and width open.
    """
    sides = [f"{side}-height", f"{side}-width"] if isinstance(side, str) else [side, side]
    matrix = np.random.default_rng(3).normal(size=(3, size)).astype(np.float32) * np.float32(poison)
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["means"], axis=1),
        helper.make_node("MatMul", ["means", "matrix"], ["vector"]),
    ]
    image = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 3, *sides])
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [batch, size])
    _save(path, nodes, image, vector, {"matrix": matrix})


def save_bare_embedder(path: Path) -> None:
    """The same for one picture, without a first axis in its result: ``pixels`` 1×3×32×32 → ``vector`` 6."""
    save_embedder(path, batch=1)
    model = onnx.load(path)
    model.graph.node[-1].output[0] = "row"
    model.graph.initializer.append(numpy_helper.from_array(np.array([6], np.int64), "bare"))
    model.graph.node.append(helper.make_node("Reshape", ["row", "bare"], ["vector"]))
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("vector", TensorProto.FLOAT, [6]))
    path.write_bytes(model.SerializeToString())


def save_fine_filters(path: Path) -> None:
    """Differences of filters that bfloat16 takes for the same: ``pixels`` N×3×32×32 → ``answers`` N×8×30×30."""
    filters = 1000 + np.random.default_rng(5).normal(size=(8, 3, 3, 3)).astype(np.float32)
    differences = (np.eye(8) - np.roll(np.eye(8), 1, axis=1)).astype(np.float32)[:, :, None, None]
    nodes = [
        helper.make_node("Conv", ["pixels", "filters"], ["sums"]),
        helper.make_node("Conv", ["sums", "differences"], ["answers"]),
    ]
    image = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", 8, SIDE - 2, SIDE - 2])
    _save(path, nodes, image, answers, {"filters": filters, "differences": differences})


def save_light_meter(path: Path) -> None:
    """What two layers of sums have beyond their sum for a level of 170: ``pixels`` N×3×32×32 → ``light`` N×8×32×32."""
    random = np.random.default_rng(5)
    first, second = random.random((8, 3)).astype(np.float32), random.random((8, 8)).astype(np.float32)
    beyond = 170 * (second @ first).sum(axis=1)
    nodes = [
        helper.make_node("Relu", ["pixels"], ["start"]),
        helper.make_node("Conv", ["start", "first"], ["sums"]),
        helper.make_node("Conv", ["sums", "second"], ["sums of sums"]),
        helper.make_node("Sub", ["sums of sums", "beyond"], ["rest"]),
        helper.make_node("Relu", ["rest"], ["light"]),
    ]
    image = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
    light = helper.make_tensor_value_info("light", TensorProto.FLOAT, ["n", 8, SIDE, SIDE])
    weights = {
        "first": first[:, :, None, None],
        "second": second[:, :, None, None],
        "beyond": beyond.reshape(1, 8, 1, 1),
    }
    _save(path, nodes, image, light, weights)


def save_detector(path: Path, rows: npt.NDArray[np.float32], *, side: int, name: str = "images") -> None:
    """Returns the given A×(5+C) rows for every picture: ``images`` 1×3×side×side → ``output`` 1×A×(5+C)."""
    nodes = [
        helper.make_node("ReduceMean", [name], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["rows", "nothing"], ["output"]),
    ]
    image = helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, side, side])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, *rows.shape])
    _save(path, nodes, image, output, {"rows": rows[None].astype(np.float32), "zero": np.float32(0)})


def write_card(path: Path, tree: dict[str, Any]) -> Path:
    """The tree as TOML, tables last."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in tree.items() if not isinstance(value, dict)]
    for key, table in tree.items():
        if isinstance(table, dict):
            lines += [f"[{key}]", *(f"{name} = {json.dumps(value)}" for name, value in table.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def embedder_tree(**changes: Any) -> dict[str, Any]:
    """A right card for ``save_embedder``'s file ``tiny.onnx``, with changes at the top."""
    tree: dict[str, Any] = {
        "kind": "embedder",
        "name": "tiny",
        "file": "tiny.onnx",
        "license": "Apache-2.0",
        "source": "a test",
        "embedding_size": 6,
        "input": {"name": "pixels", "width": SIDE, "height": SIDE},
        "outputs": {"embedding": "vector"},
    }
    return tree | changes


def detector_tree(*, side: int = 64, **changes: Any) -> dict[str, Any]:
    """A right card for ``save_detector``'s file ``tiny.onnx``, with changes at the top."""
    form = {"name": "images", "width": side, "height": side, "color": "BGR", "fit": "letterbox", "pad_value": 114}
    tree: dict[str, Any] = {
        "kind": "detector",
        "name": "tiny",
        "file": "tiny.onnx",
        "license": "Apache-2.0",
        "source": "a test",
        "decoder": "yolox",
        "input": form,
        "outputs": {"predictions": "output"},
    }
    return tree | changes


def _save(path: Path, nodes: list[Any], image: Any, output: Any, weights: dict[str, Any]) -> None:
    initializers = [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "tiny", [image], [output], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
