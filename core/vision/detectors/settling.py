"""What the shapes of a detector's outputs leave open, settled by the numbers that it returns for a picture."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.frames import Pixels
from core.vision.detectors.families import FAMILIES
from core.vision.detectors.family import Doubt, Guess, Outputs, Settled, fed_as
from core.vision.model_card import DetectorCard, card_for_weights
from core.vision.network import Network
from core.vision.runtimes.runtime import Runtime

_MOST_STEPS = 4
"""One family may turn out to be another, and that one a third."""
_PLACE = ("name", "width", "height", "layout")
"""What the graph states of the input, whatever family it is."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A guess after the numbers: its card's content, what they changed by key, and what they leave open.

    ``outputs`` are those for the picture, by part, fed as the card now says.
    """

    guess: Guess
    changes: dict[str, Settled]
    doubt: Doubt | None
    outputs: Outputs


def settle_guess(guess: Guess, weights: Path, runtime: Runtime, picture: Pixels) -> Settlement:
    """Run the model on the picture and correct the guess by what it returns.

    Raises ``UnfitOutputError`` when that is not of the family's form, and ``ModelError``.
    """
    tree, fed, classes = dict(guess.tree), guess.because, guess.classes
    changes: dict[str, Settled] = {}
    card = card_for_weights(weights, tree)
    outputs = run_once(card, runtime, picture)
    for _ in range(_MOST_STEPS):
        settle = FAMILIES[card.decoder].settle
        found = settle(outputs, card) if settle else {}
        form = found.pop("input", None)
        news = {key: settled for key, settled in found.items() if _differs(card, key, settled.value)}
        tree |= {key: settled.value for key, settled in found.items()}
        if not news:
            break
        if form is not None:
            image = runtime.inputs[card.input.name]
            tree["input"] = {key: tree["input"][key] for key in _PLACE} | fed_as(image, form.value)
            fed = form.because
        if "decoder" in news:
            tree.pop("threshold", None)
        classes = next((settled.classes for settled in news.values() if settled.classes is not None), classes)
        changes |= news
        card = card_for_weights(weights, tree)
        if form is not None or "outputs" in news:
            outputs = run_once(card, runtime, picture)
    doubt = FAMILIES[card.decoder].doubt
    return Settlement(Guess(tree, fed, classes), changes, doubt(outputs, card) if doubt else None, outputs)


def run_once(card: DetectorCard, runtime: Runtime, picture: Pixels) -> Outputs:
    """The card's outputs by part for one picture; raises ``ModelError``."""
    return Network(card, runtime, "").run([picture])[0]


def drawn_items() -> Pixels:
    """A picture, 480×640×3 RGB, of some plain items on a gray counter, for when no other is at hand."""
    picture = np.full((480, 640, 3), 150, np.uint8)
    cv2.rectangle(picture, (80, 70), (220, 250), (180, 40, 40), cv2.FILLED)
    cv2.rectangle(picture, (110, 110), (190, 170), (240, 230, 210), cv2.FILLED)
    cv2.ellipse(picture, (430, 150), (90, 60), 20, 0, 360, (230, 160, 30), cv2.FILLED)
    cv2.circle(picture, (250, 370), 60, (50, 130, 60), cv2.FILLED)
    cv2.rectangle(picture, (420, 290), (510, 450), (40, 70, 170), cv2.FILLED)
    return picture


def _differs(card: DetectorCard, key: str, value: Any) -> bool:
    stated = getattr(card, key)
    return bool((list(stated) if isinstance(stated, tuple) else stated) != value)
