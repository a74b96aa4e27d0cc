"""OpenVINO as an engine; the only user of its package."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from openvino import frontend

from core.errors import ModelError
from core.vision.runtimes.runtime import Tensor, TensorSpec

_READING_ERRORS: tuple[type[Exception], ...] = (
    frontend.GeneralFailure,
    frontend.InitializationFailure,
    frontend.NotImplementedFailure,
    frontend.OpConversionFailure,
    frontend.OpValidationFailure,
    RuntimeError,
)


class OpenVino:
    """A model in OpenVINO on the CPU, computed in float32.

    Left to itself OpenVINO takes bfloat16 where the processor has it; that moves embeddings by up to 0.007 in cosine,
    so that they no longer compare with stored ones. ``threads`` is the most that a call may use. Raises ``ModelError``
    for a file that is no usable model.
    """

    name = "OpenVINO"
    device = "CPU"

    def __init__(self, model: Path, *, threads: int) -> None:
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": "f32",
        }
        try:
            reader = frontend.FrontEndManager().load_by_framework("onnx")
            content = reader.convert(reader.load(str(model)))
            self._compiled = openvino.Core().compile_model(content, "CPU", settings)
        except _READING_ERRORS as error:
            raise ModelError(
                f"The model file {model} is damaged or no ONNX model: {_complaint(error)}",
                remedy="Put the original file back, or choose another model.",
            ) from error
        self._model = model
        self._requests = threading.local()
        self.inputs = {spec.name: spec for spec in map(_spec, self._compiled.inputs)}
        self.outputs = {spec.name: spec for spec in map(_spec, self._compiled.outputs)}

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name; raises ``ModelError`` when the model refuses the inputs."""
        for name, value in inputs.items():
            if name not in self.inputs or not self.inputs[name].accepts(value):
                raise self._refusal(f"'{name}' is {value.shape} of {value.dtype}.")
        request = getattr(self._requests, "own", None)
        if request is None:
            request = self._requests.own = self._compiled.create_infer_request()
        try:
            values = request.infer({name: np.ascontiguousarray(value) for name, value in inputs.items()})
        except RuntimeError as error:
            raise self._refusal(_complaint(error)) from error
        return {name: values[position] for position, name in enumerate(self.outputs)}

    def _refusal(self, reason: str) -> ModelError:
        return ModelError(
            f"The model {self._model.name} cannot compute on its input: {reason}",
            remedy="Correct its model card, or choose another model.",
        )

    def close(self) -> None:
        """Free the engine; ``run`` must not be called afterwards."""
        del self._requests, self._compiled


def _complaint(error: Exception) -> str:
    """The engine's last words; the lines before name places in its source."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") + "." if lines else "no reason given."


def _spec(port: Any) -> TensorSpec:
    shape = tuple(None if size.is_dynamic else size.get_length() for size in port.partial_shape)
    return TensorSpec(port.any_name, shape, np.dtype(port.element_type.to_dtype()).name)
