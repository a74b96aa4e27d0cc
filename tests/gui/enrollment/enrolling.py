"""The enrollment page in front of a counter that is drawn by hand, frame by frame."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.enrollment.view import EnrollmentView
from core.sightings import Box, Sighting
from core.station_view import StationView
from gui.enrollment.page import EnrollmentPage
from gui.messages import Messages
from tests.core.enrollment.counter import frame, sighting
from tests.gui.back_office import BackOffice
from tests.gui.shown import shown

LEFT: Box = (40.0, 60.0, 168.0, 188.0)
RIGHT: Box = (300.0, 60.0, 428.0, 188.0)
JAM = 5


class Counter:
    """The camera's side of the page: in every frame each item shows another of its sides."""

    def __init__(self, office: BackOffice, page: EnrollmentPage) -> None:
        self.office = office
        self.page = page
        self._number = 0

    def see(self, *items: tuple[int, Box], blur: float = 0.0) -> StationView:
        """One frame with drawn products in boxes; the first is track 1."""
        self._number += 1
        sides = [(side(product, self._number), box) for product, box in items]
        picture = frame(self._number, *sides, blur=blur, fps=4.0)
        sightings: list[Sighting] = [sighting(track, box) for track, (_, box) in enumerate(items, start=1)]
        view = self.office.show(*sightings, frame=picture)
        self.page.show_view(view)
        return view


def side(product: int, number: int) -> int:
    """The drawn picture that is a side of a product."""
    return 100 * product + number


def enrollment(office: BackOffice) -> EnrollmentView:
    view = office.enrollment.view()
    assert view is not None
    return view


def opened(qtbot: QtBot, office: BackOffice) -> EnrollmentPage:
    return shown(qtbot, EnrollmentPage(office, Messages()), width=1200, height=760)  # type: ignore[arg-type]


def take(qtbot: QtBot, counter: Counter, shots: int) -> None:
    """Tap that often, with a fresh view before each."""
    for _ in range(shots):
        counter.see((JAM, LEFT))
        before = len(enrollment(counter.office).shots)
        QTest.keyClick(counter.page.stage, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda before=before: len(enrollment(counter.office).shots) > before)  # type: ignore[misc]
    counter.see((JAM, LEFT))


def told(page: EnrollmentPage) -> Callable[[], bool]:
    return lambda: bool(page.messages.waiting)
