"""Batches of products for metric learning: several views of each, look-alikes side by side."""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from models.training.embedder.drawn import draw_kinds
from models.training.embedder.pictures import Kind, Pixels, read_grocery, read_polygons, read_rgb, shrink
from models.training.embedder.views import Views

SHARES = {"up24": 0.4, "grocery": 0.35, "drawn": 0.25}
"""How often products of a source are drawn."""

_BRANDS = 40
_SURFACES = 60


def read_kinds(data: Path, seed: int) -> tuple[list[Kind], list[Pixels]]:
    """Every product to learn from, and pictures of which parts become surfaces."""
    kinds = [*read_grocery(data / "grocery"), *read_polygons(data / "up24"), *draw_kinds(_BRANDS, seed)]
    paths = sorted((data / "up24" / "images").glob("*.jpg"))
    chosen = np.random.default_rng(seed).choice(len(paths), min(_SURFACES, len(paths)), replace=False)
    surfaces = [shrink(read_rgb(paths[int(n)]), 320) for n in chosen]
    surfaces += [kind.pictures[0].pixels for kind in kinds if kind.source == "grocery"]
    return kinds, surfaces


class Batches(IterableDataset):  # type: ignore[type-arg]
    """Endless batches: N×side×side×3 ``uint8`` views and N numbers of products, ``each`` views of ``products``."""

    def __init__(self, kinds: list[Kind], views: Views, *, products: int, each: int, seed: int) -> None:
        self._kinds, self._views = kinds, views
        self._products, self._each, self._seed = products, each, seed
        self._families: dict[str, dict[str, list[int]]] = {}
        for number, kind in enumerate(kinds):
            self._families.setdefault(kind.source, {}).setdefault(kind.family, []).append(number)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng([self._seed, worker.id if worker else 0, time.time_ns() % 2**31])
        while True:
            pictures, numbers = [], []
            for number in self._choose(rng):
                kind = self._kinds[number]
                stock = len(kind.pictures)
                for index in rng.choice(stock, self._each, replace=stock < self._each):
                    pictures.append(self._views.draw(kind.pictures[int(index)], rng, is_drawn=kind.source == "drawn"))
                    numbers.append(number)
            yield torch.from_numpy(np.stack(pictures)), torch.tensor(numbers)

    def _choose(self, rng: np.random.Generator) -> list[int]:
        """Products of a batch: up to three of a family at a time."""
        chosen: list[int] = []
        sources = [source for source in SHARES if source in self._families]
        weights = np.array([SHARES[source] for source in sources])
        while len(chosen) < self._products:
            families = list(self._families[sources[int(rng.choice(len(sources), p=weights / weights.sum()))]].values())
            family = families[int(rng.integers(len(families)))]
            if len(family) == 1:
                # A product without look-alikes stands beside any other of its source.
                family = [number for numbers in families for number in numbers]
            taken = rng.permutation(family)[: int(rng.integers(1, 4))].tolist()
            chosen += [number for number in taken if number not in chosen]
        return chosen[: self._products]
