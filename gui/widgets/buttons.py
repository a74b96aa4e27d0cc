"""Buttons that show their key, are large enough for a finger and say where the keyboard is."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from gui import theme
from gui.widgets.card import paint_card, paint_focus_ring
from gui.widgets.key_cap import cap_size, key_text, paint_key_cap
from gui.widgets.words import wrapped

_PAD = 12.0
_LEAST_PAD = 4.0
_GAP = 7.0
_ICON = 20.0


class KeyedButton(QPushButton):
    """The common part: text, optional icon and key cap, painted in the colors of the scheme.

    ``keys`` is only shown; the shortcut itself belongs to an action. Enter presses the button that has the focus.
    """

    def __init__(
        self,
        text: str = "",
        *,
        keys: QKeySequence | str = "",
        icon_name: str = "",
        height: int = theme.TARGET,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._cap = key_text(keys)
        self._icon_name = icon_name
        self._face = theme.bold(theme.BODY_SIZE)
        self._came_by_key = False
        self.setMinimumSize(theme.TARGET, height)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def follow(self, action: QAction) -> None:
        """Press the action when pressed; take its text, key and whether it is enabled."""
        self.setText(action.text())
        self.set_keys(action.shortcut())
        self.setEnabled(action.isEnabled())
        self.setAccessibleName(action.text())
        self.clicked.connect(action.trigger)
        action.enabledChanged.connect(self.setEnabled)

    def set_keys(self, keys: QKeySequence | str) -> None:
        cap = key_text(keys)
        if cap != self._cap:
            self._cap = cap
            self.updateGeometry()
            self.update()

    def set_icon(self, icon_name: str) -> None:
        """Show another icon, or none."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self.updateGeometry()
            self.update()

    def set_face(self, face: QFont) -> None:
        """Use another font for the text."""
        self._face = face
        self.updateGeometry()

    @property
    def shows_focus(self) -> bool:
        """Whether the keyboard is here and came by key; a finger needs no ring."""
        return self.hasFocus() and self._came_by_key

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._came_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        width = self._content_width() + 2 * _PAD
        return QSize(max(theme.TARGET, round(width + 0.5)), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _content_width(self) -> float:
        parts = []
        if self._icon_name:
            parts.append(_ICON)
        if self.text():
            parts.append(QFontMetricsF(self._face).horizontalAdvance(self._plain_text()) + 1)
        if self._cap:
            parts.append(cap_size(self._cap).width())
        return sum(parts) + _GAP * max(0, len(parts) - 1)

    def _plain_text(self) -> str:
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _paint_content(self, painter: QPainter, rect: QRectF, ink: QColor, *, is_on_accent: bool = False) -> None:
        x = rect.x() + max(_LEAST_PAD, (rect.width() - self._content_width()) / 2)
        middle = rect.center().y()
        if self._icon_name:
            theme.paint_icon(painter, QRectF(x, middle - _ICON / 2, _ICON, _ICON), self._icon_name, ink)
            x += _ICON + _GAP
        cap = cap_size(self._cap)
        if self.text():
            metrics = QFontMetricsF(self._face)
            room = rect.right() - x - _LEAST_PAD - (cap.width() + _GAP if self._cap else 0)
            text = metrics.elidedText(self._plain_text(), Qt.TextElideMode.ElideRight, room + 1)
            painter.setFont(self._face)
            painter.setPen(ink)
            width = metrics.horizontalAdvance(text) + 1
            painter.drawText(
                QRectF(x, rect.y(), width, rect.height()),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine),
                text,
            )
            x += width + _GAP
        if self._cap:
            cap_rect = QRectF(QPointF(x, middle - cap.height() / 2), cap)
            paint_key_cap(painter, cap_rect, self._cap, is_on_accent=is_on_accent)


