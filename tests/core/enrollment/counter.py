"""Frames with drawn items on a plain counter, and a journal that remembers what it was told."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from core.catalog.records import ProductDetails
from core.frames import Frame, Pixels
from core.sightings import Box, Sighting, Track
from tests.core.recognition.pictures import picture

WIDTH, HEIGHT = 480, 360


def frame(number: int, *items: tuple[int, Box], turn: int = 0, blur: float = 0.0, fps: float = 10.0) -> Frame:
    """Items are (product, box); every frame has noise of its own."""
    pixels = np.random.default_rng(number).integers(150, 156, (HEIGHT, WIDTH, 3), np.uint8)
    for product, box in items:
        x0, y0, x1, y1 = (round(value) for value in box)
        drawn = np.rot90(picture(product, number, size=128), turn)
        pixels[y0:y1, x0:x1] = cv2.resize(drawn, (x1 - x0, y1 - y0))
    if blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), np.uint8)
    return Frame.of(pixels, sequence=number, captured_at=number / fps)


def sighting(track_id: int, box: Box, **changes: Any) -> Sighting:
    facts: dict[str, Any] = {"is_moving": False, "is_covered": False, "missed": 0} | changes
    track = Track(track_id, box, 0.9, 5, facts["missed"], facts["is_moving"], facts["is_covered"])
    return Sighting(track, None, 0, 0.0, is_settled=False)


class MemoryJournal:
    """The whole contract of ``ShotJournal``, kept in lists."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.crops: dict[int, Pixels] = {}

    def begin(self, product_id: int | None, details: ProductDetails) -> None:
        self.calls.append(("begin", product_id, details))

    def describe(self, details: ProductDetails) -> None:
        self.calls.append(("describe", details))

    def add_shot(self, key: int, crop: Pixels, *, quality: Mapping[str, Any], is_kept: bool, reason: str) -> None:
        self.crops[key] = crop
        self.calls.append(("add_shot", key, is_kept, reason, dict(quality)))

    def remove_shot(self, key: int) -> None:
        self.calls.append(("remove_shot", key))

    def restore_shot(self, key: int) -> None:
        self.calls.append(("restore_shot", key))

    def discard(self) -> None:
        self.calls.append(("discard",))
