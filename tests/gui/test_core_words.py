"""What ``core`` says, in a German window: sentences with their names and figures in place."""

import ast
import errno
import importlib
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.cameras.address import parse_address
from core.cameras.source import open_source
from core.catalog.database import open_catalog
from core.catalog.records import ProductDetails
from core.catalog.transactions import telling_failures
from core.errors import UserError
from core.money import parse_amount
from core.paths import DataFolder, resources_folder
from core.recognition.index_folder import read_index
from core.settings import Settings, load_settings
from core.station_view import Problem, Severity
from core.vision.model_card import load_card
from gui.core_words import core_words, error_words
from gui.messages import Messages
from gui.settings.words import problem
from gui.widgets.message_bar import MessageBar
from gui.widgets.product_form import ProductForm
from gui.widgets.words import Words

TRANSLATIONS = resources_folder() / "translations"
SENTENCES = (TRANSLATIONS / "core_sentences.txt").read_text(encoding="utf-8").splitlines()
FIELD = re.compile(r"%([1-9])(?!\d)")


def said(call: Callable[[], object]) -> UserError:
    with pytest.raises(UserError) as caught:
        call()
    return caught.value


def german_of(call: Callable[[], object]) -> str:
    return error_words(said(call))


@pytest.mark.usefixtures("german")
def test_every_sentence_is_found_with_its_fields() -> None:
    for sentence in SENTENCES:
        # Figures: words could make it another sentence of the list.
        filled = FIELD.sub(lambda place: f"7{place[1]}", sentence)
        translated = core_words(filled)
        assert translated not in (filled, sentence) or sentence == filled, sentence
        assert {f"7{number}" for number in FIELD.findall(sentence)} <= set(re.findall(r"7\d", translated)), sentence


@pytest.mark.usefixtures("german")
def test_a_model_that_is_missing_is_told_in_german(tmp_path: Path) -> None:
    assert german_of(lambda: load_card(tmp_path / "mine.toml", [])) == (
        f"Die Modellkarte {tmp_path / 'mine.toml'} ist nicht da. Prüfen Sie den Pfad."
    )
    assert german_of(lambda: load_card("mine", [])) == (
        "Es gibt keine Modellkarte namens „mine“. Installieren Sie das Programm neu, "
        "oder geben Sie den Pfad einer Karte an."
    )


@pytest.mark.usefixtures("german")
def test_a_camera_that_is_not_there_is_told_in_german(tmp_path: Path) -> None:
    assert german_of(lambda: open_source("usb:/dev/none")) == (
        "An /dev/none ist keine Kamera. Stecken Sie sie ein; sie wird geöffnet, sobald sie da ist."
    )
    assert "Es gibt keine Kamera, kein Video und keinen Ordner namens kamera." in german_of(
        lambda: parse_address("kamera")
    )
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert german_of(lambda: open_source(f"file:{empty}")) == (
        f"Die Datei {empty} ist leer. Wählen Sie eine Videodatei wie MP4, MKV oder AVI."
    )


