"""Collects the sentences that ``core`` says and the window can show: errors with remedies, problems, names of cameras.

They are read from the source, so that ``core`` speaks plain English without knowing that it is translated. A place that
is filled while the program runs is numbered: ``There is no camera at %1.``
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from string_values import Place, SourceTexts, Text, has_words

ROOT = Path(__file__).resolve().parent.parent.parent
CONTEXT = "Core"
"""The translation context; ``gui.core_words`` looks there."""

LIST = Path(__file__).with_name("core_sentences.txt")
"""The sentences, one a line, for the running program: compiled translations do not tell what they are of."""

_UNFINISHED = re.compile(r"\s\.?$")
"""The end of a text with an empty field, which is never said."""

_COMMAND_LINE = ("gui.launch", "gui.benchmarks")
_ERRORS = ("UserError", "UnfitOutputError")
"""What the window tells derives from the first; the second says what is wrong within one of these."""

_SHOWN_FIELDS = ("message", "remedy", "note", "label", "activity")
"""Members of dataclasses that the window shows."""

_NARRATING = ("narrate", "_narrate")
"""Functions that are told in words what is going on."""

_WRITTEN_OUT = (
    # States, which are words of the catalog.
    "Sale %1 is open.",
    "Sale %1 is parked.",
    "Sale %1 is paid.",
    "Sale %1 is void.",
    "This enrollment is finished already.",
    "This enrollment is discarded already.",
    # The engine in use and its device.
    "OpenVINO on %1",
    "ONNX Runtime on %1",
    "ONNX Runtime with its defaults on %1",
    "ONNX Runtime with CUDA on %1",
    "ONNX Runtime with TensorRT on %1",
    "TensorRT on %1",
    "TensorRT for RTX on %1",
    # What an engine says that says nothing.
    "it gives no reason",
    "no reason given.",
    # Of the operating system, in parentheses behind a file's name.
    "No space left on device",
    "Permission denied",
    "Read-only file system",
    "No such file or directory",
    "Is a directory",
    "Not a directory",
    "Input/output error",
    "Device or resource busy",
    "Disk quota exceeded",
    # Of SQLite.
    "file is not a database",
    "database disk image is malformed",
    "unable to open database file",
    "attempt to write a readonly database",
    "disk I/O error",
    # Of pydantic, about a value of the settings or of a model card.
    "%1: Input should be greater than or equal to %2.",
    "%1: Input should be less than or equal to %2.",
    "%1: Input should be greater than %2.",
    "%1: Input should be less than %2.",
    "%1: Input should be a finite number.",
    "%1: Input should be a valid integer, unable to parse string as an integer.",
    "%1: Input should be a valid integer, got a number with a fractional part.",
    "%1: Input should be a valid number, unable to parse string as a number.",
    "%1: Input should be a valid boolean, unable to interpret input.",
    "%1: Input should be a valid string.",
    "%1: Input should be %2.",
    "%1: String should have at most %2 characters.",
    "%1: String should have at least %2 characters.",
    "%1: String should match pattern '%2'.",
    "%1: Extra inputs are not permitted.",
    "%1: Field required.",
    "%1: Value error, %2.",
)
"""Sentences with parts that stand nowhere in the source of ``core`` as words."""


def core_sentences() -> list[str]:
    """Every sentence once, sorted."""
    modules = _shown_modules()
    texts = SourceTexts(modules)
    sentences = {
        _numbered(text)
        for place, expression in _spoken(modules, texts)
        for text in texts.texts(expression, place)
        if has_words(text) and not _UNFINISHED.search(text[-1] or "")
    }
    return sorted(sentences | set(_WRITTEN_OUT))


def list_text(sentences: Iterable[str]) -> str:
    """The file that the running program reads."""
    return "".join(f"{sentence}\n" for sentence in sentences)


def _numbered(text: Text) -> str:
    count = 0
    parts = []
    for part in text:
        if part is None:
            count += 1
        parts.append(f"%{count}" if part is None else part)
    return "".join(parts)


def _shown_modules() -> dict[str, ast.Module]:
    """The modules of ``core`` that the window imports, by whatever way; what only the command line uses stays out."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for folder in ("core", "gui")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    waiting = [name for name in files if name.startswith("gui.") and name not in _COMMAND_LINE]
    seen: dict[str, ast.Module] = {}
    while waiting:
        name = waiting.pop()
        if name in seen or name not in files:
            continue
        seen[name] = ast.parse(files[name].read_text(encoding="utf-8"))
        waiting += _imported(seen[name])
    return {name: seen[name] for name in sorted(seen) if name.startswith("core.")}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _spoken(modules: Mapping[str, ast.Module], texts: SourceTexts) -> Iterator[tuple[Place, ast.expr]]:
    """The expressions of what is said: the arguments of errors and of dataclasses that are shown."""
    classes = [node for tree in modules.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    errors = _errors(classes)
    for name in errors:
        for place, call in texts.calls_of(name):
            yield from ((place, argument) for argument in (*call.args[:1], *(word.value for word in call.keywords)))
    for node in classes:
        members = [
            statement.target.id
            for statement in node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        if set(members) & set(_SHOWN_FIELDS):
            for place, call in texts.calls_of(node.name):
                given = dict(zip(members, call.args, strict=False))
                given |= {word.arg: word.value for word in call.keywords if word.arg}
                yield from ((place, given[member]) for member in _SHOWN_FIELDS if member in given)
    for name in _NARRATING:
        yield from ((place, argument) for place, call in texts.calls_of(name) for argument in call.args[:1])
    # An error with a sentence of its own hands it to its base class.
    for place, call in texts.calls_of("__init__"):
        if any(word.arg == "remedy" for word in call.keywords):
            yield from ((place, argument) for argument in (*call.args[:1], *(word.value for word in call.keywords)))


def _errors(classes: Iterable[ast.ClassDef]) -> set[str]:
    """The names of ``_ERRORS`` and of what derives from them."""
    bases = {node.name: {base.id for base in node.bases if isinstance(base, ast.Name)} for node in classes}
    errors = set(_ERRORS)
    while found := {name for name, parents in bases.items() if parents & errors} - errors:
        errors |= found
    return errors
