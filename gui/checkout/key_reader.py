"""Keys at the checkout: one pressed by a person, or a barcode typed by a scanner in one go."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

GAP_SECONDS = 0.06
"""A scanner leaves less than this between two characters, a person more."""
_FEWEST = 4
_FEWEST_DIGITS = 8
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_COMMANDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def character_of(event: QKeyEvent) -> str:
    """The printable character of a key event; empty for any other key and for shortcuts."""
    text = event.text()
    return text if len(text) == 1 and text.isprintable() and not event.modifiers() & _COMMANDING else ""


class KeyReader(QObject):
    """Waits a moment after each character, to tell a person's key from a scanner's.

    ``typed`` gives single characters, ``scanned`` a whole code. A field that is watched keeps what was in it before a
    scan. GUI thread.
    """

    typed = Signal(str)
    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._characters = ""
        self._last = 0.0
        self._former_text = ""
        self._listens_to_all = False
        self._pause = QTimer(self, singleShot=True, interval=round(GAP_SECONDS * 1000))
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(self._end)

    def feed(self, event: QKeyEvent) -> bool:
        """Take a key that no field wants; ``True`` when it was used."""
        character = character_of(event)
        if not character or character == " ":
            return False
        if event.isAutoRepeat() and character not in "+-":
            return True
        self._characters += character
        self._pause.start()
        # The scanner's Enter must not press the button that has the focus.
        self._listen(to_all=True)
        return True

    def _listen(self, *, to_all: bool) -> None:
        application = QCoreApplication.instance()
        if application is None or to_all == self._listens_to_all:
            return
        self._listens_to_all = to_all
        if to_all:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)

    def watch(self, field: QLineEdit) -> None:
        """Listen for a scanner while this field has the focus."""
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if self._listens_to_all:
            return event.key() in _ENTER and self._finish()
        return isinstance(watched, QLineEdit) and self._watch_key(watched, event)

    def _finish(self) -> bool:
        if len(self._characters) < _FEWEST:
            return False
        code, self._characters = self._characters, ""
        self._pause.stop()
        self._listen(to_all=False)
        self.scanned.emit(code)
        return True

    def _watch_key(self, field: QLineEdit, event: QKeyEvent) -> bool:
        now = time.monotonic()
        is_quick = now - self._last < GAP_SECONDS
        self._last = now
        if event.key() in _ENTER:
            code, self._characters = self._characters, ""
            if is_quick and len(code) >= _FEWEST_DIGITS and code.isdigit():
                field.setText(self._former_text)
                self.scanned.emit(code)
                return True
            return False
        character = character_of(event)
        if not character:
            self._characters = ""
            return False
        if not is_quick or not self._characters:
            self._characters, self._former_text = "", field.text()
        self._characters += character
        return False

    def _end(self) -> None:
        characters, self._characters = self._characters, ""
        self._listen(to_all=False)
        if len(characters) >= _FEWEST_DIGITS and characters.isdigit():
            # Some scanners send no Enter.
            self.scanned.emit(characters)
        elif len(characters) < _FEWEST:
            for character in characters:
                self.typed.emit(character)
