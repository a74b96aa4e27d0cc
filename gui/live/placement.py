"""Where a frame lies in the view, and how places in one are found in the other."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize

from core.sightings import Box


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the frame lies in the view: ``area`` in view coordinates, ``scale`` view pixels a frame pixel."""

    area: QRectF
    scale: float

    def to_view(self, box: Box) -> QRectF:
        left, top = self.area.left(), self.area.top()
        return QRectF(
            QPointF(left + box[0] * self.scale, top + box[1] * self.scale),
            QPointF(left + box[2] * self.scale, top + box[3] * self.scale),
        )

    def to_frame(self, point: QPointF) -> tuple[float, float]:
        """x, y in frame pixels."""
        return (point.x() - self.area.left()) / self.scale, (point.y() - self.area.top()) / self.scale


def fit_whole(frame: QSize, view: QSize, *, ratio: float, is_at_top: bool) -> Placement:
    """The whole frame as large as the view allows, on whole device pixels (``ratio`` a view pixel), centered across."""
    scale = min(view.width() / frame.width(), view.height() / frame.height())
    width = max(1, round(frame.width() * scale * ratio)) / ratio
    height = max(1, round(frame.height() * scale * ratio)) / ratio
    left = round((view.width() - width) / 2 * ratio) / ratio
    top = 0.0 if is_at_top else round((view.height() - height) / 2 * ratio) / ratio
    return Placement(QRectF(left, top, width, height), width / frame.width())
