"""Paints a recognition as a card: its crop, what was said, how sure and when."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.catalog.records import Recognition, ReviewState
from core.sightings import Outcome
from gui import theme
from gui.review.recognition_list_model import RECOGNITION_ROLE, RecognitionListModel
from gui.widgets.picture_lender import PictureLender, paint_focus_dots

_TEXT_HEIGHT = 62
_WIDEST_CARD = 260


class RecognitionDelegate(QStyledItemDelegate):
    """A card with the sign ✓ ? + beside the name, so that the outcome is not told by color alone."""

    def __init__(self, view: QListView, lender: PictureLender) -> None:
        super().__init__(view)
        self._view = view
        self._lender = lender

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Four cards beside each other where they fit, fewer when narrow, more when wide."""
        room = self._view.viewport().width()
        columns = max(2, min(4, room // 150), -(-room // _WIDEST_CARD))
        width = room // columns
        return QSize(width, round((width - 3 * theme.CARD_GAP) * 0.75) + _TEXT_HEIGHT + 2 * theme.CARD_GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tones = theme.colors()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        card = QRectF(rect).adjusted(1, 1, -theme.CARD_GAP + 1, -theme.CARD_GAP + 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(tones.accent if is_selected else tones.line, 2 if is_selected else 1))
        painter.setBrush(tones.selected if is_selected else tones.card)
        painter.drawRoundedRect(card, theme.CARD_RADIUS, theme.CARD_RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            paint_focus_dots(painter, card.adjusted(3, 3, -3, -3))
        picture = card.adjusted(theme.INSIDE, theme.INSIDE, -theme.INSIDE, -_TEXT_HEIGHT)
        recognition: Recognition = index.data(RECOGNITION_ROLE)
        self._lender.paint(painter, picture, recognition.picture)
        self._paint_words(painter, card, index)
        painter.restore()

    def _paint_words(self, painter: QPainter, card: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        tones = theme.colors()
        recognition: Recognition = index.data(RECOGNITION_ROLE)
        sign, color = outcome_sign(recognition)
        words = QRectF(card.left() + theme.INSIDE + 1, card.bottom() - _TEXT_HEIGHT + 9, card.width() - 18, 20)
        painter.setFont(theme.bold())
        painter.setPen(color)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, sign)
        indent = painter.fontMetrics().horizontalAdvance(sign) + 5
        painter.setPen(tones.text)
        name = words.adjusted(indent, 0, 0, 0)
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(name.width()))
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, title)
        model = index.model()
        if isinstance(model, RecognitionListModel):
            painter.setFont(theme.font(theme.NOTE_SIZE, figures=True))
            painter.setPen(tones.note)
            painter.drawText(words.translated(0, 19), Qt.AlignmentFlag.AlignVCenter, model.note(recognition))


def outcome_sign(recognition: Recognition) -> tuple[str, QColor]:
    """The sign and color for what holds now: ✓ known or confirmed, ? possible, + unknown, × no item."""
    tones = theme.colors()
    match recognition.state:
        case ReviewState.RIGHT | ReviewState.CORRECTED:
            return "✓", tones.accent
        case ReviewState.NOT_ITEM:
            return "×", tones.note
    match recognition.outcome:
        case Outcome.KNOWN:
            return "✓", tones.accent
        case Outcome.POSSIBLE:
            return "?", tones.amber
        case Outcome.UNKNOWN:
            return "+", tones.red
