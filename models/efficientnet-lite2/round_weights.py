# /// script
# requires-python = ">=3.11"
# dependencies = ["onnx==1.23.2", "onnxruntime==1.31.1", "opencv-python-headless", "numpy"]
# ///
"""Rounds an embedder's weights to numbers that bfloat16 holds, so that engines computing in it do not round them again.

``uv run round_weights.py IN.onnx OUT.onnx``. Rounding each number to its nearest moves every filter's answer to an
evenly lit surface; here each goes up or down so that a filter's mean answer stays, also against what the layers
before it have moved already (M. Nagel et al., *Data-Free Quantization Through Weight Equalization and Bias
Correction*, ICCV 2019, section 4.2). Means are taken over drawn pictures, so no photographs are needed.
"""

import argparse
import hashlib
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

PICTURES = 48
KEPT = 3
"""The first convolutions stay as they are: the card has them computed in float32."""

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]


def draw_pictures(count: int, side: int) -> Floats:
    """Cloudy and checkered color patterns of several scales, some with letterbox bars, in the network's form."""
    generator = np.random.default_rng(0)
    pictures = []
    for _ in range(count):
        picture = np.zeros((side, side, 3))
        for cells in (2, 4, 9, 20, 60):
            pattern = generator.normal(size=(cells, cells, 3)) * generator.uniform(20, 70) / np.sqrt(1 + cells / 8)
            smooth = cv2.INTER_CUBIC if generator.random() < 0.5 else cv2.INTER_NEAREST
            picture += cv2.resize(pattern, (side, side), interpolation=smooth)
        picture = np.clip(picture + generator.uniform(60, 190, 3), 0, 255)
        bar = int(generator.integers(0, 70))
        if generator.random() < 0.5:
            picture[:, :bar] = 0
            picture[:, side - bar :] = 0
        pictures.append(picture)
    return ((np.stack(pictures) - 127) / 128).transpose(0, 3, 1, 2).astype(np.float32)


def channel_means(model: onnx.ModelProto, tensors: list[str], pictures: Floats) -> dict[str, Doubles]:
    """The mean of each channel of some inner tensors."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    del probe.graph.output[:]
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in tensors)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    sums: dict[str, Doubles] = {}
    for start in range(0, len(pictures), 8):
        values = session.run(tensors, {"images": pictures[start : start + 8]})
        for name, value in zip(tensors, values, strict=True):
            sums[name] = sums.get(name, 0) + value.mean((2, 3), dtype=np.float64).sum(0)
    return {name: total / len(pictures) for name, total in sums.items()}


def neighbors(values: Floats) -> tuple[Floats, Floats]:
    """The nearest numbers of bfloat16 below and above; both the same for one that it holds."""
    bits = np.ascontiguousarray(values).view(np.uint32)
    inner = bits & 0xFFFF0000
    outer = np.where(inner == bits, inner, inner + 0x10000).astype(np.uint32)
    first, second = inner.view(np.float32), outer.view(np.float32)
    return np.minimum(first, second), np.maximum(first, second)


def nearest(values: Doubles) -> Floats:
    """Each number's nearest in bfloat16."""
    below, above = neighbors(values.astype(np.float32))
    return np.where(np.abs(below - values) <= np.abs(above - values), below, above)


def round_filters(filters: Floats, weights: Doubles, error: Doubles) -> Floats:
    """Rows rounded so that ``error + (rounded - filters) · weights`` stays near 0; the largest steps go first."""
    below, above = neighbors(filters)
    rounded = np.empty_like(filters)
    for column in np.argsort(-(np.abs(above - below) * np.abs(weights)).mean(0), kind="stable"):
        down = error + (below[:, column].astype(np.float64) - filters[:, column]) * weights[:, column]
        up = error + (above[:, column].astype(np.float64) - filters[:, column]) * weights[:, column]
        is_up = np.abs(up) < np.abs(down)
        rounded[:, column] = np.where(is_up, above[:, column], below[:, column])
        error = np.where(is_up, up, down)
    return rounded


def round_model(model: onnx.ModelProto, pictures: Floats) -> None:
    """Round the filters and biases of all convolutions but the first ``KEPT``, in the order in which they run."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    halves = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast"}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    inputs = list(dict.fromkeys(node.input[0] for node in convolutions[KEPT:]))
    original = channel_means(model, inputs, pictures)
    for node in convolutions[KEPT:]:
        tensor, bias = (stored[halves.get(name, name)] for name in node.input[1:3])
        filters = numpy_helper.to_array(tensor).astype(np.float32)
        rows = filters.reshape(len(filters), -1)
        is_depthwise = next(attribute.i for attribute in node.attribute if attribute.name == "group") > 1
        means = channel_means(model, [node.input[0]], pictures)[node.input[0]]
        weights = np.broadcast_to(means[:, None] if is_depthwise else means[None], rows.shape)
        weights = np.where(np.abs(weights) < 1e-3, 1e-3, weights)
        moved = means - original[node.input[0]]
        drift = rows.sum(1, dtype=np.float64) * moved if is_depthwise else rows.astype(np.float64) @ moved
        wanted = numpy_helper.to_array(bias).astype(np.float64) - drift
        restored = nearest(wanted)
        store(bias, restored)
        store(tensor, round_filters(rows, weights, restored - wanted).reshape(filters.shape))


def store(tensor: onnx.TensorProto, values: Floats) -> None:
    """Put values in the tensor's own type, in which bfloat16's numbers of these sizes stay exact."""
    own = values.astype(numpy_helper.to_array(tensor).dtype)
    assert not (own.astype(np.float32).view(np.uint32) & 0xFFFF).any(), tensor.name
    tensor.CopyFrom(numpy_helper.from_array(own, tensor.name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    model = onnx.load(arguments.source)
    side = model.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    round_model(model, draw_pictures(PICTURES, side))
    fact = next(entry for entry in model.metadata_props if entry.key == "source")
    fact.value += ", weights rounded to bfloat16 by round_weights.py"
    onnx.save(model, arguments.target)
    content = arguments.target.read_bytes()
    print(f"{arguments.target.name}: {len(content) / 1e6:.2f} MB, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
