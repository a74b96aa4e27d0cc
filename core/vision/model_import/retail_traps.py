"""Where the configuration files of NVIDIA's retail models disagree with each other or with their models."""

import math
from collections.abc import Sequence
from pathlib import Path

from core.vision.model_import.config_text import Entry, read_ini, read_text, read_yaml
from core.vision.model_import.proposal import ModelImportError
from core.vision.model_import.stated_model import StatedModel

_CLIP_SCALE = 1 / (255 * 0.26857)
_TWIN_SUFFIXES = {".txt": (".yml", ".yaml"), ".yml": (".txt",), ".yaml": (".txt",)}
_PLACES = frozenset({"gpu-id", "model-engine-file", "custom-lib-path"})
"""Keys that may differ between twins without changing a result."""


def find_traps(model: StatedModel, entries: Sequence[Entry], path: Path) -> None:
    """Add what is known to go wrong to the proposal's findings, before the first frame shows it."""
    if model.kind == "embedder":
        _normalization(model)
        _output_order(model)
    else:
        _colors(model)
        _layout(model, entries)
        _classes(model)
    _precision(model, entries)
    _twin(model, entries, path)


def _normalization(model: StatedModel) -> None:
    names = set(model.outputs) or set(model.output_names)
    weights = model.proposal.weights.name
    is_clip = math.isclose(model.scale, _CLIP_SCALE, rel_tol=1e-4)
    is_first = "outputs" in names if model.outputs else weights == "retail_object_recognition.onnx"
    if is_clip and is_first:
        model.proposal.find(
            "v1-model-v2-normalization",
            f"{weights} is the first embedder, which other releases feed from 0 to 1 (net-scale-factor 1/255, offsets "
            "0), and this file feeds it as the second. Compare both on your goods.",
        )
    if "embeddings" in names and not is_clip:
        model.proposal.find(
            "v2-model-v1-normalization",
            f"{weights} is the second embedder, which NVIDIA feeds with net-scale-factor 0.0146 and CLIP's means.",
        )
    if "fc_pred" in names and math.isclose(model.scale, 1 / 255, rel_tol=1e-4) and not any(model.offset):
        model.proposal.find(
            "tao-normalization",
            "An export of TAO's own training (fc_pred) wants ImageNet's means and a scale of 1/(255·0.226); this file "
            "feeds it as NVIDIA's deployable model.",
        )


def _output_order(model: StatedModel) -> None:
    if len(model.output_names) > 1:
        model.proposal.find(
            "output-order",
            f"The outputs {', '.join(model.output_names)} are found by their names: their order in the file is not the "
            "model's, and NVIDIA's own application reads the first tensor as the embedding.",
        )


def _colors(model: StatedModel) -> None:
    if model.decoder == "dino" and model.color == "BGR" and model.offset[0] > model.offset[2]:
        model.proposal.find(
            "dino-color-order",
            "The file says BGR with means in the order of RGB; Triton's file for the same model says RGB, which is "
            "likely right. The card says BGR as the file does: try both.",
        )


def _layout(model: StatedModel, entries: Sequence[Entry]) -> None:
    keys = {entry.key for entry in entries}
    if model.decoder != "efficientdet":
        return
    if model.layout == "NHWC" and "infer-dims" in keys:
        model.proposal.find(
            "dims-order",
            f"infer-dims is channels, height, width although the tensor is {model.height}×{model.width}×3.",
        )
    elif model.layout == "NCHW" and not model.inputs:
        model.proposal.find(
            "efficientdet-layout",
            "NVIDIA's EfficientDet takes NHWC (network-input-order 1), though its documentation says NCHW.",
        )


def _classes(model: StatedModel) -> None:
    stated, named = model.class_count, len(model.labels)
    tensor = next((spec.shape[-1] for name, spec in model.outputs.items() if "logit" in name and spec.shape), None)
    if stated is not None and named and named != stated and not (model.decoder == "dino" and named == stated - 1):
        model.proposal.find("class-count", f"num-detected-classes is {stated}, and {named} classes are named.")
    elif stated in (100, 101) and model.decoder == "efficientdet":
        model.proposal.find(
            "class-count", f"num-detected-classes is {stated}; NVIDIA's files say 100 or 101 for the same model."
        )
    if tensor is not None and stated is not None and tensor != stated:
        model.proposal.find("class-count", f"num-detected-classes is {stated}, and the model has {tensor} classes.")


def _precision(model: StatedModel, entries: Sequence[Entry]) -> None:
    if any(entry.key == "network-mode" and entry.value == "1" for entry in entries):
        model.proposal.find("network-mode-int8", "network-mode 1 is INT8, not FP16 (0 FP32, 1 INT8, 2 FP16).")


def _twin(model: StatedModel, entries: Sequence[Entry], path: Path) -> None:
    """The same configuration in the other dialect beside the file, where its values differ."""
    for suffix in _TWIN_SUFFIXES.get(path.suffix.lower(), ()):
        twin = path.with_suffix(suffix)
        if not twin.is_file():
            continue
        try:
            text = read_text(twin)
            others = read_ini(text, twin) if suffix == ".txt" else read_yaml(text, twin)
        except ModelImportError:
            continue
        theirs = {(entry.section, entry.key): entry for entry in others}
        for entry in entries:
            other = theirs.get((entry.section, entry.key))
            if other is not None and entry.key not in _PLACES and not _same(entry.value, other.value):
                model.proposal.find(
                    "twin-differs",
                    f"{entry.key} is {entry.value} in {path.name}, line {entry.line}, and {other.value} in "
                    f"{twin.name}, line {other.line}.",
                )


def _same(first: str, second: str) -> bool:
    def plain(text: str) -> list[float | str]:
        parts: list[float | str] = []
        for part in text.strip(";").split(";"):
            try:
                parts.append(float(part))
            except ValueError:
                parts.append(part.strip())
        return parts

    return plain(first) == plain(second)
