"""What a family of detection networks provides: a decoder, and an eye for its own kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.sightings import Boxes
from core.vision.model_card import DetectorCard
from core.vision.runtimes.runtime import TensorSpec

Outputs = Mapping[str, npt.NDArray[np.float32]]
"""A network's outputs for one picture (batch of 1) by the part that the card gives them."""

Specs = Mapping[str, TensorSpec]
"""A graph's inputs or outputs by name, in the graph's order."""

Scores = npt.NDArray[np.float32]


class UnfitOutputError(Exception):
    """The outputs are not of the family's form; the message completes "the model …"."""


class LabelCountError(UnfitOutputError):
    """The form fits, and the card names another number of classes than the model tells apart, ``count``."""

    def __init__(self, message: str, *, count: int) -> None:
        super().__init__(message)
        self.count = count


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Boxes N×4 in pixels of the network's input, scores N in 0–1, classes N (index among the card's labels)."""

    boxes: Boxes
    scores: Scores
    classes: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Guess:
    """A card's content (all but the file) for weights that came without one.

    ``because`` says, as a sentence, why the picture is fed in this way, which no graph tells. ``classes``: how many
    there are, 0 when the shapes do not tell.
    """

    tree: dict[str, Any]
    because: str
    classes: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """Another value for a key of the card, read from the numbers that the network returned for a picture.

    A value for ``input`` is how another family is fed, and ``because`` says so as ``Guess.because`` does. ``classes``:
    how many there are, where the new value changes that.
    """

    value: Any
    because: str
    classes: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """What neither shapes nor numbers tell. ``message`` completes "the model …", ``advice`` is a sentence, less its
    end, that says what would tell it.
    """

    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Family:
    """``decode(outputs, card, threshold)`` gives the boxes with a score of at least ``threshold``.

    The card is at the size of the picture's input (``DetectorCard.at_size``), which trimming may have made smaller.
    It raises ``UnfitOutputError``. ``parts`` are the outputs that it needs. ``propose(inputs, outputs)`` gives a card's
    content for weights that came without one, or ``None`` when they are not of this family; only what a graph does not
    state (batch, sizes) may be ``None`` in the shapes. ``settle(outputs, card)`` corrects what shapes cannot tell, by
    key of the card, from the outputs for a picture; ``doubt(outputs, card)`` is what stays open after that. Both may
    raise ``UnfitOutputError`` too.
    """

    parts: tuple[str, ...]
    decode: Callable[[Outputs, DetectorCard, float], Found]
    propose: Callable[[Specs, Specs], Guess | None]
    settle: Callable[[Outputs, DetectorCard], dict[str, Settled]] | None = None
    doubt: Callable[[Outputs, DetectorCard], Doubt | None] | None = None


def detector_tree(family: str, image: TensorSpec, form: dict[str, Any], outputs: dict[str, str]) -> dict[str, Any]:
    """A card's content for a family: the input's name, size and layout from the graph, the rest from ``form``."""
    layout = layout_of(image)
    height, width = image.shape[1:3] if layout == "NHWC" else image.shape[2:4]
    return {
        "kind": "detector",
        "name": family,
        "license": "unknown",
        "source": "a file without a card",
        "decoder": family,
        "outputs": outputs,
        "input": {"name": image.name, "width": width, "height": height, "layout": layout} | fed_as(image, form),
    }


def fed_as(image: TensorSpec, form: Mapping[str, Any]) -> dict[str, Any]:
    """How a family is fed, for this input: one that takes bytes scales them by itself."""
    return {key: value for key, value in form.items() if image.dtype != "uint8" or key not in ("scale", "offset")}


def only_picture(inputs: Specs) -> TensorSpec | None:
    """The graph's one input when it is a color picture of a known size, else ``None``."""
    if len(inputs) != 1:
        return None
    (image,) = inputs.values()
    sizes = image.shape[1:3] if layout_of(image) == "NHWC" else image.shape[2:4]
    return image if len(image.shape) == 4 and 3 in image.shape[1::2] and None not in sizes else None


def layout_of(image: TensorSpec) -> str:
    """``NCHW`` or ``NHWC``, by where the three colors are."""
    return "NHWC" if len(image.shape) == 4 and image.shape[3] == 3 and image.shape[1] != 3 else "NCHW"


def check_labels(count: int, card: DetectorCard) -> None:
    """Raises ``UnfitOutputError`` unless there are classes, and as many as the card names, if it names any."""
    if count < 1 or (card.labels and count != len(card.labels)):
        raise LabelCountError(f"returns scores of {count} classes, and the card names {len(card.labels)}", count=count)


def check_scores(scores: Scores) -> None:
    """Raises ``UnfitOutputError`` unless all are finite and within 0–1, with room for rounding."""
    if not np.isfinite(scores).all():
        raise UnfitOutputError("returns numbers that mean nothing (not finite)")
    if len(scores) and (scores.min() < -0.01 or scores.max() > 1.01):
        raise UnfitOutputError(f"returns scores from {scores.min():.3g} to {scores.max():.3g}, not within 0–1")


def shape_words(shape: tuple[int | None, ...]) -> str:
    """1×3×any×any."""
    return "×".join("any" if size is None else str(size) for size in shape) or "one number"
