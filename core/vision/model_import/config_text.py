"""Reading configuration files of other programs, each value with its line: INI, the YAML that nvinfer reads, and the
text form of protocol buffers.

Only what these files are made of is understood; anything else is told with its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.vision.model_import.proposal import ModelImportError

_LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as text. ``section`` is where it stands: ``property``, or ``input[0]`` for the first of several."""

    section: str
    key: str
    value: str
    file: Path
    line: int

    @property
    def path(self) -> str:
        """Section and key without counting: ``input.dims``."""
        return re.sub(r"\[\d+\]", "", f"{self.section}.{self.key}".lstrip("."))


def read_text(path: Path) -> str:
    """The file's text; raises ``ModelImportError``."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ModelImportError(f"{path} is too large for a configuration file.", remedy="Check its path.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ModelImportError(f"The file {path} is not there.", remedy="Check its path.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelImportError(f"The file {path} cannot be read as text.", remedy="Check the file.") from error


def read_ini(text: str, file: Path) -> list[Entry]:
    """Sections in brackets, ``key=value``, remarks after # or ; at the start of a line."""
    entries, section = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if head := re.fullmatch(r"\[([^\[\]]+)\]", bare):
            section = head[1].strip()
        elif "=" in bare and section:
            key, value = bare.split("=", 1)
            entries.append(Entry(section, key.strip(), value.strip(), file, number))
        else:
            raise not_understood(file, number, bare)
    return entries


_YAML_LINE = re.compile(
    r"(?P<indent>\s*)(?P<key>[\w-]+)\s*:(?:\s+(?P<value>\"[^\"]*\"|'[^']*'|[^#\s\"'\[{|>&*].*?))?(?:\s+#.*)?\s*"
)


def read_yaml(text: str, file: Path) -> list[Entry]:
    """Sections at the margin, ``key: value`` below them, remarks after #; values are plain or quoted words."""
    entries, section = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] == "#" or bare in ("---", "..."):
            continue
        match = _YAML_LINE.fullmatch(line)
        if match is None:
            raise not_understood(file, number, bare)
        key, value = match["key"], match["value"]
        if not match["indent"] and value is None:
            section = key
        elif match["indent"] and section:
            entries.append(Entry(section, key, _unquoted(value or ""), file, number))
        else:
            raise not_understood(file, number, bare)
    return entries


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" else value


_TOKEN = re.compile(
    r"(?P<skip>\s+|\#[^\n]*|[,;])|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>[\w.+-]+)|(?P<mark>[{}\[\]<>:])"
)


def read_protobuf(text: str, file: Path) -> list[Entry]:
    """Every scalar of a message in text form; a list of scalars is one value, its members parted by semicolons."""
    message = _Message(text, file)
    try:
        return list(message.fields("", is_inner=False))
    except RecursionError as error:
        raise not_understood(file, message.line, "messages within messages without end") from error


class _Message:
    """A message in text form, read token by token."""

    def __init__(self, text: str, file: Path) -> None:
        self._file = file
        self._tokens = self._split(text)
        self._place = 0

    @property
    def line(self) -> int:
        """Of what was read last; from 1."""
        return self._tokens[self._place - 1][1] if self._place else 1

    def fields(self, section: str, *, is_inner: bool) -> Iterator[Entry]:
        """The scalars up to the end of the message."""
        counts: dict[str, int] = {}
        while self._place < len(self._tokens):
            name, line = self._next()
            if is_inner and name in "}>":
                return
            if not re.fullmatch(r"[A-Za-z_]\w*", name):
                raise not_understood(self._file, line, name)
            if self._peek() == ":":
                self._next()
            yield from self._values(section, name, counts)
        if is_inner:
            raise not_understood(self._file, self._tokens[-1][1], "the end of the file inside a message")

    def _values(self, section: str, name: str, counts: dict[str, int]) -> Iterator[Entry]:
        value, line = self._next()
        if value == "[":
            scalars, first = [], line
            while (value := self._next()[0]) != "]":
                if value in "{<":
                    yield from self._inner(section, name, counts)
                else:
                    scalars.append(_unquoted(value))
            if scalars:
                yield Entry(section, name, ";".join(scalars), self._file, first)
        elif value in "{<":
            yield from self._inner(section, name, counts)
        elif value in "}]>:":
            raise not_understood(self._file, line, value)
        else:
            yield Entry(section, name, _unquoted(value), self._file, line)

    def _inner(self, section: str, name: str, counts: dict[str, int]) -> Iterator[Entry]:
        number = counts.get(name, 0)
        counts[name] = number + 1
        yield from self.fields(f"{section}.{name}[{number}]".lstrip("."), is_inner=True)

    def _next(self) -> tuple[str, int]:
        if self._place >= len(self._tokens):
            last = self._tokens[-1][1] if self._tokens else 1
            raise not_understood(self._file, last, "the end of the file inside a value")
        self._place += 1
        return self._tokens[self._place - 1]

    def _peek(self) -> str:
        return self._tokens[self._place][0] if self._place < len(self._tokens) else ""

    def _split(self, text: str) -> list[tuple[str, int]]:
        tokens, place, line = [], 0, 1
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise not_understood(self._file, line, text[place : place + 20])
            if match.lastgroup != "skip":
                tokens.append((match[0], line))
            line += match[0].count("\n")
            place = match.end()
        return tokens


def not_understood(file: Path, line: int, words: str) -> ModelImportError:
    """The complaint about a line."""
    return ModelImportError(
        f"{file.name}, line {line} is not understood: {words[:60]}",
        remedy="Correct the file, or import the model's ONNX.",
    )
