"""Draws a run's losses and validation scores as one SVG picture.

Run from the repository's root: ``python -m models.training.detector.curves --run RUN --output FILE.svg``.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 820, 250, 60, 30, 40
_COLORS = ("#0b6e99", "#c2571a", "#3a7d34", "#7a4b94", "#8a6d00", "#a02c2c")

Line = tuple[str, Sequence[float], Sequence[float]]
"""Name, steps, values."""


def read_columns(path: Path) -> dict[str, list[float]]:
    """The columns of a CSV file of numbers."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def smooth(values: Sequence[float], reach: int = 9) -> list[float]:
    """Each value as the mean of those around it."""
    padded = np.pad(np.asarray(values, float), reach // 2, mode="edge")
    return np.convolve(padded, np.ones(reach) / reach, mode="valid").tolist()


def panel(title: str, lines: Sequence[Line], top: int, high: float) -> list[str]:
    """One chart as SVG elements; values from 0 to ``high``."""
    last = max(max(steps) for _, steps, _ in lines)
    plot = _WIDTH - _LEFT - 190
    parts = [f'<text x="{_LEFT}" y="{top + 18}" font-weight="bold">{title}</text>']
    base, tall = top + _HEIGHT - _FOOT, _HEIGHT - _FOOT - _TOP
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = base - share * tall
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + plot}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share * high:.2g}</text>')
        x = _LEFT + share * plot
        parts.append(f'<text x="{x:.1f}" y="{base + 18}" text-anchor="middle">{share * last:.0f}</text>')
    for number, (name, steps, values) in enumerate(lines):
        color = _COLORS[number % len(_COLORS)]
        places = " ".join(
            f"{_LEFT + step / last * plot:.1f},{base - min(value, high) / high * tall:.1f}"
            for step, value in zip(steps, values, strict=True)
        )
        parts.append(f'<polyline points="{places}" fill="none" stroke="{color}" stroke-width="1.8"/>')
        y = top + _TOP + 16 * number + 8
        parts.append(f'<text x="{_LEFT + plot + 12}" y="{y}" fill="{color}">{name}</text>')
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder with losses.csv and scores.csv")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    losses, scores = read_columns(given.run / "losses.csv"), read_columns(given.run / "scores.csv")
    steps, at = losses["step"], scores["step"]
    charts = [
        panel(
            "Losses while training",
            [
                ("centers (focal)", steps, smooth(losses["centers"])),
                ("sides (-log IoU)", steps, smooth(losses["sides"])),
            ],
            0,
            2.0,
        ),
        panel(
            "Validation at a score of 0.4",
            [
                ("session C: recall", at, scores["counter_recall_0.4"]),
                ("session C: precision", at, scores["counter_precision_0.4"]),
                ("photographs: recall", at, scores["photos_recall_0.4"]),
            ],
            _HEIGHT,
            1.0,
        ),
    ]
    body = "\n".join(part for chart in charts for part in chart)
    given.output.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{2 * _HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
