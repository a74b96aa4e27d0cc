"""What an evaluation runs on: folders of references and of queries, matched by the names of their products."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.recognition.folder_import import ProductFolder, fold_name, read_product_folders


@dataclass(frozen=True, slots=True)
class ProductPictures:
    """A product with the pictures that teach it and those it is asked about; ``queries`` may be empty."""

    name: str
    references: tuple[Path, ...]
    queries: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Products that have references, and query folders of products that have none."""

    products: tuple[ProductPictures, ...]
    strangers: tuple[ProductFolder, ...]


def read_dataset(references: Path, queries: Path) -> Dataset:
    """The pictures below two folders, each in a folder named for its product, as ``tillsight enroll`` reads them.

    Names are compared folded. Raises ``UserError`` when a folder is missing or empty, or no query has references.
    """
    asked = {fold_name(folder.name): folder for folder in read_product_folders(queries)}
    products = tuple(
        ProductPictures(folder.name, folder.pictures, _pictures(asked.pop(fold_name(folder.name), None)))
        for folder in read_product_folders(references)
    )
    if not any(product.queries for product in products):
        raise UserError(
            f"No product of {queries} has references in {references}.",
            remedy="Name the folders of both alike; capitals and spaces do not matter.",
        )
    return Dataset(products, tuple(asked.values()))


def _pictures(folder: ProductFolder | None) -> tuple[Path, ...]:
    return folder.pictures if folder is not None else ()
