"""Small real ONNX files that return given numbers for every picture, in the forms that other programs export."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

Shape = Sequence[int | str]
Numbers = npt.NDArray[Any]


def save_graph(
    path: Path,
    outputs: Mapping[str, Numbers],
    *,
    image: tuple[str, Shape] = ("images", (1, 3, 64, 64)),
    dtype: Any = np.float32,
    shapes: Mapping[str, Shape] | None = None,
    notes: Mapping[str, str] | None = None,
    more_inputs: Sequence[tuple[str, Shape]] = (),
) -> Path:
    """Each output is its given array; ``shapes`` says what the graph states instead of the array's own shape."""
    name, shape = image
    nodes = [
        helper.make_node("Cast", [name], ["decimal"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["decimal"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    weights = [numpy_helper.from_array(np.float32(0), "zero")]
    stated = []
    for output, array in outputs.items():
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        nodes += [
            helper.make_node("Cast", ["nothing"], [f"{output}_nothing"], to=kind),
            helper.make_node("Add", [f"{output}_given", f"{output}_nothing"], [output]),
        ]
        weights.append(numpy_helper.from_array(array, f"{output}_given"))
        stated.append(helper.make_tensor_value_info(output, kind, (shapes or {}).get(output, array.shape)))
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    inputs = [helper.make_tensor_value_info(name, kind, shape)]
    inputs += [helper.make_tensor_value_info(other, TensorProto.FLOAT, form) for other, form in more_inputs]
    graph = helper.make_graph(nodes, "given", inputs, stated, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, dict(notes or {}))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def floats(*rows: Sequence[float]) -> npt.NDArray[np.float32]:
    """Rows of numbers as float32."""
    return np.array(rows, np.float32)


def cells(side: int = 64, strides: Sequence[int] = (8, 16, 32)) -> int:
    """How many cells the grids over a square have."""
    return sum((side // stride) ** 2 for stride in strides)


def yolov8_columns(
    boxes: Mapping[int, tuple[float, ...]], *, classes: int = 3, count: int = 0, after: int = 0
) -> npt.NDArray[np.float32]:
    """1×(4+C+after)×N: at each place center x, y, width, height and the class scores; elsewhere silence."""
    table = np.zeros((1, 4 + classes + after, count or cells()), np.float32)
    table[:, :4] = 30.0
    table[:, 4 : 4 + classes] = 0.01
    for place, numbers in boxes.items():
        table[0, : len(numbers), place] = numbers
    return table


def yolov5_rows(boxes: Mapping[int, tuple[float, ...]], *, classes: int = 3) -> npt.NDArray[np.float32]:
    """1×3A×(5+C): center x, y, width, height, objectness and the class scores."""
    table = np.zeros((1, 3 * cells(), 5 + classes), np.float32)
    table[..., :4] = 30.0
    for place, numbers in boxes.items():
        table[0, place, : len(numbers)] = numbers
    return table


def sharp_distances(distances: Sequence[float], bins: int = 8) -> npt.NDArray[np.float32]:
    """Logits 4×bins whose expectation are the given distances, between two neighboring bins each."""
    logits = np.full((4, bins), -40.0, np.float32)
    for row, distance in zip(logits, distances, strict=True):
        low = int(distance)
        share = distance - low
        row[low] = np.log(1 - share)
        if share:
            row[low + 1] = np.log(share)
    return logits.ravel()


def nanodet_outputs(
    *, stride: int, row: int, column: int, scores: Sequence[float], distances: Sequence[float], side: int = 64
) -> dict[str, npt.NDArray[np.float32]]:
    """NanoDet's six outputs, silent but for one cell."""
    outputs = {}
    for own in (8, 16, 32):
        classes = np.full((1, (side // own) ** 2, len(scores)), 0.01, np.float32)
        logits = np.zeros((1, (side // own) ** 2, 32), np.float32)
        if own == stride:
            place = row * (side // own) + column
            classes[0, place] = scores
            logits[0, place] = sharp_distances(distances)
        outputs[f"cls_pred_stride_{own}"] = classes
        outputs[f"dis_pred_stride_{own}"] = logits
    return outputs


def fastestdet_map(
    *, row: int, column: int, numbers: Sequence[float], classes: Sequence[float], side: int = 64
) -> npt.NDArray[np.float32]:
    """1×(5+C)×h×w: silent but for one cell with objectness, box before its squashing, and class beliefs."""
    table = np.zeros((1, 5 + len(classes), side // 16, side // 16), np.float32)
    table[:, 5:] = 1 / len(classes)
    table[0, :5, row, column] = numbers
    table[0, 5:, row, column] = classes
    return table
