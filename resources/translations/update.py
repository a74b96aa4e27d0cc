"""Brings the translations up to date: reads all words that are shown, merges them into .ts files, writes .qm files.

``python resources/translations/update.py`` after a change of words; then translate what is unfinished, in the .ts file
itself or with pyside6-linguist, and run it again. ``--check`` changes nothing and tells what is missing.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from core_sentences import CONTEXT, LIST, core_sentences, list_text

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
LANGUAGES = ("de",)
SETTINGS_CONTEXT = "Settings"

Message = tuple[str, str]
"""Context and source text."""


def main() -> int:
    """Update or check every language; 1 when words are not translated or the files are older than the words."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, tell what is missing")
    is_check = parser.parse_args().check
    missing = _write_list(is_check=is_check)
    missing += [line for language in LANGUAGES for line in _bring_up_to_date(language, is_check=is_check)]
    for line in missing:
        sys.stdout.write(f"{line}\n")
    return 1 if missing else 0


def _write_list(*, is_check: bool) -> list[str]:
    """Let the running program find the sentences of ``core``; a sentence when only checking and they differ."""
    text = list_text(core_sentences())
    if not is_check:
        LIST.write_text(text, encoding="utf-8")
    elif not LIST.is_file() or LIST.read_text(encoding="utf-8") != text:
        return [f"{LIST.name} does not hold the sentences of core."]
    return []


def _bring_up_to_date(language: str, *, is_check: bool) -> list[str]:
    """Sentences about what is missing."""
    kept = FOLDER / f"tillsight_{language}.ts"
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / kept.name
        if kept.is_file():
            fresh.write_bytes(kept.read_bytes())
        _merge(fresh, language, Path(scratch))
        if is_check:
            finished, wanted = finished_messages(kept), all_messages(fresh)
            return [
                *_sentences(language, wanted - finished, "is not translated"),
                *_sentences(language, all_messages(kept) - wanted, "is no longer in the window"),
            ]
        kept.write_bytes(fresh.read_bytes())
    _run("lrelease", "-silent", str(kept), "-qm", str(kept.with_suffix(".qm")))
    return _sentences(language, all_messages(kept) - finished_messages(kept), "is not translated")


def _merge(path: Path, language: str, scratch: Path) -> None:
    """Let ``path`` hold exactly the words of today, with the translations that it had."""
    outside = scratch / "words_outside_the_window.py"
    texts = [*((SETTINGS_CONTEXT, text) for text in settings_texts()), *((CONTEXT, text) for text in core_sentences())]
    outside.write_text(
        "".join(f"QT_TRANSLATE_NOOP({context!r}, {_quoted(text)})\n" for context, text in texts), encoding="utf-8"
    )
    sources = [*sorted((ROOT / "gui").rglob("*.py")), outside]
    options = ("-silent", "-locations", "none", "-no-obsolete", "-source-language", "en_US")
    _run("lupdate", *map(str, sources), *options, "-target-language", language, "-ts", str(path))


def settings_texts() -> list[str]:
    """Titles and descriptions of the settings, which are declared without Qt."""
    sys.path.insert(0, str(ROOT))
    from gui.settings.schema import read_sections

    texts = []
    for section in read_sections():
        texts.append(section.description)
        for spec in section.fields:
            texts += [spec.title, spec.description]
    return list(dict.fromkeys(text for text in texts if text))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def all_messages(path: Path) -> set[Message]:
    """Every message of a .ts file."""
    return set(_messages(path, is_finished=False))


def finished_messages(path: Path) -> set[Message]:
    """The messages of a .ts file that are translated."""
    return set(_messages(path, is_finished=True))


def _messages(path: Path, *, is_finished: bool) -> Iterable[Message]:
    for context in ElementTree.parse(path).iter("context"):  # noqa: S314 - the project's own file
        for message in context.iter("message"):
            translation = message.find("translation")
            is_done = translation is not None and "type" not in translation.attrib and translation.text
            if is_done or not is_finished:
                yield context.findtext("name", ""), message.findtext("source", "")


def _sentences(language: str, messages: set[Message], words: str) -> list[str]:
    return [f"{language}: {context}: “{source}” {words}." for context, source in sorted(messages)]


def _run(tool: str, *arguments: str) -> None:
    """Run one of Qt's language tools; raises ``CalledProcessError``."""
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True)  # noqa: S603 - a tool of this environment


if __name__ == "__main__":
    sys.exit(main())
