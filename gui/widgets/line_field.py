"""A line to type into, as large as a finger, with room for a note or a key at its right end."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gui import theme
from gui.widgets.card import paint_card
from gui.widgets.key_cap import cap_size, key_text, paint_key_cap

_PAD = 12


class LineField(QLineEdit):
    """A text field in the colors of the scheme. The note is a remark on the value; the key cap shows while empty."""

    def __init__(
        self, text: str = "", *, placeholder: str = "", keys: QKeySequence | str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._note = ""
        self._tone: theme.Tone = "accent"
        self._cap = key_text(keys)
        self._has_problem = False
        self.setFrame(False)
        self.setPlaceholderText(placeholder)
        self.setMinimumHeight(theme.TARGET)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.textChanged.connect(lambda _text: self._make_room())
        self._make_room()

    def set_note(self, note: str, tone: theme.Tone = "accent") -> None:
        """Show a short remark at the right end, such as where the value comes from."""
        if (note, tone) != (self._note, self._tone):
            self._note, self._tone = note, tone
            self.setAccessibleDescription(note)
            self._make_room()
            self.update()

    def set_problem(self, *, has_problem: bool) -> None:
        """Draw the border in red; the words stand beside the field."""
        if has_problem != self._has_problem:
            self._has_problem = has_problem
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        border = tones.red if self._has_problem else tones.accent if self.hasFocus() else tones.line
        fill = tones.card if self.hasFocus() else tones.page
        width = 2.0 if self.hasFocus() or self._has_problem else 1.0
        paint_card(painter, QRectF(self.rect()), fill=fill, border=border, radius=theme.CONTROL_RADIUS, width=width)
        right = self.width() - _PAD
        if self._note:
            painter.setFont(theme.bold(theme.NOTE_SIZE))
            painter.setPen(getattr(tones, self._tone))
            place = QRectF(_PAD, 0, right - _PAD, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._note)
        elif self._shows_cap():
            size = cap_size(self._cap)
            place = QRectF(right - size.width(), (self.height() - size.height()) / 2, size.width(), size.height())
            paint_key_cap(painter, place, self._cap)
        painter.end()
        super().paintEvent(event)

    def _shows_cap(self) -> bool:
        return bool(self._cap) and not self.text()

    def _make_room(self) -> None:
        room = 0.0
        if self._note:
            room = QFontMetricsF(theme.bold(theme.NOTE_SIZE)).horizontalAdvance(self._note) + theme.INSIDE
        elif self._shows_cap():
            room = cap_size(self._cap).width() + theme.INSIDE
        self.setTextMargins(_PAD - 2, 0, _PAD - 2 + round(room), 0)
