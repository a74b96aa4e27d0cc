"""A cashier at the checkout page."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.sightings import Box
from gui.checkout.page import CheckoutPage
from tests.gui.counter import CounterStation

LEFT: Box = (20, 20, 200, 300)
RIGHT: Box = (300, 30, 500, 300)


class Cashier:
    """Hands on the page: presses keys and looks at what is shown."""

    def __init__(self, qtbot: QtBot, page: CheckoutPage, station: CounterStation) -> None:
        self.qtbot = qtbot
        self.page = page
        self.station = station

    def look(self, *sightings: object) -> None:
        self.page.show_view(self.station.look(*sightings))  # type: ignore[arg-type]

    def press(self, key: Qt.Key | str, *, on: QWidget | None = None) -> None:
        """Press one key as a person does: a moment passes before the next."""
        target = on or self.page.focusWidget() or self.page
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key)
        self.qtbot.wait(25)
        self.refresh()

    def scan(self, code: str) -> None:
        """A scanner types fast and ends with Enter."""
        target = self.page.focusWidget() or self.page
        QTest.keyClicks(target, code)
        QTest.keyClick(target, Qt.Key.Key_Return)
        self.settle()

    def settle(self) -> None:
        self.qtbot.wait(20)
        self.refresh()

    def refresh(self) -> None:
        """The station tells the newest state while the counter stays as it is."""
        view = self.page._view
        assert view is not None
        self.look(*view.sightings)
        self.qtbot.wait(1)

    @property
    def names(self) -> list[str]:
        return [line.name for line in self.station.session.view().lines if not line.is_voided]

    @property
    def total(self) -> int:
        return self.station.session.view().total_minor
