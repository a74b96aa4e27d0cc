"""A person's keys and a scanner's are told apart."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.checkout.key_reader import GAP_SECONDS, KeyReader

PAUSE_MS = round(GAP_SECONDS * 1000) + 40


def key(character: str, *, repeats: bool = False) -> QKeyEvent:
    code = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
    return QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, character, repeats)


@pytest.fixture
def reader(qtbot: QtBot) -> KeyReader:
    reader = KeyReader()
    reader.heard = []  # type: ignore[attr-defined]
    reader.typed.connect(lambda text: reader.heard.append(("typed", text)))  # type: ignore[attr-defined]
    reader.scanned.connect(lambda text: reader.heard.append(("scanned", text)))  # type: ignore[attr-defined]
    return reader


def heard(reader: KeyReader) -> list[tuple[str, str]]:
    return list(reader.heard)  # type: ignore[attr-defined]


def test_one_key_is_typed_after_a_moment(reader: KeyReader, qtbot: QtBot) -> None:
    assert reader.feed(key("2"))
    assert heard(reader) == []
    qtbot.wait(PAUSE_MS)
    assert heard(reader) == [("typed", "2")]


def test_a_code_with_enter_is_scanned(reader: KeyReader, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    for character in "40063813":
        reader.feed(key(character))
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.wait(PAUSE_MS)
    assert heard(reader) == [("scanned", "40063813")]


def test_a_code_without_enter_is_scanned_too(reader: KeyReader, qtbot: QtBot) -> None:
    for character in "4006381333931":
        reader.feed(key(character))
    qtbot.wait(PAUSE_MS)
    assert heard(reader) == [("scanned", "4006381333931")]


def test_a_torn_code_does_nothing(reader: KeyReader, qtbot: QtBot) -> None:
    for character in "12312":
        reader.feed(key(character))
    qtbot.wait(PAUSE_MS)
    assert heard(reader) == []


def test_a_held_key_chooses_once(reader: KeyReader, qtbot: QtBot) -> None:
    reader.feed(key("1"))
    for _ in range(5):
        assert reader.feed(key("1", repeats=True))
    qtbot.wait(PAUSE_MS)
    assert heard(reader) == [("typed", "1")]


def test_enter_and_shortcuts_are_left_alone(reader: KeyReader) -> None:
    assert not reader.feed(key("\r"))
    control = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "z")
    assert not reader.feed(control)


def test_a_field_keeps_its_text_when_a_scanner_types_into_it(reader: KeyReader, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    reader.watch(field)
    QTest.keyClicks(field, "12.5")
    qtbot.wait(PAUSE_MS)
    with qtbot.assertNotEmitted(field.returnPressed):
        QTest.keyClicks(field, "4006381333931")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "12.5"
    assert heard(reader) == [("scanned", "4006381333931")]


def test_a_person_who_types_an_amount_is_no_scanner(reader: KeyReader, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    reader.watch(field)
    with qtbot.waitSignal(field.returnPressed):
        QTest.keyClicks(field, "20.50")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "20.50"
    assert heard(reader) == []
