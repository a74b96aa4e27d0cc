"""Two packs that differ in one bright spot: a network that knows their classes tells them apart for a real shop."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from core.catalog.database import Catalog, open_catalog
from core.catalog.records import Origin, ProductDetails
from core.errors import UserError
from core.frames import Frame, Pixels
from core.paths import DataFolder
from core.pipeline import Pipeline
from core.recognition.looks import LookBook
from core.review.corrections import Corrections
from core.shop_embedder import ShopEmbedder
from core.shop_index import ShopIndex
from core.sightings import Detections, Match
from core.vision.detector import Detector
from tests.core.vision.two_heads import open_two_heads, save_two_heads

LABELS = ["cola_cherry", "other green", "4009", "none"]
"""Class 0 is a product's name, class 2 another one's barcode; the rest are nobody's."""


def pack(spot: tuple[int, int, int] | None, shot: int) -> Pixels:
    """Gray noise with a small bright spot in the middle, red or blue; ``None``: a green pack."""
    rng = np.random.default_rng((5, shot))
    pixels = rng.integers(60, 140, (64, 64, 3)) if spot else rng.integers(0, 60, (64, 64, 3)) + np.array([0, 90, 0])
    if spot:
        pixels[29:35, 29:35] = spot
    return np.asarray(pixels, np.uint8)


RED, BLUE = (255, 70, 70), (70, 70, 255)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(DataFolder(tmp_path / "shop"))
    details = [ProductDetails("Cola Cherry"), ProductDetails("Cola Berry", barcode="4009"), ProductDetails("Leaf")]
    for product, spot in zip(details, (RED, BLUE, None), strict=True):
        added = catalog.products.add(product)
        # Both colas were taught from the same pictures, so that the references say nothing of which is which.
        shown = [pack(RED if spot else None, shot) for shot in range(6)]
        stored = [catalog.photographs.store(pixels) for pixels in shown]
        catalog.references.add(added.product_id, stored, origin=Origin.ENROLLED)
    yield catalog
    catalog.close()


@pytest.fixture
def embedder(tmp_path: Path) -> ShopEmbedder:
    save_two_heads(tmp_path / "tiny" / "tiny.onnx")
    return ShopEmbedder(open_two_heads(tmp_path, labels=LABELS))


def opened(catalog: Catalog, embedder: ShopEmbedder, folder: Path, weight: float) -> ShopIndex:
    def refuse(problem: UserError) -> None:
        raise AssertionError(problem.message)

    data = DataFolder(folder)
    index = ShopIndex(catalog, data, embedder, false_name_rate=0.05, class_weight=weight, tell=refuse)
    index.open()
    return index


def best(match: Match) -> str:
    assert match.best is not None
    return match.best.name


def test_a_shop_hears_the_classes_that_are_its_products(
    catalog: Catalog, embedder: ShopEmbedder, tmp_path: Path
) -> None:
    index = opened(catalog, embedder, tmp_path, 0.3)
    recognizer = index.refresh()
    for shot in range(20, 26):
        assert best(recognizer.match(*embedder.describe([pack(RED, shot)]))) == "Cola Cherry"
        assert best(recognizer.match(*embedder.describe([pack(BLUE, shot)]))) == "Cola Berry"
        assert best(recognizer.match(*embedder.describe([pack(None, shot)]))) == "Leaf"
    cherry = next(product for product in catalog.products.all() if product.name == "Cola Cherry")
    catalog.products.update(cherry.product_id, ProductDetails("Cola Cerise"))
    # No class has that name: it is told apart by its references alone, and blue spots are still Berry's.
    assert best(index.refresh().match(*embedder.describe([pack(BLUE, 30)]))) == "Cola Berry"
    deaf = index.use(embedder, false_name_rate=0.05, class_weight=0.0)
    vectors, probabilities = embedder.describe([pack(BLUE, 31)])
    assert deaf.match(vectors, probabilities) == deaf.match(vectors)


class OneItem:
    """Finds the pack that lies in the middle of every picture."""

    name = "one item"

    def detect(self, frame: Frame) -> Detections:
        middle = (frame.width // 2, frame.height // 2)
        box = [middle[0] - 32, middle[1] - 32, middle[0] + 32, middle[1] + 32]
        return Detections(np.array([box], np.float32), np.ones(1, np.float32))


def test_the_counter_hears_them_too(catalog: Catalog, embedder: ShopEmbedder, tmp_path: Path) -> None:
    recognizer = opened(catalog, embedder, tmp_path, 0.3).refresh()
    looks = LookBook(looks=3)
    pipeline = Pipeline(cast("Detector", OneItem()), embedder, recognizer, looks=looks)
    for number in range(6):
        picture = np.full((200, 300, 3), 30, np.uint8)
        picture[68:132, 118:182] = pack(BLUE, 60 + number)
        seen = pipeline.process(Frame.of(picture, sequence=number, captured_at=0.1 * number))
    (sighting,) = seen.sightings
    assert sighting.match is not None
    assert best(sighting.match) == "Cola Berry"
    assert sighting.agreement == 1.0
    kept = looks.probabilities(sighting.track.track_id)
    assert kept is not None
    assert kept.shape == (sighting.looks, len(LABELS))


def test_the_saved_index_is_the_one_of_a_shop_without_classes(
    catalog: Catalog, embedder: ShopEmbedder, tmp_path: Path
) -> None:
    first = opened(catalog, embedder, tmp_path, 0.3)
    first.save()
    alone = ShopEmbedder(open_two_heads(tmp_path, outputs={"embedding": "vector"}))
    second = opened(catalog, alone, tmp_path, 0.3)
    vectors, _ = embedder.describe([pack(RED, 40)])
    assert second.refresh().match(vectors) == first.refresh().match(vectors)
    assert catalog.references.without_embedding("any") != []
    assert len(list((DataFolder(tmp_path).index).glob("0*"))) == 1


def test_an_item_kept_for_review_is_judged_again_with_its_classes(
    catalog: Catalog, embedder: ShopEmbedder, tmp_path: Path
) -> None:
    recognizer = opened(catalog, embedder, tmp_path, 0.3).refresh()
    looks, probabilities = embedder.describe([pack(BLUE, shot) for shot in range(50, 53)])
    said = recognizer.match(looks, probabilities)
    assert best(said) == "Cola Berry"
    photograph = catalog.photographs.store(pack(BLUE, 50))
    catalog.recognitions.add(
        photograph.picture, said, looks=looks, embedder_key=embedder.key, probabilities=probabilities
    )
    effect = Corrections(catalog, embedder_key=embedder.key).rescore(recognizer)
    assert (effect.looked_at, effect.changed) == (1, 0)
