"""Where on the picture items count: inside the border, on the drawn counter, and large enough."""

import cv2
import numpy as np
import numpy.typing as npt

from core.geometry import areas
from core.settings import DetectionSettings
from core.sightings import Boxes

_MARGIN = 0.03
"""Share of the picture seen around the counter, so that an item at its edge is seen whole."""
_LARGEST = 0.8
"""Share of the picture's area; what covers more is the counter itself."""


class CounterArea:
    """The settings of place and size, applied to boxes and pictures of any size."""

    def __init__(self, settings: DetectionSettings) -> None:
        self._border = settings.ignored_border
        self._smallest = settings.smallest_item
        corners = np.array(settings.counter_region, np.float32).reshape(-1, 2)
        self._polygon = corners if len(corners) >= 3 else None

    def view(self, *, width: int, height: int) -> tuple[slice, slice]:
        """Rows and columns of the part of the picture that is worth looking at."""
        low = np.full(2, self._border, np.float32)
        high = 1 - low
        if self._polygon is not None:
            low = np.maximum(low, self._polygon.min(axis=0) - _MARGIN)
            high = np.minimum(high, self._polygon.max(axis=0) + _MARGIN)
        low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
        x0, y0 = int(low[0] * width), int(low[1] * height)
        x1, y1 = max(x0 + 1, round(float(high[0]) * width)), max(y0 + 1, round(float(high[1]) * height))
        return slice(min(y0, height - 1), y1), slice(min(x0, width - 1), x1)

    def keeps(self, boxes: Boxes, *, width: int, height: int) -> npt.NDArray[np.bool_]:
        """N×4 boxes inside the picture → N: of an item's size, with the center inside the border and the counter."""
        centers = (boxes[:, :2] + boxes[:, 2:]) / np.array([2 * width, 2 * height], np.float32)
        shares = areas(boxes) / (width * height)
        is_kept = (shares >= self._smallest) & (shares <= _LARGEST)
        is_kept &= ((centers >= self._border) & (centers <= 1 - self._border)).all(axis=1)
        if self._polygon is not None:
            polygon = self._polygon
            is_kept &= np.array(
                [cv2.pointPolygonTest(polygon, (float(x), float(y)), measureDist=False) >= 0 for x, y in centers], bool
            )
        return np.asarray(is_kept, np.bool_)
