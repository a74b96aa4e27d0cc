"""The window's frame: pages by key, messages over the page, the status line."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.cameras.capture import CaptureState
from core.sightings import Outcome
from core.station_view import Mode, Problem, Severity
from gui.bridge import Bridge
from gui.insights.page import InsightsPage
from gui.main_window import PAGES, MainWindow, import_page
from gui.messages import Messages
from tests.gui.counter import CounterStation, seen


class Room:
    """A window on a counter, with the bridge between them."""

    def __init__(self, qtbot: QtBot, station: CounterStation) -> None:
        self.qtbot = qtbot
        self.station = station
        self.messages = Messages()
        self.bridge = Bridge()
        self.window = MainWindow(self.messages, self.bridge)
        qtbot.addWidget(self.window, before_close_func=lambda window: window.begin_leaving())
        self.window.resize(1280, 800)
        self.window.show()

    def attach(self) -> None:
        self.bridge.attach(self.station)
        self.station.on_view = self.bridge.notice_view
        self.window.attach(self.station)  # type: ignore[arg-type]

    def look(self) -> None:
        with self.qtbot.waitSignal(self.bridge.changed):
            self.station.look()
        self.window._show_status()


@pytest.fixture
def room(qtbot: QtBot, station: CounterStation) -> Iterator[Room]:
    room = Room(qtbot, station)
    yield room
    room.bridge.detach()


def test_the_window_waits_for_the_shop(room: Room) -> None:
    assert room.window.page is None
    assert room.window.starting.isVisible()
    room.attach()
    assert room.window.page_name == "checkout"
    assert not room.window.starting.isVisible()
    assert room.station.modes == [Mode.SELLING]


def test_a_failed_start_says_what_to_do(room: Room, qtbot: QtBot) -> None:
    starting = room.window.starting
    starting.show_failure("The data folder cannot be written.", "Give yourself the right to write there.")
    assert not starting._picture.isVisible()
    assert starting._failure.isVisible()
    starting.show_start()
    assert starting._picture.isVisible()


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
def test_every_page_can_be_imported(entry: object) -> None:
    name = str(getattr(entry, "name", ""))
    assert import_page(name).name == name


def test_a_page_wanted_before_the_shop_is_open_comes_with_it(room: Room) -> None:
    room.window.open_page("insights")
    assert room.window.page is None
    room.attach()
    assert room.window.page_name == "insights"
    assert room.station.modes == [Mode.PAUSED]


def test_keys_open_pages_and_set_what_the_station_does(room: Room) -> None:
    room.attach()
    room.window.activateWindow()
    QTest.keyClick(room.window, Qt.Key.Key_F5)
    assert room.window.page_name == "insights"
    QTest.keyClick(room.window, Qt.Key.Key_F1)
    assert room.window.page_name == "checkout"
    assert room.station.modes == [Mode.SELLING, Mode.PAUSED, Mode.SELLING]
    assert room.window._rail.button("checkout").isChecked()


def test_the_tab_key_stops_at_the_open_page_of_the_rail(room: Room) -> None:
    room.attach()
    room.window.open_page("insights")
    rail = room.window._rail
    stops = [entry.name for entry in PAGES if rail.button(entry.name).focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["insights"]


def test_a_message_hides_neither_panel_nor_what_stands_at_the_top_of_a_page(room: Room) -> None:
    room.attach()
    room.window.messages.warn("There is nothing to park.", "Put items on the counter first.")
    window, bar = room.window, room.window._bar
    window.resize(1280, 800)
    assert bar.geometry().top() < window.height() // 4
    window.open_page("insights")
    insights = window.page
    assert isinstance(insights, InsightsPage)
    for shown in (insights._title, insights._before, insights._takings):
        place = QRect(shown.mapTo(window, QPoint(0, 0)), shown.size())
        assert not place.intersects(bar.geometry())
    # The panel of Review, the widest, with the gap beside it.
    assert bar.geometry().right() < window.width() - 416


def test_the_status_line_tells_the_whole(room: Room) -> None:
    room.station.settings = room.station.settings.changed("shop", counter="Counter 2", cashier="Kim")
    room.attach()
    room.look()
    text = room.window.status_text
    for part in ("USB camera 1280×720", "ONNX Runtime on CPU", "4 products · 160 references", "Counter 2 · Kim"):
        assert part in text
    room.station.status = replace(room.station.status, camera=CaptureState.LOST)
    room.look()
    assert "USB camera: lost" in room.window.status_text


def test_the_demo_shop_is_named_as_such(room: Room) -> None:
    room.attach()
    room.station.status = replace(room.station.status, is_demo=True)
    room.look()
    assert "Demo shop" in room.window.status_text


def test_the_badge_counts_what_waits_for_review(room: Room) -> None:
    room.attach()
    room.station.status = replace(room.station.status, to_review=7)
    room.look()
    button = room.window._rail.button("review")
    assert button.badge == 7
    assert button.accessibleName() == "Review (F3), 7 waiting"


def test_a_problem_of_the_station_is_told_over_the_page_until_read(room: Room, qtbot: QtBot) -> None:
    room.attach()
    before = room.window.page.geometry() if room.window.page is not None else None
    with qtbot.waitSignal(room.bridge.problem_told):
        room.bridge.notice_problem(Problem("disk", "The disk is full.", "Free some space.", Severity.WARN))
    assert room.window._bar.isVisible()
    assert room.window.page is not None
    assert room.window.page.geometry() == before
    QTest.keyClick(room.window, Qt.Key.Key_F10)
    assert not room.window._bar.isVisible()


def test_a_message_told_before_the_window_was_there_has_room_for_all_its_words(qtbot: QtBot) -> None:
    messages = Messages()
    messages.warn("The settings file is damaged, and it takes long to say how. " * 4, "Correct it, or delete it. " * 4)
    window = MainWindow(messages, Bridge())
    qtbot.addWidget(window, before_close_func=lambda window: window.begin_leaving())
    window.resize(1280, 800)
    window.show()
    for words in (window._bar._text, window._bar._remedy):
        assert words.height() >= words.heightForWidth(words.width())


def test_a_lost_camera_is_told_once(room: Room, qtbot: QtBot) -> None:
    room.attach()
    with qtbot.waitSignal(room.bridge.problem_told):
        room.bridge.notice_problem(Problem("camera", "The camera is gone.", "Plug it in.", Severity.WARN))
    assert not room.window._bar.isVisible()
    room.window.open_page("insights")
    assert room.window._bar.isVisible()
    assert room.window._bar.accessibleName() == "The camera is gone. Plug it in."


def test_only_the_open_page_is_shown_views(room: Room, qtbot: QtBot) -> None:
    room.attach()
    room.look()
    checkout = room.window.page
    assert checkout is not None
    room.window.open_page("insights")
    salt = room.station.product("Salt crisps")
    with qtbot.waitSignal(room.bridge.changed):
        room.station.look(seen(1, (10, 10, 200, 200), Outcome.KNOWN, salt), mode=Mode.PAUSED)
    assert checkout.live.items == ()  # type: ignore[attr-defined]


def test_closing_asks_the_application_first(room: Room, qtbot: QtBot) -> None:
    room.attach()
    with qtbot.waitSignal(room.window.left):
        assert not room.window.close()
    assert room.window.isVisible()
    room.window.begin_leaving()
    assert not room.window.isEnabled()
    assert room.window.close()
