"""Measures how looks of one product differ for an embedder: the ``prior`` of its card.

    python -m models.training.prior models/NAME/card.toml SHOP [SHOP ...]

Each SHOP is a folder with a folder of pictures for every product, as ``tillsight enroll`` reads them. Writes
``prior.npz`` beside the card; name it there as ``prior = "prior.npz"``.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from core.recognition.describer import Describer
from core.recognition.enroll import embed_references
from core.recognition.folder_import import read_product_folders
from core.recognition.picture_file import read_picture
from core.recognition.prior import make_prior, write_prior
from core.recognition.whitening import WithinScatter
from core.vision.embedder import open_embedder


def scatter_of(embedder: Describer, shop: Path, most: int) -> WithinScatter:
    """The scatter within the products of a shop, of at most ``most`` pictures each, evenly spaced."""
    scatter = WithinScatter(embedder.dimension)
    for folder in read_product_folders(shop):
        chosen = np.unique(
            np.linspace(0, len(folder.pictures) - 1, min(most, len(folder.pictures))).round().astype(int)
        )
        views = embed_references(embedder, [read_picture(folder.pictures[place]) for place in chosen])
        scatter.join(views.reshape(-1, embedder.dimension), count=0, mean=np.zeros(embedder.dimension))
        print(f"{shop.name}: {folder.name}, {len(chosen)} pictures", file=sys.stderr)
    return scatter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", type=Path)
    parser.add_argument("shops", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=20, help="pictures of a product")
    arguments = parser.parse_args()
    # Without the card's present prior: it may belong to other weights.
    embedder = Describer(open_embedder(arguments.card.resolve(), folders=()))
    prior = make_prior([scatter_of(embedder, shop, arguments.most) for shop in arguments.shops])
    write_prior(prior, arguments.card.parent / "prior.npz")


if __name__ == "__main__":
    main()
