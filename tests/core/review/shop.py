"""A shop with a real recognizer over drawn vectors: every product has a direction of its own."""

import numpy as np
import numpy.typing as npt

from core.catalog.database import Catalog
from core.catalog.records import Product, Recognition, Reference
from core.recognition.gallery import Gallery
from core.review.review import Review
from core.sightings import Match
from tests.core.catalog.shop import Clock, enroll, picture

KEY = "net"
DIMENSION = 16

Rows = npt.NDArray[np.float32]


class Shop:
    """Milk, tea and coffee, enrolled with six references each; items are looks near a direction."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self.catalog = catalog
        self.clock = clock
        self.review = Review(catalog, embedder_key=KEY)
        self.gallery = Gallery(DIMENSION, KEY)
        self._random = np.random.default_rng(7)
        self._pictures = 500
        self.directions = np.linalg.qr(self._random.normal(size=(DIMENSION, DIMENSION)))[0].astype(np.float32)
        self.milk, self.tea, self.coffee = (
            self.enroll(name, axis) for axis, name in enumerate(["Milk", "Tea", "Coffee"])
        )

    def enroll(self, name: str, axis: int, *, shots: int = 6) -> Product:
        product, references = enroll(self.catalog, name, shots=shots, seed=axis + 1)
        self.learn(references, [self.looks(axis) for _ in references])
        found = self.catalog.products.find(product.product_id)
        assert found is not None
        return found

    def learn(self, references: list[Reference], looks: list[Rows]) -> None:
        """Embed references as the station does, and teach them to the gallery."""
        ids = [item.reference_id for item in references]
        vectors = np.stack(looks)
        self.catalog.references.set_embeddings(KEY, ids, vectors)
        names = self.catalog.products.find_all([item.product_id for item in references])
        for reference, vector in zip(references, vectors, strict=True):
            product = names[reference.product_id]
            self.gallery.add(product.product_id, product.name, [reference.reference_id], vector[None])

    def looks(self, axis: int, *, blend: int | None = None, share: float = 0.0, noise: float = 0.08) -> Rows:
        """One unit look, 1×d, at a product, drawn towards another by a share of 0–1."""
        direction = self.directions[axis]
        if blend is not None:
            direction = (1 - share) * direction + share * self.directions[blend]
        row = direction + self._random.normal(size=DIMENSION) * noise
        return np.asarray(row / np.linalg.norm(row), np.float32)[None]

    def recognize(self, looks: Rows, match: Match | None = None) -> Recognition:
        self._pictures += 1
        stored = self.catalog.photographs.store(picture(self._pictures))
        recognizer = self.gallery.build()
        said = match or recognizer.with_votes(looks, recognizer.match(looks))
        return self.catalog.recognitions.add(stored.picture, said, looks=looks, embedder_key=KEY)
