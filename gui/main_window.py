"""The window: pages and the way between them; no logic."""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.station_view import Mode, Problem, StationView
from gui import theme
from gui.actions import COMMANDS, make_action
from gui.bridge import Bridge
from gui.live.metrics import LiveMetrics
from gui.messages import Messages
from gui.page import Page
from gui.rail import Rail, RailEntry
from gui.starting_page import StartingPage
from gui.status_line import StatusLine
from gui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from core.station import Station

_STATUS_MS = 500
_PANEL_ROOM = 412
"""What the widest panel at the right of a page takes, with the gap beside it."""
_TOLD_BY_PICTURE = frozenset({"camera"})
"""Problems that a live picture tells in its place."""
TOLD_BY_STARTING_PAGE = "start"
"""The problem of a station that cannot start: the whole page is about it."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """Where a page's class is; it is imported when the page is first opened."""

    name: str
    module: str
    class_name: str

    @property
    def command_id(self) -> str:
        return f"page.{self.name}"


PAGES = (
    PageEntry("checkout", "gui.checkout.page", "CheckoutPage"),
    PageEntry("enroll", "gui.enrollment.page", "EnrollmentPage"),
    PageEntry("review", "gui.review.page", "ReviewPage"),
    PageEntry("catalog", "gui.catalog.page", "CatalogPage"),
    PageEntry("insights", "gui.insights.page", "InsightsPage"),
    PageEntry("counter", "gui.counter_setup.page", "CounterSetupPage"),
    PageEntry("settings", "gui.settings.page", "SettingsPage"),
)


def import_page(name: str) -> type[Page]:
    """Import a page's class, which takes a while for the first time. Any thread."""
    entry = next(entry for entry in PAGES if entry.name == name)
    return cast("type[Page]", getattr(importlib.import_module(entry.module), entry.class_name))


def import_pages() -> None:
    """Import every page. Any thread."""
    for entry in PAGES:
        import_page(entry.name)


