"""An embedder in whole numbers of eight bits: half the time on processors that do not compute in bfloat16.

Weights a scale for every channel, features one for every tensor, its range that of calibration pictures (B. Jacob et
al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018).
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

# ONNX Runtime would report its use over the network; it asks when it is imported (core/__init__.py).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from models.training.embedder.pictures import Kind, Pixels
from models.training.embedder.views import Views

CALIBRATION_PICTURES = 250

_QUANTIZED = ("Conv", "Add", "Clip")
"""``Clip`` with its convolution: a range that ends at 6 instead of wherever the convolution would go."""


def calibration_pictures(kinds: Sequence[Kind], side: int, seed: int) -> Iterator[Pixels]:
    """Crops as the program takes them: each product in turn, at any quarter turn, whole or its middle."""
    rng = np.random.default_rng(seed)
    views = Views(side, [])
    order = rng.permutation(len(kinds))
    for number in range(CALIBRATION_PICTURES):
        pictures = kinds[int(order[number % len(order)])].pictures
        picture = pictures[int(rng.integers(len(pictures)))]
        yield views.plain(picture, int(rng.integers(4)), float(rng.choice([0.64, 0.8, 1.0])))


def quantize(exact: Path, output: Path, pictures: Iterator[Pixels], *, source: str) -> None:
    """Write ``output`` in eight bits from an exported ``exact`` file of float16 or float32 weights."""
    with TemporaryDirectory() as folder:
        # Weights that are cast when the model is loaded would not be found as weights.
        plain = Path(folder) / "plain.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(plain)
        session = onnxruntime.InferenceSession(exact, options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        quantize_static(
            plain,
            output,
            _Reader(name, pictures),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(_QUANTIZED),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
    model = onnx.load(output)
    model.producer_name, model.producer_version, model.doc_string = "tillsight models.training.embedder", "1", ""
    facts = {prop.key: prop.value for prop in onnx.load(exact).metadata_props} | {"source": source}
    del model.metadata_props[:]
    helper.set_model_props(model, facts)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, output)


def input_side(model: Path) -> int:
    """Pixels of the sides of a file's square input."""
    return int(onnx.load(model).graph.input[0].type.tensor_type.shape.dim[3].dim_value)


def as_network_input(picture: Pixels) -> npt.NDArray[np.float32]:
    """Side×side×3 in 0–255 → 1×3×side×side."""
    return np.asarray((picture.transpose(2, 0, 1)[None].astype(np.float32) - 127) / 128, np.float32)


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, pictures: Iterator[Pixels]) -> None:
        self._name, self._pictures = name, pictures

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        picture = next(self._pictures, None)
        return None if picture is None else {self._name: as_network_input(picture)}
