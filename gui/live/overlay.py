"""Painting of boxes, names and notices on the picture: pure functions of what they are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from core.sightings import Outcome
from gui import theme

COLORS: dict[Outcome | None, QColor] = {
    Outcome.KNOWN: theme.VIDEO_KNOWN,
    Outcome.POSSIBLE: theme.VIDEO_POSSIBLE,
    Outcome.UNKNOWN: theme.VIDEO_UNKNOWN,
    None: QColor("#c4cacf"),
}
SIGNS: dict[Outcome | None, str] = {
    Outcome.KNOWN: "✓",
    Outcome.POSSIBLE: "?",
    Outcome.UNKNOWN: "+",
    None: "…",
}
_DASHES: dict[Outcome | None, list[float]] = {
    Outcome.KNOWN: [],
    Outcome.POSSIBLE: [4.0, 2.4],
    Outcome.UNKNOWN: [1.0, 1.4],
    None: [1.0, 3.0],
}
LINE_WIDTH = 3.0
LABEL_HEIGHT = 24.0
_INSET = 8.0
_PAD = 8.0
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Label:
    """What stands in an item's box. ``outcome`` is ``None`` while the item is still looked at."""

    outcome: Outcome | None
    name: str
    score: str = ""


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item in the coordinates of the view. ``label_rect`` is ``None`` when no label fits."""

    track_id: int
    box: QRectF
    label: Label
    label_rect: QRectF | None = None
    is_marked: bool = False


def label_font() -> QFont:
    return theme.bold(theme.BODY_SIZE, figures=True)


def label_size(label: Label, font: QFont) -> QSizeF:
    """The room that the whole label takes."""
    metrics = QFontMetricsF(font)
    parts = [part for part in (SIGNS[label.outcome], label.name, label.score) if part]
    words = sum(metrics.horizontalAdvance(part) for part in parts) + _GAP * (len(parts) - 1)
    return QSizeF(words + 2 * _PAD + 1, LABEL_HEIGHT)


def place_labels(
    items: Sequence[PlacedItem], *, bounds: QRectF, font: QFont, kept_free: Sequence[QRectF] = ()
) -> list[PlacedItem]:
    """Give every item a place for its label inside its box that covers no label placed before,
    nor what is ``kept_free``.

    A label is narrowed to its box, at least to its sign; boxes lower in the list give way. An item whose box has no
    free place for even the sign keeps ``label_rect`` ``None``.
    """
    taken: list[QRectF] = list(kept_free)
    placed = []
    for item in items:
        rect = _free_place(item, taken, bounds=bounds, font=font)
        if rect is not None:
            taken.append(rect)
        placed.append(PlacedItem(item.track_id, item.box, item.label, rect, item.is_marked))
    return placed


def _free_place(item: PlacedItem, taken: Sequence[QRectF], *, bounds: QRectF, font: QFont) -> QRectF | None:
    box = item.box.intersected(bounds)
    inset = _INSET if min(box.width(), box.height()) > 72 else LINE_WIDTH
    inside = box.marginsRemoved(QMarginsF(inset, inset, inset, inset))
    whole = label_size(item.label, font)
    least = QFontMetricsF(font).horizontalAdvance(SIGNS[item.label.outcome]) + 2 * _PAD + 1
    for width in (min(whole.width(), inside.width()), least):
        if width < least - 0.5 or width > inside.width() + 0.5 or inside.height() < LABEL_HEIGHT:
            continue
        for rect in _places(inside, QSizeF(width, LABEL_HEIGHT)):
            if not any(rect.intersects(other) for other in taken):
                return rect
    return None


def _places(inside: QRectF, size: QSizeF) -> list[QRectF]:
    right, bottom = inside.right() - size.width(), inside.bottom() - size.height()
    rows = [inside.top()]
    while rows[-1] + 2 * size.height() + 2 <= inside.bottom():
        rows.append(rows[-1] + size.height() + 2)
    rows.append(bottom)
    return [QRectF(QPointF(x, y), size) for y in rows for x in (inside.left(), right)]


def paint_items(*, painter: QPainter, items: Sequence[PlacedItem], font: QFont) -> None:
    """Paint all boxes, then all labels, so that no line crosses a name."""
    for item in items:
        paint_box(painter=painter, box=item.box, outcome=item.label.outcome, is_marked=item.is_marked)
    for item in items:
        if item.label_rect is not None:
            paint_label(painter=painter, rect=item.label_rect, label=item.label, font=font)


def paint_box(*, painter: QPainter, box: QRectF, outcome: Outcome | None, is_marked: bool = False) -> None:
    """Paint one outline: solid when known, dashed when possible, dotted when unknown, on a dark edge."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = LINE_WIDTH / 2 + 1
    rect = box.adjusted(half, half, -half, -half)
    width = LINE_WIDTH + 1 if is_marked else LINE_WIDTH
    edge = QColor(theme.VIDEO_OUTLINE)
    if _DASHES[outcome]:
        # Between dashes the edge would read as a second line.
        edge.setAlpha(90)
    painter.setPen(QPen(edge, width + 2.5))
    painter.drawRoundedRect(rect, 7, 7)
    pen = QPen(COLORS[outcome], width)
    if _DASHES[outcome]:
        pen.setDashPattern(_DASHES[outcome])
        # Round dots take half as long again to paint, and at this size look the same.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawRoundedRect(rect, 7, 7)
    painter.restore()


