"""Settings as the page shows and changes them."""

import json
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from core.settings import Section, Settings, SettingsError
from core.station_view import Mode
from gui import theme
from gui.messages import Messages
from gui.settings.controls import CameraControl, DecimalControl
from gui.settings.page import SettingsPage
from gui.settings.schema import FieldKind, read_sections
from tests.gui.back_office import BackOffice
from tests.gui.shown import shown


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice) -> Iterator[SettingsPage]:
    page = shown(qtbot, SettingsPage(office, Messages()), width=1100, height=720)  # type: ignore[arg-type]
    page.show_view(office.look(mode=Mode.PAUSED))
    yield page
    theme.apply_theme(QApplication.instance(), "light")  # type: ignore[arg-type]


def open_section(page: SettingsPage, name: str) -> None:
    names = [section.name for section in read_sections()]
    page.sections.setCurrentRow(names.index(name))


def saved(office: BackOffice) -> Settings:
    return Settings.model_validate(json.loads(office.data.settings.read_text()))


def test_every_setting_can_be_changed_on_the_page(page: SettingsPage) -> None:
    shown = set(page.rows) | {spec.key for spec in page.specs.values() if spec.kind is FieldKind.REGION}
    declared = {
        f"{name}.{field}"
        for name in Settings.model_fields
        for field in (
            type(getattr(Settings(), name)).model_fields if isinstance(getattr(Settings(), name), Section) else ()
        )
    }
    assert shown == declared
    assert shown


def test_every_field_has_a_label_a_name_and_is_large_enough(page: SettingsPage) -> None:
    for row in page.rows.values():
        target = row.control.focus_target
        assert target.accessibleName()
        assert target.minimumHeight() >= theme.TARGET or target.sizeHint().height() >= theme.TARGET
        assert any(label.buddy() is target for label in row.findChildren(QLabel))


def test_every_usual_value_is_shown_as_it_is(page: SettingsPage) -> None:
    assert {key: row.control.value() for key, row in page.rows.items()} == {
        key: row.spec.default for key, row in page.rows.items()
    }


def test_a_number_is_typed_and_saved(qtbot: QtBot, page: SettingsPage, office: BackOffice) -> None:
    open_section(page, "enrollment")
    field = page.rows["enrollment.fewest_shots"].control.focus_target
    assert isinstance(field, QSpinBox)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "35")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(office.applied))
    assert saved(office).enrollment.fewest_shots == 35
    qtbot.waitUntil(lambda: page._state.text() == "✓ Saved")


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [("enrollment.fewest_shots", "35", 35), ("shop.tax_percent", "9.5", 9.5), ("shop.cashier", "Kim", "Kim")],
)
def test_what_was_typed_is_kept_when_the_window_is_closed(
    page: SettingsPage, office: BackOffice, key: str, typed: str, kept: object
) -> None:
    section, _, name = key.partition(".")
    open_section(page, section)
    target = page.rows[key].control.focus_target
    target.setFocus()
    line = target if isinstance(target, QLineEdit) else target.findChild(QLineEdit)
    assert line is not None
    line.selectAll()
    QTest.keyClicks(target, typed)
    page.leave()
    assert getattr(getattr(saved(office), section), name) == kept


def test_several_changes_at_once_do_not_undo_each_other(page: SettingsPage, office: BackOffice) -> None:
    page.rows["shop.name"].entered.emit("Corner shop")
    page.rows["shop.cashier"].entered.emit("Kim")
    page.rows["checkout.ask_possible"].entered.emit(False)
    shop = saved(office).shop
    assert (shop.name, shop.cashier) == ("Corner shop", "Kim")
    assert saved(office).checkout.ask_possible is False


def test_a_change_keeps_what_was_set_elsewhere_meanwhile(page: SettingsPage, office: BackOffice) -> None:
    # The camera may answer only here to what was wished on the counter's page.
    office.apply_settings(office.settings.changed("camera", hold_exposure=True, exposure=160))
    page.rows["shop.cashier"].entered.emit("Kim")
    assert saved(office).shop.cashier == "Kim"
    assert (saved(office).camera.hold_exposure, saved(office).camera.exposure) == (True, 160)


def test_a_wrong_currency_is_refused_in_a_sentence_beside_the_field(
    qtbot: QtBot, page: SettingsPage, office: BackOffice
) -> None:
    open_section(page, "shop")
    row = page.rows["shop.currency"]
    line = row.control.focus_target
    line.setFocus()
    QTest.keyClicks(line, "X")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert row._problem.isVisible()
    assert "three capital letters" in row._problem.text()
    assert office.applied == []
    row._go_back()
    assert row._problem.isHidden()


def refuse_a_currency(page: SettingsPage) -> QLineEdit:
    open_section(page, "shop")
    line = page.rows["shop.currency"].control.focus_target
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "Euro")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert page.rows["shop.currency"]._problem.isVisible()
    return line


def test_escape_takes_back_a_value_that_was_refused(page: SettingsPage) -> None:
    line = refuse_a_currency(page)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "EUR"
    assert page.rows["shop.currency"]._problem.isHidden()