class SecondaryButton(KeyedButton):
    """A plain button: card color, thin line. Checked, it takes the selected color."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        rect = QRectF(self.rect())
        fill, border = tones.card, tones.line
        if self.isChecked():
            fill, border = tones.selected, tones.accent
        if self.isDown():
            fill = tones.selected
        elif self.underMouse() and self.isEnabled() and not self.isChecked():
            fill = tones.hover
        paint_card(painter, rect, fill=fill, border=border, radius=theme.CONTROL_RADIUS)
        ink = tones.accent if self.isChecked() else tones.text if self.isEnabled() else tones.note
        if not self.isEnabled():
            painter.setOpacity(0.55)
        self._paint_content(painter, rect, ink)
        painter.setOpacity(1)
        if self.shows_focus:
            paint_focus_ring(painter, rect)


class PrimaryButton(KeyedButton):
    """The one thing to do next: filled with the accent color."""

    def __init__(
        self,
        text: str = "",
        *,
        keys: QKeySequence | str = "",
        icon_name: str = "",
        height: int = theme.TARGET,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, keys=keys, icon_name=icon_name, height=height, parent=parent)
        if height >= 60:
            self.set_face(theme.bold(21))
        elif height >= 50:
            self.set_face(theme.bold(16.5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        rect = QRectF(self.rect())
        fill = QColor(tones.accent)
        if not self.isEnabled():
            paint_card(painter, rect, fill=tones.cap, border=tones.line, radius=theme.CONTROL_RADIUS + 1)
            self._paint_content(painter, rect, tones.note)
            return
        if self.isDown():
            fill = fill.darker(118)
        elif self.underMouse():
            fill = fill.darker(106)
        paint_card(painter, rect, fill=fill, border=fill, radius=theme.CONTROL_RADIUS + 1)
        self._paint_content(painter, rect, tones.on_accent, is_on_accent=True)
        if self.shows_focus:
            paint_focus_ring(painter, rect)
            inner = rect.adjusted(2, 2, -2, -2)
            paint_card(
                painter,
                inner,
                fill=QColor(Qt.GlobalColor.transparent),
                border=tones.card,
                radius=theme.CONTROL_RADIUS,
            )


class ChoiceButton(KeyedButton):
    """One answer among several: a picture, a title, a note and the key that chooses it."""

    picture_side = 34

    def __init__(
        self,
        title: str = "",
        note: str = "",
        *,
        keys: QKeySequence | str = "",
        height: int = 56,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, keys=keys, height=height, parent=parent)
        self._note = note
        self._picture: QPixmap | None = None
        self._has_picture = False
        self._is_best = False
        self.set_face(theme.font(theme.NOTE_SIZE + 0.5))
        self._tell_name()

    def set_choice(self, title: str, note: str) -> None:
        """Change the words, if they differ."""
        if (title, note) != (self.text(), self._note):
            self.setText(title)
            self._note = note
            self._tell_name()
            self.updateGeometry()
            self.update()

    def set_best(self, *, is_best: bool) -> None:
        """Show this answer as the likeliest."""
        if is_best != self._is_best:
            self._is_best = is_best
            self.update()

    def set_picture(self, picture: QPixmap | None, *, has_picture: bool = True) -> None:
        """Show a square picture at the left; ``has_picture`` without one keeps its place while it is loaded."""
        if self._has_picture != has_picture:
            self._has_picture = has_picture
            self.updateGeometry()
        self._picture = picture
        self.update()

    def _tell_name(self) -> None:
        self.setAccessibleName(f"{self._plain_text()}, {self._note}" if self._note else self._plain_text())

    def _note_face(self) -> QFont:
        return theme.bold(theme.NOTE_SIZE + 0.5, figures=True)

    def _content_width(self) -> float:
        words = QFontMetricsF(self._face).horizontalAdvance(self._plain_text()) + 1
        if self._note:
            words = max(words, QFontMetricsF(self._note_face()).horizontalAdvance(self._note) + 1)
        return min(words, 180) + self._side_width()

    def _side_width(self) -> float:
        """What picture, icon and key cap take beside the words."""
        picture = self.picture_side + _GAP if self._has_picture else _ICON + _GAP if self._icon_name else 0
        cap = cap_size(self._cap).width() + _GAP if self._cap else 0
        return picture + cap - (0 if self.text() else _GAP)

    def sizeHint(self) -> QSize:
        return QSize(round(self._content_width() + 16.5), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(
            max(theme.TARGET, round(self._side_width() + 16 + (34 if self.text() else 0))), self.minimumHeight()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        rect = QRectF(self.rect())
        fill, border = tones.card, tones.line
        if self.isChecked() or self._is_best:
            fill, border = tones.selected, tones.accent
        if self.isDown():
            fill = tones.selected
        elif self.underMouse() and self.isEnabled() and fill == tones.card:
            fill = tones.hover
        paint_card(painter, rect, fill=fill, border=border, radius=theme.CONTROL_RADIUS + 1)
        if not self.isEnabled():
            painter.setOpacity(0.55)
        self._paint_choice(painter, rect.adjusted(8, 0, -8, 0))
        painter.setOpacity(1)
        if self.shows_focus:
            paint_focus_ring(painter, rect)

    def _paint_choice(self, painter: QPainter, rect: QRectF) -> None:
        tones = theme.colors()
        side = float(self.picture_side)
        x = rect.x()
        if self._has_picture:
            place = QRectF(x, rect.center().y() - side / 2, side, side)
            if self._picture is not None:
                painter.drawPixmap(place, self._picture, QRectF(self._picture.rect()))
            else:
                paint_card(painter, place, fill=tones.cap, border=tones.cap, radius=6)
            x += side + _GAP
        cap = cap_size(self._cap)
        right = rect.right() - (cap.width() + _GAP if self._cap else 0)
        if not self._has_picture and self._icon_name:
            theme.paint_icon(
                painter, QRectF(x, rect.center().y() - _ICON / 2, _ICON, _ICON), self._icon_name, tones.text
            )
            x += _ICON + _GAP
        self._paint_choice_words(painter, QRectF(x, rect.top(), right - x, rect.height()))
        if self._cap:
            place = QRectF(rect.right() - cap.width(), rect.center().y() - cap.height() / 2, cap.width(), cap.height())
            paint_key_cap(painter, place, self._cap)

    def _paint_choice_words(self, painter: QPainter, area: QRectF) -> None:
        # Lines stand a pixel closer than the font asks for; what hangs below a line may reach into the next.
        one_line = Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | one_line)
        line = QFontMetricsF(self._face).height() - 1
        fitting = int((area.height() - 6) // line)
        title = wrapped(self._plain_text(), self._face, area.width(), most=max(1, min(2, fitting - bool(self._note))))
        if len(title) == 1 and fitting == 2:
            # In a low button a long name is worth more than its note.
            title = wrapped(self._plain_text(), self._face, area.width(), most=2)
        rows = [(text, self._face) for text in title]
        if self._note and len(rows) < fitting:
            rows.append((self._note, self._note_face()))
        y = area.center().y() - line * len(rows) / 2
        painter.setPen(theme.colors().text)
        for text, face in rows:
            painter.setFont(face)
            painter.drawText(QRectF(area.left(), y, area.width() + 2, line), flags, text)
            y += line


class IconButton(KeyedButton):
    """A square button with an icon alone; it must be given an accessible name, which is also its tool tip."""

    def __init__(
        self, icon_name: str, name: str, *, side: int = theme.TARGET, face: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__("", icon_name=icon_name, height=side, parent=parent)
        self._face_side = face or side
        self.setFixedSize(side, side)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        inset = (self.width() - self._face_side) / 2
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        is_hovered = self.underMouse() and self.isEnabled()
        fill = tones.selected if self.isDown() else tones.hover if is_hovered else tones.card
        paint_card(painter, rect, fill=fill, border=tones.line, radius=theme.CONTROL_RADIUS - 1)
        side = min(18.0, rect.width() - 12)
        place = QRectF(rect.center() - QPointF(side / 2, side / 2), rect.center() + QPointF(side / 2, side / 2))
        if not self.isEnabled():
            painter.setOpacity(0.55)
        theme.paint_icon(painter, place, self._icon_name, tones.text if self.isEnabled() else tones.note)
        painter.setOpacity(1)
        if self.shows_focus:
            paint_focus_ring(painter, rect, theme.CONTROL_RADIUS - 1)
