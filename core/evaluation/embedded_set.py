"""The embeddings of a dataset: computed once, then judged by any rule as often as wanted."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.evaluation.dataset import Dataset
from core.evaluation.embedding_cache import EmbeddingCache, Stored, content_digest
from core.frames import Pixels
from core.recognition.enroll import CropEmbedder, Progress, embed_references, reference_key
from core.recognition.picture_file import PictureUnreadable, read_picture
from core.recognition.views import query_views, reference_views

_PICTURES_AT_ONCE = 4

EmbedCrops = Callable[[Sequence[Pixels]], npt.NDArray[np.float32]]
"""n crops → n×v×d."""


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedProduct:
    """A product's embeddings, n×v×d references and m×k×d queries, each with the pictures they come from."""

    name: str
    references: Stored
    reference_paths: tuple[Path, ...]
    queries: Stored
    query_paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedSet:
    """Products that have references.

    ``left_out``: product → number of queries that could not be judged because it has no references. ``unreadable``: a
    sentence for each picture left out. ``repeated``: queries whose file is also a reference, which flatters every rule.
    ``computed``: pictures that were not in the cache.
    """

    products: tuple[EmbeddedProduct, ...]
    left_out: dict[str, int]
    unreadable: tuple[str, ...]
    repeated: int
    computed: int

    @property
    def dimension(self) -> int:
        return int(self.products[0].references.shape[2])

    @property
    def references(self) -> int:
        return sum(len(product.references) for product in self.products)

    @property
    def queries(self) -> int:
        return sum(len(product.queries) for product in self.products)


@dataclass(slots=True)
class _Shelf:
    """One kind of embedding with its cache."""

    cache: EmbeddingCache
    embed: EmbedCrops


@dataclass(slots=True)
class _Work:
    """An embedding run under way."""

    on_progress: Progress | None
    total: int
    done: int = 0
    computed: int = 0
    unreadable: list[str] = field(default_factory=list)

    def embed(self, shelf: _Shelf, paths: Sequence[Path]) -> tuple[list[bytes], tuple[Path, ...], Stored]:
        """Digests, paths and embeddings of the pictures that can be read."""
        kept: list[tuple[bytes, Path]] = []
        for start in range(0, len(paths), _PICTURES_AT_ONCE):
            part = paths[start : start + _PICTURES_AT_ONCE]
            crops: dict[bytes, Pixels] = {}
            for path in part:
                try:
                    digest = content_digest(path)
                    if digest not in shelf.cache and digest not in crops:
                        crops[digest] = read_picture(path)
                except PictureUnreadable as error:
                    self.unreadable.append(error.message)
                except OSError as error:
                    self.unreadable.append(f"The picture {path} cannot be read ({error.strerror or error}).")
                else:
                    kept.append((digest, path))
            if crops:
                for digest, vectors in zip(crops, shelf.embed(list(crops.values())), strict=True):
                    shelf.cache.put(digest, vectors)
                self.computed += len(crops)
            self.done += len(part)
            if self.on_progress:
                self.on_progress(self.done, self.total)
        digests = [digest for digest, _ in kept]
        return digests, tuple(path for _, path in kept), _stacked(shelf.cache, digests)


def embed_dataset(
    dataset: Dataset, embedder: CropEmbedder, cache_folder: Path, *, on_progress: Progress | None = None
) -> EmbeddedSet:
    """Embed every picture as the program does: all views of a reference, one look (at most four passes) of a query.

    Pictures that cannot be read are told and left out. Raises ``UserError`` when nothing is left to judge, when the
    embedder fails or when the cache cannot be written; what was embedded by then is kept.
    """
    references, queries = _shelves(embedder, cache_folder)
    asked = [product.queries for product in dataset.products]
    work = _Work(on_progress, sum(len(product.references) for product in dataset.products) + sum(map(len, asked)))
    products: list[EmbeddedProduct] = []
    left_out = {folder.name: len(folder.pictures) for folder in dataset.strangers}
    taught: set[bytes] = set()
    shown: list[bytes] = []
    try:
        for product in dataset.products:
            digests, reference_paths, reference_rows = work.embed(references, product.references)
            if not digests:
                left_out[product.name] = len(product.queries)
                continue
            taught.update(digests)
            digests, query_paths, query_rows = work.embed(queries, product.queries)
            shown += digests
            products.append(EmbeddedProduct(product.name, reference_rows, reference_paths, query_rows, query_paths))
    finally:
        references.cache.flush()
        queries.cache.flush()
    if not shown:
        raise UserError(
            "None of the queries that have references can be read.", remedy="Look at the pictures, then try again."
        )
    return EmbeddedSet(
        products=tuple(products),
        left_out={name: count for name, count in left_out.items() if count},
        unreadable=tuple(work.unreadable),
        repeated=sum(digest in taught for digest in shown),
        computed=work.computed,
    )


def _shelves(embedder: CropEmbedder, folder: Path) -> tuple[_Shelf, _Shelf]:
    def embed_queries(crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
        rows = embedder.embed([view for crop in crops for view in query_views(crop)])
        return rows.reshape(len(crops), -1, embedder.dimension)

    count, mark = _views_mark(reference_views)
    references = EmbeddingCache(
        folder, f"reference {reference_key(embedder)} {mark}", views=count, dimension=embedder.dimension
    )
    count, mark = _views_mark(query_views)
    queries = EmbeddingCache(folder, f"query {embedder.key} {mark}", views=count, dimension=embedder.dimension)
    return _Shelf(references, lambda crops: embed_references(embedder, crops)), _Shelf(queries, embed_queries)


def _views_mark(make_views: Callable[[Pixels], Sequence[Pixels]]) -> tuple[int, str]:
    """How many views are made of a crop, and a word that changes when others are made: told by a probe picture."""
    probe = np.random.default_rng(5).integers(0, 256, (40, 56, 3), np.uint8)
    views = make_views(probe)
    digest = hashlib.sha256()
    for view in views:
        digest.update(repr(view.shape).encode())
        digest.update(np.ascontiguousarray(view).tobytes())
    return len(views), digest.hexdigest()[:16]


def _stacked(cache: EmbeddingCache, digests: Sequence[bytes]) -> Stored:
    rows = np.zeros((len(digests), *cache.form), np.float16)
    for row, digest in zip(rows, digests, strict=True):
        row[:] = cache.get(digest)
    return rows
