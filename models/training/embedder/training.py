"""Metric learning: normalized softmax with a margin, hard triplets, and a pull towards the untuned network."""

import copy
import csv
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader

from models.training.embedder.batches import Batches
from models.training.embedder.collection import read_kinds
from models.training.embedder.network import Trunk
from models.training.embedder.pictures import Kind
from models.training.embedder.views import Views

COLUMNS = ("step", "seconds", "softmax", "triplet", "pull", "right")
MIDDLE_SHARE = 0.36
"""Sum of the middle features against that of the last ones: after the root, lengths of 0.6 to 1."""

_SCALE, _MARGIN, _GAP = 24.0, 0.2, 0.15
_ROOT_FLOOR = 0.01
_LOG_EVERY, _SAVE_EVERY = 10, 50
_FIXED = ("trunk", "side", "frozen")
"""What of the recipe a run that goes on cannot change."""


class RunRefusedError(ValueError):
    """A folder holds another run than the one that was asked for; the text says so to who asked."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. ``frozen``: blocks that stay as they are; ``minutes``: of all runs together.

    A batch is ``each`` views of ``products``; ``rate`` and ``class_rate`` are AdamW's for the network and the class
    vectors; ``pull`` weighs staying close to the untuned network; ``average`` is what a step keeps of the running mean.
    """

    trunk: str = "efficientnet-lite2"
    side: int = 224
    frozen: int = 12
    products: int = 12
    each: int = 4
    minutes: float = 52.0
    rate: float = 2.5e-4
    class_rate: float = 4e-3
    pull: float = 2.0
    average: float = 0.995
    seed: int = 7


class Training:
    """A run in a folder: ``checkpoint.pt`` and ``log.csv``. ``goes_on``: from the checkpoint, if there is one.

    ``device``: where PyTorch computes, ``cpu`` or ``cuda``. Raises ``RunRefusedError`` when the folder holds a run and
    ``goes_on`` is not given, or one of another recipe.
    """

    def __init__(self, recipe: Recipe, data: Path, folder: Path, *, goes_on: bool, device: str = "cpu") -> None:
        self.recipe, self.folder, self.device = recipe, folder, torch.device(device)
        folder.mkdir(parents=True, exist_ok=True)
        state = _saved_state(recipe, folder, goes_on=goes_on, device=self.device)
        self.step, self.seconds = (state["step"], state["seconds"]) if state else (0, 0.0)
        _cut_log(folder / "log.csv", self.step)
        torch.manual_seed(recipe.seed)
        kinds, surfaces = read_kinds(data, recipe.seed)
        pictures = sum(len(kind.pictures) for kind in kinds)
        print(f"{len(kinds)} products, {pictures} pictures; from step {self.step} on", flush=True)
        views = Views(recipe.side, surfaces)
        batches = Batches(kinds, views, products=recipe.products, each=recipe.each, seed=recipe.seed, begun=self.step)
        self._loader = iter(DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=4))
        self.network = Trunk(recipe.trunk, recipe.side).to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network.freeze(recipe.frozen)
        self._untuned = copy.deepcopy(self.network).requires_grad_(requires_grad=False)
        self.classes = nn.Parameter(torch.zeros(len(kinds), sum(self.network.widths), device=self.device))
        if state is None:
            self._balance()
            self._start_classes(kinds, views)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": list(self.network.trained()), "lr": recipe.rate, "weight_decay": 0.02},
                {"params": [self.classes], "lr": recipe.class_rate, "weight_decay": 0.0},
            ]
        )
        self._rates = [group["lr"] for group in self.optimizer.param_groups]
        self.averaged = copy.deepcopy(self.network).requires_grad_(requires_grad=False)
        if state is not None:
            self._restore(state)

    def run(self) -> None:
        """Train until the recipe's minutes are over."""
        rows: list[tuple[float, ...]] = []
        while self.seconds < 60 * self.recipe.minutes:
            start = time.monotonic()
            rows.append(self._step())
            self.step += 1
            self.seconds += time.monotonic() - start
            if self.step % _LOG_EVERY == 0:
                self._log([self.step, round(self.seconds, 1), *np.mean(rows, axis=0).round(4).tolist()])
                rows.clear()
            if self.step % _SAVE_EVERY == 0:
                self._save()
        self._save()

    def _step(self) -> tuple[float, ...]:
        """One batch; the log's columns after ``seconds``."""
        done = min(1.0, self.seconds / (60 * self.recipe.minutes))
        share = min(1.0, (self.step + 1) / 40) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done)))
        for group, rate in zip(self.optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * share
        views, products = (part.to(self.device) for part in next(self._loader))
        with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16):
            early = self.network.early(as_input(views))
            before = described(self._untuned.late(early))
        rows = described(self.network.late(early.float()))
        cosines = rows @ functional.normalize(self.classes, dim=1).T
        margins = _MARGIN * functional.one_hot(products, len(self.classes))
        softmax = functional.cross_entropy(_SCALE * (cosines - margins), products)
        triplet = hard_triplets(rows, products)
        pull = 1 - (rows * before).sum(1).mean()
        self.optimizer.zero_grad(set_to_none=True)
        (softmax + triplet + self.recipe.pull * pull).backward()
        nn.utils.clip_grad_norm_(list(self.network.trained()), 5.0)
        self.optimizer.step()
        keep = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for kept, now in zip(self.averaged.parameters(), self.network.parameters(), strict=True):
                if now.requires_grad:
                    kept.lerp_(now, 1 - keep)
        right = (cosines.argmax(1) == products).float().mean()
        return softmax.item(), triplet.item(), pull.item(), right.item()

    def _balance(self) -> None:
        """Set how much the middle features count beside the last ones, on views of the first batch."""
        views, _ = next(self._loader)
        with torch.no_grad():
            rows = self.network(as_input(views.to(self.device))).abs()
        last = self.network.widths[0]
        gain = MIDDLE_SHARE * rows[:, :last].sum() / rows[:, last:].sum()
        for network in (self.network, self._untuned):
            network.middle_gain.fill_(gain)

    def _start_classes(self, kinds: list[Kind], views: Views) -> None:
        """Class vectors begin at the untuned mean of two of each product's pictures."""
        pictures = [views.plain(kind.pictures[n * (len(kind.pictures) - 1)], n) for kind in kinds for n in (0, 1)]
        rows = []
        for start in range(0, len(pictures), 32):
            batch = torch.from_numpy(np.stack(pictures[start : start + 32])).to(self.device)
            with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16):
                rows.append(described(self._untuned(as_input(batch))))
        with torch.no_grad():
            self.classes.copy_(functional.normalize(torch.cat(rows).unflatten(0, (-1, 2)).sum(1), dim=1))

    def _save(self) -> None:
        state = {
            **{name: getattr(self.recipe, name) for name in _FIXED},
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "classes": self.classes.detach(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        torch.save(state, self.folder / "checkpoint.new")
        (self.folder / "checkpoint.new").replace(self.folder / "checkpoint.pt")

    def _restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self._untuned.middle_gain.copy_(self.network.middle_gain)
        with torch.no_grad():
            self.classes.copy_(state["classes"])
        self.optimizer.load_state_dict(state["optimizer"])

    def _log(self, row: list[float]) -> None:
        print(dict(zip(COLUMNS, row, strict=True)), flush=True)
        path = self.folder / "log.csv"
        is_new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            if is_new:
                writer.writerow(COLUMNS)
            writer.writerow(row)


def _saved_state(recipe: Recipe, folder: Path, *, goes_on: bool, device: torch.device) -> dict[str, Any] | None:
    """The checkpoint to go on from; ``None`` to begin."""
    saved = folder / "checkpoint.pt"
    if not saved.exists():
        return None
    if not goes_on:
        raise RunRefusedError(f"{saved} is there already: go on from it with --continue, or name another folder.")
    state: dict[str, Any] = torch.load(saved, weights_only=True, map_location=device)
    for name in _FIXED:
        if state[name] != getattr(recipe, name):
            raise RunRefusedError(f"{saved} was made with {name} {state[name]}, not {getattr(recipe, name)}.")
    return state


def _cut_log(path: Path, step: int) -> None:
    """Leave out the rows after ``step``, of steps that a stopped run lost and that are made again."""
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["step"]) <= step]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def as_input(views: torch.Tensor) -> torch.Tensor:
    """N×side×side×3 RGB in 0–255 → the network's N×3×side×side in −1…1, ``float32``."""
    return ((views.permute(0, 3, 1, 2).float() - 127) / 128).contiguous(memory_format=torch.channels_last)


