"""How much each place of a frame differs from the learned empty counter: what change detection starts from."""

import numpy as np

from core.errors import UserError
from core.frames import Frame
from core.paths import DataFolder
from core.vision.detectors.change_signs import Floors, change_signs
from core.vision.detectors.counter_store import CounterStore
from core.vision.detectors.empty_counter import EmptyCounter
from core.vision.detectors.working_view import ExposureMeter, Plane, shrink, to_planes

_STRICTEST = 2.0
"""Factor on all thresholds at sensitivity 0, as for the detector; at 0.5 it is 1."""


class ChangePicture:
    """Compares frames with the counter that the detector keeps on disk. One thread at a time."""

    def __init__(self, data: DataFolder) -> None:
        self._store = CounterStore(data)
        self._kept_at: float | None = None
        self._size = (0, 0)
        self._counter: EmptyCounter | None = None
        self._exposure = ExposureMeter()

    def signs(self, frame: Frame, *, sensitivity: float) -> Plane | None:
        """H×W at the working size: 1 and more counts as changed at this ``sensitivity`` (0–1).

        ``None`` while no empty counter is kept for frames of this size. Exposure and shadows are taken out as the
        detector does; what lies at rest is shown as changed, though the detector knows it by then.
        """
        counter = self._current(frame)
        small = shrink(frame.pixels)
        if counter is None or counter.planes.shape[1:] != small.shape[:2]:
            return None
        leveled = self._exposure.level(small, counter.planes, None)
        floors = Floors.above(counter.noise, strictness=float(_STRICTEST ** (1 - 2 * sensitivity)))
        return np.asarray(change_signs(to_planes(leveled), counter.planes, floors), np.float32)

    def _current(self, frame: Frame) -> EmptyCounter | None:
        size = (frame.width, frame.height)
        kept_at = self._store.kept_at(*size)
        if (size, kept_at) != (self._size, self._kept_at):
            self._size, self._kept_at = size, kept_at
            try:
                stored = self._store.load(*size)
            except UserError:
                # The detector tells of a damaged picture; here nothing is to be seen until it is learned again.
                stored = None
            self._counter = EmptyCounter.from_store(stored) if stored is not None else None
            self._exposure = ExposureMeter()
        return self._counter
