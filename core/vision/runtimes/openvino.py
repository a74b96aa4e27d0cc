"""OpenVINO as an engine; the only user of its package."""

import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import numpy as np

from core.errors import ModelError
from core.vision.runtimes.agreement import AGREEMENT, sample_inputs, smallest_cosine
from core.vision.runtimes.plans import Plans, Shapes
from core.vision.runtimes.runtime import Tensor, TensorSpec

# Its converter would come along on import, and bring a module for usage statistics with it.
sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]

import openvino  # noqa: E402 -- after the line above
from openvino import frontend  # noqa: E402

_READING_ERRORS: tuple[type[Exception], ...] = (
    frontend.GeneralFailure,
    frontend.InitializationFailure,
    frontend.NotImplementedFailure,
    frontend.OpConversionFailure,
    frontend.OpValidationFailure,
    RuntimeError,
    # Of a damaged file, in which a name is no text any more, or a number in the graph leads nowhere.
    UnicodeDecodeError,
    IndexError,
)


class OpenVino:
    """A model in OpenVINO on the CPU: in float32, or partly in bfloat16 where model and processor allow it.

    ``float32_until`` names the tensor after which the model bears bfloat16; empty: nowhere. It is used only when the
    processor computes in bfloat16 and a sample's outputs then agree with float32 (``AGREEMENT``); ``device`` says
    which it became. ``sizes`` are those of the sample where the model leaves them open, ``ranges`` those of its
    numbers, both as ``sample_inputs`` takes them. ``threads`` is the most that a call may use. A model of open size is
    compiled for each that comes, when it comes. Raises ``ModelError`` for a file that is no usable model.
    """

    name = "OpenVINO"

    def __init__(
        self,
        model: Path,
        *,
        threads: int,
        float32_until: str = "",
        sizes: Mapping[str, tuple[int, ...]] | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
    ) -> None:
        self._core = openvino.Core()
        self._settings = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,
        }
        self._model = model
        try:
            reader = frontend.FrontEndManager().load_by_framework("onnx")
            content = reader.convert(reader.load(str(model)))
            self.inputs = {spec.name: spec for spec in map(_spec, content.inputs)}
            self.outputs = {spec.name: spec for spec in map(_spec, content.outputs)}
            self._plans = self._plans_for(content, "f32")
            self.device = "CPU"
            if float32_until and not any(float32_until in tensor.get_names() for tensor in _tensors(content)):
                raise RuntimeError(f"it has no tensor named '{float32_until}'")
            if float32_until and "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
                self._try_bfloat16(content, float32_until, sample_inputs(self.inputs, sizes=sizes, ranges=ranges))
        except _READING_ERRORS as error:
            raise ModelError(
                f"The model file {model} is damaged or no ONNX model: {_complaint(error)}",
                remedy="Put the original file back, or choose another model.",
            ) from error

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name; raises ``ModelError`` when the model refuses the inputs."""
        for name, value in inputs.items():
            if name not in self.inputs or not self.inputs[name].accepts(value):
                raise self._refusal(f"'{name}' is {value.shape} of {value.dtype}.")
        if len(inputs) < len(self.inputs):
            raise self._refusal(f"it takes {', '.join(self.inputs)}.")
        try:
            values = self._plans.plan_for(inputs).infer(inputs)
        except RuntimeError as error:
            raise self._refusal(_complaint(error)) from error
        return dict(zip(self.outputs, values, strict=True))

    def close(self) -> None:
        """Free the engine; ``run`` must not be called afterwards."""
        del self._plans, self._core

    def _plans_for(self, content: Any, precision: str) -> "Plans[_Plan]":
        settings = self._settings | {"INFERENCE_PRECISION_HINT": precision}

        def compile_for(shapes: Shapes) -> _Plan:
            form = content.clone()
            form.reshape({name: list(shape) for name, shape in zip(self.inputs, shapes, strict=True)})
            return _Plan(self._core.compile_model(form, "CPU", settings))

        return Plans(tuple(self.inputs.values()), compile_for)

    def _try_bfloat16(self, content: Any, float32_until: str, samples: dict[str, Tensor] | None) -> None:
        """Take the mixed form when the samples come out of it as they come out of float32."""
        if samples is None:
            return
        plans = self._plans_for(_keep_float32(self._core, content, float32_until), "bf16")
        exact, rounded = (form.plan_for(samples).infer(samples) for form in (self._plans, plans))
        if smallest_cosine(exact, rounded) >= AGREEMENT:
            self._plans = plans
            self.device = "CPU in bfloat16"

    def _refusal(self, reason: str) -> ModelError:
        return ModelError(
            f"The model {self._model.name} cannot compute on its input: {reason}",
            remedy="Correct its model card, or choose another model.",
        )


class _Plan:
    """A compiled model and each thread's own request to it; one must not be used by two threads."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self._requests = threading.local()

    def infer(self, inputs: Mapping[str, Tensor]) -> list[Tensor]:
        own: dict[str, Any] = self._requests.__dict__
        if "request" not in own:
            own["request"] = self._compiled.create_infer_request()
        # Read where they are: they live until the call returns, and copying them takes a fiftieth of it.
        contiguous = {name: np.ascontiguousarray(value) for name, value in inputs.items()}
        values = own["request"].infer(contiguous, share_inputs=True)
        return [values[position] for position in range(len(values))]


def _complaint(error: Exception) -> str:
    """The engine's last words; the lines before name places in its source."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") + "." if lines else "no reason given."


def _spec(port: Any) -> TensorSpec:
    shape = tuple(None if size.is_dynamic else size.get_length() for size in port.partial_shape)
    return TensorSpec(port.any_name, shape, np.dtype(port.element_type.to_dtype()).name)


def _keep_float32(core: Any, content: Any, tensor: str) -> Any:
    """The model with everything that the tensor is computed from marked to stay in float32.

    OpenVINO's Python interface has no call for the mark; its model format has, so the model goes through that.
    """
    with TemporaryDirectory() as folder:
        openvino.serialize(content, f"{folder}/model.xml")
        tree = ElementTree.parse(f"{folder}/model.xml")  # noqa: S314 -- written by the line before
        weights = np.fromfile(f"{folder}/model.bin", np.uint8)
    layers = {layer.get("id"): layer for layer in tree.iterfind("layers/layer")}
    before: dict[str | None, list[str | None]] = {}
    for edge in tree.iterfind("edges/edge"):
        before.setdefault(edge.get("to-layer"), []).append(edge.get("from-layer"))
    waiting = [key for key, layer in layers.items() if _gives(layer, tensor)]
    seen: set[str | None] = set()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        waiting += before.get(key, [])
        if layers[key].get("type") not in ("Const", "Parameter"):
            marks = layers[key].find("rt_info")
            marks = ElementTree.SubElement(layers[key], "rt_info") if marks is None else marks
            ElementTree.SubElement(marks, "attribute", name="precise", version="0")
    text = ElementTree.tostring(tree.getroot(), encoding="unicode")
    return core.read_model(text, openvino.Tensor(weights))


def _tensors(content: Any) -> Iterator[Any]:
    return (output for operator in content.get_ops() for output in operator.outputs())


def _gives(layer: ElementTree.Element, tensor: str) -> bool:
    return any(tensor in (port.get("names") or "").split(",") for port in layer.iterfind("output/port"))
