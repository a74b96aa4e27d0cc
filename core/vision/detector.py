"""What finds items in a frame, and how the settings choose it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from core.errors import ModelError, UserError
from core.frames import Frame
from core.paths import DataFolder, models_folder
from core.settings import DetectionSettings
from core.sightings import Detections
from core.vision.detectors.families import FAMILIES
from core.vision.detectors.family import Guess, UnfitOutputError
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.detectors.settling import drawn_items, settle_guess
from core.vision.model_card import DetectorCard, card_for_weights, is_there, load_card
from core.vision.network import Network, open_network
from core.vision.runtimes.choose import open_runtime
from core.vision.runtimes.runtime import Runtime


class Detector(Protocol):
    """Finds the items on the counter; called by one thread."""

    name: str

    @property
    def is_learned(self) -> bool:
        """Whether it knows what it needs to find items; always, for a network."""
        ...

    def take_notices(self) -> tuple[UserError, ...]:
        """What a person should know, each told once, such as that the camera was moved."""
        ...

    def detect(self, frame: Frame) -> Detections:
        """The items in one frame, boxes in its pixels."""
        ...

    def learn_empty(self, frame: Frame) -> None:
        """Take the frame as the picture of the empty counter; a network has no use for it."""
        ...

    def close(self) -> None:
        """Free the engine, if there is one; nothing may be detected afterwards."""
        ...


def open_detector(
    settings: DetectionSettings, *, data: DataFolder, runtime: str = "auto", threads: int = 0
) -> Detector:
    """The detector that the settings choose, ready to use; raises ``ModelError``."""
    if settings.method == "change":
        from core.vision.detectors.change import ChangeDetector

        return ChangeDetector(settings, data)
    if settings.method == "both":
        from core.vision.detectors.change import ChangeDetector
        from core.vision.detectors.fused import FusedDetector, faint_threshold

        faint = settings.model_copy(update={"threshold": faint_threshold(settings.threshold)})
        network = _open_network_detector(faint, data=data, runtime=runtime, threads=threads)
        return FusedDetector(ChangeDetector(settings, data), network, settings, data)
    return _open_network_detector(settings, data=data, runtime=runtime, threads=threads)


def _open_network_detector(
    settings: DetectionSettings, *, data: DataFolder, runtime: str, threads: int
) -> NetworkDetector:
    if not settings.model:
        raise ModelError(
            "No detector is chosen.", remedy="Choose a detector's card in the settings, or find items by change."
        )
    folders = (data.models, models_folder())
    if settings.model.lower().endswith(".onnx"):
        weights = _weights_at(settings.model)
        network = _open_bare(weights, runtime=runtime, threads=threads, memory=data.engines)
    else:
        network = _open_carded(settings.model, folders, runtime=runtime, threads=threads, memory=data.engines)
    return NetworkDetector(network, settings)


def _open_carded(
    name_or_path: str, folders: Sequence[Path], *, runtime: str, threads: int, memory: Path
) -> Network[DetectorCard]:
    card = load_card(name_or_path, folders)
    if not isinstance(card, DetectorCard):
        raise ModelError(f"The model {card.name} describes items; it does not find them.", remedy="Choose a detector.")
    return open_network(card, runtime=runtime, threads=threads, memory=memory)


def _open_bare(weights: Path, *, runtime: str, threads: int, memory: Path) -> Network[DetectorCard]:
    """Weights without a card, when a family recognizes them and their numbers leave nothing open."""
    if not is_there(weights):
        raise _missing(weights)
    engine = open_runtime(weights, runtime=runtime, threads=threads, memory=memory)
    for family in FAMILIES.values():
        guess = family.propose(engine.inputs, engine.outputs)
        if guess is not None:
            card = _settled_card(guess, weights, engine)
            return Network(card, engine, card.verify())
    forms = [f"'{spec.name}' {'×'.join(str(size or 'any') for size in spec.shape)}" for spec in engine.inputs.values()]
    forms += [
        f"'{spec.name}' {'×'.join(str(size or 'any') for size in spec.shape)}" for spec in engine.outputs.values()
    ]
    raise ModelError(
        f"The model {weights.name} is of no form that is known here ({', '.join(forms)}).",
        remedy=f"Try `tillsight models import {weights.name}`, or write a model card for it.",
    )


def _weights_at(path: str) -> Path:
    """The file that a setting names; raises ``ModelError`` for the folder of a user who is not known."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError as error:
        raise _missing(path) from error


def _missing(weights: Path | str) -> ModelError:
    return ModelError(f"The model file {weights} is missing.", remedy="Check its path.")


def _settled_card(guess: Guess, weights: Path, engine: Runtime) -> DetectorCard:
    """The card that fits what the model returns for a drawn picture; raises ``ModelError`` when it is open."""
    try:
        settlement = settle_guess(guess, weights, engine, drawn_items())
    except UnfitOutputError as error:
        raise _needs_card(weights, str(error)) from error
    if settlement.doubt is not None:
        raise _needs_card(weights, settlement.doubt.message)
    return card_for_weights(weights, settlement.guess.tree)


def _needs_card(weights: Path, finding: str) -> ModelError:
    return ModelError(
        f"The model {weights.name} cannot be used without a card: it {finding}.",
        remedy=f"Bring it in with `tillsight models import {weights.name}`, which writes its card.",
    )
