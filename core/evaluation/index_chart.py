"""How recognizing, learning and memory grow with a shop, as a drawing for the guides."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Measured = Mapping[str, Any]
"""One size of shop, as ``bench index --json`` lists them."""

_PANEL, _HEIGHT = 300.0, 250.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 56.0, 34.0, 14.0, 40.0
_COLORS = 4

_STYLE = """
svg { font: 12px system-ui, sans-serif; }
text { fill: #24292f; } .title { font-weight: 600; } .quiet { fill: #57606a; }
.grid { stroke: #d0d7de; } .paper { fill: #ffffff; }
polyline { fill: none; stroke-width: 2; } .flat { stroke-dasharray: 5 4; }
.s0 { stroke: #0969da; } .s1 { stroke: #bc4c00; } .s2 { stroke: #1a7f37; } .s3 { stroke: #8250df; }
circle.s0 { fill: #0969da; } circle.s1 { fill: #bc4c00; } circle.s2 { fill: #1a7f37; } circle.s3 { fill: #8250df; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .quiet { fill: #9198a1; } .grid { stroke: #3d444d; } .paper { fill: #0d1117; }
.s0 { stroke: #58a6ff; } .s1 { stroke: #f0883e; } .s2 { stroke: #56d364; } .s3 { stroke: #bc8cff; }
circle.s0 { fill: #58a6ff; } circle.s1 { fill: #f0883e; } circle.s2 { fill: #56d364; } circle.s3 { fill: #bc8cff; }
}
"""


@dataclass(frozen=True, slots=True)
class _Line:
    """A series of (products, value), in order."""

    series: int
    is_flat: bool
    points: tuple[tuple[float, float], ...]


def draw_index_speed(measured: Sequence[Measured]) -> str:
    """An SVG of three panels, with products to the right and both scales logarithmic; a color for each number of
    references, dashed: comparing with every reference. Readable on light and dark pages."""
    numbers = sorted({int(one["references"]) for one in measured})[:_COLORS]
    panels = (
        ("Search, 95 % within (ms)", lambda one: one["search_ms"]["p95"], lambda one: _p95(one["flat_search_ms"])),
        ("A new product is ready in (ms)", lambda one: one["readiness_ms"], None),
        ("Memory of the process (MB)", lambda one: one["rss_mb"], None),
    )
    drawn = [
        _panel(place * _PANEL, title, [*_lines(measured, numbers, value), *_flat_lines(measured, numbers, flat)])
        for place, (title, value, flat) in enumerate(panels)
    ]
    width, height = _PANEL * len(panels), _HEIGHT + 30
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
            f'aria-label="Search, readiness and memory by products and references">',
            f"<style>{_STYLE}</style>",
            f'<rect class="paper" width="{width:g}" height="{height:g}"/>',
            *drawn,
            *_legend(numbers),
            "</svg>",
            "",
        ]
    )


def _p95(times: Mapping[str, float] | None) -> float | None:
    return None if times is None else times["p95"]


def _lines(
    measured: Sequence[Measured], numbers: Sequence[int], value: Callable[[Measured], float | None]
) -> Iterable[_Line]:
    for series, references in enumerate(numbers):
        own = sorted((one for one in measured if one["references"] == references), key=lambda one: one["products"])
        found = [(float(one["products"]), value(one)) for one in own]
        yield _Line(series, is_flat=False, points=tuple((x, float(y)) for x, y in found if y is not None and y > 0))


def _flat_lines(
    measured: Sequence[Measured], numbers: Sequence[int], value: Callable[[Measured], float | None] | None
) -> Iterable[_Line]:
    for line in _lines(measured, numbers, value) if value is not None else ():
        yield _Line(line.series, is_flat=True, points=line.points)


def _panel(left: float, title: str, lines: Sequence[_Line]) -> str:
    points = [point for line in lines for point in line.points]
    across = _scale([x for x, _ in points], left + _LEFT, left + _PANEL - _RIGHT)
    up = _scale([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [f'<text class="title" x="{left + _LEFT:g}" y="18">{title}</text>']
    for tick in _powers([y for _, y in points]):
        y = up(tick)
        parts.append(f'<line class="grid" x1="{left + _LEFT:g}" x2="{left + _PANEL - _RIGHT:g}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="quiet" x="{left + _LEFT - 6:g}" y="{y + 4:g}" text-anchor="end">{tick:,g}</text>')
    for tick in sorted({x for x, _ in points}):
        place = f'x="{across(tick)}" y="{_HEIGHT - _BOTTOM + 17:g}"'
        parts.append(f'<text class="quiet" {place} text-anchor="middle">{tick:,g}</text>')
    middle = left + (_LEFT + _PANEL - _RIGHT) / 2
    parts.append(f'<text class="quiet" x="{middle:g}" y="{_HEIGHT - 5:g}" text-anchor="middle">products</text>')
    parts += [_curve(line, across, up) for line in lines if line.points]
    return "\n".join(parts)


def _curve(line: _Line, across: Callable[[float], float], up: Callable[[float], float]) -> str:
    places = [(across(x), up(y)) for x, y in line.points]
    dashed = " flat" if line.is_flat else ""
    dots = "".join(
        f'<circle class="s{line.series}" cx="{x}" cy="{y}" r="3"><title>{value:,g}</title></circle>'
        for (x, y), (_, value) in zip(places, line.points, strict=True)
    )
    return f'<polyline class="s{line.series}{dashed}" points="{" ".join(f"{x},{y}" for x, y in places)}"/>{dots}'


def _legend(numbers: Sequence[int]) -> Iterable[str]:
    y = _HEIGHT + 14
    for series, references in enumerate(numbers):
        x = _LEFT + 190.0 * series
        yield f'<polyline class="s{series}" points="{x:g},{y:g} {x + 24:g},{y:g}"/>'
        yield f'<text x="{x + 30:g}" y="{y + 4:g}">{references} references each</text>'
    x = _LEFT + 190.0 * len(numbers)
    yield f'<polyline class="s0 flat" points="{x:g},{y:g} {x + 24:g},{y:g}"/>'
    yield f'<text x="{x + 30:g}" y="{y + 4:g}">comparing with every reference</text>'


def _powers(values: Sequence[float]) -> list[float]:
    """Powers of ten that enclose the values."""
    lowest, highest = min(values, default=1.0), max(values, default=10.0)
    first, last = math.floor(math.log10(lowest)), math.ceil(math.log10(highest))
    return [10.0**power for power in range(first, max(last, first + 1) + 1)]


def _scale(values: Sequence[float], begin: float, end: float) -> Callable[[float], float]:
    """Logarithmic, from ``begin`` for the power of ten below the values to ``end`` for the one above."""
    powers = _powers(values)
    low, high = math.log10(powers[0]), math.log10(powers[-1])
    return lambda value: round(begin + (end - begin) * (math.log10(value) - low) / (high - low), 1)
