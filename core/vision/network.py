"""A model with its card: loaded, checked against each other, and run by the parts that tensors play."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from core.errors import ModelError
from core.frames import Pixels
from core.geometry import Letterbox
from core.vision.model_card import AnyCard, EmbedderCard
from core.vision.preprocessing import Batch, prepare, unusual_range, usual_input
from core.vision.runtimes.choose import open_runtime
from core.vision.runtimes.runtime import LARGEST_BATCH, Runtime, TensorSpec, label_of

C = TypeVar("C", bound=AnyCard)


class Network(Generic[C]):
    """A card's model in an engine. Any thread may call, also several at once.

    Raises ``ModelError`` when the weights are missing, damaged or not of the form that the card states.
    """

    def __init__(self, card: C, runtime: Runtime, digest: str) -> None:
        self.card = card
        self.digest = digest
        self._runtime = runtime
        self._batch_size = _fixed_batch(card, runtime)

    @property
    def runtime_label(self) -> str:
        """Engine and device that it really runs on."""
        return label_of(self._runtime)

    @property
    def is_on_card(self) -> bool:
        """Whether it runs on a graphics card."""
        return not self._runtime.device.startswith("CPU")

    @property
    def output_shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Shapes that the model states, by the part that the card gives each output."""
        return {part: self._runtime.outputs[name].shape for part, name in self.card.outputs.items()}

    def run(self, pictures: Sequence[Pixels]) -> tuple[dict[str, npt.NDArray[np.float32]], tuple[Letterbox, ...]]:
        """The card's outputs by part, first axis one entry for each picture, and how each picture was fitted."""
        batch, letterboxes = prepare(pictures, self.card.input)
        return self.run_batch(batch), letterboxes

    def run_batch(self, batch: Batch) -> dict[str, npt.NDArray[np.float32]]:
        """The card's outputs for an input that is already in the model's form; the bare engine call."""
        name, size = self.card.input.name, self._batch_size
        batch = batch.astype(self._runtime.inputs[name].dtype, copy=False)
        if size is None or size == len(batch):
            return self._by_part(self._runtime.run({name: batch}))
        chunks = []
        for start in range(0, len(batch), size):
            chunk = batch[start : start + size]
            filled = np.concatenate([chunk, np.repeat(chunk[-1:], size - len(chunk), axis=0)])
            values = self._by_part(self._runtime.run({name: filled}))
            # A model for one picture may return a bare vector, of which the first entry is not the picture's.
            chunks.append({part: value[: len(chunk)] if len(chunk) < size else value for part, value in values.items()})
        return {part: np.concatenate([chunk[part] for chunk in chunks]) for part in self.card.outputs}

    def close(self) -> None:
        """Free the engine; nothing may be run afterwards."""
        self._runtime.close()

    def _by_part(self, values: dict[str, npt.NDArray[np.float32]]) -> dict[str, npt.NDArray[np.float32]]:
        return {part: values[name].astype(np.float32, copy=False) for part, name in self.card.outputs.items()}


def open_network(card: C, *, runtime: str, threads: int, memory: Path | None = None) -> Network[C]:
    """Load the card's weights; raises ``ModelError``. ``memory``: where ``auto`` keeps which engine is fastest."""
    digest = card.verify()
    engine = open_runtime(
        card.weights,
        runtime=runtime,
        threads=threads,
        float32_until=card.float32_until,
        memory=memory,
        sizes={card.input.name: usual_input(card.input)},
        ranges=unusual_range(card.input),
        batch=LARGEST_BATCH if isinstance(card, EmbedderCard) else 1,
    )
    try:
        return Network(card, engine, digest)
    except ModelError:
        # An engine on a card keeps its memory there until it is closed.
        engine.close()
        raise


def _fixed_batch(card: AnyCard, runtime: Runtime) -> int | None:
    """The batch size that the model insists on, if any, after checking names, shape and type."""
    form = card.input
    spec = runtime.inputs.get(form.name)
    others = [name for name in runtime.inputs if name != form.name]
    if spec is None or others:
        raise _mismatch(card, f"takes {_names(runtime.inputs)}, not '{form.name}'")
    missing = [name for name in card.outputs.values() if name not in runtime.outputs]
    if missing:
        raise _mismatch(card, f"returns {_names(runtime.outputs)}, not '{missing[0]}'")
    stated = (3, form.height, form.width) if form.layout == "NCHW" else (form.height, form.width, 3)
    if not _agrees(spec, stated):
        raise _mismatch(card, f"takes {_form(spec)}, not {form.layout} {'×'.join(map(str, stated))} of float32")
    if form.trim and spec.shape.count(None) - (spec.shape[0] is None) < 2:
        raise _mismatch(card, f"takes {_form(spec)}, and trim needs one that takes any height and width")
    if spec.dtype == "uint8" and (set(form.scale) != {1.0} or set(form.offset) != {0.0}):
        raise _mismatch(card, "takes bytes, which scale and offset would not leave whole")
    return spec.shape[0]


def _agrees(spec: TensorSpec, stated: tuple[int, int, int]) -> bool:
    if spec.dtype not in ("float32", "float16", "uint8") or len(spec.shape) != 4 or spec.shape[0] == 0:
        return False
    return all(own is None or own == size for own, size in zip(spec.shape[1:], stated, strict=True))


def _form(spec: TensorSpec) -> str:
    return f"{'×'.join('any' if size is None else str(size) for size in spec.shape)} of {spec.dtype}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _mismatch(card: AnyCard, finding: str) -> ModelError:
    return ModelError(
        f"The model {card.weights.name} is not of the form that its card {card.name} states: it {finding}.",
        remedy=f"Correct {card.path}, or choose another model.",
    )
