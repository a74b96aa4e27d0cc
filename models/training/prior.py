"""Measures how looks of one product differ for an embedder: the ``prior`` of its card.

    python -m models.training.prior models/NAME/card.toml SHOP [SHOP ...]

Each SHOP is a folder with a folder of pictures for every product, as ``tillsight enroll`` reads them. Writes
``prior.npz`` beside the card; name it there as ``prior = "prior.npz"``.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.recognition.describer import Describer
from core.recognition.enroll import embed_references
from core.recognition.folder_import import read_product_folders
from core.recognition.picture_file import read_picture
from core.recognition.prior import make_prior, write_prior
from core.recognition.whitening import WithinScatter
from core.vision.embedder import open_embedder

Products = Mapping[str, Sequence[Path]]
"""A shop's products: name → pictures of one item each."""

_MOST = 20
"""Pictures of a product."""


def measure_prior(card: Path, shops: Sequence[Products], *, most: int = _MOST) -> None:
    """Write ``prior.npz`` beside the card from at most ``most`` pictures of each product; every shop counts alike."""
    # Without the card's present prior: it may belong to other weights.
    embedder = Describer(open_embedder(card.resolve(), folders=()))
    write_prior(make_prior([_scatter_of(embedder, shop, most) for shop in shops]), card.parent / "prior.npz")


def _scatter_of(embedder: Describer, shop: Products, most: int) -> WithinScatter:
    """The scatter within the products of a shop, of at most ``most`` pictures each, evenly spaced."""
    scatter = WithinScatter(embedder.dimension)
    for name, pictures in shop.items():
        chosen = np.unique(np.linspace(0, len(pictures) - 1, min(most, len(pictures))).round().astype(int))
        views = embed_references(embedder, [read_picture(pictures[place]) for place in chosen])
        scatter.join(views.reshape(-1, embedder.dimension), count=0, mean=np.zeros(embedder.dimension))
        print(f"{name}, {len(chosen)} pictures", file=sys.stderr)
    return scatter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", type=Path)
    parser.add_argument("shops", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=_MOST, help="pictures of a product")
    arguments = parser.parse_args()
    shops = [{folder.name: folder.pictures for folder in read_product_folders(shop)} for shop in arguments.shops]
    measure_prior(arguments.card, shops, most=arguments.most)


if __name__ == "__main__":
    main()