def described(rows: torch.Tensor) -> torch.Tensor:
    """N×d → unit rows of signed square roots, as the program compares them (``Describer``); smooth around 0."""
    rows = rows.float()
    return functional.normalize(rows * (rows.abs() + _ROOT_FLOOR).rsqrt(), dim=1)


def hard_triplets(rows: torch.Tensor, products: torch.Tensor) -> torch.Tensor:
    """The hinge between each view's farthest own and nearest other view in the batch.

    ``rows``: N×d of length 1; ``products``: N numbers. A. Hermans, L. Beyer, B. Leibe, "In defense of the triplet loss
    for person re-identification", 2017.
    """
    cosines = rows @ rows.T
    is_own = products[:, None] == products[None]
    own = cosines.masked_fill(~is_own, 2.0).amin(1)
    other = cosines.masked_fill(is_own, -2.0).amax(1)
    return functional.relu(other - own + _GAP).mean()


def load_trained(checkpoint: Path, *, share: float, side: int | None = None) -> tuple[Trunk, int]:
    """The averaged network of a checkpoint on the processor, for an input of ``side`` or as trained; its steps.

    Its weights are mixed with ``1 - share`` of the untuned ones, which keeps what the network knew of products that
    were not trained on (M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    state = torch.load(checkpoint, weights_only=True, map_location="cpu")
    trunk = Trunk(state["trunk"], side or state["side"])
    untuned = {name: tensor.clone() for name, tensor in trunk.state_dict().items()}
    trunk.load_state_dict(state["averaged"])
    gain = trunk.middle_gain.clone()
    trunk.load_state_dict({name: untuned[name].lerp(tuned, share) for name, tuned in trunk.state_dict().items()})
    trunk.middle_gain.copy_(gain)
    return trunk.eval(), int(state["step"])
