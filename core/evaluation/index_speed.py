"""How fast the recognizer answers and learns in shops of many products, against comparing with every reference."""

import gc
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from core.catalog.database import Catalog, open_catalog
from core.counts import counted
from core.errors import DataFolderError, ModelError
from core.evaluation.latency import percentiles
from core.evaluation.made_up_shop import SyntheticShop, stock, stock_all
from core.frames import Pixels
from core.paths import DataFolder
from core.recognition.enroll import reference_key, sync_gallery
from core.recognition.gallery import Gallery
from core.recognition.recognizer import Recognizer
from core.recognition.reference_source import CatalogReferences
from core.recognition.vector_index import FlatIndex, Vectors
from core.recognition.views import REFERENCE_VIEWS

Progress = Callable[[int, int], None]

_MEMORY_MARGIN = 1.1
_DISK_MARGIN = 1.4
_TIMED_FLAT = 40
_READY_REPEATS = 3
_TICK_S = 0.002


@dataclass(frozen=True, slots=True)
class IndexSpeed:
    """One size of shop.

    ``search_ms``, ``flat_search_ms``: one crop's embedding to its product, ``p50`` and ``p95``, measured in turns; flat
    is FAISS's ``IndexFlatL2`` over one raw embedding of every reference. ``agreement``: share of queries for which both
    name the same product; ``accuracy`` and ``flat_accuracy``: share for which it is the right one. ``open_ms``: the
    shop's database and index opened, until a recognizer is there. ``rss_mb``: resident memory of the process then.
    ``readiness_ms``: a new product's references stored, the recognizer built, and a first match; embedding not counted;
    ``readiness_cpu_ms``: the processor's time for it; both the median of several. ``gap_ms``: the longest that another
    thread was kept from running meanwhile. The flat ones are ``None`` when its memory is not to be had.
    """

    products: int
    references: int
    search_ms: dict[str, float]
    flat_search_ms: dict[str, float] | None
    agreement: float | None
    accuracy: float
    flat_accuracy: float | None
    rss_mb: float
    open_ms: float
    readiness_ms: float
    readiness_cpu_ms: float
    gap_ms: float


class MadeUpEmbedder:
    """Stands for the embedder of vectors that are drawn: has its key and dimension, and nothing to embed."""

    key = "made-up"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """Raises ``ModelError``: a made-up shop has no pictures, and stores the vectors of all its references."""
        raise ModelError(f"A made-up shop cannot embed {len(crops)} crops.", remedy="Measure it again.")


def measure_index(
    shop: SyntheticShop, *, queries: int = 400, folder: Path | None = None, on_progress: Progress | None = None
) -> IndexSpeed:
    """Make a shop in ``folder`` (or the system's folder for temporary files) and measure it there; nothing of it stays.

    A million references take minutes, and gigabytes of disk and memory. Raises ``DataFolderError`` without the space.
    """
    total = 2 * shop.products

    def tell(done: int) -> None:
        if on_progress:
            on_progress(done, total)

    with tempfile.TemporaryDirectory(prefix="tillsight-bench-", dir=folder, ignore_cleanup_errors=True) as scratch:
        data = DataFolder(Path(scratch))
        _require_space(shop, data.root)
        _make_shop(shop, data, tell)
        return _measure(shop, data, queries, lambda done: tell(shop.products + done))


def _make_shop(shop: SyntheticShop, data: DataFolder, tell: Callable[[int], None]) -> None:
    """The database with everything in it and the index of it."""
    embedder = MadeUpEmbedder(shop.dimension)
    stock_all(data, shop, reference_key(embedder), tell)
    catalog = open_catalog(data)
    try:
        sync_gallery(catalog, embedder).save(data.index)
    finally:
        catalog.close()
    gc.collect()


