"""What the settings page shows, read from the schema of the settings themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from core.settings import Section, Settings


class FieldKind(Enum):
    """How a value is edited."""

    TEXT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    FLAG = auto()
    CHOICE = auto()
    REGION = auto()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One setting: where it lives, how it is called and which values it takes.

    ``title`` and ``description`` are the English source texts. ``choices`` are the allowed values of a ``CHOICE``.
    """

    section: str
    name: str
    title: str
    description: str
    kind: FieldKind
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    longest: int | None = None

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A group of settings in the order in which they are declared."""

    name: str
    description: str
    fields: tuple[FieldSpec, ...]


_KINDS = {
    "boolean": FieldKind.FLAG,
    "integer": FieldKind.INTEGER,
    "number": FieldKind.DECIMAL,
    "string": FieldKind.TEXT,
    "array": FieldKind.REGION,
}


def read_sections() -> tuple[SectionSpec, ...]:
    """Every section of the settings with its fields; raises ``ValueError`` for a field that no editor can show."""
    return tuple(
        SectionSpec(name, (type(section).__doc__ or "").strip(), tuple(_read_fields(name, section)))
        for name, section in _sections(Settings())
    )


def _sections(settings: Settings) -> Iterator[tuple[str, Section]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Section):
            yield name, value


def _read_fields(section_name: str, section: Section) -> Iterator[FieldSpec]:
    for name, shape in type(section).model_json_schema()["properties"].items():
        choices = tuple(shape.get("enum", ()))
        kind = FieldKind.CHOICE if choices else _KINDS.get(shape.get("type", ""))
        if kind is None:
            raise ValueError(f"no editor for {section_name}.{name}: {shape}")
        yield FieldSpec(
            section=section_name,
            name=name,
            title=shape.get("title", name),
            description=shape.get("description", ""),
            kind=kind,
            default=getattr(section, name),
            minimum=shape.get("minimum"),
            maximum=shape.get("maximum"),
            choices=choices,
            longest=shape.get("maxLength"),
        )
