"""A card for an ONNX file, from its graph, its exporter's notes, and what it returns for a picture."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np

from core.errors import ModelError
from core.vision.detectors.families import FAMILIES
from core.vision.detectors.family import Guess, LabelCountError, UnfitOutputError, layout_of, shape_words
from core.vision.detectors.settling import Settlement, settle_guess
from core.vision.detectors.yolo import propose_by_shape
from core.vision.model_card import card_for_weights
from core.vision.model_import.embedder_forms import propose_embedder, take_classes
from core.vision.model_import.exporter_notes import (
    Notes,
    guess_labels,
    noted_labels,
    noted_size,
    noted_source,
    take_labels,
    take_notes,
)
from core.vision.model_import.proposal import IgnoredKey, ImportRequest, ModelImportError, Proposal, ReadValue
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.runtime import Tensor, TensorSpec

_FORMS = (
    "YOLOX; YOLO 1×(4+C)×N, 1×N×(5+C) or, after its NMS, 1×N×6; NanoDet; FastestDet; DETR's logits and boxes; "
    "SSD and EfficientDet with lists of boxes, scores and classes; centers and sides"
)
_WHICH_SIDE = "If it is a YOLO, give its labels with --labels: their number tells which side counts the boxes. "
_TAKEN_TYPES = ("float32", "float16", "uint8")
_DEFAULT_THRESHOLD = 0.25
_SMALLEST_SIDE, _LARGEST_SIDE = 8, 4096
_MOST_NUMBERS = 1 << 28
"""Of an input, a gigabyte of float32: what states more is damaged, and would take the memory of the shop's computer."""


def import_onnx(path: Path, request: ImportRequest) -> Proposal:
    """A card for a detector or an embedder; raises ``ModelError`` when the file is of no form that is known here."""
    runtime = open_graph(path)
    try:
        image = _picture_input(path, runtime, request)
        outputs = _probe(runtime, image)
        proposal = _propose(path, runtime, image, outputs, request)
    finally:
        runtime.close()
    proposal.is_run = True
    return proposal


def open_graph(path: Path) -> OnnxRuntime:
    """The file in ONNX Runtime; raises ``ModelError``, with its own sentence for what only TensorRT computes."""
    try:
        return OnnxRuntime(path, threads=1)
    except ModelError as error:
        reason = str(error.__cause__)
        unknown = re.search(r"([\w:]+)\(-?\d*\) (?:node|is not a registered)", reason)
        if unknown:
            operator = unknown[1].split(":")[-1]
            raise ModelImportError(
                f"The model {path.name} uses the operator {operator}, which ONNX Runtime does not compute"
                f"{'; only TensorRT does' if operator.endswith('_TRT') else ''}.",
                remedy="Export it again with standard operators, or write a card for an engine that has it.",
            ) from error
        if "xternal data" in reason:
            raise ModelImportError(
                f"The model {path.name} keeps its numbers in another file, which is not with it.",
                remedy="Export the model into a single file.",
            ) from error
        raise


def _picture_input(path: Path, runtime: OnnxRuntime, request: ImportRequest) -> TensorSpec:
    """The input that takes the picture, with a known size; raises ``ModelImportError``."""
    specs = list(runtime.inputs.values())
    forms = ", ".join(f"'{spec.name}' {shape_words(spec.shape)} {spec.dtype}" for spec in specs)
    if len(specs) != 1:
        raise _refused(
            path,
            f"takes {len(specs)} inputs ({forms}), and a picture is only one",
            "Export it so that the picture is its only input.",
        )
    (image,) = specs
    if len(image.shape) != 4 or 3 not in image.shape[1::2]:
        raise _refused(
            path, f"takes {forms}, which is no color picture", "Give a model that takes 1×3×height×width numbers."
        )
    if image.dtype not in _TAKEN_TYPES:
        raise _refused(
            path, f"takes a picture of {image.dtype}", f"Export it with an input of {', '.join(_TAKEN_TYPES)}."
        )
    sized = _sized(path, image, runtime.metadata, request) if image.shape[0] != 0 else image.shape
    if image.shape[0] == 0 or prod(size or 1 for size in sized) > _MOST_NUMBERS:
        raise _refused(
            path, f"takes batches of {image.shape[0]} pictures ({forms})", "Export it again with a batch of 1."
        )
    return TensorSpec(image.name, sized, image.dtype)


