"""Everything that the embedder learns from, and nothing that judges it: photographs and drawn packs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from models.training.embedder.drawn import draw_kinds
from models.training.embedder.pictures import Kind, Pixels, grocery_lines, read_grocery, read_polygons, read_rgb, shrink

_BRANDS = 40
_SURFACES = 60
_SURFACE_SIDE = 320
"""Pixels of a surface's longer side."""


def read_kinds(data: Path, seed: int) -> tuple[list[Kind], list[Pixels]]:
    """Every product to learn from, and pictures of which parts become surfaces; the same seed chooses the same."""
    kinds = [*read_grocery(data / "grocery"), *read_polygons(data / "up24"), *draw_kinds(_BRANDS, seed)]
    paths = sorted((data / "up24" / "images").glob("*.jpg"))
    chosen = np.random.default_rng(seed).choice(len(paths), min(_SURFACES, len(paths)), replace=False)
    surfaces = [shrink(read_rgb(paths[int(n)]), _SURFACE_SIDE) for n in chosen]
    surfaces += [kind.pictures[0].pixels for kind in kinds if kind.source == "grocery"]
    return kinds, surfaces


def shops_of_crops(data: Path) -> tuple[Mapping[str, Sequence[Path]], ...]:
    """The photographed products as two shops, name → pictures of one item each: what a prior is measured on."""
    produce: dict[str, list[Path]] = {}
    for path, fine, _ in grocery_lines(data / "grocery"):
        produce.setdefault(f"grocery {fine}", []).append(path)
    home = {folder.name: sorted(folder.glob("*.jpg")) for folder in sorted((data / "up24" / "crops").iterdir())}
    return produce, home
