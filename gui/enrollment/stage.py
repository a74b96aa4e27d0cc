"""The live picture while enrolling: the item in the light."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from core.enrollment.view import EnrollmentView
from core.station_view import StationView
from gui import theme
from gui.live import overlay
from gui.live.live_view import LiveView
from gui.live.placement import Placement


class Stage(LiveView):
    """A live view that darkens everything but the item of the enrollment. Choosing another item is a press on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.has_labels = False
        self.setAccessibleName(self.tr("Live picture; the arrow keys and Enter choose another item"))
        self._enrollment: EnrollmentView | None = None
        self.add_layer(self._paint_target)

    def show_enrollment(self, view: StationView) -> None:
        """Show the picture and the enrollment of the same moment."""
        enrollment = view.enrollment
        self._enrollment = enrollment
        self.set_spotlight(enrollment.target_track if enrollment is not None else None)
        self.show_view(view)

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