def _sized(path: Path, image: TensorSpec, notes: Notes, request: ImportRequest) -> tuple[int | None, ...]:
    """The input's shape with its size filled in from the request or the exporter's notes."""
    places = (1, 2) if layout_of(image) == "NHWC" else (2, 3)
    height, width = (image.shape[place] for place in places)
    wanted = request.size or noted_size(notes)
    if wanted is None:
        if width is None or height is None:
            finding = f"takes pictures of any size ({shape_words(image.shape)})"
            raise _refused(path, finding, "Add the size, such as --size 640x640.")
    else:
        if request.size is not None and (width or wanted[0], height or wanted[1]) != wanted:
            raise _refused(path, f"takes pictures of {width or 'any'}×{height or 'any'} only", "Leave --size out.")
        width, height = width or wanted[0], height or wanted[1]
    if not all(_SMALLEST_SIDE <= side <= _LARGEST_SIDE for side in (width, height)):
        raise _refused(path, f"takes pictures of {width}×{height}", "Give a model of a usual size.")
    shape = list(image.shape)
    shape[places[0]], shape[places[1]] = height, width
    return tuple(shape)


def _probe(runtime: OnnxRuntime, image: TensorSpec) -> dict[str, TensorSpec]:
    """The outputs' true shapes for one picture, which the graph may leave open."""
    batch = image.shape[0] or 1
    picture = np.zeros([batch, *(size or 1 for size in image.shape[1:])], image.dtype)
    values = runtime.run({image.name: picture})
    return {name: TensorSpec(name, _first(value, batch).shape, str(value.dtype)) for name, value in values.items()}


def _first(value: Tensor, batch: int) -> Tensor:
    return value[:1] if batch > 1 and value.ndim > 1 and value.shape[0] == batch else value


def _propose(
    path: Path, runtime: OnnxRuntime, image: TensorSpec, outputs: dict[str, TensorSpec], request: ImportRequest
) -> Proposal:
    guess, is_by_shape = _guess(path, runtime, image, outputs, request)
    source = ", ".join(filter(None, (path.name, noted_source(runtime.metadata))))
    proposal = Proposal(guess.tree | {"source": source}, path)
    is_detector = guess.tree["kind"] == "detector"
    if not is_detector:
        take_classes(proposal, proposal.tree, outputs, request.labels)
    _tell_graph(proposal, runtime, image, outputs)
    settlement = None
    if is_detector:
        take_notes(proposal, runtime.metadata, takes_any_size=None in runtime.inputs[image.name].shape[1:])
        take_labels(proposal, request)
        settlement = _settled(proposal, guess, runtime, request)
        guess = settlement.guess
    proposal.find("preprocessing-guessed", f"{guess.because} The file does not say so: compare it with the source.")
    if image.dtype == "uint8":
        proposal.find(
            "bytes-input",
            "The model takes bytes: it is fed the picture's own values from 0 to 255, whatever its family usually is.",
        )
    if is_by_shape:
        proposal.find(
            "form-guessed",
            f"Its boxes fit no usual grid: it is taken for {proposal.tree['decoder']} by its shape alone.",
        )
    if settlement is not None:
        guess_labels(proposal, guess.classes)
        _tell_settled(proposal, settlement)
        proposal.tree["threshold"] = request.threshold or proposal.tree.get("threshold", _DEFAULT_THRESHOLD)
        _check(proposal, settlement)
    if proposal.tree["license"] == "unknown":
        proposal.find("license-unknown", "The file does not tell its license: write it into the card.")
    return proposal