class MainWindow(QWidget):
    """Rail, pages, messages and status line. ``attach`` gives it the station once that is built.

    ``left`` asks the application to end; the window itself stays until that is done.
    """

    left = Signal()
    page_opened = Signal(str)

    def __init__(self, messages: Messages, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Tillsight")
        self.setMinimumSize(800, 520)
        self.messages = messages
        self._bridge = bridge
        self._station: Station | None = None
        self._wanted = "checkout"
        self._pages: dict[str, Page] = {}
        self._is_leaving = False
        self._stack = QStackedWidget()
        self.starting = StartingPage()
        self._stack.addWidget(self.starting)
        self._status_line = StatusLine()
        self._rail = Rail([self._rail_entry(entry) for entry in PAGES])
        self._rail.set_current(self._wanted)
        self._bar = MessageBar(messages, self)
        self._bar.changed.connect(self._place_bar)
        make_action("window.fullscreen", self, self.toggle_fullscreen)
        make_action("window.quit", self, self.close)
        make_action("window.read", self, self._bar.read)
        self._lay_out()
        bridge.changed.connect(self._show_view)
        bridge.problem_told.connect(self._tell_problem)
        self._status_clock = QTimer(self, interval=_STATUS_MS)
        self._status_clock.timeout.connect(self._show_status)
        self._status_clock.start()

    def _rail_entry(self, entry: PageEntry) -> RailEntry:
        action = make_action(entry.command_id, self, lambda: self.open_page(entry.name))
        return RailEntry(entry.name, action, COMMANDS[entry.command_id].icon_name)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self._status_line)

    # The station

    def attach(self, station: "Station") -> None:
        """Open the wanted page on this station."""
        self._station = station
        self.show_place()
        self.open_page(self._wanted)

    def show_failed_start(self, message: str, remedy: str) -> None:
        """Let a station go that could not start, with its pages; one page says why, and everything else is quiet."""
        self._station = None
        self._stack.setCurrentWidget(self.starting)
        for name, page in self._pages.items():
            self._stack.removeWidget(page)
            page.deleteLater()
            self._rail.button(name).set_badge(0)
            self._rail.button(name).set_warnings(0)
        self._pages.clear()
        self._status_line.show_nothing()
        self._bar.leave_out(_TOLD_BY_PICTURE)
        self.starting.show_failure(message, remedy)

    def show_place(self) -> None:
        """Show the counter and cashier of the settings."""
        if self._station is not None:
            shop = self._station.settings.shop
            self._status_line.show_place(shop.counter, shop.cashier)

    @property
    def page(self) -> Page | None:
        """The page that is open; none while the station is being built."""
        return self._pages.get(self._wanted) if self._station is not None else None

    @property
    def page_name(self) -> str:
        return self._wanted

    @property
    def metrics(self) -> LiveMetrics | None:
        """What the open page's live picture measures, if it has one."""
        return self.page.metrics if self.page is not None else None

    def open_page(self, name: str) -> None:
        """Open a page by its name; before the station is there it is only remembered."""
        if self._is_leaving or (self.page is not None and name == self._wanted):
            return
        self._rail.set_current(name)
        former = self.page
        self._wanted = name
        if self._station is None:
            return
        if former is not None:
            former.leave()
        page = self._page_named(name, self._station)
        self._station.set_mode(page.mode)
        self._stack.setCurrentWidget(page)
        self._bar.leave_out(_TOLD_BY_PICTURE if page.metrics is not None else frozenset())
        page.enter()
        if self._bridge.newest is not None:
            page.show_view(self._bridge.newest)
        self._place_bar()
        self.page_opened.emit(name)

    def _page_named(self, name: str, station: "Station") -> Page:
        page = self._pages.get(name)
        if page is None:
            page = import_page(name)(station, self.messages)
            page.page_wanted.connect(self.open_page)
            self._pages[name] = page
            self._stack.addWidget(page)
        return page

    # What the station tells

    def _show_view(self) -> None:
        view = self._bridge.newest
        page = self.page
        if view is None or page is None or self._is_leaving:
            return
        if view.mode is page.mode or page.mode is not Mode.ENROLLING:
            page.show_view(view)

    def _tell_problem(self, problem: Problem) -> None:
        if problem.key != TOLD_BY_STARTING_PAGE:
            self.messages.tell_problem(problem)

    def _show_status(self) -> None:
        view: StationView | None = self._bridge.newest
        if view is None or self._station is None:
            return
        metrics = self.metrics
        self._status_line.show_status(view.status, shown_fps=metrics.shown_fps if metrics is not None else 0.0)
        self._rail.button("review").set_badge(view.status.to_review)
        self._rail.button("counter").set_warnings(len(view.status.picture.warnings))
        self.show_place()

    @property
    def status_text(self) -> str:
        return self._status_line.text

    # Window

    def toggle_fullscreen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def begin_leaving(self) -> None:
        """Take no more commands: everything is greyed while the station stops."""
        self._is_leaving = True
        if self.page is not None:
            self.page.leave()
        self._status_clock.stop()
        self.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_leaving:
            event.accept()
            return
        event.ignore()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys that nobody took while the focus is on the rail still belong to the page, a scanner's above all.
        page = self.page
        if page is not None and not page.isAncestorOf(self.focusWidget() or self):
            page.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._place_bar()

    def _place_bar(self) -> None:
        """The bar floats over the page, so that nothing moves when it comes or goes.

        It stands at the top, over the live picture; on a page without one at the foot, because titles, filters and
        searches stand at the top there.
        """
        area = self._stack.geometry()
        margin = theme.PAGE_MARGIN
        width = max(360, min(800, area.width() - 2 * margin - _PANEL_ROOM))
        self._bar.setFixedWidth(width)
        height = self._bar.height_at(width)
        is_on_picture = self.page is None or self.page.metrics is not None
        top = area.top() + margin if is_on_picture else area.bottom() + 1 - margin - height
        self._bar.setGeometry(area.left() + margin, top, width, height)
        self._bar.raise_()