def test_whoever_comes_back_reads_nothing_of_a_value_that_was_refused(page: SettingsPage) -> None:
    line = refuse_a_currency(page)
    page.leave()
    page.enter()
    assert line.text() == "EUR"
    assert page.rows["shop.currency"]._problem.isHidden()


def test_what_the_station_refuses_stands_beside_the_field(
    qtbot: QtBot, page: SettingsPage, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal: Future[None] = Future()
    refusal.set_exception(SettingsError("The settings cannot be saved.", remedy="Free some space."))
    monkeypatch.setattr(office, "apply_settings", lambda _settings: refusal)
    row = page.rows["recognition.looks"]
    row.entered.emit(7)
    qtbot.waitUntil(lambda: not row._problem.isHidden())
    assert "Free some space" in row._problem.text()
    assert page._wanted == office.settings


def test_a_value_goes_back_to_the_usual_one(page: SettingsPage, office: BackOffice) -> None:
    open_section(page, "recognition")
    row = page.rows["recognition.looks"]
    assert row._reset.isHidden()
    row.entered.emit(9)
    assert row._reset.isVisible()
    row._reset.click()
    assert saved(office).recognition.looks == 3
    assert row._reset.isHidden()


def test_the_theme_changes_at_once(qtbot: QtBot, page: SettingsPage) -> None:
    page.rows["appearance.theme"].entered.emit("dark")
    qtbot.waitUntil(theme.is_dark)


def test_attached_cameras_are_offered(qtbot: QtBot, page: SettingsPage, office: BackOffice) -> None:
    control = page.rows["camera.source"].control
    assert isinstance(control, CameraControl)
    qtbot.waitUntil(lambda: control._box.count() == 3)
    row = control._box.findData("usb:/dev/video0")
    control._box.activated.emit(row)
    assert saved(office).camera.source == "usb:/dev/video0"


def test_cameras_that_are_found_late_leave_what_is_typed(qtbot: QtBot, page: SettingsPage) -> None:
    control = page.rows["camera.source"].control
    assert isinstance(control, CameraControl)
    qtbot.waitUntil(lambda: control._box.count() == 3)
    control._line.setText("rtsp://counter")
    control.offer([("usb:/dev/video0", "Camera")])
    assert control.value() == "rtsp://counter"


@pytest.mark.parametrize(
    ("section", "key", "typed"),
    [("shop", "shop.name", "Corner"), ("recognition", "recognition.looks", "9"), ("camera", "camera.source", "usb:7")],
)
def test_escape_leaves_a_setting_as_it_was_and_goes_back_to_the_sections(
    page: SettingsPage, office: BackOffice, section: str, key: str, typed: str
) -> None:
    open_section(page, section)
    row = page.rows[key]
    target = row.control.focus_target
    target.setFocus()
    line = target if isinstance(target, QLineEdit) else target.findChild(QLineEdit)
    assert line is not None
    before = line.text()
    line.selectAll()
    QTest.keyClicks(target, typed)
    assert line.text() == typed
    QTest.keyClick(target, Qt.Key.Key_Escape)
    assert line.text() == before
    assert page.sections.hasFocus()
    assert office.applied == []


def test_scrolling_over_a_field_changes_nothing(qtbot: QtBot, page: SettingsPage, office: BackOffice) -> None:
    control = page.rows["detection.sensitivity"].control
    assert isinstance(control, DecimalControl)
    assert control._slider is not None
    page.sections.setFocus()
    for target in (control._box, control._slider):
        center = QPointF(target.rect().center())
        wheel = QWheelEvent(
            center,
            target.mapToGlobal(center),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(target, wheel)
    assert control.value() == 0.5
    assert office.applied == []


def test_a_finger_takes_hold_of_a_slider_that_is_seen_in_the_dark(
    qtbot: QtBot, page: SettingsPage, qapp: QApplication, office: BackOffice
) -> None:
    theme.apply_theme(qapp, "dark")
    open_section(page, "detection")
    control = page.rows["detection.ignored_border"].control
    assert isinstance(control, DecimalControl)
    slider = control._slider
    assert slider is not None
    assert slider.height() >= theme.TARGET
    picture, accent = slider.grab().toImage(), theme.colors().accent.rgb()
    shown = sum(picture.pixel(x, y) == accent for x in range(picture.width()) for y in range(picture.height()))
    assert shown > 60, "at its lowest value only the knob has the color of what can be moved"
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(30, 6))
    QTest.mouseMove(slider, QPoint(30 + (slider.width() - 24) // 2, middle))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)
    assert control.value() == pytest.approx(0.2, abs=0.01)
    qtbot.waitUntil(lambda: bool(office.applied))


def test_the_ignored_border_is_set_by_its_slider(qtbot: QtBot, page: SettingsPage, office: BackOffice) -> None:
    open_section(page, "detection")
    control = page.rows["detection.ignored_border"].control
    assert isinstance(control, DecimalControl)
    assert control._slider is not None
    control._slider.setValue(500)
    assert office.applied == []
    qtbot.waitUntil(lambda: bool(office.applied))
    assert saved(office).detection.ignored_border == pytest.approx(0.2)


def test_the_section_of_finding_items_leads_to_the_counter_setup(qtbot: QtBot, page: SettingsPage) -> None:
    open_section(page, "detection")
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.counter.open.click()
    assert wanted.args == ["counter"]
