"""ONNX Runtime as an engine on the processor; with ``onnx_gpu`` the only user of its package."""

from collections.abc import Mapping
from pathlib import Path

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as states

from core.errors import ModelError
from core.vision.runtimes.runtime import Tensor, TensorSpec

ENGINE_ERRORS: tuple[type[Exception], ...] = (
    states.EPFail,
    states.EngineError,
    states.Fail,
    states.InvalidArgument,
    states.InvalidGraph,
    states.InvalidProtobuf,
    states.NoModel,
    states.NoSuchFile,
    states.NotImplemented,
    states.RuntimeException,
    RuntimeError,
)
RUN_ERRORS: tuple[type[Exception], ...] = (*ENGINE_ERRORS, ValueError)
LOAD_ERRORS: tuple[type[Exception], ...] = (*ENGINE_ERRORS, UnicodeDecodeError)
"""The latter for a damaged file, in which a name or a note is no text any more."""

_DTYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(uint8)": "uint8",
    "tensor(int8)": "int8",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(bool)": "bool",
}


class OnnxRuntime:
    """An ONNX file in ONNX Runtime on the CPU.

    ``threads`` is the most that one operator may use. Threads wait without spinning, so that an idle engine leaves the
    processor to the window. ``threads`` None: the engine's own defaults, which spin on all cores of the processor; the
    name then says so. Raises ``ModelError`` for a file that is no usable ONNX model.
    """

    device = "CPU"

    def __init__(self, model: Path, *, threads: int | None) -> None:
        self.name = "ONNX Runtime" if threads else "ONNX Runtime with its defaults"
        options = session_options(threads)
        try:
            # There is nothing to fall back to; it would write so to the output, which may be read as JSON.
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"], enable_fallback=False
            )
            self.inputs = {spec.name: spec for spec in map(spec_of, self._session.get_inputs())}
            self.outputs = {spec.name: spec for spec in map(spec_of, self._session.get_outputs())}
            self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
            """What the exporter noted in the file, as it stands there."""
        except LOAD_ERRORS as error:
            raise not_loaded(model, error) from error
        self._model = model

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name; raises ``ModelError`` when the model refuses the inputs."""
        try:
            values = self._session.run(None, dict(inputs))
        except RUN_ERRORS as error:
            raise not_computed(self._model, complaint(error)) from error
        return dict(zip(self.outputs, values, strict=True))

    def close(self) -> None:
        """Free the engine; ``run`` must not be called afterwards."""
        del self._session


def session_options(threads: int | None) -> "onnxruntime.SessionOptions":
    """At most so many threads, which wait without spinning; ``None``: as the engine comes."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if threads:
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def not_loaded(model: Path, error: Exception) -> ModelError:
    """What is told of a file that the engine refuses."""
    return ModelError(
        f"The model file {model} is damaged or no ONNX model: {complaint(error)}",
        remedy="Put the original file back, or choose another model.",
    )


def not_computed(model: Path, reason: str) -> ModelError:
    """What is told of inputs that the model refuses."""
    return ModelError(
        f"The model {model.name} cannot compute on its input: {reason}",
        remedy="Correct its model card, or choose another model.",
    )


def complaint(error: Exception) -> str:
    """The engine's own words without its codes and the lines of detail."""
    return str(error).strip().splitlines()[0].rsplit(" : ", 1)[-1].rstrip(".") + "."


def spec_of(value: "onnxruntime.NodeArg") -> TensorSpec:
    """An input or output as the model states it."""
    shape = tuple(size if isinstance(size, int) and size >= 0 else None for size in value.shape)
    return TensorSpec(value.name, shape, _DTYPES.get(value.type, value.type))
