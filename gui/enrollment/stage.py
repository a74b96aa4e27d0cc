"""The live picture while enrolling: the item in the light, the count, and the button that takes shots."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.enrollment.view import EnrollmentView
from core.station_view import StationView
from gui import actions, theme
from gui.enrollment.count_ring import CountRing
from gui.enrollment.record_button import RecordButton
from gui.live import overlay
from gui.live.live_view import LiveView, Placement
from gui.widgets.key_cap import key_text

_INSET = 28


class Stage(LiveView):
    """A live view that darkens everything but the item of the enrollment. Choosing another item is a press on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.has_labels = False
        self.setAccessibleName(self.tr("Live picture; the arrow keys and Enter choose another item"))
        self.ring = CountRing(self)
        self.record = RecordButton(key_text(actions.keys_of("enroll.capture")), self)
        self._enrollment: EnrollmentView | None = None
        self.add_layer(self._paint_target)
        self.ring.hide()
        self.record.hide()
        self.record.installEventFilter(self)

    def show_enrollment(self, view: StationView) -> None:
        """Show the picture and the enrollment of the same moment."""
        enrollment = view.enrollment
        self._enrollment = enrollment
        self.set_spotlight(enrollment.target_track if enrollment is not None else None)
        self.show_view(view)
        is_usable = enrollment is not None and view.frame is not None
        self.ring.setVisible(is_usable)
        self.record.setVisible(is_usable)
        if enrollment is not None:
            self.ring.show_count(enrollment.kept, fewest=enrollment.fewest, most=enrollment.most)
            self.record.setEnabled(not enrollment.is_saving)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.record and event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Keep ring and button on the picture, smaller where it is small."""
        area = self.placement.area.toRect()
        inset = _INSET if area.height() > 300 else 12
        side = max(84, min(124, area.height() // 3))
        self.ring.setGeometry(area.left() + inset, area.top() + inset, side, side)
        size = self.record.sizeHint()
        size.setWidth(min(size.width(), area.width() - 2 * inset))
        corner = QPoint(area.left() + min(24, inset), area.bottom() - size.height() - min(22, inset) + 1)
        if self.record.pos() != corner or self.record.size() != size:
            self.record.move(corner)
            self.record.resize(size)

    def _paint_target(self, painter: QPainter, placement: Placement) -> None:
        """Where the next shot is taken: a solid frame around a found item, a dashed one in the middle otherwise."""
        enrollment = self._enrollment
        if enrollment is None or enrollment.target is None:
            return
        box = placement.to_view(enrollment.target)
        shown = next((item.box for item in self.items if item.track_id == enrollment.target_track), None)
        if shown is not None:
            box = shown
        else:
            overlay.paint_spotlight(painter=painter, area=placement.area, box=box)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.SolidLine if enrollment.is_target_item else Qt.PenStyle.DashLine
        for color, width in ((theme.VIDEO_OUTLINE, 6.5), (theme.VIDEO_KNOWN, 4.0)):
            painter.setPen(QPen(color, width, style))
            painter.drawRoundedRect(box, 9, 9)
        if not enrollment.is_target_item:
            painter.setPen(theme.VIDEO_TEXT)
            painter.setFont(theme.bold())
            words = QRectF(box.left(), box.top() + 8, box.width(), 24)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), self.tr("Put the item here"))
        painter.restore()
