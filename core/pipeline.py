"""One pass, frame to sightings; no threads."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.recognition.item_size import SizeSense
from core.recognition.looks import LookBook
from core.recognition.recognizer import Recognizer
from core.recognition.views import query_views
from core.sightings import Detections, Sighting, Track
from core.vision.detector import Detector
from core.vision.embedder import Described
from core.vision.tracker import Tracker


class CropEmbedder(Protocol):
    """Crops in, n×d unit rows out, and the probabilities of classes where the network knows some.

    ``key`` changes when the rows would.
    """

    @property
    def key(self) -> str: ...

    def describe(self, crops: Sequence[Pixels]) -> Described: ...


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds that one pass took, by part."""

    detect_ms: float
    track_ms: float
    recognize_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What one frame showed."""

    frame: Frame
    sightings: tuple[Sighting, ...]
    detections: Detections
    timings: Timings


class Pipeline:
    """Detector, tracker, embedder and recognizer in a row. Not thread-safe; it belongs to the vision thread.

    ``looks_per_frame`` bounds the embedded items of one pass, so that a counter that fills at once does not stop the
    picture; the items that wait longest come first. With ``sizes``, an item's size has a say in its name.
    """

    def __init__(
        self,
        detector: Detector,
        embedder: CropEmbedder,
        recognizer: Recognizer,
        *,
        looks: LookBook,
        looks_per_frame: int = 1,
        sizes: SizeSense | None = None,
    ) -> None:
        self.detector = detector
        self.looks = looks
        self._embedder = embedder
        self._recognizer = recognizer
        self._tracker = Tracker()
        self._looks_per_frame = looks_per_frame
        self._sizes = sizes

    @property
    def recognizer(self) -> Recognizer:
        return self._recognizer

    @property
    def embedder_key(self) -> str:
        """Of the embedder that made the looks in ``looks``."""
        return self._embedder.key

    def take_over(self, former: "Pipeline") -> None:
        """Go on with the tracks of the pipeline that this one replaces: a number still names the same item."""
        self._tracker = former._tracker

    def swap_recognizer(self, recognizer: Recognizer) -> None:
        """Use another recognizer from the next pass on; what was looked at is named anew without another look."""
        self._recognizer = recognizer
        self.looks.rematch(recognizer)
        if self._sizes is not None:
            self._sizes.renew()

    def process(self, frame: Frame) -> Observation:
        """Raises ``ModelError`` when a model gives no usable answer."""
        begun = time.perf_counter()
        detections = self.detector.detect(frame)
        detected = time.perf_counter()
        tracks = self._tracker.update(detections, width=frame.width, height=frame.height, captured_at=frame.captured_at)
        tracked = time.perf_counter()
        self._look(frame, tracks)
        sightings = tuple(self.looks.sighting(track) for track in tracks)
        if self._sizes is not None:
            calibration = self._recognizer.calibration
            sightings = self._sizes.weigh(sightings, calibration, width=frame.width, height=frame.height)
        finished = time.perf_counter()
        timings = Timings((detected - begun) * 1e3, (tracked - detected) * 1e3, (finished - tracked) * 1e3)
        return Observation(frame, sightings, detections, timings)

    def reset(self) -> None:
        """Forget all tracks: another source begins."""
        self._tracker.reset()
        self.looks.clear()
        if self._sizes is not None:
            self._sizes.clear()

    def _look(self, frame: Frame, tracks: Sequence[Track]) -> None:
        boxes = {track.track_id: track.box for track in tracks}
        for track_id in self.looks.which(tracks, frame.captured_at)[: self._looks_per_frame]:
            slices = crop_slices(boxes[track_id], width=frame.width, height=frame.height)
            if slices is None:
                continue
            # The looks of a track come from turn after turn of the crop: their mean costs one pass a look.
            views = query_views(frame.pixels[slices], passes=1, first=self.looks.turn(track_id))
            vectors, probabilities = self._embedder.describe(views)
            self.looks.add(track_id, vectors, self._recognizer, probabilities)
