"""Triton's ``config.pbtxt`` of a model, and the files of nvinferserver that run it, both protocol buffers in text form.

Source: Triton's model configuration documentation and DeepStream's Gst-nvinferserver documentation.
"""

import glob
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.vision.class_labels import read_labels
from core.vision.detectors.families import FAMILIES
from core.vision.model_import.config_text import Entry, read_protobuf, read_text
from core.vision.model_import.embedder_forms import propose_embedder
from core.vision.model_import.nvinfer_keys import PARSERS
from core.vision.model_import.proposal import IgnoredKey, ModelImportError, Proposal, ReadValue
from core.vision.model_import.retail_traps import find_traps
from core.vision.model_import.stated_model import StatedModel, resolve
from core.vision.model_import.triton_keys import IGNORED_MODEL, IGNORED_SERVER, USED_MODEL, USED_SERVER
from core.vision.runtimes.runtime import TensorSpec

_TYPES = {
    "TYPE_FP32": "float32",
    "TYPE_FP16": "float16",
    "TYPE_UINT8": "uint8",
    "TYPE_INT32": "int32",
    "TYPE_INT64": "int64",
}
_ENGINE = re.compile(r"(.+?)\.(?:onnx|etlt)_b\d+")
_CONFIG = "config.pbtxt"
_MOST_CLASSES = 65536


def import_triton_model(entries: Sequence[Entry], path: Path) -> Proposal:
    """A card from a model's inputs and outputs; how the picture is fed is its family's habit, which is told."""
    proposal = Proposal({}, _model_file(entries, path))
    _tell(proposal, entries, USED_MODEL, IGNORED_MODEL)
    model = StatedModel(proposal)
    inputs, outputs = read_tensors(entries, path)
    model.inputs, model.outputs = inputs, outputs
    guess = next((found for family in FAMILIES.values() if (found := family.propose(inputs, outputs))), None)
    guess = guess or propose_embedder(inputs, outputs)
    if guess is None:
        forms = ", ".join(f"{spec.name} {spec.shape[1:]}" for spec in (*inputs.values(), *outputs.values()))
        raise ModelImportError(
            f"The tensors in {path.name} are of no form that is known here: {forms}.",
            remedy="Import the file that configures nvinfer or nvinferserver for this model.",
        )
    proposal.tree = guess.tree | {"source": f"the model that {path.name} configures"}
    proposal.find("preprocessing-guessed", f"{guess.because} {path.name} does not say how the picture is fed.")
    if proposal.weights.is_file():
        model.output_names = tuple(outputs)
        model.look_at_weights()
    else:
        proposal.find("model-missing", f"The model {proposal.weights} is not there: put it beside the card.")
    _name_classes(proposal, entries, path)
    proposal.find("license-unknown", "The file does not tell the model's license: write it into the card.")
    return proposal


def import_server(entries: Sequence[Entry], path: Path) -> Proposal:
    """A card from a file of nvinferserver and, where it is, the ``config.pbtxt`` of the model that it names."""
    values = {entry.path: entry for entry in entries}
    folder = _model_folder(values, path)
    config = folder / _CONFIG
    tensors = read_protobuf(read_text(config), config) if config.is_file() else []
    proposal = Proposal({}, _model_file(tensors, config))
    _tell(proposal, entries, USED_SERVER, IGNORED_SERVER)
    model = StatedModel(proposal)
    _read_preprocessing(model, values)
    _read_postprocessing(model, values, path)
    if tensors:
        _tell(proposal, tensors, USED_MODEL, IGNORED_MODEL)
        model.inputs, model.outputs = read_tensors(tensors, config)
        model.output_names = tuple(model.outputs)
    else:
        proposal.find("model-config-missing", f"{config} is not there: the tensors' names are NVIDIA's usual ones.")
    if proposal.weights.is_file() or not tensors:
        model.look_at_weights()
    else:
        proposal.find("model-missing", f"The model {proposal.weights} is not there: put it beside the card.")
    find_traps(model, entries, path)
    proposal.tree = model.tree(f"the model that {path.name} configures")
    proposal.find("license-unknown", "The file does not tell the model's license: write it into the card.")
    return proposal


