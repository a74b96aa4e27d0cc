"""A training log, and accuracy by time, as small drawings."""

import csv
from collections.abc import Sequence
from pathlib import Path

_PANELS = (
    ("softmax", "Normalized softmax"),
    ("triplet", "Hard triplets"),
    ("pull", "Distance from the untuned network"),
    ("right", "Named right in the batch"),
)
_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 150, 46, 26


def draw_curves(log: Path, target: Path) -> None:
    """Four panels, steps to the right, each value faint and its running mean strong."""
    with log.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
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


def draw_front(table: Path, target: Path) -> None:
    """Accuracy up, time of a crop to the right; ``table`` has the columns ``name``, ``time``, ``five``, ``twenty``."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    width, height, left, bottom = 720, 460, 50, 420
    low = min(float(row["five"]) for row in rows) // 2 * 2
    high = max(float(row["twenty"]) for row in rows) // 2 * 2 + 2

    def place(time: float, accuracy: float) -> tuple[float, float]:
        return left + (width - left - 40) * (time - 0.4) / 0.65, bottom - (bottom - 24) * (accuracy - low) / (
            high - low
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="10" role="img"><title>Accuracy by time</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="M{left} 20V{bottom}H{width - 10}" fill="none" stroke="#999"/>'
        f'<text x="{left}" y="14">mean accuracy over products in %: twenty shots filled, five open</text>'
        f'<text x="{width - 10}" y="{height - 6}" text-anchor="end">'
        f"time of a crop, EfficientNet-Lite2 at 260 = 1</text>"
    ]
    for accuracy in range(int(low), int(high) + 1, 2):
        parts.append(f'<text x="{left - 6}" y="{place(0.4, accuracy)[1] + 3:.0f}" text-anchor="end">{accuracy}</text>')
    for tenth in range(4, 11):
        x = place(tenth / 10, low)[0]
        parts.append(f'<text x="{x:.0f}" y="{bottom + 14}" text-anchor="middle">{tenth / 10:.1f}</text>')
    for row in rows:
        for column, color in (("five", "#b5651d"), ("twenty", "#1f4e9e")):
            x, y = place(float(row["time"]), float(row[column]))
            fill = color if column == "twenty" else "#fff"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{color}" stroke-width="1.5"/>')
            parts.append(f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" fill="{color}">{row["name"]}</text>')
    target.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _panel(steps: Sequence[float], values: Sequence[float], title: str) -> str:
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
