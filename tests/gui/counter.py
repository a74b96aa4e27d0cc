"""A station without camera and threads: the real catalog, journal and checkout session, and sightings by hand."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import numpy as np

from core.cameras.capture import CaptureState
from core.catalog.database import Catalog, open_catalog
from core.catalog.records import Product, ProductDetails, Sale, SoldBy
from core.checkout.catalog_journal import CatalogJournal, ShopFloor
from core.checkout.receipts import ENGLISH
from core.checkout.session import CheckoutSession
from core.errors import UserError
from core.frames import Frame
from core.latest import LatestSlot
from core.paths import DataFolder
from core.settings import Settings, save_settings
from core.sightings import Box, Candidate, Detections, Match, Outcome, Sighting, Track
from core.station_view import Mode, Phase, StationStatus, StationView

R = TypeVar("R")

GOODS = (
    ProductDetails("Salt crisps", "CR-1", "4006381333931", 120, "EUR", 900),
    ProductDetails("Paprika crisps", "CR-2", "4006381333948", 110, "EUR", 900),
    ProductDetails("Oat biscuits", "BI-1", "4006381333955", 250, "EUR", 900),
    ProductDetails("Apples", "AP-1", "", 300, "EUR", 700, SoldBy.WEIGHT),
)


class SilentLog:
    """An item log for counters whose review nobody looks at."""

    def recognized(self, item_id: int, track_id: int, match: Match, *, sale_id: int) -> None:
        del item_id, track_id, match, sale_id

    def answered(self, item_id: int, product_id: int | None) -> None:
        del item_id, product_id


class CounterStation:
    """What a page asks of a station, done at once in the calling thread; ``look`` shows the counter one frame long."""

    def __init__(self, folder: Path, *, goods: Sequence[ProductDetails] = GOODS) -> None:
        self.data = DataFolder(folder)
        self.data.prepare()
        self.settings = Settings()
        self.catalog: Catalog = open_catalog(self.data)
        for details in goods:
            self.catalog.products.add(details)
        self.products: dict[int, Product] = {p.product_id: p for p in self.catalog.products.all()}
        self.views: LatestSlot[StationView] = LatestSlot()
        self.on_view: Callable[[], None] = lambda: None
        self.receipt_language = ENGLISH
        self.modes: list[Mode] = []
        self.paid: list[Sale] = []
        self.learned_empty = 0
        self.held: list[tuple[bool | None, bool | None]] = []
        self.status = StationStatus(
            Phase.READY,
            camera=CaptureState.READING,
            camera_label="USB camera",
            camera_width=1280,
            camera_height=720,
            capture_fps=30,
            label_ms=62,
            runtime="ONNX Runtime on CPU",
            products=len(goods),
            references=40 * len(goods),
        )
        self._number = 0
        journal = CatalogJournal(
            self.catalog,
            _at_once,
            post=_at_once,
            floor=lambda: ShopFloor("EUR", "Kim"),
            tell=_refuse,
            paid=self.paid.append,
        )
        self.session = CheckoutSession(
            journal.begin(),
            journal=journal,
            items=SilentLog(),
            products=self.products,
            settings=self.settings.checkout,
        )

    def product(self, name: str) -> Product:
        return next(product for product in self.products.values() if product.name == name)

    def close(self) -> None:
        self.catalog.close()

    # What pages call

    def checkout(self, command: Callable[[CheckoutSession], R]) -> "Future[R]":
        return _at_once(lambda: command(self.session))

    def records(self, command: Callable[[Catalog], R]) -> "Future[R]":
        return _at_once(lambda: command(self.catalog))

    def set_mode(self, mode: Mode) -> "Future[None]":
        return _at_once(lambda: self.modes.append(mode))

    def learn_empty_counter(self) -> "Future[None]":
        def learn() -> None:
            self.learned_empty += 1

        return _at_once(learn)

    def hold_camera(self, *, exposure: bool | None = None, focus: bool | None = None) -> "Future[None]":
        def hold() -> None:
            if self.status.controls is None:
                raise UserError("This camera cannot be told.", remedy="Set it on the camera itself.")
            self.held.append((exposure, focus))

        return _at_once(hold)

    def apply_settings(self, settings: Settings) -> "Future[None]":
        def apply() -> None:
            save_settings(settings, self.data.settings)
            self.settings = settings

        return _at_once(apply)

    # What lies on the counter

    def look(
        self,
        *sightings: Sighting,
        frame: Frame | None = None,
        mode: Mode = Mode.SELLING,
        detections: Detections | None = None,
    ) -> StationView:
        """One frame further; gives the view that the station would publish."""
        self._number += 1
        frame = frame or picture(self._number)
        if mode is Mode.SELLING:
            self.session.observe(tuple(sightings), frame)
        view = StationView(
            self._number,
            mode,
            frame,
            tuple(sightings),
            self.session.view(),
            self.session.questions(),
            None,
            self.status,
            detections,
        )
        self.views.put(view)
        self.on_view()
        return view


def picture(sequence: int = 1, *, width: int = 640, height: int = 360) -> Frame:
    """A plain grey counter with a gradient, so that scaling shows."""
    row = np.linspace(90, 150, width, dtype=np.uint8)
    pixels = np.repeat(np.repeat(row[None, :, None], height, axis=0), 3, axis=2)
    return Frame.of(pixels, sequence=sequence, captured_at=sequence / 30)


def seen(
    track_id: int,
    box: Box,
    outcome: Outcome = Outcome.KNOWN,
    *products: Product,
    scores: Sequence[float] = (0.97, 0.4, 0.2),
    is_settled: bool = True,
) -> Sighting:
    """An item that lies still under the camera, with what the recognizer says of it."""
    track = Track(track_id, box, 0.9, 30, 0, is_moving=False, is_covered=False)
    candidates = tuple(
        Candidate(product.product_id, product.name, score) for product, score in zip(products, scores, strict=False)
    )
    return Sighting(track, Match(outcome, candidates), looks=5, agreement=1.0, is_settled=is_settled)


def _at_once(call: Callable[[], R]) -> "Future[R]":
    future: Future[R] = Future()
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - whoever waits for the future gets it
        future.set_exception(error)
    return future


def _refuse(error: Exception) -> None:
    raise error