def read_tensors(entries: Sequence[Entry], path: Path) -> tuple[dict[str, TensorSpec], dict[str, TensorSpec]]:
    """Inputs and outputs by name, with an open batch in front where the file has one; raises ``ModelImportError``."""
    batch = _first(entries, "max_batch_size")
    is_batched = batch is not None and batch.value not in ("0", "1")
    tensors: tuple[dict[str, TensorSpec], dict[str, TensorSpec]] = ({}, {})
    for place, kind in enumerate(("input", "output")):
        sections = dict.fromkeys(entry.section for entry in entries if re.fullmatch(rf"{kind}\[\d+\]", entry.section))
        for section in sections:
            own = {entry.key: entry for entry in entries if entry.section == section}
            if "name" not in own or "dims" not in own:
                raise ModelImportError(f"An {kind} in {path.name} has no name or no dims.", remedy="Correct the file.")
            dims = tuple(_size(part, own["dims"]) for part in own["dims"].value.split(";"))
            has_batch = batch is None or batch.value == "0"
            shape = dims if has_batch else (None if is_batched else 1, *dims)
            dtype = _TYPES.get(own["data_type"].value, own["data_type"].value) if "data_type" in own else "float32"
            tensors[place][own["name"].value] = TensorSpec(own["name"].value, shape, dtype)
    if not tensors[0] or not tensors[1]:
        raise ModelImportError(
            f"{path.name} names no inputs or no outputs: Triton would ask the model.",
            remedy="Import the model's ONNX file instead.",
        )
    return tensors


def _size(text: str, entry: Entry) -> int | None:
    try:
        size = int(text)
    except ValueError as error:
        raise ModelImportError(
            f"{entry.file.name}, line {entry.line}: dims is {entry.value}, which are no sizes.",
            remedy="Correct the file.",
        ) from error
    return size if size >= 0 else None


def _first(entries: Sequence[Entry], path: str) -> Entry | None:
    return next((entry for entry in entries if entry.path == path), None)


def _model_file(entries: Sequence[Entry], path: Path) -> Path:
    """The ONNX file: in a version's folder, beside the file, or named after the engine that was built from it."""
    stated = _first(entries, "default_model_filename")
    name = stated.value if stated is not None else "model.onnx"
    if match := _ENGINE.match(name):
        name = f"{match[1]}.onnx"
    elif not name.endswith(".onnx"):
        name = "model.onnx"
    versions = path.parent.glob(f"[0-9]*/{glob.escape(Path(name).name)}")
    places = [resolve(name, path), *sorted(versions, reverse=True)]
    return next((place for place in places if place.is_file()), places[0])


def _model_folder(values: dict[str, Entry], path: Path) -> Path:
    backend = "infer_config.backend.triton"
    name = values.get(f"{backend}.model_name") or values.get("infer_config.backend.trt_is.model_name")
    if name is None:
        raise ModelImportError(f"{path.name} names no model.", remedy="Write model_name into it.")
    root = values.get(f"{backend}.model_repo.root") or values.get("infer_config.backend.trt_is.model_repo.root")
    return resolve(str(Path(root.value if root is not None else ".") / name.value), path)


def _read_preprocessing(model: StatedModel, values: dict[str, Entry]) -> None:
    section = "infer_config.preprocess"
    color = _text(values, f"{section}.network_format")
    if color not in ("", "IMAGE_FORMAT_NONE", "IMAGE_FORMAT_RGB", "IMAGE_FORMAT_BGR"):
        raise _complaint(values[f"{section}.network_format"], "and only RGB and BGR are fed")
    model.color = "BGR" if color == "IMAGE_FORMAT_BGR" else "RGB"
    model.layout = "NHWC" if _text(values, f"{section}.tensor_order") == "TENSOR_ORDER_NHWC" else "NCHW"
    model.fit = "letterbox" if _is_set(values, f"{section}.maintain_aspect_ratio") else "stretch"
    model.padding = "both" if _is_set(values, f"{section}.symmetric_padding") else "end"
    scale = values.get(f"{section}.normalize.scale_factor")
    model.scale = _numbers(scale)[0] if scale is not None else 1.0
    offsets = values.get(f"{section}.normalize.channel_offsets")
    if offsets is not None:
        model.offset = _numbers(offsets)
        if len(model.offset) != 3:
            raise _complaint(offsets, "not one number for each of three channels")