def paint_label(*, painter: QPainter, rect: QRectF, label: Label, font: QFont) -> None:
    """Paint sign, name and score in white on a near-black plate; the name is cut to what fits."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.VIDEO_LABEL)
    painter.drawRoundedRect(rect, 5, 5)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    x = rect.left() + _PAD
    right = rect.right() - _PAD + 1
    sign = SIGNS[label.outcome]
    painter.setPen(COLORS[label.outcome])
    painter.drawText(QRectF(x, rect.top(), right - x, rect.height()), flags, sign)
    x += metrics.horizontalAdvance(sign) + _GAP
    score_width = metrics.horizontalAdvance(label.score) + _GAP if label.score else 0.0
    room = right - x - score_width
    if room < metrics.horizontalAdvance(label.name) - 0.5:
        # The name is worth more than its score.
        score_width, room = 0.0, right - x
    if room >= metrics.horizontalAdvance("x…"):
        name = metrics.elidedText(label.name, Qt.TextElideMode.ElideRight, room + 0.5)
        painter.setPen(theme.VIDEO_TEXT)
        painter.drawText(QRectF(x, rect.top(), room + 1, rect.height()), flags, name)
        x += metrics.horizontalAdvance(name) + _GAP
        if score_width:
            painter.setPen(theme.VIDEO_NOTE)
            painter.drawText(QRectF(x, rect.top(), right - x + 1, rect.height()), flags, label.score)
    painter.restore()


def paint_spotlight(*, painter: QPainter, area: QRectF, box: QRectF) -> None:
    """Darken everything but one box."""
    path = QPainterPath()
    path.addRect(area)
    hole = QPainterPath()
    hole.addRoundedRect(box, 9, 9)
    painter.fillPath(path.subtracted(hole), QColor(10, 12, 14, 150))


def paint_rounded_corners(*, painter: QPainter, area: QRectF, radius: float, ground: QColor) -> None:
    """Cover the four corners of the picture with the color behind it."""
    whole = QPainterPath()
    whole.addRect(area)
    plate = QPainterPath()
    plate.addRoundedRect(area, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(whole.subtracted(plate), ground)
    painter.restore()


def paint_notice(
    *, painter: QPainter, area: QRectF, icon_name: str, title: str, sentence: str, progress: float | None = None
) -> None:
    """Paint a calm notice in the middle of the picture: sign, title, sentence, and how far it is."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    title_font, sentence_font = theme.bold(18), theme.font(theme.BODY_SIZE)
    width = min(area.width() - 32, 520.0)
    wraps = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
    room = QRectF(0, 0, width - 48, 400)
    title_rect = QFontMetricsF(title_font).boundingRect(room, wraps, title)
    sentence_rect = QFontMetricsF(sentence_font).boundingRect(room, wraps, sentence)
    bar = 24.0 if progress is not None else 0.0
    height = 24 + 36 + 10 + title_rect.height() + 6 + sentence_rect.height() + bar + 24
    plate = QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.VIDEO_LABEL)
    painter.drawRoundedRect(plate, theme.CARD_RADIUS, theme.CARD_RADIUS)
    y = plate.top() + 24
    theme.paint_icon(painter, QRectF(plate.center().x() - 18, y, 36, 36), icon_name, theme.VIDEO_TEXT)
    y += 46
    painter.setPen(theme.VIDEO_TEXT)
    painter.setFont(title_font)
    painter.drawText(QRectF(plate.left() + 24, y, width - 48, title_rect.height() + 2), wraps, title)
    y += title_rect.height() + 6
    painter.setPen(theme.VIDEO_NOTE)
    painter.setFont(sentence_font)
    painter.drawText(QRectF(plate.left() + 24, y, width - 48, sentence_rect.height() + 2), wraps, sentence)
    if progress is not None:
        y += sentence_rect.height() + 16
        groove = QRectF(plate.left() + 24, y, width - 48, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 50))
        painter.drawRoundedRect(groove, 3, 3)
        painter.setBrush(theme.VIDEO_KNOWN)
        painter.drawRoundedRect(QRectF(groove.topLeft(), QSizeF(groove.width() * progress, 6)), 3, 3)
    painter.restore()


def flag_rect(area: QRectF, text: str) -> QRectF:
    """Where a flag lies: in the bottom right corner of the picture."""
    width = QFontMetricsF(theme.bold(theme.NOTE_SIZE)).horizontalAdvance(text) + 20
    return QRectF(area.right() - width - 12, area.bottom() - 38, width, 26)


def paint_flag(*, painter: QPainter, rect: QRectF, text: str) -> None:
    """Paint a small flag: says that this is the demo shop."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.VIDEO_POSSIBLE)
    painter.drawRoundedRect(rect, 6, 6)
    painter.setPen(QColor("#1b1e20"))
    painter.setFont(theme.bold(theme.NOTE_SIZE))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
