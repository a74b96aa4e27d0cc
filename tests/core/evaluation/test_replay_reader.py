"""Names for the boxes of one picture, and when the look at the picture before still holds."""

from collections.abc import Sequence

import numpy as np

from core.frames import Frame, Pixels
from core.recognition.gallery import Gallery
from core.recognition.views import query_views
from core.replay_reader import PictureReader
from core.vision.embedder import Described

RED, GREEN, BRIGHT = (150, 75, 75), (74, 114, 74), (180, 90, 90)
"""The first two are equally bright."""

BOX = np.array([[20, 20, 90, 90]], np.float32)


class ColorEmbedder:
    """Describes a crop by its mean color around gray; counts how often it is asked."""

    key = "mean color"

    def __init__(self) -> None:
        self.asked = 0

    def describe(self, crops: Sequence[Pixels]) -> Described:
        self.asked += 1
        colors = np.array([crop.mean(axis=(0, 1)) - 93.0 for crop in crops], np.float32)
        return Described(colors / np.linalg.norm(colors, axis=1, keepdims=True))


def frame(color: tuple[int, int, int], number: int) -> Frame:
    noise = np.random.default_rng(number).normal(0, 1.5, (120, 120, 3))
    pixels = np.clip(np.rint(np.array(color) + noise), 0, 255).astype(np.uint8)
    return Frame.of(pixels, sequence=number, captured_at=float(number))


def open_reader(embedder: ColorEmbedder) -> PictureReader:
    gallery = Gallery(3, embedder.key, 0.01)
    for product, (name, color) in enumerate({"Red": RED, "Green": GREEN}.items()):
        shots = [embedder.describe(query_views(frame(color, shot).pixels)).vectors for shot in range(4)]
        gallery.add(product, name, range(4 * product, 4 * product + 4), np.stack(shots))
    embedder.asked = 0
    return PictureReader(embedder, gallery.build())


def test_an_equally_bright_pack_of_another_color_at_the_same_place_is_read_anew() -> None:
    embedder = ColorEmbedder()
    reader = open_reader(embedder)
    matches = [reader.read(frame(color, number), BOX)[0] for number, color in enumerate((RED, GREEN, RED))]
    assert [match.best.name if match.best else "" for match in matches] == ["Red", "Green", "Red"]
    assert embedder.asked == 3


def test_a_picture_that_differs_by_noise_alone_is_not_read_again() -> None:
    embedder = ColorEmbedder()
    reader = open_reader(embedder)
    for number in range(4):
        reader.read(frame(RED, number), BOX)
    assert embedder.asked == 1
    reader.read(frame(BRIGHT, 4), BOX)
    assert embedder.asked == 2
