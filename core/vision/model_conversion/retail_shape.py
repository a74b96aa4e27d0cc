"""A graph of the form of NVIDIA's Retail Object Recognition 1.0, its weights random: for measuring without theirs.

ResNet-101 (He et al., 2016, https://arxiv.org/abs/1512.03385, its strides in the 3×3 convolutions) and one layer.
"""

from math import pi, prod
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

RETAIL_SHAPE = "retail-shape"
"""What the graph is called where a card's name is asked for."""
FLOAT32_UNTIL = "stage0"
"""The tensor after which the graph bears bfloat16: from its input on, vectors would lose more than is allowed."""
EMBEDDING_SIZE = 2048
SIDE = 224

_STAGES = ((3, 64, 1), (4, 128, 2), (23, 256, 2), (3, 512, 2))
"""Blocks, channels of the inner convolutions, and stride of each stage."""
_WIDENING = 4
_BLOCKS = sum(blocks for blocks, _, _ in _STAGES)
_SEED = 101

_CARD = f"""\
kind = "embedder"
name = "{RETAIL_SHAPE}"
file = "{RETAIL_SHAPE}.onnx"
license = "Apache-2.0"
source = "made by this program: random weights in the form of NVIDIA's Retail Object Recognition 1.0"
embedding_size = {EMBEDDING_SIZE}
float32_until = "{FLOAT32_UNTIL}"

[input]
name = "inputs"
width = {SIDE}
height = {SIDE}
scale = 0.003921568627451 # 1 / 255
fit = "stretch"
resampling = "linear"

[outputs]
embedding = "outputs"
"""


def write_retail_shape(folder: Path) -> Path:
    """Write graph and card into the folder; the card's path. The same bytes every time: 187 MB, 46.7 million weights.

    ``inputs`` N×3×224×224 ``float32`` → ``outputs`` N×2048 ``float32``; batch norm is folded into the convolutions.
    """
    model = retail_shape()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{RETAIL_SHAPE}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    card = folder / "card.toml"
    card.write_text(_CARD, encoding="utf-8")
    return card


def retail_shape() -> onnx.ModelProto:
    """The graph; its weights follow from a fixed seed."""
    graph = _Layers()
    values = graph.convolve("inputs", 3, 64, side=7, stride=2)
    values = graph.add("MaxPool", [values], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 64
    for stage, (blocks, inner, stride) in enumerate(_STAGES):
        for number in range(blocks):
            name = f"stage{stage}" if number == blocks - 1 else ""
            values = _block(graph, values, channels, inner, stride if number == 0 else 1, name=name)
            channels = inner * _WIDENING
    values = graph.add("GlobalAveragePool", [values])
    values = graph.add("Flatten", [values], axis=1)
    matrix = graph.draw((channels, EMBEDDING_SIZE), inputs=(0,))
    bias = graph.store(np.zeros(EMBEDDING_SIZE, np.float32))
    graph.nodes.append(helper.make_node("Gemm", [values, matrix, bias], ["outputs"], name="embedding"))
    image = helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])
    vector = helper.make_tensor_value_info("outputs", TensorProto.FLOAT, ["n", EMBEDDING_SIZE])
    body = helper.make_graph(graph.nodes, RETAIL_SHAPE, [image], [vector], graph.weights)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _block(graph: "_Layers", values: str, channels: int, inner: int, stride: int, *, name: str) -> str:
    """A bottleneck: 1×1, 3×3 with the stride, 1×1, added to its input."""
    narrow = graph.convolve(values, channels, inner, side=1)
    middle = graph.convolve(narrow, inner, inner, side=3, stride=stride)
    # In a trained network batch norm keeps the sum of 33 branches small; here the branches are.
    wide = graph.convolve(middle, inner, inner * _WIDENING, side=1, is_rectified=False, gain=_BLOCKS**-0.5)
    if channels != inner * _WIDENING:
        values = graph.convolve(values, channels, inner * _WIDENING, side=1, stride=stride, is_rectified=False)
    return graph.add("Relu", [graph.add("Add", [wide, values])], name)


class _Layers:
    """Nodes and weights in the order in which they are made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._random = np.random.default_rng(_SEED)

    def convolve(
        self,
        values: str,
        channels: int,
        filters: int,
        *,
        side: int,
        stride: int = 1,
        is_rectified: bool = True,
        gain: float = 1.0,
    ) -> str:
        """A convolution with bias, and its ReLU; the name of the result."""
        weight = self.draw((filters, channels, side, side), inputs=(1, 2, 3), gain=gain)
        bias = self.store(np.zeros(filters, np.float32))
        margin = side // 2
        result = self.add(
            "Conv",
            [values, weight, bias],
            kernel_shape=[side, side],
            strides=[stride, stride],
            pads=[margin] * 4,
        )
        return self.add("Relu", [result]) if is_rectified else result

    def add(self, operator: str, inputs: list[str], name: str = "", **attributes: int | list[int]) -> str:
        """Append a node; the name of its result."""
        name = name or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def draw(self, shape: tuple[int, ...], *, inputs: tuple[int, ...], gain: float = 1.0) -> str:
        """Normal numbers that keep the size of rectified values; each sum over the axes ``inputs`` is zero.

        He et al., 2015 (https://arxiv.org/abs/1502.01852), standardized as by Brock et al., 2021
        (https://arxiv.org/abs/2101.08692): else all pictures would get nearly the same vector, and comparing the
        vectors of two engines would show nothing.
        """
        numbers = self._random.standard_normal(shape, dtype=np.float32)
        numbers -= numbers.mean(axis=inputs, keepdims=True)
        fan_in = prod(shape[axis] for axis in inputs)
        return self.store(numbers * np.float32(gain * (2 / (1 - 1 / pi) / fan_in) ** 0.5))

    def store(self, numbers: npt.NDArray[np.float32]) -> str:
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(numbers, name))
        return name
