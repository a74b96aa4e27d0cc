"""What every page of the window promises."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.station_view import Mode, StationView
from gui.live.metrics import LiveMetrics
from gui.messages import Messages

if TYPE_CHECKING:
    from core.station import Station


class Page(QWidget):
    """One page of the window, made when it is first opened.

    ``name`` is what ``--page`` takes; ``mode`` is what the station does while the page is open. A page asks for another
    one with ``page_wanted(name)``.
    """

    page_wanted = Signal(str)
    name: str = ""
    mode: Mode = Mode.PAUSED

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.station = station
        self.messages = messages

    @property
    def metrics(self) -> LiveMetrics | None:
        """What the page's live picture measures; ``None`` for a page without one."""
        return None

    def enter(self) -> None:
        """The page was opened; the station's mode is already set."""

    def leave(self) -> None:
        """Another page is about to be opened."""

    def show_view(self, view: StationView) -> None:
        """Show what the station sees: about 30 times a second while the page is open, so change only differences."""
