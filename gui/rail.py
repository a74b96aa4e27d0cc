"""The rail at the window's left edge: one large button a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFocusEvent, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.card import paint_focus_ring
from gui.widgets.key_cap import key_text

WIDTH = 76
_HEIGHT = 74
_LOW_HEIGHT = 66
_EDGE = 6
_KEY_SIZE = 10.5


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A page's place on the rail."""

    name: str
    action: QAction
    icon_name: str


class RailButton(QAbstractButton):
    """Icon, word and key of a page; a badge counts what waits there."""

    def __init__(self, entry: RailEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = entry.icon_name
        self._keys = key_text(entry.action.shortcut())
        self._badge = 0
        self._warnings = 0
        self._came_by_key = False
        self.setText(entry.action.text())
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.clicked.connect(entry.action.trigger)
        self._tell_name()

    @property
    def badge(self) -> int:
        return self._badge

    def set_badge(self, count: int) -> None:
        if count != self._badge:
            self._badge = count
            self._tell_name()
            self.update()

    def set_warnings(self, count: int) -> None:
        """Show an exclamation mark while something is wrong there."""
        if count != self._warnings:
            self._warnings = count
            self._tell_name()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 1, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH - 1, _LOW_HEIGHT)

    def _tell_name(self) -> None:
        waiting = self.tr(", {count} waiting").format(count=self._badge) if self._badge else ""
        wrong = ""
        if self._warnings:
            one, several = self.tr(", 1 warning"), self.tr(", {count} warnings")
            wrong = one if self._warnings == 1 else several.format(count=self._warnings)
        self.setAccessibleName(f"{self.text()} ({self._keys}){waiting}{wrong}")

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A window that opens gives its first button the focus, which nobody has asked for.
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._came_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        rect = QRectF(self.rect())
        ink = tones.note
        if self.isChecked():
            painter.fillRect(rect, tones.selected)
            painter.fillRect(QRectF(0, 0, 3, rect.height()), tones.accent)
            ink = tones.accent
        elif self.underMouse():
            painter.fillRect(rect, tones.hover)
        top = (rect.height() - 58) / 2
        theme.paint_icon(painter, QRectF(rect.center().x() - 11, top, 22, 22), self._icon_name, ink)
        center = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(ink)
        face = self._word_face(rect.width() - 2 * _EDGE)
        painter.setFont(face)
        words = QFontMetricsF(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width() - _EDGE)
        painter.drawText(QRectF(0, top + 26, rect.width(), 17), center, words)
        painter.setFont(theme.font(_KEY_SIZE))
        painter.drawText(QRectF(0, top + 43, rect.width(), 15), center, self._keys)
        badge = ("99+" if self._badge > 99 else str(self._badge)) if self._badge else "!" if self._warnings else ""
        if badge:
            self._paint_badge(painter, QRectF(rect.center().x() + 5, top - 4, 0, 15), badge)
        if self.hasFocus() and self._came_by_key:
            paint_focus_ring(painter, rect.adjusted(3, 1, -1, -1), 6)

    def _word_face(self, room: float) -> QFont:
        """The word gets smaller before it reaches the edge or is cut, down to the size of the key below it."""
        for size in (theme.NOTE_SIZE, 12.0, 11.5, 11.0, _KEY_SIZE):
            face = theme.bold(size) if self.isChecked() else theme.font(size)
            if QFontMetricsF(face).horizontalAdvance(self.text()) <= room:
                break
        return face

    def _paint_badge(self, painter: QPainter, place: QRectF, text: str) -> None:
        tones = theme.colors()
        face = theme.bold(10.5)
        place.setWidth(max(19.0, QFontMetricsF(face).horizontalAdvance(text) + 10))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.red)
        painter.drawRoundedRect(place, 7.5, 7.5)
        painter.setPen(tones.on_red)
        painter.setFont(face)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """The pages one below the other."""

    def __init__(self, entries: Sequence[RailEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Pages"))
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 1, 8)
        column.setSpacing(0)
        for entry in entries:
            button = RailButton(entry)
            self._group.addButton(button)
            self._buttons[entry.name] = button
            column.addWidget(button)
        column.addStretch(1)

    def button(self, name: str) -> RailButton:
        return self._buttons[name]

    def set_current(self, name: str) -> None:
        self._buttons[name].setChecked(True)
        # The Tab key stops at the page that is open; the arrow keys lead from there to the others.
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button.isChecked() else Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        painter.fillRect(self.rect(), tones.card)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), tones.line)
