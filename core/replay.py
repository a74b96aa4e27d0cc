"""The station over a recorded source, every frame of it, without threads and without touching the shop's sales."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from core.cameras.source import FrameSource, SourceError, open_source
from core.catalog.records import Sale, SaleLine, SaleState
from core.checkout.basket_view import BasketView
from core.checkout.journal import Begin, SaleEvent
from core.checkout.session import CheckoutSession
from core.equipment import build_pipeline, products_on_sale
from core.frames import Frame
from core.paths import DataFolder
from core.pipeline import Observation
from core.settings import CameraSettings, Settings
from core.shop import Shop
from core.sightings import Detections, Match
from core.vision.detector import Detector, open_detector
from core.vision.measured_detector import MeasuredDetector

LOWEST_SCORE = 0.05
"""Down to this score a network's boxes are kept for measuring; the station sees those that it takes for items alone."""

_LIVE_RATE = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """One frame's outcome.

    ``found`` are all boxes before tracking, also the faint ones; ``is_item`` tells which of them the station takes for
    items. ``seconds`` is the place in the clip; ``pass_ms`` the time from the picture to the basket. Whoever plays the
    cashier may act on ``checkout`` before the next frame is asked for; ``basket`` is the sale so far, before that.
    """

    observation: Observation
    found: Detections
    is_item: npt.NDArray[np.bool_]
    seconds: float
    basket: BasketView
    checkout: CheckoutSession
    pass_ms: float

    @property
    def open_questions(self) -> int:
        return self.checkout.open_questions


@dataclass(frozen=True, slots=True)
class ScratchFolder(DataFolder):
    """Takes what is learned from a clip; the models are the shop's own."""

    shop: DataFolder

    @property
    def models(self) -> Path:
        return self.shop.models

    @property
    def engines(self) -> Path:
        return self.shop.engines


class SievedDetector(MeasuredDetector):
    """Gives what scores at least ``threshold`` as items."""

    def __init__(self, detector: Detector, threshold: float) -> None:
        super().__init__(detector)
        self._threshold = threshold

    def detect(self, frame: Frame) -> Detections:
        self.found = self._detector.detect(frame)
        self.is_item = self.found.scores >= self._threshold
        return Detections(self.found.boxes[self.is_item], self.found.scores[self.is_item], self.found.hands)


@dataclass(slots=True)
class PaperJournal:
    """Keeps nothing: a replayed sale is nobody's."""

    events: list[SaleEvent] = field(default_factory=list)

    def record(self, sale_id: int, lines: tuple[SaleLine, ...], event: SaleEvent) -> None:  # noqa: ARG002
        self.events.append(event)

    def pay(
        self,
        sale_id: int,
        lines: tuple[SaleLine, ...],  # noqa: ARG002
        *,
        payment: str,  # noqa: ARG002
        given_minor: int | None = None,  # noqa: ARG002
        then: Begin,
    ) -> None:
        then(_sale(sale_id + 1))

    def void(self, sale_id: int, *, reason: str, then: Begin) -> None:  # noqa: ARG002
        then(_sale(sale_id + 1))

    def park(self, sale_id: int, *, then: Begin) -> None:
        then(_sale(sale_id + 1))

    def recall(self, sale_id: int, *, then: Begin) -> None:
        then(_sale(sale_id))

    def recognized(self, item_id: int, track_id: int, match: Match, *, sale_id: int) -> None:
        """Replayed items are not for review."""

    def answered(self, item_id: int, product_id: int | None) -> None:
        """Nobody answers in a replay."""


def open_recording(uri: str, camera: CameraSettings) -> FrameSource:
    """Open a source that can be replayed; raises ``SourceError`` for a live camera and for what cannot be read."""
    source = open_source(uri, width=camera.width, height=camera.height, fps=camera.fps)
    if source.description.is_live:
        source.close()
        raise SourceError(
            f"{source.description.label} is a live camera, which cannot be replayed.",
            remedy="Give a clip, a folder of pictures or demo:.",
        )
    return source


UnreadableReport = Callable[[SourceError], None]
"""Called for a frame that cannot be read and is passed over."""


def replay(
    shop: Shop,
    source: FrameSource,
    *,
    most_frames: int | None = None,
    on_unreadable: UnreadableReport | None = None,
) -> Iterator[Replayed]:
    """Run the station over a clip, a folder or the demo shop, frame by frame, in the clip's own time.

    The source is closed in the end. The empty counter is learned from the clip itself; the shop's learned one stays as
    it is. As many items are looked at in a second of the clip as in one of a camera. A picture that cannot be read
    keeps its number, and the next one follows; without ``on_unreadable`` it ends the replay. Raises ``UserError``.
    """
    settings = shop.settings
    with closing(source), TemporaryDirectory(prefix="tillsight-replay-") as folder:
        scratch = ScratchFolder(Path(folder), shop.data)
        scratch.prepare()
        detector = _open_measured(settings, scratch)
        rate = source.description.fps or _LIVE_RATE
        pipeline = build_pipeline(
            shop, detector, shop.recognizer, settings, looks_per_frame=max(1, round(_LIVE_RATE / rate))
        )
        journal = PaperJournal()
        session = CheckoutSession(
            _sale(1, settings.shop.currency),
            journal=journal,
            items=journal,
            products=products_on_sale(shop),
            settings=settings.checkout,
        )
        with closing(detector):
            for frame in _frames(source, most_frames, on_unreadable):
                begun = time.perf_counter()
                observation = pipeline.process(frame)
                session.observe(observation.sightings, frame)
                passed = (time.perf_counter() - begun) * 1e3
                found, is_item = detector.found, detector.is_item
                yield Replayed(observation, found, is_item, frame.captured_at, session.view(), session, passed)


def _open_measured(settings: Settings, data: DataFolder) -> MeasuredDetector:
    detection, runtime = settings.detection, settings.recognition.runtime
    if detection.method == "both":
        # Networks are loaded only by those who use one.
        from core.vision.fused_measuring import MeasuredFusedDetector

        return MeasuredFusedDetector(detection, data=data, runtime=runtime, threads=0, lowest=LOWEST_SCORE)
    threshold = 0.0
    if detection.method == "network":
        # A network alone is asked for more than the station takes; change sifts by itself.
        threshold = detection.threshold
        detection = detection.model_copy(update={"threshold": min(threshold, LOWEST_SCORE)})
    return SievedDetector(open_detector(detection, data=data, runtime=runtime, threads=0), threshold)


def _frames(source: FrameSource, most: int | None, on_unreadable: UnreadableReport | None) -> Iterator[Frame]:
    """Frames on the clip's own clock, so that a replay is the same however fast it runs."""
    rate = source.description.fps or _LIVE_RATE
    for number in itertools.count():
        if number == most:
            return
        try:
            frame = source.read()
        except SourceError as problem:
            if on_unreadable is None:
                raise
            on_unreadable(problem)
            continue
        if frame is None:
            return
        seconds = frame.media_time if frame.media_time is not None else number / rate
        yield Frame(frame.pixels, number, seconds, seconds)


def _sale(number: int, currency: str = "EUR") -> Sale:
    return Sale(number, number, SaleState.OPEN, currency, (), datetime.now(UTC), None)
