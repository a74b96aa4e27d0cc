"""The live picture: one frame with the boxes and names of the same frame."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.cameras.capture import CaptureState
from core.frames import Frame
from core.sightings import Outcome, Sighting
from core.station_view import Phase, StationStatus, StationView
from gui import theme
from gui.core_words import core_words
from gui.live import overlay
from gui.live.frame_image import FrameImage
from gui.live.glide import Glide, SaidNames, label_of
from gui.live.metrics import LiveMetrics
from gui.live.placement import Placement, fit_whole
from gui.widgets.card import paint_focus_ring

_USUAL = QSize(1280, 720)
"""Of a frame, before there is one."""


Layer = Callable[[QPainter, Placement], None]
"""Paints over the boxes, in view coordinates."""


class LiveView(QWidget):
    """Paints one observation at a time; the whole frame is always to be seen.

    The arrow keys move a mark from item to item and Enter presses it, like a click. Layers added by a page are painted
    on top. GUI thread.
    """

    item_pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Live picture"))
        self.metrics = LiveMetrics()
        self.has_labels = True
        self.covers_ended_clip = True
        self._hugs = False
        self._alignment = Qt.AlignmentFlag.AlignTop
        self._frame: Frame | None = None
        self._frame_image = FrameImage()
        self._image = QImage()
        self._is_fresh = False
        self._glide = Glide()
        self._items: list[overlay.PlacedItem] = []
        self._font = overlay.label_font()
        self._flag = self.tr("Demo shop")
        self._said_names = SaidNames()
        self._marked: int | None = None
        self._asked: int | None = None
        self._spotlit: int | None = None
        self._status: StationStatus | None = None
        self._layers: list[Layer] = []
        self._placement = Placement(QRectF(), 1.0)

    # What pages ask of it

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown."""
        return self._frame

    @property
    def placement(self) -> Placement:
        """Where the frame lies now."""
        return self._placement

    @property
    def items(self) -> tuple[overlay.PlacedItem, ...]:
        """What is painted now, in view coordinates."""
        return tuple(self._items)

    def add_layer(self, layer: Layer) -> None:
        self._layers.append(layer)

    def set_hugging(self, *, hugs: bool) -> None:
        """Take no more height than the picture needs, so that what stands below follows it closely."""
        self._hugs = hugs
        self._lay_out()

    def set_vertical_alignment(self, alignment: Qt.AlignmentFlag) -> None:
        """Where the picture lies when the view is higher than it: top (as it is at first) or center."""
        self._alignment = alignment
        self._lay_out()

    def set_spotlight(self, track_id: int | None) -> None:
        """Darken everything but this item."""
        if track_id != self._spotlit:
            self._spotlit = track_id
            self.update()

    def set_asked(self, track_id: int | None) -> None:
        """Paint the box of the item that is asked about stronger."""
        if track_id != self._asked:
            self._asked = track_id
            self.update()

    def set_name(self, track_id: int, name: str | None) -> None:
        """Show what a person says that an item is, whatever is recognized, for as long as the item is seen.

        ``None``: nobody says so any more.
        """
        self._said_names.say(track_id, name)

    def _set_mark(self, track_id: int | None) -> None:
        if track_id != self._marked:
            self._marked = track_id
            self.update()

    def show_view(self, view: StationView) -> None:
        """Show a frame with its sightings; repaints once."""
        self.show_observation(view.frame, view.sightings, view.status)

    def show_observation(
        self, frame: Frame | None, sightings: Sequence[Sighting], status: StationStatus | None = None
    ) -> None:
        """Show a frame and what was seen in it. Without a frame the notice of ``status`` stands in its place.

        Nothing is named on a picture that is no longer live: of a lost camera, an ended clip, or a former source.
        """
        is_new = frame is not None and (
            self._frame is None
            or frame.sequence != self._frame.sequence
            or frame.captured_at != self._frame.captured_at
        )
        is_over = not is_new and bool(self._items) and not sightings
        if not is_new and not is_over and status == self._status:
            return
        was_live = self._is_live
        self._status = status
        if is_new and frame is not None:
            shape_before = self._frame.pixels.shape if self._frame is not None else None
            self._frame = frame
            if frame.pixels.shape != shape_before:
                self._lay_out()
            self._take_image()
            self._is_fresh = True
        if not self._is_live or is_over:
            self._forget_items()
        elif is_new:
            self._place_items(sightings)
        elif not was_live:
            self._describe()
        self.update()

    # Layout

    def sizeHint(self) -> QSize:
        return _USUAL

    def hasHeightForWidth(self) -> bool:
        return False

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        shape = QSize(self._frame.width, self._frame.height) if self._frame is not None else _USUAL
        if self._hugs:
            # Depends on the width alone, so the layout settles at once.
            height = math.ceil(self.width() * shape.height() / shape.width())
            self.setMaximumHeight(max(self.minimumHeight(), height))
        former = self._placement
        is_at_top = self._alignment == Qt.AlignmentFlag.AlignTop
        self._placement = fit_whole(shape, self.size(), ratio=self.devicePixelRatioF(), is_at_top=is_at_top)
        if self._frame is not None:
            self._take_image()
        if self._placement != former:
            self._move_items(former)
        self.update()

    def _take_image(self) -> None:
        if self._frame is None:
            return
        ratio = self.devicePixelRatioF()
        area = self._placement.area
        self._image = self._frame_image.take(
            self._frame.pixels, width=round(area.width() * ratio), height=round(area.height() * ratio)
        )
        self._image.setDevicePixelRatio(ratio)

    def _place_items(self, sightings: Sequence[Sighting]) -> None:
        words = self.tr("Not enrolled")
        visible = [sighting for sighting in sightings if sighting.track.missed == 0 or sighting.track.is_covered]
        said = self._said_names.of(sightings)
        labels = [label_of(seen, not_enrolled=words, said=said.get(seen.track.track_id)) for seen in visible]
        items = [
            overlay.PlacedItem(track_id, self._placement.to_view(box), label)
            for track_id, box, label in self._glide.follow(visible, labels)
        ]
        self._place_labels(items)
        self._describe()

    def _move_items(self, former: Placement) -> None:
        """The picture lies elsewhere: what is painted on it moves along, without waiting for the next frame."""
        if not self._items:
            return
        boxes = [(former.to_frame(item.box.topLeft()), former.to_frame(item.box.bottomRight())) for item in self._items]
        moved = [
            replace(item, box=self._placement.to_view((*top_left, *bottom_right)))
            for item, (top_left, bottom_right) in zip(self._items, boxes, strict=True)
        ]
        self._place_labels(moved)

    def _place_labels(self, items: Sequence[overlay.PlacedItem]) -> None:
        flag = [self._flag_rect()] if self._is_demo else []
        self._items = overlay.place_labels(
            items, bounds=self._placement.area, font=self._font, kept_free=flag, former=self._items
        )

    def _forget_items(self) -> None:
        self._items = []
        self._set_mark(None)
        self._describe()

    @property
    def _is_live(self) -> bool:
        """Whether the picture shows the counter as it is now."""
        return self._status is None or self._status.camera not in {CaptureState.LOST, CaptureState.ENDED}

    @property
    def _is_demo(self) -> bool:
        return self._status is not None and self._status.is_demo

    def _flag_rect(self) -> QRectF:
        return overlay.flag_rect(self._placement.area, self._flag)

    def _describe(self) -> None:
        text = self._seen_words() if self._is_live else " ".join(self._over_words())
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _over_words(self) -> tuple[str, str]:
        """What became of the camera or clip, and what to do."""
        status = self._status
        if status is not None and status.camera is CaptureState.LOST:
            return (
                core_words(status.camera_message) or self.tr("The camera is gone."),
                core_words(status.camera_remedy) or self.tr("Plug it in again; the sale is kept."),
            )
        return (
            self.tr("The clip has ended."),
            self.tr(
                "The sale is kept. Choose a camera in the settings, or start Tillsight again to see the clip once more."
            ),
        )

    def _seen_words(self) -> str:
        words = {
            Outcome.KNOWN: self.tr("known"),
            Outcome.POSSIBLE: self.tr("possible"),
            Outcome.UNKNOWN: self.tr("not enrolled"),
        }
        named = [
            f"{item.label.name}, {words[item.label.outcome]}"
            if item.label.outcome is not Outcome.UNKNOWN
            else words[Outcome.UNKNOWN]
            for item in self._items
            if item.label.outcome is not None
        ]
        if not self._items:
            return self.tr("No items")
        if len(self._items) == 1:
            return self.tr("1 item: {names}").format(names="; ".join(named))
        return self.tr("{count} items: {names}").format(count=len(self._items), names="; ".join(named))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = theme.colors().page
        area = self._placement.area
        painter.fillRect(self.rect(), ground)
        if self._image.isNull():
            painter.fillRect(area, theme.VIDEO_LABEL)
        else:
            painter.drawImage(area.topLeft(), self._image)
        is_covered = self._paint_state(painter, area)
        if not is_covered and not self._image.isNull():
            self._paint_items(painter, area)
            for layer in self._layers:
                layer(painter, self._placement)
        if self._is_demo:
            overlay.paint_flag(painter=painter, rect=self._flag_rect(), text=self._flag)
        overlay.paint_rounded_corners(painter=painter, area=area, radius=theme.CARD_RADIUS, ground=ground)
        if self.hasFocus():
            paint_focus_ring(painter, area, theme.CARD_RADIUS)
        if self._is_fresh and self._frame is not None:
            self._is_fresh = False
            self.metrics.note_painted(self._frame.captured_at)

    def _paint_items(self, painter: QPainter, area: QRectF) -> None:
        spotlit = next((item for item in self._items if item.track_id == self._spotlit), None)
        if spotlit is not None:
            overlay.paint_spotlight(painter=painter, area=area, box=spotlit.box)
        items = [
            replace(item, is_marked=True) if item.track_id in {self._marked, self._asked} else item
            for item in self._items
        ]
        painter.setClipRect(area)
        if self.has_labels:
            overlay.paint_items(painter=painter, items=items, font=self._font)
        else:
            for item in items:
                overlay.paint_box(painter=painter, box=item.box, outcome=item.label.outcome, is_marked=item.is_marked)
        painter.setClipping(False)

    def _paint_state(self, painter: QPainter, area: QRectF) -> bool:
        """Paint what there is to say instead of items; ``True`` when nothing goes on top of it."""
        status = self._status
        has_ended = status is not None and status.camera is CaptureState.ENDED
        if not self._is_live and (self.covers_ended_clip or not has_ended):
            painter.fillRect(area, theme.VIDEO_OUTLINE)
            title, sentence = self._over_words()
            icon_name = "camera" if has_ended else "camera-off"
            overlay.paint_notice(painter=painter, area=area, icon_name=icon_name, title=title, sentence=sentence)
            return True
        if status is not None and status.phase is Phase.FAILED:
            painter.fillRect(area, theme.VIDEO_OUTLINE)
            overlay.paint_notice(
                painter=painter,
                area=area,
                icon_name="error",
                title=self.tr("The station cannot start."),
                sentence=core_words(status.activity),
            )
            return True
        if not self._image.isNull():
            return False
        overlay.paint_notice(
            painter=painter,
            area=area,
            icon_name="camera",
            title=self.tr("Getting ready"),
            sentence=core_words(status.activity if status is not None else "")
            or self.tr("The camera is being opened."),
            progress=status.progress if status is not None else None,
        )
        return False

    # Mouse and keyboard

    def item_at(self, point: QPointF) -> int | None:
        """The track of the smallest box under a point of the view, or of the label there."""
        under = [item for item in self._items if item.box.contains(point)]
        if not under:
            labels = (item for item in self._items if item.label_rect is not None and item.label_rect.contains(point))
            return next((item.track_id for item in labels), None)
        return min(under, key=lambda item: item.box.width() * item.box.height()).track_id

    def mousePressEvent(self, event: QMouseEvent) -> None:
        track_id = self.item_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and track_id is not None:
            self.item_pressed.emit(track_id)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        ids = [item.track_id for item in sorted(self._items, key=lambda item: (item.box.left(), item.box.top()))]
        if step and ids:
            place = ids.index(self._marked) + step if self._marked in ids else (0 if step > 0 else -1)
            self._set_mark(ids[place % len(ids)])
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._marked in ids:
            self.item_pressed.emit(self._marked)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_mark(None)
        super().focusOutEvent(event)
