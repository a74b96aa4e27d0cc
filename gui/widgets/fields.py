"""Choices, numbers and switches that look like the text fields beside them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QValidator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QListView,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from gui import theme
from gui.widgets.card import paint_card, paint_focus_ring

_PAD = 12


def paint_field(widget: QWidget, painter: QPainter, *, has_focus: bool) -> None:
    """The ground of a field: card color while it has the focus, page color otherwise."""
    tones = theme.colors()
    paint_card(
        painter,
        QRectF(widget.rect()),
        fill=tones.card if has_focus else tones.page,
        border=tones.accent if has_focus else tones.line,
        radius=theme.CONTROL_RADIUS,
        width=2.0 if has_focus else 1.0,
    )


def clear_ground(widget: QWidget) -> None:
    """Let the painted ground show through."""
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
    widget.setPalette(palette)


class ChoiceField(QComboBox):
    """One of a few; the list opens with rows that a finger can press. May be editable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(theme.TARGET)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        rows = QListView(self)
        rows.setSpacing(6)
        self.setView(rows)

    def setEditable(self, editable: bool) -> None:
        super().setEditable(editable)
        line = self.lineEdit()
        if line is not None:
            line.setFrame(False)
            line.setTextMargins(_PAD - 4, 0, 0, 0)
            clear_ground(line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        line = self.lineEdit()
        paint_field(self, painter, has_focus=self.hasFocus() or (line is not None and line.hasFocus()))
        side = 18.0
        arrow = QRectF(self.width() - _PAD - side, (self.height() - side) / 2, side, side)
        theme.paint_icon(painter, arrow, "chevron-down", tones.note)
        if line is None:
            painter.setFont(self.font())
            painter.setPen(tones.text if self.isEnabled() else tones.note)
            words = QRectF(_PAD, 0, arrow.left() - _PAD - 4, self.height())
            text = painter.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, int(words.width()))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), text)


class IntegerField(QSpinBox):
    """A whole number; the arrow keys and the wheel change it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _dress(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_field(self, QPainter(self), has_focus=self.hasFocus())


class DecimalField(QDoubleSpinBox):
    """A number; the arrow keys and the wheel change it. Point and comma both part the decimals, in any language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _dress(self)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        # Qt leaves a separator out that is not the language's own: 9.5 % would become 95 % where a comma is usual.
        point = self.locale().decimalPoint()
        return super().validate(text.replace(".", point).replace(",", point), place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_field(self, QPainter(self), has_focus=self.hasFocus())


def _dress(box: QAbstractSpinBox) -> None:
    box.setMinimumHeight(theme.TARGET)
    box.setFont(theme.font(figures=True))
    box.setFrame(False)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    line = box.lineEdit()
    line.setTextMargins(_PAD - 2, 0, _PAD - 2, 0)
    clear_ground(line)


class Switch(QAbstractButton):
    """Yes or no: a sliding knob with the word beside it, pressed or switched with Space."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _words(self) -> tuple[str, str]:
        return self.tr("off"), self.tr("on")

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = max(metrics.horizontalAdvance(word) for word in self._words())
        return QSize(words + 44 + 3 * theme.INSIDE, theme.TARGET)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        is_on = self.isChecked()
        track = QRectF(self.width() - 44 - theme.INSIDE, self.height() / 2 - 12, 44, 24)
        fill, edge = (tones.accent, tones.accent) if is_on else (tones.cap, tones.note)
        paint_card(painter, track, fill=fill, border=edge, radius=12)
        knob = QRectF(track.right() - 21 if is_on else track.left() + 3, track.top() + 3, 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.on_accent if is_on else tones.note)
        painter.drawEllipse(knob)
        painter.setPen(tones.text if self.isEnabled() else tones.note)
        painter.setFont(self.font())
        words = QRectF(0, 0, track.left() - theme.INSIDE, self.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._words()[is_on])
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()))
