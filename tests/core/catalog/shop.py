"""What tests put into a shop: pictures, lines, matches and a clock."""

from datetime import UTC, datetime, timedelta

import numpy as np

from core.catalog.database import Catalog
from core.catalog.records import LineOrigin, Origin, Product, ProductDetails, Reference, SaleLine, SoldBy
from core.frames import Pixels
from core.sightings import Candidate, Match, Outcome, Vote


class Clock:
    """Real time to begin with, so that files and rows agree; every look is a second later."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


def picture(seed: int, *, height: int = 24, width: int = 32) -> Pixels:
    """A smooth picture that no other seed gives."""
    small = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    return np.ascontiguousarray(small.repeat(height // 3, axis=0).repeat(width // 4, axis=1))


def enroll(catalog: Catalog, name: str, *, shots: int = 2, seed: int = 0) -> tuple[Product, list[Reference]]:
    product = catalog.products.add(ProductDetails(name, price_minor=100))
    stored = [catalog.photographs.store(picture(seed * 1000 + shot)) for shot in range(shots)]
    references = catalog.references.add(product.product_id, stored, origin=Origin.ENROLLED)
    return product, references


def line(line_id: int, *, quantity: int = 1, price: int = 250, reason: str | None = None) -> SaleLine:
    return SaleLine(
        line_id=line_id,
        product_id=None,
        name=f"Thing {line_id}",
        quantity=quantity,
        unit_price_minor=price,
        tax_basis_points=700,
        sold_by=SoldBy.UNIT,
        origin=LineOrigin.SEEN,
        void_reason=reason,
    )


def match_of(
    *products: Product, outcome: Outcome = Outcome.KNOWN, scores: tuple[float, ...] = (), votes: tuple[Vote, ...] = ()
) -> Match:
    scores = scores or tuple(0.9 / (place + 1) for place in range(len(products)))
    candidates = (
        Candidate(product.product_id, product.name, score) for product, score in zip(products, scores, strict=True)
    )
    return Match(outcome, tuple(candidates), votes)
