"""Engines on disk: what each was built for, whether it still fits, and nothing that is of no use any more.

An engine is two files of one name: ``….engine``, and ``….json`` that says what it belongs to and what it weighs.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import DataFolderError, ModelError
from core.vision.runtimes.runtime import TensorSpec
from core.vision.runtimes.tensorrt_package import TENSORRT_RTX
from core.whole_file import write_whole

_FORMAT = 1
"""Of the manifest, and part of every key; another number when engines are built in another way."""
_ENGINE, _MANIFEST = ".engine", ".json"
_AMPERE = (8, 6)
"""The first compute capability that an engine of TensorRT for RTX serves when none is named."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The card that engines are for. ``capability``: its compute capability, "8.9"."""

    gpu: str
    capability: str
    driver: str


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """All that an engine depends on; when any of it changes, another engine is needed.

    ``model``: SHA-256 of the ONNX file that it was made from. ``gpu`` and ``driver`` are empty for an engine that was
    built ahead for any card of the ``capabilities``; without capabilities, for all from Ampere on. ``sizes``: the
    largest height and width that was stated for inputs that leave them open.
    """

    model: str
    package: str
    version: str
    precision: str
    batch: int
    sizes: str
    gpu: str
    capabilities: tuple[str, ...]
    driver: str

    def key(self) -> str:
        """Another one when any fact is."""
        text = json.dumps({"format": _FORMAT, **asdict(self)}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def serves(self, machine: Machine) -> bool:
        """Whether the engine was built for this card and driver, or ahead for cards like it."""
        if self.gpu:
            return (self.gpu, self.capabilities, self.driver) == (machine.gpu, (machine.capability,), machine.driver)
        if self.capabilities:
            return machine.capability in self.capabilities
        return _numbers(machine.capability) >= _AMPERE


@dataclass(frozen=True, slots=True)
class StoredEngine:
    """An engine in the store. ``name``: the model's file name without ending; ``seconds``: what building it took."""

    file: Path
    name: str
    facts: EngineFacts
    sha256: str
    size: int
    seconds: float
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def read(self) -> bytes:
        """The engine; raises ``ModelError`` when the file is not the one that was written."""
        try:
            content = self.file.read_bytes()
        except OSError as error:
            raise ModelError(
                f"The engine {self.file} cannot be read ({error.strerror or error}).", remedy="Build it again."
            ) from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ModelError(f"The engine {self.file} is damaged.", remedy="Build it again.")
        return content

    def is_whole(self) -> bool:
        """Whether ``read`` gives it."""
        try:
            self.read()
        except ModelError:
            return False
        return True


class EngineStore:
    """A folder of engines, which may be deleted at any time. Any thread; two processes may write at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def engines(self) -> Iterator[StoredEngine]:
        """All engines with a readable manifest, newest first."""
        manifests = sorted(self.folder.glob(f"*{_MANIFEST}"), key=_changed, reverse=True)
        for manifest in manifests:
            stored = _read_manifest(manifest)
            if stored is not None:
                yield stored

    def with_facts(self, facts: EngineFacts) -> StoredEngine | None:
        """The engine that was built from exactly this."""
        return next((stored for stored in self.engines() if stored.facts == facts), None)

    def for_machine(
        self, model: str, package: str, version: str, precision: str | None, machine: Machine
    ) -> StoredEngine | None:
        """The engine of a model (its SHA-256) that runs here: one built on this card before one built ahead.

        ``precision`` ``None``: of those, the one that was built last decides.
        """
        found = [
            stored
            for stored in self.of_model(model, package, precision)
            if stored.facts.version == version and stored.facts.serves(machine)
        ]
        own = [stored for stored in found if stored.facts.gpu] or found
        last = [stored for stored in own if stored.facts.precision == own[0].facts.precision]
        return max(last, key=lambda stored: stored.facts.batch, default=None)

    def of_model(self, model: str, package: str, precision: str | None) -> list[StoredEngine]:
        """Its engines for whatever machine and version, newest first; ``precision`` ``None``: any."""
        found = [stored for stored in self.engines() if (stored.facts.model, stored.facts.package) == (model, package)]
        return [stored for stored in found if precision in (None, stored.facts.precision)]

    def keep(
        self,
        name: str,
        facts: EngineFacts,
        content: bytes,
        *,
        seconds: float,
        inputs: tuple[TensorSpec, ...],
        outputs: tuple[TensorSpec, ...],
    ) -> StoredEngine:
        """Write an engine, whole or not at all, then remove those whose place it takes.

        These are the engines of the same package and precision that were built of the same content, or of a file of
        the same name with the same inputs and outputs: for a card in this machine, or ahead for the same cards. Raises
        ``DataFolderError`` when the folder cannot be written.
        """
        stem = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}-{facts.key()}"
        digest = hashlib.sha256(content).hexdigest()
        stored = StoredEngine(
            self.folder / f"{stem}{_ENGINE}", name, facts, digest, len(content), seconds, inputs, outputs
        )
        replaced = [other for other in self.engines() if other.file != stored.file and _is_superseded(other, stored)]
        self.write(stored.file, content)
        self.write(stored.file.with_suffix(_MANIFEST), _manifest(stored))
        for other in replaced:
            _remove(other)
        return stored

    def write(self, file: Path, content: bytes) -> None:
        """Write a file of the store, whole or not at all; raises ``DataFolderError``."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(file, content)
        except OSError as error:
            raise DataFolderError(
                f"The engine cannot be written to {self.folder} ({error.strerror or error}).",
                remedy="Free some space, or give yourself the right to write there.",
            ) from error


def model_digest(model: Path) -> str:
    """The SHA-256 of a model's file; raises ``ModelError`` when it cannot be read."""
    try:
        with model.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The model file {model} cannot be read ({error.strerror or error}).", remedy="Check its path."
        ) from error


