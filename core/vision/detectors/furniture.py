"""What a network takes for items on the counter that a person told to be empty, kept on disk by frame size."""

import json
import logging

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError
from core.frames import Pixels
from core.geometry import crop_slices
from core.paths import DataFolder
from core.sightings import Boxes, no_boxes
from core.vision.detectors.working_view import Plane
from core.whole_file import write_whole

_log = logging.getLogger(__name__)

_VERSION = 1

_ALIKE = 0.5
"""Correlation of a place in two pictures from which it shows the same; a correlation does not change with the light."""

_LEAST_VARIANCE = 2.0
"""Square gray levels; with less in both pictures a place tells nothing."""


class FurnitureStore:
    """A JSON file for each frame size, boxes in fractions of the picture. One thread."""

    def __init__(self, data: DataFolder) -> None:
        self._folder = data.empty_counter

    def load(self, width: int, height: int) -> Boxes:
        """Boxes in pixels of frames of this size; none when nothing was kept, or what was cannot be read."""
        path = self._folder / f"furniture-{width}x{height}.json"
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
            boxes = np.array(tree["boxes"], np.float32).reshape(-1, 4)
            if tree["version"] != _VERSION or not np.isfinite(boxes).all():
                raise ValueError("of another version, or not finite")
        except FileNotFoundError:
            return no_boxes()
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("%s is not used: %s", path.name, error)
            return no_boxes()
        return np.asarray(boxes * np.array([width, height, width, height], np.float32), np.float32)

    def save(self, boxes: Boxes, width: int, height: int) -> None:
        """Replace what is kept for frames of this size; raises ``DataFolderError``."""
        path = self._folder / f"furniture-{width}x{height}.json"
        fractions = boxes / np.array([width, height, width, height], np.float32)
        content = json.dumps({"version": _VERSION, "boxes": fractions.round(5).tolist()}) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise DataFolderError(
                f"What belongs to the empty counter cannot be kept in {self._folder} ({error.strerror or error}).",
                remedy="It is used until the program is closed. Free some space or give yourself the right to write.",
            ) from error


def looks_alike(boxes: Boxes, former: Pixels, present: Pixels) -> npt.NDArray[np.bool_]:
    """N×4 boxes in pixels of two pictures of one size, H×W×3 RGB → N: whether both may show the same thing there."""
    height, width = present.shape[:2]
    grays = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in (former, present)]
    alike = []
    for x0, y0, x1, y1 in boxes.tolist():
        place = crop_slices((x0, y0, x1, y1), width=width, height=height)
        alike.append(place is None or _is_alike(grays[0][place], grays[1][place]))
    return np.array(alike, np.bool_)


def _is_alike(former: Plane, present: Plane) -> bool:
    variances = [float(plane.var()) for plane in (former, present)]
    if max(variances) < _LEAST_VARIANCE:
        return True
    shared = float(((former - former.mean()) * (present - present.mean())).mean())
    return shared >= _ALIKE * float(np.sqrt(max(variances[0], 1.0) * max(variances[1], 1.0)))