def _measure(shop: SyntheticShop, data: DataFolder, queries: int, tell: Callable[[int], None]) -> IndexSpeed:
    key = reference_key(MadeUpEmbedder(shop.dimension))
    begun = time.perf_counter()
    catalog = open_catalog(data)
    try:
        gallery = Gallery.load(data.index, key, source=CatalogReferences(catalog, key))
        recognizer = gallery.build()
        opened = time.perf_counter() - begun
        resident = psutil.Process().memory_info().rss / 2**20
        ready, gap = _readiness(catalog, gallery, shop)
        del gallery
        gc.collect()
        looks, shown = shop.queries(queries)
        flat = _flat_index(shop, tell)
        search, flat_search = _search_ms(recognizer, flat, looks)
        matches = recognizer.match_each(looks)
    finally:
        catalog.close()
    # Product n of the shop has the id n + 1.
    named = np.array([match.best.product_id - 1 if match.best else -1 for match in matches])
    flat_named = flat.search(looks, 1)[1][:, 0] // shop.references if flat is not None else None
    return IndexSpeed(
        products=shop.products,
        references=shop.references,
        search_ms=percentiles(search, 50, 95),
        flat_search_ms=percentiles(flat_search, 50, 95) if flat_search else None,
        agreement=float((named == flat_named).mean()) if flat_named is not None else None,
        accuracy=float((named == shown).mean()),
        flat_accuracy=float((flat_named == shown).mean()) if flat_named is not None else None,
        rss_mb=round(resident, 1),
        open_ms=round(1e3 * opened, 1),
        readiness_ms=round(statistics.median(wall for wall, _ in ready), 2),
        readiness_cpu_ms=round(statistics.median(cpu for _, cpu in ready), 2),
        gap_ms=round(gap, 1),
    )


def _readiness(catalog: Catalog, gallery: Gallery, shop: SyntheticShop) -> tuple[list[tuple[float, float]], float]:
    """Milliseconds, of the clock and of the processor, of several further products; and the longest gap beside them."""
    embedder = MadeUpEmbedder(shop.dimension)
    key = reference_key(embedder)

    def learn(product: int) -> tuple[float, float]:
        begun, worked = time.perf_counter(), time.process_time()
        stock(catalog, shop, product, key)
        match = sync_gallery(catalog, embedder, gallery).build().match(looks)
        times = 1e3 * (time.perf_counter() - begun), 1e3 * (time.process_time() - worked)
        if match.best is None or match.best.name != f"Product {product}":
            raise AssertionError("a product that was learned just now is not recognized")
        return times

    times: list[tuple[float, float]] = []
    gaps: list[float] = []
    with ThreadPoolExecutor(max_workers=1) as records:
        for product in range(shop.products, shop.products + _READY_REPEATS):
            looks = shop.reference_views(product)[0]
            learning = records.submit(learn, product)
            gaps.append(_longest_gap(learning))
            times.append(learning.result())
    return times, max(gaps)


def _longest_gap(work: "Future[tuple[float, float]]") -> float:
    """Milliseconds between two turns of this thread at most, as a window's event loop has them, until work is done."""
    longest, last = 0.0, time.perf_counter()
    while not work.done():
        time.sleep(_TICK_S)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return 1e3 * longest


def _require_space(shop: SyntheticShop, folder: Path) -> None:
    needed = 2 * _DISK_MARGIN * shop.products * shop.references * REFERENCE_VIEWS * shop.dimension
    if needed > shutil.disk_usage(folder).free:
        raise DataFolderError(
            f"Measuring {counted(shop.products, 'product')} with {counted(shop.references, 'reference')} needs "
            f"{needed / 1e9:.1f} GB in "
            f"{folder.parent}, which are not free.",
            remedy="Measure a smaller shop, or have temporary files elsewhere with the variable TMPDIR.",
        )


def _flat_index(shop: SyntheticShop, tell: Callable[[int], None]) -> FlatIndex | None:
    rows = shop.products * shop.references
    if 4.0 * rows * shop.dimension * _MEMORY_MARGIN > psutil.virtual_memory().available:
        return None
    flat = FlatIndex(shop.dimension, rows)
    stored = flat.rows()
    for product in range(shop.products):
        first = product * shop.references
        stored[first : first + shop.references] = shop.reference_views(product)[:, 0]
        tell(product + 1)
    return flat


def _search_ms(recognizer: Recognizer, flat: FlatIndex | None, looks: Vectors) -> tuple[list[float], list[float]]:
    """Milliseconds of single searches. In turns, so that whatever else the machine does falls on both alike."""
    recognizer.match(looks[:1])
    search: list[float] = []
    flat_search: list[float] = []
    for place in range(len(looks)):
        look = looks[place : place + 1]
        begun = time.perf_counter()
        recognizer.match(look)
        search.append(1e3 * (time.perf_counter() - begun))
        if flat is not None and place < _TIMED_FLAT:
            begun = time.perf_counter()
            flat.search(look, 1)
            flat_search.append(1e3 * (time.perf_counter() - begun))
    return search, flat_search
