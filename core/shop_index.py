"""The index of the running shop: loaded, brought in step with the catalog, swapped and saved."""

import logging
from collections.abc import Callable

from core.catalog.database import Catalog
from core.errors import UserError
from core.paths import DataFolder
from core.recognition.class_votes import map_classes
from core.recognition.describer import prior_of
from core.recognition.enroll import Progress, reference_key, sync_gallery
from core.recognition.gallery import Gallery
from core.recognition.index_folder import IndexDamaged
from core.recognition.recognizer import Recognizer
from core.recognition.reference_source import CatalogReferences
from core.shop_embedder import ShopEmbedder

_log = logging.getLogger(__name__)

Tell = Callable[[UserError], None]


class ShopIndex:
    """Belongs to the records thread. A recognizer it hands out is immutable and stays usable after the next one."""

    def __init__(
        self,
        catalog: Catalog,
        data: DataFolder,
        embedder: ShopEmbedder,
        *,
        false_name_rate: float,
        class_weight: float = 0.0,
        tell: Tell,
    ) -> None:
        """``class_weight``: how much the classes count that the embedder knows by heart, 0–1."""
        self._catalog = catalog
        self._data = data
        self._false_name_rate = false_name_rate
        self._class_weight = class_weight
        self._tell = tell
        self._gallery: Gallery | None = None
        self._is_unsaved = False
        self.embedder = embedder

    def open(self, on_progress: Progress | None = None) -> Recognizer:
        """Load the index file; a missing, damaged or foreign one is rebuilt from the catalog, with progress.

        Raises ``UserError`` when the catalog or the embedder fails.
        """
        try:
            key = reference_key(self.embedder)
            self._gallery = Gallery.load(
                self._data.index, key, source=CatalogReferences(self._catalog, key), prior=prior_of(self.embedder)
            )
        except IndexDamaged as error:
            # A derived file: the catalog holds everything that it was made of.
            _log.info("the index is rebuilt: %s", error.message)
            self._gallery = None
        return self.refresh(on_progress)

    def refresh(self, on_progress: Progress | None = None) -> Recognizer:
        """Bring the index in step with the catalog and return the recognizer of that state."""
        former = self._gallery.revision if self._gallery is not None else None
        self._gallery = sync_gallery(
            self._catalog,
            self.embedder,
            self._gallery,
            false_name_rate=self._false_name_rate,
            on_progress=on_progress,
            on_problem=self._tell,
        )
        recognizer = self._gallery.build()
        if self._gallery.revision != former:
            self._is_unsaved = True
        return self._with_class_votes(recognizer)

    def _with_class_votes(self, recognizer: Recognizer) -> Recognizer:
        if not (self._class_weight and self.embedder.classes):
            return recognizer
        products = ((product.product_id, product.details) for product in self._catalog.products.all())
        return recognizer.with_class_votes(map_classes(self.embedder.classes, products, weight=self._class_weight))

    def save(self) -> None:
        """Write the index when it has changed; a failure is told, because the catalog can make it again."""
        if self._gallery is None or not self._is_unsaved:
            return
        try:
            self._gallery.save(self._data.index)
            self._is_unsaved = False
        except UserError as error:
            self._tell(error)

    def use(
        self,
        embedder: ShopEmbedder,
        *,
        false_name_rate: float,
        class_weight: float = 0.0,
        on_progress: Progress | None = None,
    ) -> Recognizer:
        """Change the embedder, the rate or the weight; the former index stays as it is when this fails."""
        former = self.embedder, self._false_name_rate, self._class_weight
        self.embedder, self._false_name_rate, self._class_weight = embedder, false_name_rate, class_weight
        try:
            recognizer = self.refresh(on_progress)
        except UserError:
            self.embedder, self._false_name_rate, self._class_weight = former
            raise
        self._is_unsaved = True
        return recognizer
