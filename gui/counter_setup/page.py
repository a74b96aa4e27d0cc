"""The page on which the owner sets the counter up: region, empty counter, camera, and checks of the picture."""

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.errors import UserError
from core.settings import Settings
from core.sightings import Detections
from core.station_view import StationView
from gui import background, theme
from gui.actions import keys_of, make_action, words_of
from gui.counter_setup.camera_card import CameraCard
from gui.counter_setup.check_row import CheckRow
from gui.counter_setup.counter_picture import CounterPicture
from gui.counter_setup.empty_card import EmptyCard
from gui.counter_setup.limits import Limits
from gui.counter_setup.region_card import RegionCard
from gui.counter_setup.sight import HeatMaker, Sight, paint_detections, paint_heat
from gui.live.metrics import LiveMetrics
from gui.live.placement import Placement
from gui.messages import Messages
from gui.page import Page
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.segmented_filter import SegmentedFilter
from gui.widgets.words import ElidedWords, Words

if TYPE_CHECKING:
    from core.station import Station

_PANEL_WIDTH = 372
_PANEL_LEAST = 348
_SIGHTS: tuple[Sight, ...] = ("picture", "found", "change")


class CounterSetupPage(Page):
    """The live picture with its checks at the left; empty counter, region and camera at the right."""

    name = "counter"

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.setAccessibleName(self.tr("Counter setup"))
        self.picture = CounterPicture()
        self.sights = SegmentedFilter([(sight, words_of(f"counter.{sight}")) for sight in _SIGHTS])
        self.checks = CheckRow()
        self.empty = EmptyCard()
        self.region = RegionCard(self.picture)
        self.camera = CameraCard()
        self.heat = HeatMaker(station.data, self)
        self._legend = ElidedWords(size=theme.NOTE_SIZE, tone="note")
        self._state = Words(size=theme.NOTE_SIZE, tone="note")
        self._view: StationView | None = None
        self._wanted = station.settings
        self._under_way = 0
        self._changing: list[tuple[str, dict[str, Any]]] = []
        self._panel = ScrollColumn()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.picture.set_hugging(hugs=True)
        for sight in _SIGHTS:
            self.sights.set_keys(sight, keys_of(f"counter.{sight}"))
        self.sights.setAccessibleName(self.tr("What is shown"))
        below = QHBoxLayout()
        below.setSpacing(theme.CARD_GAP)
        below.addWidget(self.sights)
        below.addWidget(self._legend, 1)
        left = QVBoxLayout()
        left.setSpacing(theme.CARD_GAP)
        left.addWidget(self.picture, 1)
        left.addLayout(below)
        left.addWidget(self.checks)
        left.addStretch(0)
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("Counter setup"), size=theme.TITLE_SIZE, is_bold=True), 1)
        head.addWidget(self._state)
        column = self._panel.column
        column.addLayout(head)
        for card in (self.empty, self.region, self.camera):
            column.addWidget(card)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(*[theme.PAGE_MARGIN] * 4)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self._panel)
        for first, second in (
            (self.picture, self.sights),
            (self.sights, self.checks),
            (self.checks, self.empty),
            (self.empty, self.region),
            (self.region, self.camera),
        ):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        make_action("counter.empty", self, self._learn_empty)
        make_action("counter.draw", self, self.region.toggle_drawing)
        for sight in _SIGHTS:
            make_action(f"counter.{sight}", self, partial(self.sights.choose, sight))
        self.picture.add_layer(self._paint_sight)
        self.picture.limits_set.connect(self._set_limits)
        self.region.limits_set.connect(self._set_limits)
        self.sights.chosen.connect(lambda _sight: self._show_sight())
        self.heat.made.connect(self._show_heat)
        self.empty.told.connect(self._learn_empty)
        self.camera.held.connect(self._hold)
        self.camera.nudged.connect(self._nudge)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panel.setFixedWidth(max(_PANEL_LEAST, min(_PANEL_WIDTH, self.width() * 36 // 100)))

    # Page

    @property
    def metrics(self) -> LiveMetrics:
        return self.picture.metrics

    @property
    def sight(self) -> Sight:
        return cast("Sight", self.sights.key)

    def enter(self) -> None:
        if not self._under_way:
            self._wanted = self.station.settings
        self._show_limits()
        self._state.say("")
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        self.picture.cancel_drawing()
        self.picture.end_dragging()
        self.picture.select(None)

    def show_view(self, view: StationView) -> None:
        self._view = view
        if self.sight == "change" and view.frame is not None:
            self.heat.offer(view.frame, sensitivity=self._wanted.detection.sensitivity)
        # What is found is painted as the detector tells it, not as tracks that are named.
        self.picture.show_observation(view.frame, (), view.status)
        self._show_sight()
        status = view.status
        self.checks.show_checks(status.picture.checks, is_set_up=status.picture.setup is not None)
        self.empty.show_setup(
            status.picture.setup,
            is_learned=status.is_empty_counter_learned,
            method=self.station.settings.detection.method,
        )
        self.camera.show_status(status)

    # What the detector sees

    @property
    def _detections(self) -> Detections | None:
        return self._view.detections if self._view is not None else None

    def _paint_sight(self, painter: QPainter, placement: Placement) -> None:
        if self.sight == "change":
            paint_heat(painter, placement, self.heat.image)
        if self.sight != "picture" and self._detections is not None:
            paint_detections(painter, placement, self._detections, hand=self.tr("hand"))

    def _show_heat(self) -> None:
        self.picture.update()
        self._show_sight()

    def _show_sight(self) -> None:
        self._legend.say(self._legend_words())

    def _legend_words(self) -> str:
        found = self._detections
        if self.sight == "picture":
            return ""
        if found is None:
            return self.tr("The detector is not ready yet.")
        if self.sight == "change" and self.heat.is_missing:
            return self.tr("Nothing to compare with: no empty counter is learned.")
        if self.sight == "change":
            return self.tr("Outlined: counts as changed")
        return self.tr("Items found: {count}").format(count=len(found))

    # Changes

    def _learn_empty(self) -> None:
        done = self.tr("The empty counter is learned.")
        background.deliver(
            self.station.learn_empty_counter(),
            on_success=lambda _nothing: self.messages.inform(done, key="empty counter"),
            on_failure=self._tell_error,
            owner=self,
        )

    def _set_limits(self, limits: Limits) -> None:
        self._change("detection", ignored_border=limits.border, counter_region=limits.corners)
        self._show_limits()

    def _show_limits(self) -> None:
        detection = self._wanted.detection
        self.picture.show_limits(Limits(detection.ignored_border, detection.counter_region))

    def _hold(self, quality: str, is_held: bool) -> None:
        wish = {quality: is_held}
        self._begin()
        background.deliver(
            self.station.hold_camera(**wish),
            on_success=lambda _nothing: self._end(),
            on_failure=self._refuse,
            owner=self,
        )

    def _nudge(self, quality: str, value: int) -> None:
        self._change("camera", **{f"hold_{quality}": True, quality: value})

    def _change(self, section: str, **values: Any) -> None:
        """Let the station follow; several changes at once do not undo each other."""
        change = (section, values)
        try:
            # The station may have kept something else meanwhile, such as what the camera was told to hold.
            base = self.station.settings
            for former_section, former in self._changing:
                base = base.changed(former_section, **former)
            wanted: Settings = base.changed(section, **values)
        except UserError as error:
            self.messages.tell_error(error)
            return
        self._wanted = wanted
        if wanted == base:
            return
        self._changing.append(change)
        self._begin()
        background.deliver(
            self.station.apply_settings(wanted),
            on_success=lambda _nothing: self._end(change),
            on_failure=lambda error: self._refuse(error, change),
            owner=self,
        )

    def _begin(self) -> None:
        self._under_way += 1
        self._state.say(self.tr("Applying…"))

    def _end(self, change: tuple[str, dict[str, Any]] | None = None) -> None:
        self._settle(change)
        self._state.say(self.tr("Applying…") if self._under_way else self.tr("✓ Saved"))

    def _settle(self, change: tuple[str, dict[str, Any]] | None) -> None:
        self._under_way -= 1
        if change is not None:
            self._changing.remove(change)

    def _refuse(self, error: Exception, change: tuple[str, dict[str, Any]] | None = None) -> None:
        self._settle(change)
        self._state.say("")
        self._tell_error(error)
        if not self._under_way:
            self._wanted = self.station.settings
            self._show_limits()
        if self._view is not None:
            self.camera.show_status(self._view.status)

    def _tell_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.messages.tell_error(error)
