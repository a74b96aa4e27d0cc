"""The names of items on the picture: what they say, and where they find room. Arithmetic alone, nothing is painted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from core.sightings import Outcome

SIGNS: dict[Outcome | None, str] = {
    Outcome.KNOWN: "✓",
    Outcome.POSSIBLE: "?",
    Outcome.UNKNOWN: "+",
    None: "…",
}
LABEL_HEIGHT = 24.0
PAD = 8.0
GAP = 4.0
_INSET = 8.0
_LEAST_INSET = 3.0
_LEAST_BOX = 24.0
"""Nothing stands beside a box that is smaller than this in a direction."""
_WIDEST_BESIDE = 200.0
"""A longer name is cut before it hides the counter."""
_READABLE, _LEAST = 9, 5
"""So many letters of a long name tell products apart; so many are a word at least."""
_SLACK = 6.0
"""A better place must be free by so much before a label moves to it, so that none jumps to and fro."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands in an item's box. ``outcome`` is ``None`` while the item is still looked at."""

    outcome: Outcome | None
    name: str
    score: str = ""


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Where a label lies; the lower its ``rank``, the better. In a higher plate the name takes two lines."""

    rect: QRectF
    rank: int


def label_size(label: Label, font: QFont) -> QSizeF:
    """The room that the whole label takes in one line."""
    metrics = QFontMetricsF(font)
    parts = [part for part in (SIGNS[label.outcome], label.name, label.score) if part]
    words = sum(metrics.horizontalAdvance(part) for part in parts) + GAP * (len(parts) - 1)
    return QSizeF(words + 2 * PAD + 1, LABEL_HEIGHT)


def name_lines(name: str, font: QFont, width: float, *, most: int) -> tuple[str, ...]:
    """A name in one line of a width, or in up to two; what has no room is left out."""
    metrics = QFontMetricsF(font)
    # Names often differ at their end; but where there are few letters, a beginning is read best.
    is_short = width < (_READABLE - 1) * metrics.averageCharWidth()
    mode = Qt.TextElideMode.ElideRight if is_short else Qt.TextElideMode.ElideMiddle
    splits = _splits(name)
    if most == 1 or not splits or metrics.horizontalAdvance(name) <= width:
        return (metrics.elidedText(name, mode, width),)
    best = min(splits, key=lambda split: _width(split, metrics))
    if _width(best, metrics) <= width:
        return best
    first, rest = next((s for s in reversed(splits) if metrics.horizontalAdvance(s[0]) <= width), splits[0])
    return metrics.elidedText(first, Qt.TextElideMode.ElideRight, width), metrics.elidedText(rest, mode, width)


def _splits(name: str) -> list[tuple[str, str]]:
    words = name.split()
    return [(" ".join(words[:count]), " ".join(words[count:])) for count in range(1, len(words))]


def _width(split: tuple[str, str], metrics: QFontMetricsF) -> float:
    return max(metrics.horizontalAdvance(split[0]), metrics.horizontalAdvance(split[1]))


def find_place(
    label: Label,
    *,
    box: QRectF,
    bounds: QRectF,
    font: QFont,
    taken: Sequence[QRectF],
    others: Sequence[QRectF],
    former_rank: int | None = None,
) -> LabelPlace | None:
    """The best free place for a label: with the whole name in its box, or beside it, else with what can be read.

    No label covers what is ``taken``; one that leaves its box keeps off the ``others``, the boxes of other items.
    ``former_rank`` is that of the place where the label was before.
    """
    shown = box.intersected(bounds)
    inset = _INSET if min(shown.width(), shown.height()) > 72 else _LEAST_INSET
    inside = shown.marginsRemoved(QMarginsF(inset, inset, inset, inset))
    reach = shown.adjusted(-_WIDEST_BESIDE, -2 * LABEL_HEIGHT, _WIDEST_BESIDE, 2 * LABEL_HEIGHT)
    labels = [other for other in taken if other.intersects(reach)]
    all_near = labels + [other for other in others if other.intersects(reach)]
    for rank, shape in enumerate(_shapes(label, font, room=inside.width())):
        slack = _SLACK if former_rank is not None and rank < former_rank else 0.0
        if shape.is_beside:
            is_worth_it = min(shown.width(), shown.height()) >= _LEAST_BOX and shape.least <= _WIDEST_BESIDE
            rects = _beside(inside, shown, shape.size, bounds=bounds) if is_worth_it else iter(())
            in_the_way = all_near
        else:
            has_room = shape.least + slack <= inside.width() + 0.5 and shape.size.height() <= inside.height() + 0.5
            rects = _within(inside, shape.size) if has_room else iter(())
            in_the_way = labels
        for rect in rects:
            claimed = rect.adjusted(-slack, -slack, slack, slack)
            if bounds.contains(rect) and not any(claimed.intersects(other) for other in in_the_way):
                return LabelPlace(rect, rank)
    return None


@dataclass(frozen=True, slots=True)
class _Shape:
    """A size that a label can take; ``least`` is the width from which on it is worth taking."""

    size: QSizeF
    least: float
    is_beside: bool = False


@lru_cache(maxsize=256)
def _measured(label: Label, font: QFont) -> tuple[float, float, float, float, float, float]:
    """Widths of sign, name, its best split and the whole label; the height of two lines; the width of a letter.

    Asked for again with every frame.
    """
    metrics = QFontMetricsF(font)
    splits, name = _splits(label.name), metrics.horizontalAdvance(label.name)
    return (
        metrics.horizontalAdvance(SIGNS[label.outcome]) + 2 * PAD + 1,
        name,
        min((_width(split, metrics) for split in splits), default=name),
        label_size(label, font).width(),
        LABEL_HEIGHT + metrics.height() if splits else LABEL_HEIGHT,
        metrics.averageCharWidth(),
    )


def _shapes(label: Label, font: QFont, *, room: float) -> Iterator[_Shape]:
    """Every shape of a label, the best first; always as many, so that their places in the list can be compared."""
    sign, name, split, scored, high, letter = _measured(label, font)
    alone = _Shape(QSizeF(sign, LABEL_HEIGHT), sign)
    if not label.name:
        yield alone
        return
    side = sign + GAP
    one, two = side + name, side + split
    readable, least = (side + min(split, letters * letter) for letters in (_READABLE, _LEAST))
    cut, between = max(readable, min(room, one)), (two + readable) / 2
    yield _Shape(QSizeF(scored, LABEL_HEIGHT), scored)
    yield _Shape(QSizeF(one, LABEL_HEIGHT), one)
    yield _Shape(QSizeF(two, high), two)
    yield _Shape(QSizeF(two, high), two, is_beside=True)
    yield _Shape(QSizeF(one, LABEL_HEIGHT), one, is_beside=True)
    yield _Shape(QSizeF(cut, high), readable)
    yield _Shape(QSizeF(cut, LABEL_HEIGHT), readable)
    yield _Shape(QSizeF(readable, high), readable)
    yield _Shape(QSizeF(readable, LABEL_HEIGHT), readable)
    yield _Shape(QSizeF(between, high), between, is_beside=True)
    yield _Shape(QSizeF(readable, high), readable, is_beside=True)
    yield _Shape(QSizeF(readable, LABEL_HEIGHT), readable, is_beside=True)
    yield _Shape(QSizeF(max(least, min(room, two)), high), least)
    yield _Shape(QSizeF(least, high), least)
    yield _Shape(QSizeF(least, LABEL_HEIGHT), least)
    yield _Shape(QSizeF(least, high), least, is_beside=True)
    yield _Shape(QSizeF(least, LABEL_HEIGHT), least, is_beside=True)
    yield alone


def _within(inside: QRectF, size: QSizeF) -> Iterator[QRectF]:
    """At the left and right edge of a box, from its top to its bottom."""
    right, bottom = inside.right() - size.width(), inside.bottom() - size.height()
    rows = [inside.top()]
    while rows[-1] + LABEL_HEIGHT + 2 <= bottom:
        rows.append(rows[-1] + LABEL_HEIGHT + 2)
    rows.append(bottom)
    for y in rows:
        yield QRectF(QPointF(inside.left(), y), size)
        yield QRectF(QPointF(right, y), size)


def _beside(inside: QRectF, box: QRectF, size: QSizeF, *, bounds: QRectF) -> Iterator[QRectF]:
    """Over the edge of a box at its top or bottom, then close above and below it."""
    rows = (inside.top(), inside.bottom() - size.height(), box.top() - size.height(), box.bottom())
    for y in rows:
        for x in (inside.left(), inside.right() - size.width(), box.center().x() - size.width() / 2):
            yield QRectF(QPointF(min(max(x, bounds.left()), bounds.right() - size.width()), y), size)
