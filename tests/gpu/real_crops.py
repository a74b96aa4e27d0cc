"""Pictures of goods for tests on a card: photographs where the measuring data is at hand, else drawn packs."""

from pathlib import Path

import cv2
import numpy as np

from core.cameras.demo_counter import DemoCounter
from core.frames import Pixels
from core.paths import resources_folder

PHOTOGRAPHS = resources_folder().parent.parent / "shared" / "data" / "up24" / "crops"
"""A folder of pictures for each product."""

_SHOTS = 6


def picture_folders(folder: Path, products: int) -> tuple[Path, Path]:
    """Folders of references and of queries below ``folder``, a folder for each product in both, as a shop has them."""
    places = (folder / "references", folder / "queries")
    for name, pictures in _pictures(products):
        for shot, picture in enumerate(pictures):
            place = places[shot % 2] / name
            place.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(place / f"{shot}.png"), picture[..., ::-1])
    return places


def crops(count: int) -> list[Pixels]:
    """So many pictures of several products, of their own sizes."""
    pictures = [picture for _, own in _pictures(-(-count // _SHOTS)) for picture in own]
    return (pictures * count)[:count]


def _pictures(products: int) -> list[tuple[str, list[Pixels]]]:
    if PHOTOGRAPHS.is_dir():
        folders = [place for place in sorted(PHOTOGRAPHS.iterdir()) if len(list(place.glob("*.[jp]*"))) >= _SHOTS]
        return [(place.name, _photographs(place)) for place in folders[:products]]
    counter = DemoCounter.from_uri("demo:", width=1280, height=720, fps=10)
    return [
        (f"product {number}", counter.reference_pictures(product, _SHOTS, seed=number))
        for number, product in enumerate(counter.products[:products])
    ]


def _photographs(folder: Path) -> list[Pixels]:
    files = sorted(folder.glob("*.[jp]*"))[:_SHOTS]
    read = [cv2.imread(str(file), cv2.IMREAD_COLOR) for file in files]
    return [np.asarray(picture[..., ::-1], np.uint8) for picture in read if picture is not None]
