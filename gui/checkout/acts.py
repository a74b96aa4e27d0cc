"""What a key at the checkout asks of the session; these functions run on the core's threads."""

from dataclasses import dataclass

from core.catalog.database import Catalog
from core.catalog.records import Product, SaleLine, SoldBy
from core.checkout.basket_view import Question
from core.checkout.doubts import choices_among
from core.checkout.receipts import ReceiptLanguage, write_receipt
from core.checkout.session import CheckoutSession
from core.frames import Frame
from core.geometry import crop_slices
from core.settings import ShopSettings
from core.sightings import Outcome, Sighting


@dataclass(frozen=True, slots=True)
class WeightNeeded:
    """A product that is sold by weight was chosen; a person must say how many grams."""

    product: Product
    track_id: int | None


@dataclass(frozen=True, slots=True)
class ItemNamed:
    """A person has said what an item on the counter is."""

    track_id: int
    name: str


Following = WeightNeeded | ItemNamed | None
"""What the window does next after something was sold."""


def change_quantity(session: CheckoutSession, line_id: int, step: int, *, reason: str) -> None:
    """One more or fewer; the last one is removed, for this reason. Raises ``UserError``."""
    line = next((line for line in session.view().lines if line.line_id == line_id), None)
    if line is None or line.is_voided or line.sold_by is SoldBy.WEIGHT:
        return
    if line.quantity + step < 1:
        session.remove(line_id, reason=reason)
    else:
        session.set_quantity(line_id, line.quantity + step)


def sell(session: CheckoutSession, product_id: int, *, track_id: int | None, grams: int | None = None) -> Following:
    """Sell a product, as the answer for an item or looked up; asks for the weight of weighed goods.

    Raises ``UserError``.
    """
    product = session.products.get(product_id)
    if product is not None and product.details.sold_by is SoldBy.WEIGHT and grams is None:
        return WeightNeeded(product, track_id)
    if track_id is None:
        session.add_product(product_id, quantity=grams or 1)
        return None
    session.answer(track_id, product_id, quantity=grams or 1)
    return ItemNamed(track_id, product.name) if product is not None else None


def scan(session: CheckoutSession, barcode: str, *, track_id: int | None, recognized: int | None = None) -> Following:
    """Sell the product with this barcode; for the item under ``track_id`` if one waits for it. Raises ``UserError``.

    ``recognized``: the item that waited and was recognized meanwhile; the code of its own product only confirms it.
    """
    code = barcode.strip()
    for product in session.products.values():
        if product.details.barcode == code and not product.is_archived:
            if track_id is None and recognized is not None and session.sold_as(recognized) == product.product_id:
                track_id = recognized
            return sell(session, product.product_id, track_id=track_id)
    session.add_barcode(code)
    return None


def question_about(session: CheckoutSession, sighting: Sighting, frame: Frame) -> Question | None:
    """What to ask when a person points at an item that is named already; ``None`` if it is not to be seen."""
    slices = crop_slices(sighting.track.box, width=frame.width, height=frame.height)
    if slices is None:
        return None
    choices = choices_among(sighting.match, session.products) if sighting.match is not None else ()
    outcome = Outcome.POSSIBLE if choices else Outcome.UNKNOWN
    return Question(sighting.track.track_id, sighting.track.box, outcome, choices, frame.pixels[slices].copy())


def standing_lines(lines: tuple[SaleLine, ...]) -> int:
    """How many lines count towards the total."""
    return sum(1 for line in lines if not line.is_voided)


def unpriced_lines(lines: tuple[SaleLine, ...]) -> tuple[SaleLine, ...]:
    """The lines that cost nothing; a price of 0 in the catalog is one that nobody has typed."""
    return tuple(line for line in lines if line.costs_nothing)


def receipt_text(catalog: Catalog, sale_id: int, *, shop: ShopSettings, language: ReceiptLanguage) -> str:
    """The receipt of a paid sale. Records thread; raises ``LookupError`` for an unknown sale."""
    sale = catalog.sales.find(sale_id)
    if sale is None:
        raise LookupError(f"there is no sale {sale_id}")
    return write_receipt(sale, shop, language=language, given_minor=catalog.sales.given_minor(sale_id))