def _read_postprocessing(model: StatedModel, values: dict[str, Entry], path: Path) -> None:
    section = "infer_config.postprocess"
    labels = _text(values, f"{section}.labelfile_path")
    if labels:
        file = resolve(labels, path)
        if file.is_file():
            model.labels = read_labels(file)
        else:
            model.proposal.find("label-file-missing", f"The classes' names in {file} are not there.")
    function = values.get(f"{section}.detection.custom_parse_bbox_func")
    if function is None:
        if any(key.startswith((f"{section}.detection", f"{section}.segmentation")) for key in values):
            raise ModelImportError(
                f"{path.name} names no custom_parse_bbox_func, so no decoder here reads what it configures.",
                remedy=f"Known functions: {', '.join(PARSERS)}.",
            )
        is_classifier = any(key.startswith(f"{section}.classification") for key in values)
        if is_classifier and not _is_set(values, "output_control.output_tensor_meta"):
            raise ModelImportError(
                f"{path.name} configures a classifier whose outputs do not leave it (output_tensor_meta: true does).",
                remedy="Correct the file.",
            )
        model.kind = "embedder"
        return
    if function.value not in PARSERS:
        raise _complaint(function, f"and no decoder here reads that; known are {', '.join(PARSERS)}")
    model.decoder = PARSERS[function.value]
    count = values.get(f"{section}.detection.num_detected_classes")
    model.class_count = int(_numbers(count)[0]) if count is not None else None
    if count is not None and not 1 <= (model.class_count or 0) <= _MOST_CLASSES:
        raise _complaint(count, "which is no number of classes")
    for key in ("nms.confidence_threshold", "simple_cluster.threshold", "per_class_params.value.pre_threshold"):
        stated = values.get(f"{section}.detection.{key}")
        if stated is not None and model.threshold is None:
            model.threshold = _numbers(stated)[0]


def _name_classes(proposal: Proposal, entries: Sequence[Entry], path: Path) -> None:
    if proposal.tree["kind"] != "detector" or "labels" in proposal.tree:
        return
    stated = next((entry for entry in entries if entry.key == "label_filename"), None)
    if stated is not None and resolve(stated.value, path).is_file():
        proposal.tree["labels"] = list(read_labels(resolve(stated.value, path)))
    else:
        proposal.find("labels-missing", "No classes are known by name: none can be ignored.")


def _tell(proposal: Proposal, entries: Sequence[Entry], used: dict[str, str], ignored: dict[str, str]) -> None:
    for entry in entries:
        used_as = used.get(entry.path, "")
        reason = "" if used_as else _reason(entry.path, ignored)
        proposal.values.append(ReadValue(entry.path, entry.value, str(entry.file), entry.line, used_as))
        if reason:
            proposal.ignored.append(IgnoredKey(entry.path, reason))
        elif not used_as:
            proposal.find("unknown-key", f"{entry.file.name}, line {entry.line}: {entry.path} is not known; ignored.")


def _reason(path: str, ignored: dict[str, str]) -> str:
    """Why a key is ignored: by its own path, or by the message that it is part of."""
    return next((ignored[part] for part in _prefixes(path) if part in ignored), "")


def _prefixes(path: str) -> Iterator[str]:
    parts = path.split(".")
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))


def _text(values: dict[str, Entry], key: str) -> str:
    return values[key].value if key in values else ""


def _is_set(values: dict[str, Entry], key: str) -> bool:
    return _text(values, key).lower() in ("1", "true")


def _numbers(entry: Entry) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in entry.value.split(";"))
    except ValueError as error:
        raise _complaint(entry, "which is no number") from error
    if not all(map(math.isfinite, numbers)):
        raise _complaint(entry, "which is no number")
    return numbers


def _complaint(entry: Entry, why: str) -> ModelImportError:
    return ModelImportError(
        f"{entry.file.name}, line {entry.line}: {entry.key} is {entry.value}, {why}.", remedy="Correct the file."
    )
