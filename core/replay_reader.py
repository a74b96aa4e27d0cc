"""Names for the boxes of one picture, from that picture alone."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.pipeline import CropEmbedder
from core.recognition.recognizer import Recognizer
from core.recognition.views import query_views
from core.sightings import Box, Boxes, Match, Outcome

_SIDE = 32
_ALIKE = 2.5
"""Mean levels of brightness and of either color up to which a crop, shrunk to 32×32, shows what it showed before;
noise is about 1.
"""

_SHIFT = 0.05
"""Share of a box's sides that its edges may have moved for the same."""


@dataclass(frozen=True, slots=True)
class _Read:
    box: Box
    thumb: npt.NDArray[np.int16]
    match: Match


class PictureReader:
    """Names every box from one look at this picture alone, all turns of it; for one thread.

    Nothing is tracked. A crop that shows the same pixels at the same place as in the picture before, noise aside, is
    not embedded again: it would get the same name.
    """

    def __init__(self, embedder: CropEmbedder, recognizer: Recognizer) -> None:
        self._embedder = embedder
        self._recognizer = recognizer
        self._before: list[_Read] = []

    def read(self, frame: Frame, boxes: Boxes) -> list[Match]:
        """One match for each of N×4 boxes; one too small to be cut out matches nothing."""
        read: list[_Read] = []
        for row in boxes:
            box: Box = (float(row[0]), float(row[1]), float(row[2]), float(row[3]))
            slices = crop_slices(box, width=frame.width, height=frame.height)
            if slices is None:
                read.append(_Read(box, np.zeros((_SIDE, _SIDE, 3), np.int16), Match.nothing()))
                continue
            crop = frame.pixels[slices]
            thumb = _thumb(crop)
            before = self._same(box, thumb)
            match = before.match if before is not None else self._look(crop)
            # The picture that was really read stays, so that a slow change is noticed in the end.
            read.append(before if before is not None else _Read(box, thumb, match))
        self._before = read
        return [one.match for one in read]

    def _look(self, crop: Pixels) -> Match:
        return self._recognizer.match(*self._embedder.describe(query_views(crop)))

    def _same(self, box: Box, thumb: npt.NDArray[np.int16]) -> _Read | None:
        for one in self._before:
            # Packs of one design in several colors may be equally bright everywhere.
            if _is_in_place(one.box, box) and float(np.abs(one.thumb - thumb).mean(axis=(0, 1)).max()) <= _ALIKE:
                return one
        return None


def _is_in_place(former: Box, present: Box) -> bool:
    sides = (former[2] - former[0], former[3] - former[1]) * 2
    moves = zip(former, present, sides, strict=True)
    return all(abs(old - new) <= max(2.0, _SHIFT * side) for old, new, side in moves)


def _thumb(crop: Pixels) -> npt.NDArray[np.int16]:
    small = cv2.resize(crop, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb), np.int16)


def name_of(match: Match) -> str:
    """The best product's name, also where a person would be asked; empty when it is none that is enrolled."""
    best = match.best
    return best.name if best is not None and match.outcome is not Outcome.UNKNOWN else ""
