"""Batches of products for metric learning: several views of each, look-alikes side by side."""

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from models.training.embedder.pictures import Kind
from models.training.embedder.views import Views

SHARES = {"up24": 0.4, "grocery": 0.35, "drawn": 0.25}
"""How often products of a source are drawn."""


class Batches(IterableDataset):  # type: ignore[type-arg]
    """Endless batches: N×side×side×3 RGB ``uint8`` views and N numbers of products, ``each`` views of ``products``.

    The same ``seed`` and ``begun`` give the same batches. ``begun``: steps made before, so that a run that goes on
    does not see its first batches again.
    """

    def __init__(self, kinds: list[Kind], views: Views, *, products: int, each: int, seed: int, begun: int) -> None:
        self._kinds, self._views = kinds, views
        self._products, self._each, self._seed, self._begun = products, each, seed, begun
        self._families: dict[str, dict[str, list[int]]] = {}
        for number, kind in enumerate(kinds):
            self._families.setdefault(kind.source, {}).setdefault(kind.family, []).append(number)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rng = np.random.default_rng([self._seed, worker.id if worker else 0, self._begun])
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
