"""DeepStream's nvinfer configuration files, ``.txt`` and ``.yml``, primary and secondary.

Source: DeepStream's Gst-nvinfer documentation: y = net-scale-factor * (x - offset), channels in the model's order.
"""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from core.vision.class_labels import read_labels
from core.vision.model_import.config_text import Entry
from core.vision.model_import.encrypted_model import onnx_twin
from core.vision.model_import.nvinfer_keys import (
    ATTRIBUTES,
    ATTRIBUTES_OF_ALL,
    IGNORED,
    IGNORED_ATTRIBUTES,
    OF_ONE_CLASS,
    OVERRULED,
    PARSERS,
    USED,
    USED_ATTRIBUTES,
)
from core.vision.model_import.proposal import IgnoredKey, ModelImportError, Proposal, ReadValue
from core.vision.model_import.retail_traps import find_traps
from core.vision.model_import.stated_model import StatedModel, resolve

_DETECTOR, _CLASSIFIER, _OTHER = 0, 1, 100
_FULL_FRAME, _ON_OBJECTS = 1, 2
_MOST_CLASSES = 65536
_T = TypeVar("_T", float, int, tuple[float, ...])


def import_nvinfer(entries: Sequence[Entry], path: Path) -> Proposal:
    """A card for the model that the file configures; raises ``ModelError``."""
    keys = _Keys(entries, path)
    proposal = Proposal({}, _weights(keys, path))
    deciding = _section_of_threshold(keys)
    _tell_keys(proposal, entries, deciding)
    model = StatedModel(proposal)
    _read_kind(model, keys, deciding)
    _read_input(model, keys)
    _read_outputs(model, keys, path)
    model.look_at_weights()
    find_traps(model, entries, path)
    proposal.tree = model.tree(f"the model that {path.name} configures")
    proposal.find("license-unknown", "The file does not tell the model's license: write it into the card.")
    return proposal


class _Keys:
    """The last value of every key, with complaints that name file and line."""

    def __init__(self, entries: Sequence[Entry], path: Path) -> None:
        self._entries = {(entry.section, entry.key): entry for entry in entries}
        self._path = path

    def text(self, key: str, section: str = "property") -> str | None:
        entry = self._entries.get((section, key))
        return entry.value if entry is not None and entry.value else None

    def number(self, key: str, section: str = "property") -> float | None:
        return self._read(key, section, float)

    def whole(self, key: str) -> int | None:
        return self._read(key, "property", int)

    def flag(self, key: str) -> bool:
        return bool(self.whole(key))

    def numbers(self, key: str) -> tuple[float, ...] | None:
        return self._read(key, "property", lambda text: tuple(float(part) for part in _parts(text)))

    def complaint(self, key: str, why: str, section: str = "property") -> ModelImportError:
        entry = self._entries[section, key]
        return ModelImportError(
            f"{entry.file.name}, line {entry.line}: {key} is {entry.value}, {why}.", remedy="Correct the file."
        )

    def _read(self, key: str, section: str, convert: Callable[[str], _T]) -> _T | None:
        text = self.text(key, section)
        if text is None:
            return None
        try:
            value = convert(text)
            is_number = all(map(math.isfinite, value if isinstance(value, tuple) else (value,)))
        except (ValueError, OverflowError) as error:
            raise self.complaint(key, "which is no number", section) from error
        if not is_number:
            raise self.complaint(key, "which is no number", section)
        return value


def _weights(keys: _Keys, path: Path) -> Path:
    """The ONNX file that the configuration means; raises ``ModelImportError`` for a model that only NVIDIA opens."""
    if (onnx := keys.text("onnx-file")) is not None:
        return resolve(onnx, path)
    if (encoded := keys.text("tlt-encoded-model")) is not None:
        return onnx_twin(resolve(encoded, path))
    if (engine := keys.text("model-engine-file")) is not None and (match := re.match(r"(.+\.onnx)_b\d+", engine)):
        return resolve(match[1], path)
    raise ModelImportError(
        f"{path.name} names no ONNX file.", remedy="Write onnx-file=… into it, or import the model's ONNX file itself."
    )


def _section_of_threshold(keys: _Keys) -> str:
    """The section whose score decides: that of the only class of items before the one of all, as the parser reads them.

    With several classes that of all; but a decoder without a background falls back on class 0, by which NVIDIA's
    EfficientDet goes.
    """
    decoder = PARSERS.get(keys.text("parse-bbox-func-name") or "", "")
    first = 1 if decoder == "dino" else 0
    own = f"{ATTRIBUTES}{first}"
    is_lone = keys.whole("num-detected-classes") == first + 1
    sections = (own, ATTRIBUTES_OF_ALL) if is_lone else (ATTRIBUTES_OF_ALL, *((own,) if first == 0 else ()))
    stated = (section for section in sections if any(keys.text(key, section) for key in USED_ATTRIBUTES))
    return next(stated, ATTRIBUTES_OF_ALL)


