"""Painting of a basket row, and where in it a finger can press."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.checkout.basket_list_model import ROW_ROLE, BasketRow, Index
from gui.widgets.card import paint_card
from gui.widgets.picture_lender import PictureLender, paint_focus_dots
from gui.widgets.words import wrapped

ROW_HEIGHT = 74
_GAP = 8
_PICTURE = 48.0
_BUTTON = 30.0
_QUANTITY = 30.0
_NOTE_LINES = 2
_WIDE = 300
"""Rows narrower than this show no picture."""


class Part(Enum):
    """What a press hits."""

    LINE = auto()
    FEWER = auto()
    MORE = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """Where the parts of a row lie."""

    plate: QRectF
    picture: QRectF
    words: QRectF
    fewer: QRectF
    quantity: QRectF
    more: QRectF
    amount: QRectF


def places_of(area: QRectF, row: BasketRow) -> RowPlaces:
    """Lay a row out in its area."""
    plate = area.adjusted(0, 0, 0, -_GAP)
    middle = plate.center().y()
    picture = QRectF()
    left = plate.left() + 12
    if plate.width() >= _WIDE:
        picture = QRectF(plate.left() + 9, middle - _PICTURE / 2, _PICTURE, _PICTURE)
        left = picture.right() + 10
    metrics = QFontMetricsF(theme.bold(figures=True))
    amount_width = max(46.0, metrics.horizontalAdvance(row.amount) + 2)
    amount = QRectF(plate.right() - 9 - amount_width, plate.top(), amount_width, plate.height())
    right = amount.left() - 8
    if row.is_counted_in_pieces:
        more = QRectF(right - _BUTTON, middle - _BUTTON / 2, _BUTTON, _BUTTON)
        quantity_width = max(_QUANTITY - 12, metrics.horizontalAdvance(row.quantity) + 6)
        quantity = QRectF(more.left() - quantity_width, plate.top(), quantity_width, plate.height())
        fewer = QRectF(quantity.left() - _BUTTON, more.top(), _BUTTON, _BUTTON)
        end = fewer.left()
    else:
        more, fewer = QRectF(), QRectF()
        width = metrics.horizontalAdvance(row.quantity) + 2
        if row.is_voided:
            more = QRectF(right - _BUTTON, middle - _BUTTON / 2, _BUTTON, _BUTTON)
            width, right = 0, more.left()
        quantity = QRectF(right - width, plate.top(), width, plate.height())
        end = quantity.left()
    words = QRectF(left, plate.top() + 8, end - 8 - left, plate.height() - 16)
    return RowPlaces(plate, picture, words, fewer, quantity, more, amount)


def part_at(area: QRectF, row: BasketRow, point: QPointF) -> Part:
    """What lies under a point; the small buttons can be pressed within 44 pixels."""
    places = places_of(area, row)
    grow = (theme.TARGET - _BUTTON) / 2
    for rect, part in ((places.fewer, Part.FEWER), (places.more, Part.RESTORE if row.is_voided else Part.MORE)):
        if not rect.isEmpty() and rect.adjusted(-grow, -grow, grow, grow).contains(point):
            return part
    return Part.LINE


def _note_face() -> QFont:
    return theme.font(theme.NOTE_SIZE, figures=True)


def note_lines(row: BasketRow, width: float) -> list[str]:
    """The note of a row as it is painted in words that are so wide."""
    return wrapped(row.note, _note_face(), width, most=_NOTE_LINES) if row.note else []


class BasketDelegate(QStyledItemDelegate):
    """Paints rows; ``pressed`` is the row and part under the finger."""

    def __init__(self, lender: PictureLender, parent: QObject) -> None:
        super().__init__(parent)
        self._lender = lender
        self.pressed: tuple[int, Part] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(option.rect.width(), ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: BasketRow = index.data(ROW_ROLE)
        places = places_of(QRectF(option.rect), row)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_plate(painter, places, row, is_selected=is_selected)
        if not places.picture.isEmpty():
            painter.setOpacity(0.45 if row.is_voided else 1.0)
            self._lender.paint(painter, places.picture, row.picture)
            painter.setOpacity(1.0)
        self._paint_words(painter, places, row)
        self._paint_figures(painter, places, row, index.row())
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus_dots(painter, places.plate.adjusted(3, 3, -3, -3))
        painter.restore()

    def _paint_plate(self, painter: QPainter, places: RowPlaces, row: BasketRow, *, is_selected: bool) -> None:
        tones = theme.colors()
        if row.is_waiting:
            fill = tones.selected if is_selected else tones.card
            paint_card(painter, places.plate, fill=fill, border=tones.amber, radius=10, style=Qt.PenStyle.DashLine)
        elif is_selected:
            paint_card(painter, places.plate, fill=tones.selected, border=tones.accent, radius=10)

    def _paint_words(self, painter: QPainter, places: RowPlaces, row: BasketRow) -> None:
        tones = theme.colors()
        face = theme.bold()
        face.setStrikeOut(row.is_voided)
        note_face = _note_face()
        lines = wrapped(row.name, face, places.words.width(), most=2)
        line_height = QFontMetricsF(face).height()
        notes = note_lines(row, places.words.width())
        note_height = QFontMetricsF(note_face).height()
        y = places.words.center().y() - (line_height * len(lines) + note_height * len(notes)) / 2
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.setFont(face)
        painter.setPen(tones.note if row.is_voided else tones.text)
        for line in lines:
            painter.drawText(QRectF(places.words.left(), y, places.words.width() + 2, line_height), flags, line)
            y += line_height
        painter.setFont(note_face)
        painter.setPen(tones.amber if row.is_waiting or row.has_no_price else tones.note)
        for note in notes:
            painter.drawText(QRectF(places.words.left(), y, places.words.width() + 2, note_height), flags, note)
            y += note_height

    def _paint_figures(self, painter: QPainter, places: RowPlaces, row: BasketRow, place: int) -> None:
        tones = theme.colors()
        face = theme.bold(figures=True)
        face.setStrikeOut(row.is_voided)
        painter.setFont(face)
        painter.setPen(tones.note if row.is_voided else tones.text)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(places.amount, right, row.amount)
        if not row.is_voided:
            painter.drawText(places.quantity, int(Qt.AlignmentFlag.AlignCenter), row.quantity)
        more = Part.RESTORE if row.is_voided else Part.MORE
        for rect, part, icon_name in (
            (places.fewer, Part.FEWER, "minus"),
            (places.more, more, "undo" if row.is_voided else "plus"),
        ):
            if not rect.isEmpty():
                fill = tones.selected if self.pressed == (place, part) else tones.card
                paint_card(painter, rect, fill=fill, border=tones.line, radius=7)
                theme.paint_icon(painter, rect.adjusted(8, 8, -8, -8), icon_name, QColor(tones.text))
