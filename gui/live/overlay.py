"""Painting of boxes, names and notices on the picture: pure functions of what they are given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from core.sightings import Outcome
from gui import theme
from gui.live.labels import GAP, LABEL_HEIGHT, PAD, SIGNS, Label, find_place, name_lines

COLORS: dict[Outcome | None, QColor] = {
    Outcome.KNOWN: theme.VIDEO_KNOWN,
    Outcome.POSSIBLE: theme.VIDEO_POSSIBLE,
    Outcome.UNKNOWN: theme.VIDEO_UNKNOWN,
    None: QColor("#c4cacf"),
}
_DASHES: dict[Outcome | None, list[float]] = {
    Outcome.KNOWN: [],
    Outcome.POSSIBLE: [4.0, 2.4],
    Outcome.UNKNOWN: [1.0, 1.4],
    None: [1.0, 3.0],
}
LINE_WIDTH = 3.0


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item in the coordinates of the view. ``label_rect`` is ``None`` when no label fits.

    ``label_rank`` says how good its place is, for ``place_labels`` in the next frame.
    """

    track_id: int
    box: QRectF
    label: Label
    label_rect: QRectF | None = None
    is_marked: bool = False
    label_rank: int | None = None


def label_font() -> QFont:
    return theme.bold(theme.BODY_SIZE, figures=True)


def place_labels(
    items: Sequence[PlacedItem],
    *,
    bounds: QRectF,
    font: QFont,
    kept_free: Sequence[QRectF] = (),
    former: Sequence[PlacedItem] = (),
) -> list[PlacedItem]:
    """Give every item a place for its label that covers no label placed before, nor what is ``kept_free``.

    A label stands in its box; where that is too small for the name, it may reach beyond it over what is no other item's
    box. Boxes lower in the list give way. An item with no place for even the sign keeps ``label_rect`` ``None``.
    ``former`` are the items of the frame before, so that labels stay where they are.
    """
    taken: list[QRectF] = list(kept_free)
    ranks = {item.track_id: item.label_rank for item in former}
    placed = []
    for item in items:
        place = find_place(
            item.label,
            box=item.box,
            bounds=bounds,
            font=font,
            taken=taken,
            others=[other.box for other in items if other is not item],
            former_rank=ranks.get(item.track_id),
        )
        if place is not None:
            taken.append(place.rect)
        rect, rank = (place.rect, place.rank) if place is not None else (None, None)
        placed.append(replace(item, label_rect=rect, label_rank=rank))
    return placed


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
    """Paint sign, name and score in white on a near-black plate; the name takes the room that there is."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.VIDEO_LABEL)
    painter.drawRoundedRect(rect, 5, 5)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    sign = SIGNS[label.outcome]
    x, right = rect.left() + PAD, rect.right() - PAD + 1
    most = 2 if rect.height() > LABEL_HEIGHT + 1 else 1
    line = QRectF(x, rect.top(), right - x + 1, LABEL_HEIGHT)
    painter.setPen(COLORS[label.outcome])
    painter.drawText(line, flags, sign)
    line.setLeft(x + metrics.horizontalAdvance(sign) + GAP)
    room = right - line.left()
    if room >= metrics.horizontalAdvance("x…"):
        painter.setPen(theme.VIDEO_TEXT)
        lines = name_lines(label.name, font, room + 0.5, most=most)
        _paint_lines(painter, line, lines, flags)
        width = metrics.horizontalAdvance(lines[-1]) + GAP
        # The name is worth more than its score.
        if lines == (label.name,) and width + metrics.horizontalAdvance(label.score) <= room + 0.5:
            painter.setPen(theme.VIDEO_NOTE)
            painter.drawText(line.adjusted(width, 0, 0, 0), flags, label.score)
    painter.restore()


def _paint_lines(painter: QPainter, first: QRectF, lines: Sequence[str], flags: int) -> None:
    """Paint lines of text, the first one in its rectangle, the others close below it."""
    height = QFontMetricsF(painter.font()).height()
    top = first.top() + (LABEL_HEIGHT - height) / 2
    for place, text in enumerate(lines):
        painter.drawText(QRectF(first.left(), top + place * height, first.width(), height), flags, text)


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
