"""Fields that are painted by the window keep behaving as fields."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from gui.widgets.fields import ChoiceField, DecimalField, IntegerField, Switch
from gui.widgets.line_field import LineField
from gui.widgets.slim_scroll_bar import SlimScrollBar, scroll_slimly


def test_a_switch_is_turned_by_key_and_press(qtbot: QtBot) -> None:
    switch = Switch()
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    on = switch.grab().toImage()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert not switch.isChecked()
    assert switch.grab().toImage() != on


def test_fields_are_large_enough_for_a_finger(qtbot: QtBot) -> None:
    for field in (ChoiceField(), IntegerField(), DecimalField(), LineField(), Switch()):
        qtbot.addWidget(field)
        assert field.sizeHint().expandedTo(field.minimumSize()).height() >= 44


def test_focus_is_seen(qtbot: QtBot) -> None:
    for field in (ChoiceField(), LineField(), Switch()):
        qtbot.addWidget(field)
        field.resize(200, 44)
        field.show()
        qtbot.waitExposed(field)
        field.activateWindow()
        field.clearFocus()
        without = field.grab().toImage()
        field.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(field.hasFocus)
        assert field.grab().toImage() != without


def test_a_choice_shows_what_is_chosen(qtbot: QtBot) -> None:
    field = ChoiceField()
    qtbot.addWidget(field)
    field.resize(200, 44)
    field.addItems(["by piece", "by weight"])
    first = field.grab().toImage()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.currentText() == "by weight"
    assert field.grab().toImage() != first


@pytest.mark.parametrize(("language", "shown"), [("de", "9,50"), ("en", "9.50"), ("de_CH", "9.50")])
@pytest.mark.parametrize("typed", ["9.5", "9,5"])
def test_a_decimal_is_typed_with_a_point_or_a_comma(qtbot: QtBot, language: str, shown: str, typed: str) -> None:
    field = DecimalField()
    qtbot.addWidget(field)
    field.setLocale(QLocale(language))
    field.setDecimals(2)
    field.setRange(0, 100)
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.value(), field.text()) == (9.5, shown)


def test_a_decimal_is_pasted_with_a_point_or_a_comma(qtbot: QtBot) -> None:
    field = DecimalField()
    qtbot.addWidget(field)
    field.setLocale(QLocale("de"))
    for copied in ("9.5", "9,5"):
        field.setValue(1)
        field.lineEdit().selectAll()
        field.lineEdit().insert(copied)
        field.interpretText()
        assert field.value() == 9.5


def test_a_note_takes_its_room_from_the_text(qtbot: QtBot) -> None:
    field = LineField("4006381333931")
    qtbot.addWidget(field)
    before = field.textMargins().right()
    field.set_note("✓ read from the pack")
    assert field.textMargins().right() > before + 60
    assert field.accessibleDescription() == "✓ read from the pack"


def test_the_slim_bar_scrolls(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    scroll_slimly(area)
    tall = LineField()
    tall.setFixedHeight(900)
    area.setWidget(tall)
    area.resize(200, 200)
    area.show()
    qtbot.waitExposed(area)
    bar = area.verticalScrollBar()
    assert isinstance(bar, SlimScrollBar)
    assert bar.maximum() > 0
    QTest.keyClick(bar, Qt.Key.Key_PageDown)
    assert bar.value() > 0
