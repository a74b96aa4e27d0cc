"""Products from folders of pictures: the folder that holds a picture names its product."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.catalog.database import Catalog
from core.catalog.names import product_key
from core.catalog.records import Origin, Product, ProductDetails
from core.errors import UserError
from core.frames import Pixels
from core.portions import Work, at_once
from core.recognition.enroll import PICTURES_A_WRITE, CropEmbedder, Progress, embed_references, reference_key
from core.recognition.picture_file import SUFFIXES, PictureUnreadable, read_picture


@dataclass(frozen=True, slots=True)
class ProductFolder:
    """A product's name and its pictures, sorted by path."""

    name: str
    pictures: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``unreadable``: a sentence for each picture that was left out; ``repeated``: pictures that
    their product had already."""

    products: tuple[Product, ...]
    new_products: int
    references: int
    repeated: int
    unreadable: tuple[str, ...]


@dataclass(slots=True)
class _Import:
    """An import under way, with what it did so far."""

    catalog: Catalog
    embedder: Callable[[], CropEmbedder]
    defaults: ProductDetails
    products: dict[int, Product] = field(default_factory=dict)
    new_products: int = 0
    references: int = 0
    repeated: int = 0
    unreadable: list[str] = field(default_factory=list)

    def enroll(self, name: str, product: Product | None, paths: Sequence[Path]) -> Product | None:
        """Enroll some pictures of one product, which is made when the first of them can be read."""
        pictures = list(self._readable(paths))
        if not pictures:
            return product
        if product is None:
            product = self.catalog.products.add(replace(self.defaults, name=name))
            self.new_products += 1
        self.products[product.product_id] = product
        seen = {reference.sha256 for reference in self.catalog.references.of_product(product.product_id)}
        crops, stored = [], []
        for pixels in pictures:
            photograph = self.catalog.photographs.store(pixels)
            if photograph.sha256 in seen:
                self.repeated += 1
                continue
            seen.add(photograph.sha256)
            crops.append(pixels)
            stored.append(photograph)
        if stored:
            embedder = self.embedder()
            self.catalog.references.add(
                product.product_id,
                stored,
                origin=Origin.IMPORTED,
                embedder_key=reference_key(embedder),
                vectors=embed_references(embedder, crops),
            )
        self.references += len(stored)
        return product

    def report(self) -> ImportReport:
        found = self.catalog.products.find_all(list(self.products))
        return ImportReport(
            products=tuple(found[key] for key in self.products if key in found),
            new_products=self.new_products,
            references=self.references,
            repeated=self.repeated,
            unreadable=tuple(self.unreadable),
        )

    def _readable(self, paths: Sequence[Path]) -> Iterator[Pixels]:
        for path in paths:
            try:
                yield read_picture(path)
            except PictureUnreadable as error:
                self.unreadable.append(error.message)


def product_name(folder_name: str) -> str:
    """``07_Ashi_Mashi_snacks`` → ``Ashi Mashi snacks``: a leading number and underscore is an order, not a name."""
    # A folder from an archive of another system may have a name that is no text, which no database takes.
    folder_name = os.fsencode(folder_name).decode("utf-8", "replace")
    bare = re.sub(r"^\d+_+(?=.)", "", folder_name)
    return " ".join(bare.replace("_", " ").split()) or folder_name


def fold_name(name: str) -> str:
    """The form in which names are compared: lower case, every run of other signs than letters and digits as ``_``."""
    return product_key(name)


def read_product_folders(root: Path) -> list[ProductFolder]:
    """All products below ``root``, nested folders too, in the order of their paths; hidden ones are passed over.

    Folders whose names say the same product are one. Raises ``UserError`` when ``root`` is no folder or has no picture.
    """
    if not root.is_dir():
        raise UserError(f"There is no folder {root}.", remedy="Check the path.")
    found: dict[str, tuple[str, list[Path]]] = {}
    for path in _pictures(root.resolve()):
        name = product_name(path.parent.name)
        found.setdefault(fold_name(name), (name, []))[1].append(path)
    if not found:
        raise UserError(
            f"There are no pictures in {root}.",
            remedy=f"Put each product's pictures ({', '.join(sorted(SUFFIXES))}) into a folder of its name.",
        )
    return [ProductFolder(name, tuple(paths)) for name, paths in found.values()]


def import_folders(
    catalog: Catalog,
    embedder: CropEmbedder,
    folders: Sequence[ProductFolder],
    *,
    defaults: ProductDetails,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Enroll products from their pictures; products on sale of the same (folded) name get the pictures as well.

    ``defaults`` gives new products everything but the name. Pictures that cannot be read are left out and told;
    those a product has already are passed over, so an import that was cut short can be repeated. Call on the records
    thread. Raises ``UserError`` when the catalog or the embedder fails.
    """
    return at_once(import_steps(catalog, lambda: embedder, folders, defaults=defaults, on_progress=on_progress))


def import_steps(
    catalog: Catalog,
    embedder: Callable[[], CropEmbedder],
    folders: Sequence[ProductFolder],
    *,
    defaults: ProductDetails,
    on_progress: Progress | None = None,
) -> Work[ImportReport]:
    """``import_folders`` in steps of some pictures, between which the catalog and the embedder may change."""
    known = {fold_name(product.name): product for product in catalog.products.all()}
    total = sum(len(folder.pictures) for folder in folders)
    done = 0
    run = _Import(catalog, embedder, defaults)
    for folder in folders:
        product = known.get(fold_name(folder.name))
        for start in range(0, len(folder.pictures), PICTURES_A_WRITE):
            if on_progress:
                on_progress(done, total)
            part = folder.pictures[start : start + PICTURES_A_WRITE]
            # Between two steps somebody may have taught it.
            product = product or catalog.products.named(folder.name)
            if product is None or _is_on_sale(catalog, product):
                product = run.enroll(folder.name, product, part)
            done += len(part)
            yield
    if on_progress:
        on_progress(done, total)
    return run.report()


def _is_on_sale(catalog: Catalog, product: Product) -> bool:
    """Whether it still is: what was taken off sale meanwhile gets no more pictures."""
    now = catalog.products.find(product.product_id)
    return now is not None and not now.is_archived


def _pictures(root: Path) -> Iterator[Path]:
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(folder) / name
