"""The window in German: every word is translated, and what is shown is what was translated."""

import re
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.paths import resources_folder
from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from gui.core_words import core_words
from gui.enrollment.stage import Stage
from gui.enrollment.words import in_own_language
from gui.language import spoken_language
from gui.messages import Messages
from gui.settings.page import SettingsPage
from gui.widgets.words import Words
from tests.gui.back_office import BackOffice
from tests.gui.counter import CounterStation, seen

TRANSLATIONS = resources_folder() / "translations"
SOURCE = TRANSLATIONS / "tillsight_de.ts"
_HASHES = 0x42


class Message:
    """A translated text of the .ts file."""

    def __init__(self, context: str, element: ElementTree.Element) -> None:
        self.context = context
        self.source = element.findtext("source", "")
        self.translation = element.findtext("translation", "")


MESSAGES = [
    Message(context.findtext("name", ""), element)
    for context in ElementTree.parse(SOURCE).iter("context")
    for element in context.iter("message")
]


def test_every_word_of_the_window_is_translated() -> None:
    told = subprocess.run(
        [sys.executable, str(TRANSLATIONS / "update.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert told.stdout == "", "run resources/translations/update.py and translate what it names"
    assert (told.returncode, told.stderr) == (0, "")


def test_the_compiled_words_are_those_of_the_source(qapp: QApplication) -> None:
    compiled = SOURCE.with_suffix(".qm")
    translator = QTranslator()
    assert translator.load(str(compiled))
    assert [
        message.source
        for message in MESSAGES
        if translator.translate(message.context, message.source) != message.translation
    ] == []
    assert _count(compiled.read_bytes()) == len(MESSAGES)


@pytest.mark.parametrize(
    "pattern", [r"\{\w+\}", r"%[1-9](?!\d)", "#", r"&(?=\w)", r"^\s", r"\s$", r"(?<![\w+])[✓?+](?= )"]
)
def test_placeholders_keys_and_signs_are_kept(pattern: str) -> None:
    for message in MESSAGES:
        wanted, kept = (sorted(re.findall(pattern, text)) for text in (message.source, message.translation))
        assert wanted == kept, f"{message.context}: {message.source} → {message.translation}"


def test_no_two_fields_of_a_form_have_the_same_key() -> None:
    keys = [
        re.findall(r"&(\w)", message.translation)[0].casefold()
        for message in MESSAGES
        if message.context == "ProductForm" and "&" in message.source
    ]
    assert len(keys) == len(set(keys)) == 6


@pytest.mark.usefixtures("german")
def test_the_checkout_speaks_german(qtbot: QtBot, station: CounterStation) -> None:
    page = CheckoutPage(station, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    item = seen(1, (20, 20, 200, 300), Outcome.UNKNOWN)
    page.show_view(station.look(item))
    shown = {label.text() for label in page.findChildren(Words)}
    assert {"Warenkorb", "Summe", "Das kenne ich nicht"} <= shown
    assert "Basket" not in shown
    assert page.till.panel.basket.pay.text() == "Bezahlen"
    assert page.live.items[0].label.name == "Unbekannt"


@pytest.mark.usefixtures("german")
def test_the_settings_speak_german(qtbot: QtBot, tmp_path: Path) -> None:
    office = BackOffice(tmp_path)
    page = SettingsPage(office, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    shown = {label.text() for label in page.findChildren(Words)}
    assert {"Üblicher Steuersatz", "Wie das Fenster aussieht."} <= shown
    assert page.sections.item(0).text() == "Kamera"
    office.close()


@pytest.mark.usefixtures("german")
def test_words_of_the_core_and_of_a_base_class_are_translated(qtbot: QtBot) -> None:
    assert in_own_language("Fills 34 %: bring it closer") == "Füllt 34 %: näher heran"
    assert core_words("Loading the model") == "Modell wird geladen"
    assert core_words("") == ""
    stage = Stage()
    qtbot.addWidget(stage)
    assert stage.tr("Demo shop") == "Demo-Laden"


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        (["de-Latn-DE", "de-DE", "de"], "de"),
        (["en-Latn-US", "en", "de-DE", "de"], "en"),
        (["fr-FR", "fr", "de-DE", "de"], "de"),
        (["fr-FR", "fr"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_the_one_wanted_most(preferred: list[str], language: str) -> None:
    assert spoken_language(preferred) == language


def _count(compiled: bytes) -> int:
    """How many messages a .qm file holds: its table of hashes has eight bytes for each."""
    place = 16
    while place < len(compiled):
        tag, length = struct.unpack_from(">BI", compiled, place)
        if tag == _HASHES:
            return int(length) // 8
        place += 5 + int(length)
    raise AssertionError("no table of hashes")
