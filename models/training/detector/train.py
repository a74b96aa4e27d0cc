"""Trains the counter detector on composed scenes and real frames; goes on from its last checkpoint.

Run from the repository's root in an environment with ``detector/requirements.txt``:
``python -m models.training.detector.train --stock STOCK --output RUN --steps 4000``.
"""

import argparse
import copy
import csv
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

from models.training.detector.network import CenterNetwork, load_network
from models.training.detector.scoring import measure_sets
from models.training.detector.targets import center_loss, make_targets, side_loss
from models.training.scenes.composing import Composer, Stock, resized
from models.training.scenes.mosaic import mosaic

_EMA = 0.995
_COLUMNS = ("step", "seconds", "rate", "centers", "sides")


class Batches(IterableDataset):  # type: ignore[type-arg]
    """Endless batches as tensors, all pictures of one of the same size; with another ``seed`` a run sees other ones.

    A share ``small`` of the examples is brought to two thirds of its sides: such steps cost half.
    """

    def __init__(
        self,
        stock: Path,
        sessions: str,
        seed: tuple[int, int],
        *,
        photographs: float,
        mosaics: float,
        small: float,
        batch: int,
    ) -> None:
        self._arguments = (stock, sessions, seed, photographs, mosaics, small, batch)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        cv2.setNumThreads(1)
        stock, sessions, seed, photographs, mosaics, small, batch = self._arguments
        info = torch.utils.data.get_worker_info()
        worker = info.id if info else 0
        rng = np.random.default_rng([*seed, worker])
        composer = Composer(Stock(stock, sessions=sessions), rng, sessions=sessions, photographs=photographs)
        waiting: dict[tuple[int, ...], list[tuple[Any, ...]]] = {}
        while True:
            if rng.random() < mosaics:
                example = mosaic([composer.quarter() for _ in range(4)])
            else:
                example = composer.example()
                if rng.random() < small:
                    example = resized(example, 2 / 3)
            targets = make_targets(example)
            picture = np.ascontiguousarray(example.picture[..., ::-1].transpose(2, 0, 1))
            alike = waiting.setdefault(picture.shape, [])
            alike.append((picture, targets.heat, targets.care, targets.reach, targets.weight))
            if len(alike) == batch:
                yield tuple(torch.from_numpy(np.stack(part)) for part in zip(*alike, strict=True))
                alike.clear()


def optimizer_for(network: CenterNetwork, rate: float) -> torch.optim.AdamW:
    """AdamW, the trunk at a fifth of the head's rate, no decay of biases and norms."""
    groups = []
    for parameters, share in ((network.trunk_parameters(), 0.2), (network.head_parameters(), 1.0)):
        wide = [p for p in parameters if p.ndim > 1]
        narrow = [p for p in parameters if p.ndim <= 1]
        groups += [
            {"params": wide, "lr": rate * share, "share": share, "weight_decay": 0.02},
            {"params": narrow, "lr": rate * share, "share": share, "weight_decay": 0.0},
        ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.99))


def follow(average: nn.Module, network: nn.Module, step: int) -> None:
    """Move the running average of the weights towards the present ones."""
    keep = min(_EMA, (1 + step) / (10 + step))
    with torch.no_grad():
        for kept, now in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.lerp_(now, 1 - keep)
            else:
                kept.copy_(now)


def append(path: Path, row: dict[str, float]) -> None:
    """Print a row and add it to a CSV file, its heading first when the file is new."""
    print(row, flush=True)
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, tuple(row), lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


class Training:
    """A network, its running average and its optimizer, as a checkpoint keeps them."""

    def __init__(self, rate: float, output: Path) -> None:
        self.step = 0
        self.seconds = 0.0
        self._rate = rate
        self._checkpoint = output / "checkpoint.pt"
        self._begin_with(CenterNetwork())

    def resume(self, start_from: Path | None) -> None:
        """Go on from the run's checkpoint, or begin with another run's averaged weights, folded, or with ImageNet's."""
        if self._checkpoint.exists():
            state = torch.load(self._checkpoint, weights_only=True)
            self._begin_with(load_network(self._checkpoint))
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.seconds = state["step"], state["seconds"]
        elif start_from:
            network = load_network(start_from)
            network.fold()
            self._begin_with(network)

    def _begin_with(self, network: CenterNetwork) -> None:
        self.network = network.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval()
        self.optimizer = optimizer_for(self.network, self._rate)

    def learn(self, batch: Sequence[torch.Tensor], share: float) -> tuple[float, float, float]:
        """One step; ``share`` of the run is over. Returns the rate and the losses of centers and sides."""
        rate = rate_for(share, self.step, self._rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        pictures, heat, care, reach, weight = batch
        pictures = ((pictures.float() - 127) / 128).contiguous(memory_format=torch.channels_last)
        logits, reaches = self.network(pictures)
        centers = center_loss(logits[:, 0], heat, care)
        sides = side_loss(reaches, reach, weight)
        self.optimizer.zero_grad(set_to_none=True)
        (centers + sides).backward()
        nn.utils.clip_grad_norm_([p for p in self.network.parameters() if p.requires_grad], 10.0)
        self.optimizer.step()
        follow(self.average, self.network, self.step)
        self.step += 1
        return rate, float(centers.detach()), float(sides.detach())

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        part = self._checkpoint.with_suffix(".part")
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        torch.save(state, part)
        part.replace(self._checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", type=Path, required=True)
    parser.add_argument("--judge-stock", type=Path, required=True, help="a drawn stock of another seed")
    parser.add_argument("--output", type=Path, required=True, help="folder for checkpoints and logs")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=1e9, help="end after as many, if steps are not done before")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--photographs", type=float, default=0.33, help="share of photographs among the examples")
    parser.add_argument("--mosaics", type=float, default=0.0, help="share of examples of four pictures each")
    parser.add_argument("--small", type=float, default=0.5, help="share of examples at two thirds of the size")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--sessions", default="A", help="sessions of counter19 to train on: A, C, or AC")
    parser.add_argument("--measure-every", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=Path, help="a checkpoint whose weights to begin a new run with")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    training = Training(given.rate, given.output)
    training.resume(given.start_from)
    seed = (given.seed, training.step)
    batches = Batches(
        given.stock,
        given.sessions,
        seed,
        photographs=given.photographs,
        mosaics=given.mosaics,
        small=given.small,
        batch=given.batch,
    )
    loader = iter(DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=6))
    training.network.train()
    began = time.monotonic() - training.seconds
    losses: list[tuple[float, float]] = []
    while (share := max(training.step / given.steps, training.seconds / 60 / given.minutes)) < 1:
        rate, *values = training.learn(next(loader), share)
        training.seconds = time.monotonic() - began
        losses.append((values[0], values[1]))
        if training.step % 25 == 0:
            means = [round(float(value), 4) for value in np.mean(losses, axis=0)]
            row = (training.step, round(training.seconds, 1), round(rate, 7), *means)
            append(given.output / "losses.csv", dict(zip(_COLUMNS, row, strict=True)))
            losses = []
        if training.step % 100 == 0:
            training.save()
        if training.step % given.measure_every == 0:
            _measure(training, given)
    training.save()
    _measure(training, given)


def rate_for(share: float, step: int, peak: float) -> float:
    """Warmed up over 100 steps, then half a cosine down to a fiftieth as the run's share goes from 0 to 1."""
    return peak * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))


def _measure(training: Training, given: argparse.Namespace) -> None:
    scores = measure_sets(training.average, given.stock, given.judge_stock, most=60)
    append(given.output / "scores.csv", {"step": training.step, **scores})


if __name__ == "__main__":
    main()
