"""A training log, and accuracy by time and size, as small drawings."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PANELS = (
    ("softmax", "Normalized softmax"),
    ("triplet", "Hard triplets"),
    ("pull", "Distance from the untuned network"),
    ("right", "Named right in the batch"),
)
_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 150, 46, 26
_WIDE, _TALL = 720, 400


def draw_curves(log: Path, target: Path) -> None:
    """Four panels, steps to the right, each value faint and its running mean strong."""
    rows = _rows(log)
    steps = [float(row["step"]) for row in rows]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _WIDTH} {2 * _HEIGHT}" font-family="sans-serif" '
        f'font-size="10" role="img"><title>Training curves</title>'
        f'<rect width="{2 * _WIDTH}" height="{2 * _HEIGHT}" fill="#fff"/>'
    ]
    for number, (column, title) in enumerate(_PANELS):
        values = [float(row[column]) for row in rows]
        x, y = number % 2 * _WIDTH, number // 2 * _HEIGHT
        parts.append(f'<g transform="translate({x} {y})">{_panel(steps, values, title)}</g>')
    target.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def draw_front(times: Path, sizes: Path, target: Path) -> None:
    """Two charts, accuracy up: by the time of a crop, and by the numbers of an embedding on a logarithmic scale.

    ``times`` has the columns ``name``, ``time``, ``five``, ``twenty``, ``ships``; ``sizes`` has ``numbers``, ``five``,
    ``twenty``. Accuracies are in %; ``time`` is 1 for EfficientNet-Lite2 at 260; ``ships`` is ``yes`` in one row.
    """
    by_time = [
        _Mark(
            row["name"], float(row["time"]), float(row["five"]), float(row["twenty"]), is_strong=row["ships"] == "yes"
        )
        for row in _rows(times)
    ]
    by_size = [
        _Mark(row["numbers"], math.log2(float(row["numbers"])), float(row["five"]), float(row["twenty"]))
        for row in _rows(sizes)
    ]
    tenths, powers = _around([10 * mark.x for mark in by_time]), _around([mark.x for mark in by_size])
    charts = (
        _chart(by_time, {tenth / 10: f"{tenth / 10:.1f}" for tenth in tenths}, "time of a crop, Lite2 at 260 = 1"),
        _chart(by_size, {float(power): str(2**power) for power in powers}, "numbers of an embedding, Lite2 224"),
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {2 * _TALL}" font-family="sans-serif" '
        f'font-size="10" role="img"><title>Accuracy by time and by size of the embedding</title>'
        f'<rect width="{_WIDE}" height="{2 * _TALL}" fill="#fff"/>',
        *(f'<g transform="translate(0 {_TALL * number})">{chart}</g>' for number, chart in enumerate(charts)),
        "</svg>\n",
    ]
    target.write_text("\n".join(parts), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is drawn at one place of the horizontal axis; accuracies with five and twenty shots in %."""

    name: str
    x: float
    five: float
    twenty: float
    is_strong: bool = False


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _around(values: Sequence[float]) -> range:
    """Whole numbers from half a step below the least value, for its mark to stand beside the axis, to the largest."""
    return range(math.floor(min(values) - 0.5), math.ceil(max(values)) + 1)


def _chart(marks: Sequence[_Mark], ticks: Mapping[float, str], label: str) -> str:
    """One chart as SVG elements; ``ticks``: place on the horizontal axis → what is written there."""
    left, right, top, bottom = 50, _WIDE - 40, 24, _TALL - 40
    low = min(mark.five for mark in marks) // 2 * 2
    high = max(mark.twenty for mark in marks) // 2 * 2 + 2
    first, last = min(ticks), max(ticks)

    def across(x: float) -> float:
        return left + (right - left) * (x - first) / (last - first)

    def down(accuracy: float) -> float:
        return bottom - (bottom - top) * (accuracy - low) / (high - low)

    parts = [
        f'<path d="M{left} {top - 4}V{bottom}H{right + 30}" fill="none" stroke="#999"/>'
        f'<text x="{left}" y="14">mean accuracy over products in %: twenty shots filled, five open</text>'
        f'<text x="{right + 30}" y="{_TALL - 8}" text-anchor="end">{label}</text>'
    ]
    parts += [
        f'<text x="{left - 6}" y="{down(accuracy) + 3:.0f}" text-anchor="end">{accuracy}</text>'
        for accuracy in range(int(low), int(high) + 1, 2)
    ]
    parts += [
        f'<text x="{across(x):.0f}" y="{bottom + 14}" text-anchor="middle">{words}</text>' for x, words in ticks.items()
    ]
    for mark in marks:
        weight = ' font-weight="bold"' if mark.is_strong else ""
        for accuracy, color, fill in ((mark.five, "#b5651d", "#fff"), (mark.twenty, "#1f4e9e", "#1f4e9e")):
            x, y = across(mark.x), down(accuracy)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{color}" stroke-width="1.5"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" fill="{color}"{weight}>{mark.name}</text>'
            )
    return "\n".join(parts)


def _panel(steps: Sequence[float], values: Sequence[float], title: str) -> str:
    """One chart of the log as SVG elements."""
    low, high = min(0.0, *values), max(values)
    right, bottom = _WIDTH - 12, _HEIGHT - 22

    def path(points: Sequence[float]) -> str:
        places = (
            (_LEFT + (right - _LEFT) * step / steps[-1], bottom - (bottom - _TOP) * (value - low) / (high - low))
            for step, value in zip(steps, points, strict=True)
        )
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in places)

    mean, smooth = values[0], []
    for value in values:
        mean += 0.2 * (value - mean)
        smooth.append(mean)
    return (
        f'<text x="{_LEFT}" y="16" font-size="12">{title}</text>'
        f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" fill="none" stroke="#999"/>'
        f'<text x="{_LEFT - 5}" y="{_TOP + 4}" text-anchor="end">{high:.2f}</text>'
        f'<text x="{_LEFT - 5}" y="{bottom}" text-anchor="end">{low:.2f}</text>'
        f'<text x="{right}" y="{bottom + 14}" text-anchor="end">{steps[-1]:.0f} steps</text>'
        f'<polyline points="{path(values)}" fill="none" stroke="#b8c7e0"/>'
        f'<polyline points="{path(smooth)}" fill="none" stroke="#1f4e9e" stroke-width="1.5"/>'
    )
