"""A person in front of the program: looks, presses keys, waits."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.checkout.basket_view import BasketView, Question
from core.station import Station
from core.station_view import Phase, StationView
from gui.application import Running, WindowOptions
from gui.page import Page

P = TypeVar("P", bound=Page)

PATIENCE_MS = 45_000
"""How long a person waits: generous, because a test machine does other things too."""


class Person:
    """Opens the window on a data folder and a source; ``leave`` closes it as the window's cross does."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, data_dir: Path, source: str, page: str | None) -> None:
        self.qtbot = qtbot
        self.running = Running(qapp, WindowOptions(data_dir=data_dir, source=source, page=page))
        self.running.show()
        self._has_left = False

    @property
    def station(self) -> Station:
        assert self.running.station is not None
        return self.running.station

    @property
    def view(self) -> StationView | None:
        return self.running.bridge.newest

    @property
    def basket(self) -> BasketView:
        assert self.view is not None
        assert self.view.basket is not None
        return self.view.basket

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.view.questions if self.view is not None else ()

    def sold(self) -> dict[str, int]:
        """Name → quantity of what stands in the basket."""
        return {line.name: line.quantity for line in self.basket.lines if not line.is_voided}

    def waits_for(self, what: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(what, timeout=PATIENCE_MS)

    def waits_until_ready(self) -> None:
        self.waits_for(lambda: self.view is not None and self.view.status.phase is Phase.READY)

    def waits_for_basket(self, items: int) -> None:
        self.waits_for(
            lambda: (
                self.view is not None
                and self.view.basket is not None
                and sum(self.sold().values()) + len(self.questions) >= items
            )
        )

    def told(self) -> str:
        """Every message in the window, with its remedy."""
        return " ".join(f"{message.text} {message.remedy}" for message in self.running.messages.waiting)

    def page(self, kind: type[P]) -> P:
        page = self.running.window.page
        assert isinstance(page, kind)
        return page

    def opens(self, name: str) -> None:
        self.running.window.open_page(name)
        self.qtbot.wait(50)

    def presses(self, key: Qt.Key, *, on: QWidget | None = None) -> None:
        window = self.running.window
        QTest.keyClick(on or window.focusWidget() or window, key)
        self.qtbot.wait(60)

    def types(self, text: str, *, on: QWidget) -> None:
        QTest.keyClicks(on, text)
        self.qtbot.wait(30)

    def leave(self) -> None:
        if self._has_left:
            return
        self._has_left = True
        self.running.leave()
        self.qtbot.waitUntil(lambda: not self.running.window.isVisible(), timeout=PATIENCE_MS)
        assert self.running.exit_code in (0, 1)
        self.running.window.deleteLater()
