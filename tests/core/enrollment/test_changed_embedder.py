"""Another embedder is chosen in the settings while a product is being taught."""

from collections.abc import Sequence

import numpy as np

from core.catalog.records import ProductDetails
from core.frames import Pixels
from core.recognition.gallery import Gallery
from tests.core.enrollment.counter import frame, sighting
from tests.core.enrollment.test_session import BOX, Counter, taught
from tests.core.recognition.pictures import ThumbnailEmbedder


class MeanEmbedder:
    """Knows a crop by its mean color alone: another key, and other rows."""

    key = "mean"
    dimension = 3

    def embed(self, crops: Sequence[Pixels]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        rows = np.array([crop.reshape(-1, 3).mean(axis=0) + 1 for crop in crops], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_shots_are_embedded_again_by_the_embedder_under_whose_name_they_are_kept() -> None:
    counter = Counter(embedder=ThumbnailEmbedder())
    counter.recognizer = taught(1, 2)
    counter.session.begin(details=ProductDetails("Tea"))
    for turn in range(3):
        counter.show(product=1 + turn, turn=turn)
        counter.session.capture()
    counter.view()
    counter.session.embedder, counter.recognizer = MeanEmbedder(), Gallery(3, "mean").build()
    assert counter.view().kept == 3
    assert [shot.vectors for shot in counter.session.finish().shots] == [None] * 3
    counter.session.saving_failed()
    for _ in range(3):
        counter.number += 1
        counter.session.observe(frame(counter.number, (1, BOX)), [sighting(1, BOX)])
    assert [shot.vectors.shape for shot in counter.session.finish().shots if shot.vectors is not None] == [(4, 3)] * 3


def test_the_same_embedder_on_another_engine_embeds_nothing_again() -> None:
    counter = Counter(embedder=ThumbnailEmbedder())
    counter.session.begin(details=ProductDetails("Tea"))
    counter.show()
    counter.session.capture()
    counter.session.embedder = ThumbnailEmbedder()
    (shot,) = counter.session.finish().shots
    assert shot.vectors is not None
