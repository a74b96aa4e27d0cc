"""Small made-up evaluations: folders of drawn pictures, and embeddings without any picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.evaluation.embedded_set import EmbeddedProduct, EmbeddedSet
from tests.core.recognition.pictures import picture
from tests.core.recognition.shop import VectorShop


def draw_folders(root: Path, pictures: Mapping[str, int], *, first_shot: int = 0) -> Path:
    """A folder for each name with so many pictures of it; the name decides what the product looks like."""
    for name, count in pictures.items():
        folder = root / name
        folder.mkdir(parents=True)
        for shot in range(first_shot, first_shot + count):
            number = sum(name.lower().replace("_", " ").encode())
            Image.fromarray(picture(number, shot)).save(folder / f"{shot:03d}.png")
    return root


def embedded(shop: VectorShop, references: Sequence[int], queries: Sequence[int], *, views: int = 4) -> EmbeddedSet:
    """So many references and queries of each product of a vector shop."""
    products = []
    for product, (known, asked) in enumerate(zip(references, queries, strict=True)):
        products.append(
            EmbeddedProduct(
                name=f"Product {product}",
                references=np.asarray(shop.looks(product, known, views=views, seed=1), np.float16),
                reference_paths=tuple(Path(f"r{product}-{shot}.png") for shot in range(known)),
                queries=np.asarray(shop.looks(product, asked, views=views, seed=2), np.float16),
                query_paths=tuple(Path(f"q{product}-{shot}.png") for shot in range(asked)),
            )
        )
    return EmbeddedSet(tuple(products), left_out={}, unreadable=(), repeated=0, computed=0)
