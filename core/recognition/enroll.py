"""Embeds reference pictures in batches and keeps a gallery in step with the catalog."""

import logging
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from core.catalog.database import Catalog
from core.catalog.records import Reference
from core.errors import UserError
from core.frames import Pixels
from core.recognition.describer import CropEmbedder, prior_of
from core.recognition.gallery import Gallery, ReferencesLost
from core.recognition.reference_source import CatalogReferences
from core.recognition.views import REFERENCE_VIEWS, reference_views

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are; what it raises stops the work, which can go on later."""

_PICTURES_AT_ONCE = 4
PICTURES_A_WRITE = 16
"""A second's work: between two writes a sale may be written."""
_VECTORS_A_READ = 256
_REFERENCES_A_WORD = 10_000
"""References that a gallery is filled with between two words of its progress."""
__all__ = ["CropEmbedder", "Progress", "embed_references", "reference_key", "sync_gallery"]

_VIEWS_KEY = "views4c"
"""Names the views in ``reference_key``; another word when ``reference_views`` makes others."""


def reference_key(embedder: CropEmbedder) -> str:
    """The key of stored references: the embedder's and that of the views it was shown."""
    return f"{embedder.key}-{_VIEWS_KEY}"


def embed_references(embedder: CropEmbedder, crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
    """n crops → n×v×d unit vectors of their views; raises ``ModelError``."""
    vectors = np.empty((len(crops), REFERENCE_VIEWS, embedder.dimension), np.float32)
    for start in range(0, len(crops), _PICTURES_AT_ONCE):
        part = crops[start : start + _PICTURES_AT_ONCE]
        rows = embedder.embed([view for crop in part for view in reference_views(crop)])
        vectors[start : start + len(part)] = rows.reshape(len(part), REFERENCE_VIEWS, embedder.dimension)
    return vectors


def sync_gallery(
    catalog: Catalog,
    embedder: CropEmbedder,
    gallery: Gallery | None = None,
    *,
    false_name_rate: float = 0.05,
    on_progress: Progress | None = None,
    on_problem: Callable[[UserError], None] | None = None,
) -> Gallery:
    """Bring a gallery in step with the catalog, or make one; call on the records thread.

    References without a vector of this embedder are embedded from their photographs and stored, with progress. A
    photograph that cannot be read is told to ``on_problem`` and left out; without ``on_problem`` the error is raised.
    A gallery of another embedder is left alone and a new one returned. Raises ``ModelError`` when the embedder fails.
    """
    key = reference_key(embedder)
    _embed_missing(catalog, embedder, key, on_progress, on_problem)
    # Read before the vectors: a change in between is then seen as a difference at the next call, not lost.
    revision = str(catalog.references.revision)
    if gallery is None or gallery.embedder_key != key or gallery.dimension != embedder.dimension:
        gallery = _fill(catalog, embedder, key, on_progress)
    elif gallery.revision != revision:
        try:
            _catch_up(catalog, gallery, key)
        except ReferencesLost as error:
            _log.warning("the index is rebuilt, vectors are missing in the database: %s", error)
            gallery = _fill(catalog, embedder, key, on_progress)
    gallery.false_name_rate = false_name_rate
    gallery.revision = revision
    return gallery


def _fill(catalog: Catalog, embedder: CropEmbedder, key: str, on_progress: Progress | None) -> Gallery:
    gallery = Gallery(embedder.dimension, key, source=CatalogReferences(catalog, key), prior=prior_of(embedder))
    told = _REFERENCES_A_WORD
    for product in catalog.references.embeddings(key):
        gallery.add(product.product_id, product.name, product.reference_ids, product.vectors)
        if on_progress and gallery.references >= told:
            on_progress(gallery.references, catalog.references.count())
            told += _REFERENCES_A_WORD
    return gallery


def _catch_up(catalog: Catalog, gallery: Gallery, key: str) -> None:
    """Remove what is gone or moved, then add what is new; vectors are read of those alone."""
    names: dict[int, str] = {}
    leaving: list[int] = []
    joining: list[tuple[int, list[int]]] = []
    for product in catalog.references.embedded(key):
        names[product.product_id] = product.name
        enrolled = gallery.references_of(product.product_id)
        if not np.array_equal(product.reference_ids, enrolled):
            leaving += np.setdiff1d(enrolled, product.reference_ids).tolist()
            joining.append((product.product_id, np.setdiff1d(product.reference_ids, enrolled).tolist()))
    for product_id in gallery.product_names().keys() - names.keys():
        leaving += gallery.references_of(product_id).tolist()
    gallery.remove_references(leaving)
    for product_id, reference_ids in joining:
        for start in range(0, len(reference_ids), _VECTORS_A_READ):
            found, vectors = catalog.references.find_embeddings(key, reference_ids[start : start + _VECTORS_A_READ])
            gallery.add(product_id, names[product_id], found, vectors)
    for product_id, name in names.items():
        gallery.rename(product_id, name)


def _embed_missing(
    catalog: Catalog,
    embedder: CropEmbedder,
    key: str,
    on_progress: Progress | None,
    on_problem: Callable[[UserError], None] | None,
) -> None:
    missing = catalog.references.without_embedding(key)
    for start in range(0, len(missing), PICTURES_A_WRITE):
        if on_progress:
            on_progress(start, len(missing))
        part = missing[start : start + PICTURES_A_WRITE]
        read = [(item, pixels) for item in part if (pixels := _read(catalog, item, on_problem)) is not None]
        vectors = embed_references(embedder, [pixels for _, pixels in read])
        catalog.references.set_embeddings(key, [item.reference_id for item, _ in read], vectors)
    if on_progress and missing:
        on_progress(len(missing), len(missing))


def _read(catalog: Catalog, reference: Reference, on_problem: Callable[[UserError], None] | None) -> Pixels | None:
    try:
        return catalog.photographs.read(reference.picture)
    except UserError as error:
        if on_problem is None:
            raise
        on_problem(error)
        return None
