"""What an importer makes of a file: a card, where each of its values comes from, and what a person should know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.frames import Pixels


class ModelImportError(ModelError):
    """Nothing can be made of a file, or it cannot be put among the shop's models."""


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value that stands in a file. ``line`` counts from 1; ``None`` where a file has no lines.

    ``used_as`` names the keys of the card that it became.
    """

    key: str
    value: str
    file: str
    line: int | None
    used_as: str


@dataclass(frozen=True, slots=True)
class IgnoredKey:
    """A key that stands in a file and has no meaning here."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know before the model is used. ``name`` stays; ``message`` is a sentence."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What a person asks for. ``picture``: what the model is tried on. ``size``: width and height of the input of a
    model that takes any. ``labels``: its classes in order, when known. ``threshold``: for the card, 0–1.
    """

    picture: Pixels
    size: tuple[int, int] | None = None
    labels: tuple[str, ...] = ()
    threshold: float | None = None


@dataclass(slots=True)
class Proposal:
    """A card's content (all but the file's name and digest), and how it came about.

    ``weights`` is the model's file; a configuration file may name one that is not there. ``is_run``: ONNX
    Runtime loads it, so that it can be tried.
    """

    tree: dict[str, Any]
    weights: Path
    is_run: bool = False
    values: list[ReadValue] = field(default_factory=list)
    ignored: list[IgnoredKey] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def find(self, name: str, message: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(name, message))


Importer = Callable[[Path, ImportRequest], Proposal]
"""Reads a file; raises ``ModelError`` with one sentence when nothing can be made of it."""
