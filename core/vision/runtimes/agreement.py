"""Whether two ways of computing a model agree: what they are given, and how their outputs are compared."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.vision.runtimes.runtime import Tensor, TensorSpec

AGREEMENT = 0.999
"""The smallest cosine between the outputs for one picture at which stored embeddings stay comparable."""

_GRAIN = 1 / 128
"""Standard deviation of the samples' noise: one gray level of an input that goes from -1 to 1."""


def sample_inputs(
    specs: Mapping[str, TensorSpec],
    batch: int = 4,
    *,
    sizes: Mapping[str, tuple[int, ...]] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, Tensor] | None:
    """A batch of smooth patterns between -1 and 1 for every input; ``None`` for other types and unknown sizes.

    ``sizes`` names the sizes after the first axis, such as (3, 288, 480), of inputs that leave any of them open.
    ``ranges`` names the smallest and largest number of inputs that get others, such as 0 and 255.

    Smooth and of less and less contrast, because there rounding errors are largest beside what they disturb, but with
    the grain that no camera is without.
    """
    grain = np.random.default_rng(0)
    samples: dict[str, Tensor] = {}
    for name, spec in specs.items():
        stated = _filled(spec.shape[1:], (sizes or {}).get(name, ()))
        if not spec.shape or None in stated or spec.dtype not in ("float32", "float16"):
            return None
        shape = (spec.shape[0] or batch, *(size or 1 for size in stated))
        places = np.meshgrid(*(np.linspace(0, 1, size) for size in shape), indexing="ij", sparse=True)
        phases = sum((rate * place for rate, place in zip((2.0, 3.0, 1.1, 1.7), places, strict=False)), np.zeros(()))
        contrasts = np.geomspace(0.9, 0.02, shape[0]).reshape(-1, *(1 for _ in shape[1:]))
        pattern = contrasts * np.sin(2 * np.pi * phases) + (1 - contrasts) * 0.3
        drawn = np.broadcast_to(pattern, shape) + grain.normal(0, _GRAIN, shape)
        if ranges is not None and name in ranges:
            lowest, highest = ranges[name]
            drawn = lowest + (highest - lowest) * (drawn.clip(-1, 1) + 1) / 2
        samples[name] = drawn.astype(spec.dtype)
    return samples


def _filled(stated: tuple[int | None, ...], given: tuple[int, ...]) -> tuple[int | None, ...]:
    """The stated sizes, those that are open as given; as they are when what is given is of another form."""
    if len(stated) != len(given):
        return stated
    return tuple(other if own is None else own for own, other in zip(stated, given, strict=True))


def smallest_cosine(exact: Sequence[Tensor], other: Sequence[Tensor]) -> float:
    """Over all outputs and pictures (first axis); -1 when anything is not finite or the shapes differ."""
    smallest = 1.0
    for left, right in zip(exact, other, strict=True):
        if left.shape != right.shape:
            return -1.0
        rows = len(left) if left.ndim else 1
        first, second = (value.reshape(rows, -1).astype(np.float64) for value in (left, right))
        lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
        dots = (first * second).sum(1)
        same = np.where(
            lengths > 0, dots / np.where(lengths > 0, lengths, 1), np.where((first == second).all(1), 1, -1)
        )
        if not np.isfinite(same).all():
            return -1.0
        smallest = min(smallest, float(same.min(initial=1.0)))
    return smallest
