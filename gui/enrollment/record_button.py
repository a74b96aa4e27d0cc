"""The plate that takes shots: hold it, or the space bar, to record; tap for one."""

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui import theme
from gui.widgets.card import paint_card, paint_focus_ring
from gui.widgets.key_cap import cap_size, key_text, paint_key_cap

_HEIGHT = 52
_TAP_MS = 180
_SIZES = (18.0, 16.0, 14.0, 12.5)
"""Type sizes, the largest that fits is taken."""
_PAD = 18.0
_DOT = 14.0
_GAP = 8.0


class RecordButton(QAbstractButton):
    """``begun`` and ``ended`` enclose a recording; ``tapped`` asks for one shot.

    ``press`` and ``let_go`` are for the key of the page; mouse, touch and the button's own Space do the same.
    """

    begun = Signal()
    ended = Signal()
    tapped = Signal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = key_text(key)
        self._is_pressed = False
        self._is_recording = False
        self._tap = QTimer(self, singleShot=True, interval=_TAP_MS)
        self._tap.timeout.connect(self._begin)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Hold to record shots, tap for one"))
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, on=False)

    @property
    def is_recording(self) -> bool:
        return self._is_recording

    @property
    def is_pressed(self) -> bool:
        return self._is_pressed

    def press(self) -> None:
        """The key or finger went down."""
        if not self._is_pressed and self.isEnabled():
            self._is_pressed = True
            self._tap.start()
            self.update()

    def let_go(self) -> None:
        """The key or finger went up."""
        if not self._is_pressed:
            return
        self._is_pressed = False
        if self._tap.isActive():
            self._tap.stop()
            self.tapped.emit()
        self._end()

    def cancel(self) -> None:
        """Stop without a shot: the window went away under the finger."""
        self._tap.stop()
        self._is_pressed = False
        self._end()

    def _begin(self) -> None:
        self._is_recording = True
        self.begun.emit()
        self.updateGeometry()
        self.update()

    def _end(self) -> None:
        if self._is_recording:
            self._is_recording = False
            self.ended.emit()
        self.update()

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.press()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.press()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.let_go()
            return
        super().keyReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        # Before another window the key is let go unheard.
        if event.type() == QEvent.Type.WindowDeactivate:
            self.cancel()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.cancel()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self.cancel()
        super().changeEvent(event)

    # Painting

    def _parts(self) -> tuple[str, str]:
        """The words before and after the key cap."""
        if self._is_recording:
            return self.tr("Recording: turn it slowly"), ""
        return self.tr("Hold"), self.tr("and turn it slowly")

    def sizeHint(self) -> QSize:
        return QSize(self._needed(_SIZES[0]), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(_SIZES[-1]), _HEIGHT)

    def _needed(self, size: float) -> int:
        """The width that all words need in a type size, recording or not."""
        face = QFontMetricsF(theme.bold(size))
        before, after = self.tr("Hold"), self.tr("and turn it slowly")
        resting = (
            face.horizontalAdvance(before) + face.horizontalAdvance(after) + cap_size(self._cap).width() + 2 * _GAP
        )
        recording = face.horizontalAdvance(self.tr("Recording: turn it slowly")) + _DOT + _GAP
        return math.ceil(max(resting, recording) + 2 * _PAD)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        rect = QRectF(self.rect())
        is_active = self._is_pressed or self._is_recording
        border = tones.accent if is_active else tones.line
        fill = tones.selected if is_active else tones.hover if self.underMouse() else tones.card
        paint_card(painter, rect, fill=fill, border=border, radius=theme.CARD_RADIUS, width=2)
        size = next((size for size in _SIZES if self._needed(size) <= rect.width()), _SIZES[-1])
        self._paint_words(painter, rect, theme.bold(size))
        if self.hasFocus():
            paint_focus_ring(painter, rect.adjusted(2, 2, -2, -2), theme.CARD_RADIUS - 2)

    def _paint_words(self, painter: QPainter, rect: QRectF, face: QFont) -> None:
        tones = theme.colors()
        ink = tones.text if self.isEnabled() else tones.note
        before, after = self._parts()
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        x = _PAD
        if self._is_recording:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tones.red)
            painter.drawEllipse(QRectF(x, rect.center().y() - _DOT / 2, _DOT, _DOT))
            x += _DOT + _GAP
        painter.setFont(face)
        painter.setPen(ink)
        painter.drawText(QRectF(x, 0, rect.width() - x, rect.height()), flags, before)
        if after:
            x += QFontMetricsF(face).horizontalAdvance(before) + _GAP
            size = cap_size(self._cap)
            paint_key_cap(
                painter, QRectF(x, rect.center().y() - size.height() / 2, size.width(), size.height()), self._cap
            )
            x += size.width() + _GAP
            painter.drawText(QRectF(x, 0, rect.width() - x, rect.height()), flags, after)
