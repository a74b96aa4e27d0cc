"""Memory on an NVIDIA card that an ONNX Runtime session reads from and writes to, call after call."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime

from core.vision.runtimes.onnx import spec_of
from core.vision.runtimes.runtime import Tensor

_DEVICE = "cuda"


class CardBuffers:
    """Inputs of one size and the outputs that follow from it, bound to a session once; one thread at a time.

    Outputs whose size the model does not tell beforehand are taken by the session itself and given in the processor's
    memory. Raises one of the engine's errors when there is no memory to be had.
    """

    def __init__(self, session: Any, arrays: Mapping[str, Tensor]) -> None:
        self._session = session
        self._binding = session.io_binding()
        self._inputs = {name: _take(value.shape, value.dtype) for name, value in arrays.items()}
        sizes: dict[object, int] = {}
        for entry in session.get_inputs():
            if entry.name in self._inputs:
                self._binding.bind_ortvalue_input(entry.name, self._inputs[entry.name])
                sizes |= dict(zip(entry.shape, arrays[entry.name].shape, strict=True))
        # A value is freed with its last name, bound or not.
        self._outputs = []
        for entry in session.get_outputs():
            shape = [size if isinstance(size, int) else sizes.get(size) for size in entry.shape]
            if entry.shape and None not in entry.shape and None not in shape:
                value = _take(shape, np.dtype(spec_of(entry).dtype))
                self._binding.bind_ortvalue_output(entry.name, value)
                self._outputs.append(value)
            else:
                self._binding.bind_output(entry.name)

    def run(self, arrays: Mapping[str, Tensor]) -> list[Tensor]:
        """Outputs in the model's order, as arrays of their own, for contiguous arrays of the size stated."""
        for name, value in arrays.items():
            self._inputs[name].update_inplace(value)
        self._binding.synchronize_inputs()
        self._session.run_with_iobinding(self._binding)
        self._binding.synchronize_outputs()
        values: list[Tensor] = self._binding.copy_outputs_to_cpu()
        return values


def _take(shape: Any, dtype: "np.dtype[Any]") -> Any:
    return onnxruntime.OrtValue.ortvalue_from_shape_and_type(list(shape), dtype.type, _DEVICE, 0)
