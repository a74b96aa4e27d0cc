"""What ``core`` says, in the window's language: it speaks plain English, with names and figures in its sentences."""

import re
from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.errors import UserError
from core.paths import resources_folder

_CONTEXT = "Core"
_LANGUAGE = str(QT_TRANSLATE_NOOP("CoreWords", "English"))
"""Translated into the name of the language itself."""

_FIELD = re.compile(r"%([1-9])(?!\d)")


def error_words(error: UserError) -> str:
    """A problem and its remedy in one line."""
    return f"{core_words(error.message)} {core_words(error.remedy)}"


def core_words(text: str) -> str:
    """A sentence of ``core`` in the window's language; as it is where there is no translation. GUI thread.

    ``There is no camera at /dev/video0.`` is found by the sentence ``There is no camera at %1.``; what stands in its
    fields is put into the translation, itself translated if it is a sentence or a word of ``core``.
    """
    language = QCoreApplication.translate("CoreWords", _LANGUAGE)
    return text if not text or language == _LANGUAGE else _translated(text, language)


@lru_cache(maxsize=256)
def _translated(text: str, language: str) -> str:
    # Kept, for the status line and the live picture say the same again with every picture.
    plain, with_fields = _sentences()
    if text in plain:
        return QCoreApplication.translate(_CONTEXT, text)
    for sentence, literals in with_fields:
        if all(literal in text for literal in literals) and (found := _pattern(sentence).fullmatch(text)):
            fields = [_translated(field, language) for field in found.groups()]
            return _filled(QCoreApplication.translate(_CONTEXT, sentence), fields)
    return text


def _filled(sentence: str, fields: list[str]) -> str:
    return _FIELD.sub(lambda place: fields[int(place[1]) - 1], sentence)


@lru_cache(maxsize=1)
def _sentences() -> tuple[frozenset[str], list[tuple[str, list[str]]]]:
    """Those without fields; and those with, each with its literal parts, the one that says most first."""
    listed = (resources_folder() / "translations" / "core_sentences.txt").read_text(encoding="utf-8").splitlines()
    with_fields = [(sentence, _FIELD.split(sentence)[::2]) for sentence in listed if _FIELD.search(sentence)]
    with_fields.sort(key=lambda entry: -sum(map(len, entry[1])))
    return frozenset(listed) - {sentence for sentence, _ in with_fields}, with_fields


@lru_cache(maxsize=64)
def _pattern(sentence: str) -> re.Pattern[str]:
    """Matches the whole of what the sentence can become; a field takes as little as it can."""
    literals = _FIELD.split(sentence)[::2]
    return re.compile("(.+?)".join(map(re.escape, literals)), re.DOTALL)
