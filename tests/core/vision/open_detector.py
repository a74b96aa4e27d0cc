"""A small real detection network that takes pictures of any size, and pictures on which its answers are known."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.frames import Pixels
from tests.core.vision.tiny_networks import write_card

STRIDE = 8
REACH = 12.0
"""Pixels of the input from a cell's middle to each side of its box."""


def save_open_detector(path: Path, *, size: tuple[int | str, int | str] = ("h", "w")) -> Path:
    """A cell's belief is its brightness, its box a square: ``images`` N×3×h×w → ``centers``, ``sides`` at stride 8.

    Filters of random numbers that cancel out add nothing but work, and rounding.
    """
    random = np.random.default_rng(7).normal(size=(4, 3, STRIDE, STRIDE)).astype(np.float32)
    weights = {
        "mean": np.full((1, 3, STRIDE, STRIDE), 1 / (3 * STRIDE * STRIDE), np.float32),
        "noise": np.concatenate([random, -random]),
        "together": np.tile(np.eye(4, dtype=np.float32), 2)[:, :, None, None],
        "reach": np.full(4, REACH, np.float32),
    }
    steps = [STRIDE, STRIDE]
    nodes = [
        helper.make_node("Conv", ["images", "mean"], ["bright"], strides=steps),
        helper.make_node("Clip", ["bright", "low", "high"], ["centers"]),
        helper.make_node("Conv", ["images", "noise"], ["noisy"], strides=steps),
        helper.make_node("Conv", ["noisy", "together", "reach"], ["sides"]),
    ]
    weights |= {"low": np.array(0, np.float32), "high": np.array(1, np.float32)}
    rows, columns = (side // STRIDE if isinstance(side, int) else f"{side}_cells" for side in size)
    graph = helper.make_graph(
        nodes,
        "open",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, *size])],
        [
            helper.make_tensor_value_info("centers", TensorProto.FLOAT, ["n", 1, rows, columns]),
            helper.make_tensor_value_info("sides", TensorProto.FLOAT, ["n", 4, rows, columns]),
        ],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def open_tree(*, width: int = 128, height: int = 128, **form: Any) -> dict[str, Any]:
    """A card for ``save_open_detector``'s file ``tiny.onnx`` that trims to multiples of 32, its input changed."""
    size = {"name": "images", "width": width, "height": height, "scale": 1 / 255}
    letterbox = {"fit": "letterbox", "padding": "both", "pad_value": 0, "trim": 32}
    return {
        "kind": "detector",
        "name": "open",
        "file": "tiny.onnx",
        "license": "Apache-2.0",
        "source": "a test",
        "decoder": "center",
        "input": size | letterbox | form,
        "outputs": {"centers": "centers", "sides": "sides"},
    }


def write_open_detector(folder: Path, **form: Any) -> Path:
    """Card and weights in a folder; the card."""
    save_open_detector(folder / "tiny.onnx")
    return write_card(folder / "card.toml", open_tree(**form))


def dotted(width: int, height: int, x: int, y: int, radius: int) -> Pixels:
    """A black picture with a white square around a place."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[max(0, y - radius) : y + radius, max(0, x - radius) : x + radius] = 255
    return picture
