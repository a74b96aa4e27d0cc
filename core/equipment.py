"""What an open shop's counter works with: pipeline, sale, enrollment; handed to the vision thread as a whole."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from core.catalog.records import Product, Sale
from core.checkout.catalog_journal import CatalogJournal, ShopFloor
from core.checkout.receipts import ReceiptLanguage, save_receipt, write_receipt
from core.checkout.session import CheckoutSession
from core.enrollment.catalog_journal import CatalogShotJournal
from core.enrollment.session import EnrollmentSession
from core.errors import UserError
from core.item_log import CatalogItemLog
from core.pipeline import Pipeline
from core.recognition.item_size import SizeSense, reference_size
from core.recognition.looks import LookBook
from core.recognition.recognizer import Recognizer
from core.settings import Settings
from core.shop import Shop
from core.vision.detector import Detector
from core.vision_loop import VisionLoop
from core.worker import Worker


@dataclass(frozen=True, slots=True)
class Equipment:
    """Held by the station on the records thread."""

    shop: Shop
    detector: Detector
    enrollment: EnrollmentSession
    shots: CatalogShotJournal

    def refit(self, loop: VisionLoop, recognizer: Recognizer, settings: Settings) -> "Future[None]":
        """Use other models or settings from the next frame on; once that is done, nothing uses the former ones."""
        pipeline = build_pipeline(self.shop, self.detector, recognizer, settings)

        def change() -> None:
            loop.equip(pipeline)
            if loop.checkout is not None:
                loop.checkout.use(settings.checkout)
            self.enrollment.settings = settings.enrollment
            self.enrollment.embedder = self.shop.embedder

        changed = loop.submit(change)
        loop.describe(self.shop.embedder.runtime_label, self.detector.name)
        return changed

    def follow(self, loop: VisionLoop, recognizer: Recognizer) -> None:
        """Use a newer index, and newer names and prices, from the next frame on."""
        products = products_on_sale(self.shop)

        def change() -> None:
            if loop.pipeline is not None:
                loop.pipeline.swap_recognizer(recognizer)
            if loop.checkout is not None:
                loop.checkout.products = products

        loop.submit(change)


def products_on_sale(shop: Shop) -> dict[int, Product]:
    return {product.product_id: product for product in shop.catalog.products.all()}


def build_pipeline(
    shop: Shop, detector: Detector, recognizer: Recognizer, settings: Settings, *, looks_per_frame: int = 1
) -> Pipeline:
    looks = LookBook(looks=settings.recognition.looks)
    sizes = SizeSense(partial(reference_size, shop.catalog))
    return Pipeline(detector, shop.embedder, recognizer, looks=looks, looks_per_frame=looks_per_frame, sizes=sizes)


def equip(
    shop: Shop,
    detector: Detector,
    loop: VisionLoop,
    records: Worker,
    *,
    settings: Callable[[], Settings],
    receipt_language: Callable[[], ReceiptLanguage],
    on_answer: Callable[[int, int | None], None],
    on_item: Callable[[], None],
    tell: Callable[[UserError], None],
) -> Equipment:
    """Build the counter and hand it to the vision thread; for the records thread. Raises ``UserError``."""

    def floor() -> ShopFloor:
        return ShopFloor(settings().shop.currency, settings().shop.cashier)

    def keep_receipt(sale: Sale) -> None:
        given_minor = shop.catalog.sales.given_minor(sale.sale_id)
        text = write_receipt(sale, settings().shop, language=receipt_language(), given_minor=given_minor)
        save_receipt(text, shop.data.receipts, number=sale.number)

    def attach_picture(item_id: int, picture: str) -> None:
        checkout.attach_picture(item_id, picture)

    journal = CatalogJournal(
        shop.catalog, records.submit_urgent, post=loop.submit, floor=floor, tell=tell, paid=keep_receipt
    )
    log = CatalogItemLog(
        shop.catalog,
        records.submit,
        loop,
        stored=attach_picture,
        on_answer=on_answer,
        on_item=on_item,
        tell=tell,
    )
    checkout = CheckoutSession(
        journal.begin(),
        journal=journal,
        items=log,
        products=products_on_sale(shop),
        settings=settings().checkout,
    )
    checkout.set_parked(len(shop.catalog.sales.parked()))
    shots = CatalogShotJournal(shop.catalog, records.submit, tell=tell)
    enrollment = EnrollmentSession(
        settings().enrollment,
        embedder=shop.embedder,
        journal=shots,
        recognizer=lambda: loop.pipeline.recognizer if loop.pipeline is not None else None,
    )
    unfinished = shots.resume()
    if unfinished is not None:
        enrollment.resume(*unfinished)
    pipeline = build_pipeline(shop, detector, shop.recognizer, settings())

    def take_over() -> None:
        loop.equip(pipeline)
        loop.checkout = checkout
        loop.enrollment = enrollment

    loop.submit(take_over)
    loop.describe(shop.embedder.runtime_label, detector.name)
    return Equipment(shop, detector, enrollment, shots)
