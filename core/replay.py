"""The station over a recorded source, every frame of it, without threads and without touching the shop's sales."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from core.cameras.source import FrameSource, SourceError, open_source
from core.catalog.records import Sale, SaleLine, SaleState
from core.checkout.basket_view import BasketView
from core.checkout.journal import Begin, SaleEvent
from core.checkout.session import CheckoutSession
from core.equipment import build_pipeline, products_on_sale
from core.frames import Frame
from core.paths import DataFolder
from core.pipeline import Observation
from core.shop import Shop
from core.sightings import Match
from core.vision.detector import open_detector


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """One frame's outcome. ``basket`` is the sale so far; ``seconds`` the place in the clip."""

    observation: Observation
    seconds: float
    basket: BasketView
    open_questions: int


@dataclass(slots=True)
class PaperJournal:
    """Keeps nothing: a replayed sale is nobody's."""

    events: list[SaleEvent] = field(default_factory=list)

    def record(self, sale_id: int, lines: tuple[SaleLine, ...], event: SaleEvent) -> None:  # noqa: ARG002
        self.events.append(event)

    def pay(self, sale_id: int, lines: tuple[SaleLine, ...], *, payment: str, then: Begin) -> None:  # noqa: ARG002
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


def replay(shop: Shop, uri: str, *, most_frames: int | None = None) -> Iterator[Replayed]:
    """Run the station over a clip, a folder or the demo shop, frame by frame, in the clip's own time.

    The empty counter is learned from the clip itself; the shop's learned one stays as it is. Raises ``UserError``.
    """
    settings = shop.settings
    camera = settings.camera
    source = open_source(uri, width=camera.width, height=camera.height, fps=camera.fps)
    with closing(source), TemporaryDirectory(prefix="tillsight-replay-") as folder:
        if source.description.is_live:
            raise SourceError(
                f"{source.description.label} is a live camera, which cannot be replayed.",
                remedy="Give a clip, a folder of pictures or demo:.",
            )
        scratch = DataFolder(Path(folder))
        scratch.prepare()
        detector = open_detector(settings.detection, data=scratch, runtime=settings.recognition.runtime, threads=0)
        pipeline = build_pipeline(shop, detector, shop.recognizer, settings)
        journal = PaperJournal()
        session = CheckoutSession(
            _sale(1, settings.shop.currency),
            journal=journal,
            items=journal,
            products=products_on_sale(shop),
            settings=settings.checkout,
        )
        for frame in _frames(source, most_frames):
            observation = pipeline.process(frame)
            session.observe(observation.sightings, frame)
            yield Replayed(observation, frame.captured_at, session.view(), session.open_questions)


def _frames(source: FrameSource, most: int | None) -> Iterator[Frame]:
    """Frames on the clip's own clock, so that a replay is the same however fast it runs."""
    rate = source.description.fps or 30.0
    number = 0
    while most is None or number < most:
        frame = source.read()
        if frame is None:
            return
        seconds = frame.media_time if frame.media_time is not None else number / rate
        yield Frame(frame.pixels, number, seconds, seconds)
        number += 1


def _sale(number: int, currency: str = "EUR") -> Sale:
    return Sale(number, number, SaleState.OPEN, currency, (), datetime.now(UTC), None)
