"""The bar in which the window tells its messages, one at a time, never as a dialog."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from core.station_view import Severity
from gui import theme
from gui.actions import keys_of
from gui.messages import Message, Messages
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Border, Card
from gui.widgets.words import Words

_ICONS = {Severity.INFORM: "info", Severity.WARN: "warning", Severity.FAIL: "error"}
_BORDERS: dict[Severity, Border] = {Severity.INFORM: "accent", Severity.WARN: "amber", Severity.FAIL: "red"}


class _Sign(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.severity = Severity.INFORM
        self.setFixedSize(24, 24)

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tones = theme.colors()
        color = {Severity.INFORM: tones.accent, Severity.WARN: tones.amber, Severity.FAIL: tones.red}[self.severity]
        theme.paint_icon(QPainter(self), QRectF(self.rect()), _ICONS[self.severity], color)


class MessageBar(Card):
    """Shows the most urgent message that waits; hidden when there is none. ``changed``: it needs another height."""

    changed = Signal()

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._left_out: frozenset[str] = frozenset()
        self._shown: Message | None = None
        self._sign = _Sign()
        self._text = Words(is_bold=True, wraps=True)
        self._remedy = Words(tone="note", wraps=True)
        self._more = SecondaryButton(self.tr("Details"))
        self._more.setCheckable(True)
        self._read = SecondaryButton(self.tr("OK"), keys=keys_of("window.read"))
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(180)
        self._details.setAccessibleName(self.tr("Details of the message"))
        self._lay_out()
        self._more.toggled.connect(self._unfold)
        self._read.clicked.connect(self.read)
        messages.changed.connect(self._show)
        self._show()

    def leave_out(self, keys: frozenset[str]) -> None:
        """Do not show messages with these keys for now: the open page tells them itself."""
        if keys != self._left_out:
            self._left_out = keys
            self._show()

    def height_at(self, width: int) -> int:
        """The height that all the words need at a width, whether the bar was shown before or not."""
        layout = self.layout()
        assert layout is not None
        # What the layout remembers may be of other words, or of none.
        layout.activate()
        return layout.totalHeightForWidth(width)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._remedy)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self._more)
        row.addWidget(self._read)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 8, 8)
        column.addLayout(row)
        column.addWidget(self._details)

    def _show(self) -> None:
        waiting = [message for message in self._messages.waiting if message.key not in self._left_out]
        self.setVisible(bool(waiting))
        if waiting:
            self._show_message(waiting[0], more=len(waiting) - 1)
        else:
            self._shown = None
        self.changed.emit()

    def _show_message(self, message: Message, *, more: int) -> None:
        is_new = self._shown is None or message.key != self._shown.key
        self._shown = message
        self._sign.severity = message.severity
        self._sign.update()
        self.set_border(_BORDERS[message.severity])
        times = self.tr(" ({times} times)").format(times=message.times) if message.times > 1 else ""
        self._text.say(message.text + times)
        self._remedy.say(message.remedy)
        self._remedy.setVisible(bool(message.remedy))
        self._more.setVisible(bool(message.details))
        self._details.setPlainText(message.details)
        if is_new:
            self._more.setChecked(False)
            self._details.setVisible(False)
        self._read.setText(self.tr("OK, next ({more})").format(more=more) if more else self.tr("OK"))
        self._read.updateGeometry()
        self.setAccessibleName(f"{message.text} {message.remedy}")

    def _unfold(self, is_open: bool) -> None:
        self._details.setVisible(is_open)
        self.changed.emit()

    def read(self) -> None:
        """The message shown was read."""
        if self._shown is not None:
            self._messages.take_back(self._shown.key)
