"""The products of the demo shop, enrolled from drawn pictures so that a newcomer can sell at once."""

from collections.abc import Callable

from core.catalog.database import Catalog
from core.catalog.names import product_key
from core.catalog.records import Origin, ProductDetails
from core.portions import Work, at_once
from core.recognition.enroll import CropEmbedder, Progress, embed_references, reference_key
from core.recognition.folder_import import ImportReport

SHOTS = 12
"""Drawn references of each product: enough for its angles, few enough for a short wait."""

_SEED = 20

_COUNTERS = ("demo:", "demo:?seed=1", "demo:?seed=2", "demo:?seed=3")


def enroll_demo_products(
    catalog: Catalog, embedder: CropEmbedder, *, on_progress: Progress | None = None, shots: int = SHOTS
) -> ImportReport:
    """Add the demo shop's products with drawn references; those that are in the catalog already are passed over.

    For the records thread. Raises ``UserError`` when the catalog or the embedder fails.
    """
    return at_once(demo_steps(catalog, lambda: embedder, on_progress=on_progress, shots=shots))


def demo_steps(
    catalog: Catalog,
    embedder: Callable[[], CropEmbedder],
    *,
    on_progress: Progress | None = None,
    shots: int = SHOTS,
) -> Work[ImportReport]:
    """``enroll_demo_products`` in steps of a product, between which the catalog and the embedder may change."""
    # Drawing is loaded by those who draw.
    from core.cameras.demo_counter import DemoCounter

    counters = [DemoCounter.from_uri(uri, width=1280, height=720, fps=30) for uri in _COUNTERS]
    products = counters[0].products
    enrolled, added = [], 0
    for number, product in enumerate(products):
        if on_progress:
            on_progress(number, len(products))
        if catalog.products.named(product.name) is not None:
            continue
        # In turns from every counter, so that the surface is not learned with the product.
        each = -(-shots // len(counters))
        pictures = [
            counter.reference_pictures(product, each, _SEED + number + 1000 * place)
            for place, counter in enumerate(counters)
        ]
        crops = [crop for turn in zip(*pictures, strict=True) for crop in turn][:shots]
        stored = [catalog.photographs.store(crop) for crop in crops]
        now = embedder()
        vectors = embed_references(now, crops)
        record = catalog.products.add(
            ProductDetails(
                product.name,
                sku=product.sku,
                barcode=product.barcode,
                price_minor=product.price_minor,
                tax_basis_points=product.tax_basis_points,
            )
        )
        catalog.references.add(
            record.product_id, stored, origin=Origin.IMPORTED, embedder_key=reference_key(now), vectors=vectors
        )
        enrolled.append(record.product_id)
        added += len(stored)
        yield
    if on_progress:
        on_progress(len(products), len(products))
    found = catalog.products.find_all(enrolled)
    return ImportReport(tuple(found.values()), len(enrolled), added, repeated=0, unreadable=())


def demo_products_not_enrolled(catalog: Catalog) -> tuple[tuple[str, ...], int]:
    """The names of the demo shop's products that are not on sale here, and how many products it has."""
    from core.cameras.demo_products import PRODUCTS

    on_sale = {product_key(product.name) for product in catalog.products.all()}
    missing = tuple(product.name for product in PRODUCTS if product_key(product.name) not in on_sale)
    return missing, len(PRODUCTS)
