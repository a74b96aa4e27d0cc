"""What every inference engine looks like to the rest: named arrays in, named arrays out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy.typing as npt

Tensor = npt.NDArray[Any]

LARGEST_BATCH = 64
"""What engines on a card are built for where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A model's input or output. ``shape`` has ``None`` where any size goes; ``dtype`` is NumPy's name."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str

    def accepts(self, value: Tensor) -> bool:
        """Whether an array has the stated type and shape."""
        sizes = zip(self.shape, value.shape, strict=False)
        return (
            value.dtype == self.dtype
            and value.ndim == len(self.shape)
            and all(own is None or own == size for own, size in sizes)
        )


class Runtime(Protocol):
    """One model, loaded into one engine.

    ``name`` is the engine's ("ONNX Runtime"), ``device`` what it really runs on ("CPU"). ``run`` may be called from
    any thread, also from several at once.
    """

    @property
    def name(self) -> str: ...

    @property
    def device(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, TensorSpec]: ...

    @property
    def outputs(self) -> Mapping[str, TensorSpec]: ...

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name; raises ``ModelError`` when the model refuses the inputs."""
        ...

    def close(self) -> None:
        """Free the engine; ``run`` must not be called afterwards."""
        ...


def label_of(runtime: Runtime) -> str:
    """What the status line says: "ONNX Runtime on CPU"."""
    return f"{runtime.name} on {runtime.device}"