def _read_kind(model: StatedModel, keys: _Keys, deciding: str) -> None:
    network = keys.whole("network-type")
    function = keys.text("parse-bbox-func-name")
    if network not in (None, _DETECTOR, _CLASSIFIER, _OTHER):
        raise keys.complaint("network-type", "and only detectors (0), classifiers (1) and others (100) are read")
    is_row = network in (_CLASSIFIER, _OTHER) and function is None
    if is_row and network == _CLASSIFIER and not keys.flag("output-tensor-meta"):
        raise keys.complaint("network-type", "a classifier whose outputs do not leave it (output-tensor-meta=1 does)")
    if is_row:
        model.kind = "embedder"
        if keys.whole("process-mode") == _FULL_FRAME:
            model.proposal.find("process-mode", "An embedder on whole frames: here it always describes single items.")
        return
    if function is None:
        raise ModelImportError(
            "The file names no parse-bbox-func-name, so the outputs would be DetectNet's, which no decoder here reads.",
            remedy=f"Known functions: {', '.join(PARSERS)}.",
        )
    if function not in PARSERS:
        raise keys.complaint("parse-bbox-func-name", f"and no decoder here reads that; known are {', '.join(PARSERS)}")
    model.decoder = PARSERS[function]
    if keys.whole("process-mode") == _ON_OBJECTS:
        model.proposal.find("process-mode", "A detector on single items: here it always sees the whole picture.")
    for key in USED_ATTRIBUTES:
        if model.threshold is None:
            model.threshold = keys.number(key, deciding)
    model.class_count = keys.whole("num-detected-classes")
    if model.class_count is not None and not 1 <= model.class_count <= _MOST_CLASSES:
        raise keys.complaint("num-detected-classes", "which is no number of classes")


def _read_input(model: StatedModel, keys: _Keys) -> None:
    for key in ("infer-dims", "input-dims"):
        sizes = keys.numbers(key)
        if sizes is not None and model.width is None:
            if (
                len(sizes) < 3
                or sizes[0] != 3
                or not all(8 <= size <= 4096 and size == int(size) for size in sizes[1:3])
            ):
                raise keys.complaint(key, "not 3;height;width")
            model.height, model.width = int(sizes[1]), int(sizes[2])
    scale = keys.number("net-scale-factor")
    model.scale = 1.0 if scale is None else scale
    offset = keys.numbers("offsets")
    if offset is not None and len(offset) != 3:
        raise keys.complaint("offsets", "not one number for each of three channels")
    model.offset = offset or (0.0, 0.0, 0.0)
    if (color := keys.whole("model-color-format")) not in (None, 0, 1):
        raise keys.complaint("model-color-format", "and only RGB (0) and BGR (1) are fed")
    model.color = "BGR" if color == 1 else "RGB"
    if (order := keys.whole("network-input-order")) not in (None, 0, 1):
        raise keys.complaint("network-input-order", "and only NCHW (0) and NHWC (1) are known")
    model.layout = "NHWC" if order == 1 else "NCHW"
    model.fit = "letterbox" if keys.flag("maintain-aspect-ratio") else "stretch"
    model.padding = "both" if keys.flag("symmetric-padding") else "end"


def _read_outputs(model: StatedModel, keys: _Keys, path: Path) -> None:
    model.output_names = tuple(_parts(keys.text("output-blob-names") or ""))
    stated = keys.text("labelfile-path")
    if stated is None:
        return
    file = resolve(stated, path)
    if not file.is_file():
        model.proposal.find("label-file-missing", f"The classes' names in {file} are not there.")
        return
    model.labels = read_labels(file)


def _tell_keys(proposal: Proposal, entries: Sequence[Entry], deciding: str) -> None:
    """Every key as used, as ignored with its reason, or as unknown. ``deciding``: the section of the score."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        name, used_as, reason = _meaning(entry, deciding)
        proposal.values.append(ReadValue(name, entry.value, str(entry.file), entry.line, used_as))
        if (former := seen.get((entry.section, entry.key))) is not None:
            proposal.find(
                "duplicate-key", f"{name} stands in lines {former.line} and {entry.line}: the later one counts."
            )
        seen[entry.section, entry.key] = entry
        if reason:
            proposal.ignored.append(IgnoredKey(name, reason))
        elif not used_as:
            proposal.find(
                "unknown-key", f"{entry.file.name}, line {entry.line}: nvinfer has no key {name}; it is ignored."
            )


def _meaning(entry: Entry, deciding: str) -> tuple[str, str, str]:
    """The key's name for people, the card's keys that it becomes, and why it is ignored; two of them empty: unknown."""
    if entry.section == "property":
        return entry.key, USED.get(entry.key, ""), IGNORED.get(entry.key, "")
    name = entry.key if entry.section == ATTRIBUTES_OF_ALL else f"{entry.section}.{entry.key}"
    if entry.section == deciding and entry.key in USED_ATTRIBUTES:
        return name, USED_ATTRIBUTES[entry.key], ""
    if entry.section == ATTRIBUTES_OF_ALL:
        return name, "", OVERRULED if entry.key in USED_ATTRIBUTES else IGNORED_ATTRIBUTES.get(entry.key, "")
    if entry.section.startswith(ATTRIBUTES) and entry.key in USED_ATTRIBUTES | IGNORED_ATTRIBUTES:
        return name, "", IGNORED_ATTRIBUTES.get(entry.key, OF_ONE_CLASS)
    return name, "", ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