def _guess(
    path: Path, runtime: OnnxRuntime, image: TensorSpec, outputs: dict[str, TensorSpec], request: ImportRequest
) -> tuple[Guess, bool]:
    """What the graph looks like, and whether that is by the shape of its one output alone."""
    inputs = {image.name: image}
    guess = next((found for family in FAMILIES.values() if (found := family.propose(inputs, outputs))), None)
    if guess is not None:
        return guess, False
    named = len(request.labels or noted_labels(runtime.metadata))
    by_shape = propose_by_shape(inputs, outputs, named=named)
    guess = by_shape or propose_embedder(inputs, outputs)
    if guess is not None:
        return guess, by_shape is not None
    forms = ", ".join(f"'{spec.name}' {shape_words(spec.shape)}" for spec in outputs.values())
    is_table = len(outputs) == 1 and all(len(spec.shape) == 3 for spec in outputs.values())
    raise ModelImportError(
        f"The model {path.name} returns {forms}, which no decoder here reads.",
        remedy=f"{_WHICH_SIDE if is_table and not named else ''}Known forms: {_FORMS}.",
    )


def _tell_graph(proposal: Proposal, runtime: OnnxRuntime, image: TensorSpec, outputs: Mapping[str, TensorSpec]) -> None:
    file, tree = str(proposal.weights), proposal.tree
    stated = runtime.inputs[image.name]
    size = f"input.name, input.layout {tree['input']['layout']}, {tree['input']['width']}×{tree['input']['height']}"
    proposal.values.append(
        ReadValue(f"input {image.name}", f"{shape_words(stated.shape)} {stated.dtype}", file, None, size)
    )
    parts = {name: part for part, name in tree["outputs"].items()}
    for name, spec in outputs.items():
        if name in parts:
            value = f"{shape_words(spec.shape)} {spec.dtype}"
            proposal.values.append(ReadValue(f"output {name}", value, file, None, f"outputs.{parts[name]}"))
        else:
            proposal.ignored.append(IgnoredKey(f"output {name}", "nothing here reads it"))
    if stated.dtype == "float16":
        proposal.find("float16-input", "The model takes float16: on a processor it is slower than the same in float32.")
    if (stated.shape[0] or 1) > 1:
        proposal.find(
            "fixed-batch",
            f"The model always computes {stated.shape[0]} pictures at once: for one it does the work of all.",
        )


def _settled(proposal: Proposal, guess: Guess, runtime: OnnxRuntime, request: ImportRequest) -> Settlement:
    """The guess, with the labels that are known, after what the model returns for the picture."""
    try:
        settlement = settle_guess(replace(guess, tree=proposal.tree), proposal.weights, runtime, request.picture)
    except UnfitOutputError as error:
        raise _unfit(proposal, error) from error
    proposal.tree = settlement.guess.tree
    return settlement


def _tell_settled(proposal: Proposal, settlement: Settlement) -> None:
    for key, settled in settlement.changes.items():
        proposal.find(f"settled-{key}", f"{key} is {_shown(settled.value)}: on the picture, {settled.because}.")
    if settlement.doubt is not None:
        what, advice = settlement.doubt.message, settlement.doubt.advice
        proposal.find("form-doubtful", f"The model {what}: the card says what is usual. {advice}.")


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{part} {name}" for part, name in value.items())
    return str(value or "empty")


def _check(proposal: Proposal, settlement: Settlement) -> None:
    """Raises ``ModelImportError`` when what the model returned is not read by the card as it now is."""
    card = card_for_weights(proposal.weights, proposal.tree)
    try:
        FAMILIES[card.decoder].decode(settlement.outputs, card, card.threshold)
    except UnfitOutputError as error:
        raise _unfit(proposal, error) from error


def _unfit(proposal: Proposal, error: UnfitOutputError) -> ModelImportError:
    remedy = f"Give a model of a known form: {_FORMS}."
    if isinstance(error, LabelCountError):
        remedy = f"Give the names of all {error.count} classes in the model's order with --labels."
    return ModelImportError(
        f"The model {proposal.weights.name} has the shapes of {proposal.tree['decoder']}, but it {error}.",
        remedy=remedy,
    )


def _refused(path: Path, finding: str, remedy: str) -> ModelImportError:
    return ModelImportError(f"The model {path.name} {finding}.", remedy=remedy)
