"""A station without camera and threads whose enrollment, review and index are the real ones."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

from core.back_office import Corrected
from core.cameras.source import AttachedCamera
from core.catalog.database import Catalog
from core.catalog.records import Act, FinishedDraft, Origin, Product, ProductDetails, Recognition
from core.enrollment.catalog_journal import CatalogShotJournal
from core.enrollment.session import EnrollmentSession
from core.errors import UserError
from core.frames import Frame, Pixels
from core.recognition.enroll import CropEmbedder, reference_key
from core.recognition.folder_import import ImportReport, import_folders, read_product_folders
from core.recognition.recognizer import Recognizer
from core.review.review import Review
from core.settings import Settings
from core.shop_embedder import ShopEmbedder
from core.shop_index import ShopIndex
from core.sightings import Match, Sighting
from core.station_view import Mode, StationView
from tests.core.recognition.pictures import ThumbnailEmbedder
from tests.gui.counter import CounterStation

R = TypeVar("R")
Progress = Callable[[int, int], None]


class BackOffice(CounterStation):
    """Everything is done at once in the calling thread; the index follows every change, as the station's does."""

    def __init__(
        self, folder: Path, *, goods: Sequence[ProductDetails] = (), embedder: CropEmbedder | None = None
    ) -> None:
        super().__init__(folder, goods=goods)
        self.embedder = embedder if embedder is not None else ThumbnailEmbedder()
        self.told: list[UserError] = []
        self.index = ShopIndex(
            self.catalog, self.data, cast("ShopEmbedder", self.embedder), false_name_rate=0.05, tell=self.told.append
        )
        self.recognizer: Recognizer = self.index.open()
        self.shots = CatalogShotJournal(self.catalog, _submit, tell=self.told.append)
        self.enrollment = EnrollmentSession(
            self.settings.enrollment, embedder=self.embedder, journal=self.shots, recognizer=lambda: self.recognizer
        )
        left = self.shots.resume()
        if left is not None:
            self.enrollment.resume(*left)
        self.frames = 0
        self.applied: list[Settings] = []

    def stock(self, name: str, pictures: Sequence[Pixels], **details: object) -> Product:
        """A product with its references."""
        product = self.catalog.products.add(replace(ProductDetails(name), **details))  # type: ignore[arg-type]
        stored = [self.catalog.photographs.store(picture) for picture in pictures]
        self.catalog.references.add(product.product_id, stored, origin=Origin.ENROLLED)
        self.follow()
        found = self.catalog.products.find(product.product_id)
        assert found is not None
        return found

    def recognize(self, crop: Pixels, match: Match | None = None) -> Recognition:
        """An item that was at the counter."""
        looks = self.embedder.embed([crop])
        said = match if match is not None else self.recognizer.with_votes(looks, self.recognizer.match(looks))
        stored = self.catalog.photographs.store(crop)
        return self.catalog.recognitions.add(stored.picture, said, looks=looks, embedder_key=self.embedder.key)

    def follow(self) -> None:
        self.recognizer = self.index.refresh()

    # What pages call

    def enroll(self, command: Callable[[EnrollmentSession], R]) -> "Future[R]":
        return at_once(lambda: command(self.enrollment))

    def change(self, command: Callable[[Catalog], R]) -> "Future[R]":
        def run() -> R:
            result = command(self.catalog)
            self.follow()
            return result

        return at_once(run)

    def review(self, command: Callable[[Review], R]) -> "Future[R]":
        return at_once(lambda: command(self._review()))

    def correct(
        self,
        act: Act,
        recognition_ids: Sequence[int],
        *,
        product_id: int | None = None,
        keep_as_reference: bool = False,
    ) -> "Future[Corrected]":
        def run() -> Corrected:
            review, before = self._review(), self.recognizer
            effect = review.corrections.apply(
                act, recognition_ids, product_id=product_id, keep_as_reference=keep_as_reference
            )
            self.follow()
            rescored = review.corrections.rescore(self.recognizer, before=before, label=effect.label)
            return Corrected(effect, rescored)

        return at_once(run)

    def undo_correction(self) -> "Future[Corrected | None]":
        def run() -> Corrected | None:
            review, before = self._review(), self.recognizer
            effect = review.corrections.undo()
            self.follow()
            if effect is None:
                return None
            return Corrected(effect, review.corrections.rescore(self.recognizer, before=before))

        return at_once(run)

    def save_enrollment(self) -> "Future[FinishedDraft]":
        def run() -> FinishedDraft:
            finished = self.enrollment.finish()
            try:
                draft = self.shots.finish(finished, reference_key(self.embedder))
            except UserError:
                self.enrollment.saving_failed()
                raise
            self.follow()
            self.enrollment.saved()
            return draft

        return at_once(run)

    def import_folder(self, folder: Path, on_progress: Progress | None = None) -> "Future[ImportReport]":
        def run() -> ImportReport:
            report = import_folders(
                self.catalog,
                self.embedder,
                read_product_folders(folder),
                defaults=ProductDetails(""),
                on_progress=on_progress,
            )
            self.follow()
            return report

        return at_once(run)

    def list_cameras(self) -> "Future[list[AttachedCamera]]":
        return at_once(lambda: [AttachedCamera("usb:/dev/video0", "USB camera")])

    def apply_settings(self, settings: Settings) -> "Future[None]":
        self.applied.append(settings)
        return super().apply_settings(settings)

    def _review(self) -> Review:
        return Review(self.catalog, embedder_key=self.embedder.key)

    # What lies on the counter

    def show(self, *sightings: Sighting, frame: Frame) -> StationView:
        """One frame further on the enrollment page."""
        self.enrollment.observe(frame, sightings)
        view = self.look(*sightings, frame=frame, mode=Mode.ENROLLING)
        return replace(view, enrollment=self.enrollment.view())


def at_once(call: Callable[[], R]) -> "Future[R]":
    """A future that is done when it is given back."""
    future: Future[R] = Future()
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - whoever waits for the future gets it
        future.set_exception(error)
    return future


def _submit(call: Callable[[], R], /) -> "Future[R]":
    return at_once(call)