@pytest.mark.usefixtures("german")
def test_a_damaged_index_is_told_in_german(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text("{}", encoding="utf-8")
    german = german_of(lambda: read_index(tmp_path, "key"))
    assert str(tmp_path) in german
    assert german.endswith("Er wird aus dem Sortiment neu aufgebaut; nichts ist verloren.")


@pytest.mark.usefixtures("german")
def test_a_full_disk_and_a_damaged_database_are_told_in_german(tmp_path: Path) -> None:
    def fill() -> None:
        with telling_failures(tmp_path / "shop.db"):
            connection = sqlite3.connect(tmp_path / "shop.db")
            try:
                connection.execute("PRAGMA max_page_count=1")
                connection.execute("CREATE TABLE sale (number)")
            finally:
                connection.close()

    assert german_of(fill) == (
        f"Der Datenträger mit {tmp_path / 'shop.db'} ist voll; die letzte Änderung wurde nicht gespeichert. "
        "Schaffen Sie Platz auf diesem Datenträger, und machen Sie es noch einmal."
    )
    broken = DataFolder(tmp_path / "broken")
    broken.root.mkdir()
    broken.database.write_bytes(b"no database" * 100)
    assert core_words(said(lambda: open_catalog(broken)).message) == (
        f"Die Datenbank des Ladens {broken.database} ist beschädigt (die Datei ist keine Datenbank); "
        "die Datei bleibt, wie sie ist."
    )


@pytest.mark.usefixtures("german")
def test_a_reason_within_a_sentence_is_translated_too(tmp_path: Path) -> None:
    text = f"The settings cannot be saved to {tmp_path} ({os.strerror(errno.ENOSPC)})."
    assert core_words(text) == f"Die Optionen lassen sich nicht in {tmp_path} speichern (Kein freier Platz mehr)."
    damaged = tmp_path / "settings.json"
    damaged.write_text('{"camera": {"width": 9}}', encoding="utf-8")
    assert core_words(said(lambda: load_settings(damaged)).message) == (
        f"Die Datei der Optionen {damaged} ist beschädigt: "
        "camera.width braucht eine ganze Zahl von 160 bis 7680, nicht „9“."
    )


@pytest.mark.usefixtures("german")
def test_what_core_has_not_said_stays() -> None:
    for text in ("", "Sale of the day", "„Apfel“ ist gespeichert.", "There is no camera at all"):
        assert core_words(text) == text


def test_an_english_window_keeps_the_words_without_reading_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.core_words._sentences", lambda: pytest.fail("the list was read"))
    error = said(lambda: parse_amount("a lot", "EUR"))
    assert error_words(error) == str(error) == "“a lot” is not a price. Enter a number such as 1.80."


@pytest.mark.usefixtures("german")
def test_the_message_bar_tells_german_and_a_repeated_failure_once(qtbot: QtBot) -> None:
    messages = Messages()
    bar = MessageBar(messages)
    qtbot.addWidget(bar)
    for _ in range(2):
        messages.tell_error(said(lambda: open_source("usb:/dev/none")))
    shown = [words.text() for words in bar.findChildren(Words)]
    assert "An /dev/none ist keine Kamera. (2-mal)" in shown
    assert "Stecken Sie sie ein; sie wird geöffnet, sobald sie da ist." in shown
    messages.tell_problem(Problem("camera", "The camera is back.", severity=Severity.INFORM, is_over=True))
    bar.read()
    assert "Die Kamera ist wieder da." in [words.text() for words in bar.findChildren(Words)]
    bar.read()
    assert bar.isHidden()


@pytest.mark.usefixtures("german")
def test_a_refused_product_is_told_in_german_beside_its_field(qtbot: QtBot, tmp_path: Path) -> None:
    form = ProductForm()
    qtbot.addWidget(form)
    catalog = open_catalog(DataFolder(tmp_path))
    catalog.products.add(ProductDetails("Milch", sku="12"))
    form.show_problem(said(lambda: catalog.products.add(ProductDetails("Käse", sku="12"))))
    catalog.close()
    assert form.first_problem() is form.sku
    shown = [words.text() for words in form.findChildren(Words)]
    assert any("Die Artikelnummer 12 gehört schon zu Milch." in text for text in shown)


def test_texts_are_read_from_source_with_all_their_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TRANSLATIONS))
    values = importlib.import_module("string_values")
    source = """
AGAIN = "Try again."
KINDS = {"a": ("is old", AGAIN), "b": ("is new", "Wait.")}

def find(name, is_there):
    what = "here" if is_there else "gone"
    say(f"{name} is {what}" + ".", AGAIN)
    for kind, (words, remedy) in KINDS.items():
        say(f"It {words}", remedy)
    tell("cap")
    say(reason() or f"'{what}'", "{title}: {n}".format(title=name, n=1))

def tell(label):
    say(f"The {label} and {label:>9}", label)

def reason():
    return "No reason."
"""
    texts = values.SourceTexts({"shop": ast.parse(source)})
    told = [
        {"".join("%" if part is None else part for part in text) for text in texts.texts(argument, place)}
        for place, call in texts.calls_of("say")
        for argument in call.args
    ]
    assert told == [
        {"% is here.", "% is gone."},
        {"Try again."},
        {"It is old", "It is new"},
        {"Try again.", "Wait."},
        {"No reason.", "'%'"},
        {"%: %"},
        {"The cap and %"},
        {"cap"},
    ]


def test_a_setting_out_of_range_is_told_in_german(german: None) -> None:
    from gui.settings.schema import read_sections

    width = next(spec for section in read_sections() for spec in section.fields if spec.key == "camera.width")
    error = said(lambda: Settings().changed("camera", width=9))
    assert isinstance(error, UserError)
    assert problem(width, error) == (
        "camera.width braucht eine ganze Zahl von 160 bis 7680, nicht „9“. "
        "Geben Sie einen Wert im angegebenen Bereich ein."
    )
