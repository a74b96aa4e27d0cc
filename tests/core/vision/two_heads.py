"""A small embedder with a second head that tells classes apart, as NVIDIA's second retail embedder has it."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.vision.embedder import Embedder, open_embedder
from tests.core.vision.tiny_networks import SIDE, embedder_tree, write_card

CLASSES = 4


def save_two_heads(path: Path, *, is_softmax: bool = True, classes: int = CLASSES) -> None:
    """Channel means → ``vector`` N×6; brightest values → ``probs`` N×classes.

    Class 0 grows with the brightest red, class 1 with green, class 2 with blue; the others never win.
    """
    means = np.random.default_rng(3).normal(size=(3, 6)).astype(np.float32)
    peaks = np.zeros((3, classes), np.float32)
    peaks[[0, 1, 2], [0, 1, 2]] = 0.1
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "means"], ["vector"]),
        helper.make_node("GlobalMaxPool", ["pixels"], ["brightest"]),
        helper.make_node("Flatten", ["brightest"], ["tops"], axis=1),
        helper.make_node("MatMul", ["tops", "peaks"], ["logits" if is_softmax else "probs"]),
        *([helper.make_node("Softmax", ["logits"], ["probs"], axis=1)] if is_softmax else []),
    ]
    image = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
    outputs = [
        helper.make_tensor_value_info("probs", TensorProto.FLOAT, ["n", classes]),
        helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 6]),
    ]
    weights = [numpy_helper.from_array(means, "means"), numpy_helper.from_array(peaks, "peaks")]
    graph = helper.make_graph(nodes, "two heads", [image], outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())


def open_two_heads(folder: Path, **changes: Any) -> Embedder:
    """The embedder in ``folder/tiny`` by a card with changes at its top."""
    heads = {"embedding": "vector", "probabilities": "probs"}
    write_card(folder / "tiny" / "card.toml", embedder_tree(outputs=heads) | changes)
    return open_embedder("tiny", folders=[folder], runtime="onnxruntime", threads=1)