def kernels_file(stored: StoredEngine) -> Path:
    """Where TensorRT for RTX keeps what it compiled for this machine's card; it checks itself whether it fits."""
    return stored.file.with_suffix(".kernels")


def _is_superseded(old: StoredEngine, new: StoredEngine) -> bool:
    if (old.facts.package, old.facts.precision) != (new.facts.package, new.facts.precision):
        return False
    if bool(old.facts.gpu) != bool(new.facts.gpu) or (
        not new.facts.gpu and old.facts.capabilities != new.facts.capabilities
    ):
        return False
    # Many models' files have the same name, such as model.onnx: only what takes and gives the same is an older one.
    is_older = (old.name, old.inputs, old.outputs) == (new.name, new.inputs, new.outputs)
    return is_older or old.facts.model == new.facts.model


def _remove(stored: StoredEngine) -> None:
    """What another program has open stays; it is of no harm."""
    for file in (stored.file.with_suffix(_MANIFEST), stored.file, kernels_file(stored)):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _manifest(stored: StoredEngine) -> bytes:
    tree = asdict(replace(stored, file=Path(stored.file.name))) | {"format": _FORMAT, "file": stored.file.name}
    return (json.dumps(tree, indent=2) + "\n").encode()


def _read_manifest(manifest: Path) -> StoredEngine | None:
    """What a manifest says; ``None`` for one that is damaged, of another format, or without its engine."""
    try:
        tree = json.loads(manifest.read_text(encoding="utf-8"))
        engine = manifest.with_suffix(_ENGINE)
        if tree["format"] != _FORMAT or tree["file"] != engine.name or not engine.is_file():
            return None
        facts = tree["facts"]
        return StoredEngine(
            engine,
            str(tree["name"]),
            EngineFacts(**facts | {"capabilities": tuple(facts["capabilities"])}),
            str(tree["sha256"]),
            int(tree["size"]),
            float(tree["seconds"]),
            *(tuple(_spec(entry) for entry in tree[side]) for side in ("inputs", "outputs")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _spec(tree: dict[str, Any]) -> TensorSpec:
    return TensorSpec(str(tree["name"]), tuple(tree["shape"]), str(tree["dtype"]))


def _changed(file: Path) -> float:
    with suppress(OSError):
        return file.stat().st_mtime
    return 0.0


def _numbers(capability: str) -> tuple[int, ...]:
    return tuple(int(part) for part in capability.split(".") if part.isdigit())


def is_built_ahead(facts: EngineFacts) -> bool:
    """Whether the engine was built for cards that were not there."""
    return facts.package == TENSORRT_RTX.name and not facts.gpu
