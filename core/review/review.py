"""Review as a whole: the queue and the corrections, for one records thread."""

from core.catalog.database import Catalog
from core.review.corrections import Corrections
from core.review.queue import ReviewQueue


class Review:
    """What the station hands to a review command. ``embedder_key`` as for ``Corrections``."""

    def __init__(self, catalog: Catalog, *, embedder_key: str) -> None:
        self.catalog = catalog
        self.queue = ReviewQueue(catalog)
        self.corrections = Corrections(catalog, embedder_key=embedder_key)
