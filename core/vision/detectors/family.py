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


class UnfitOutputError(Exception):
    """The outputs are not of the family's form; the message completes "the model …"."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Boxes N×4 in pixels of the network's input, scores N in 0–1, classes N (index among the card's labels)."""

    boxes: Boxes
    scores: npt.NDArray[np.float32]
    classes: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Family:
    """``decode(outputs, card, threshold)`` gives the boxes with a score of at least ``threshold``.

    It raises ``UnfitOutputError``. ``parts`` are the outputs that it needs. ``propose(inputs, outputs)`` gives a card's
    content for weights that came without one, or ``None`` when they are not of this family.
    """

    parts: tuple[str, ...]
    decode: Callable[[Outputs, DetectorCard, float], Found]
    propose: Callable[[Mapping[str, TensorSpec], Mapping[str, TensorSpec]], dict[str, Any] | None]
