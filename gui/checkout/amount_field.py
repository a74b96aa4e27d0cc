"""A field for one number, and the pad of keys that types into it by touch."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.line_field import LineField

_LONGEST = 10
_ERASE = "⌫"
_SIGNS = ".,"
_KEY_HEIGHT = 84
_GAP = 6


class AmountField(LineField):
    """Empty whenever it is opened; a held key does not repeat its digit. The text is what was typed, nothing else.

    Enter that is held down counts once: it may have been meant for the form before, whose answer opened this one.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(name)
        self.setMaxLength(_LONGEST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(theme.bold(theme.TITLE_SIZE, figures=True))
        self.setMinimumHeight(52)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    def open(self, *, hint: str = "") -> None:
        """Forget what was in it and take the focus; ``hint`` shows what an empty field stands for."""
        self.clear()
        self.setPlaceholderText(hint)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, key: str) -> None:
        """A key of the number pad: a digit or sign, or ``⌫``. What is selected gives way, all else stays."""
        if not self.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setCursorPosition(len(self.text()))
        if key == _ERASE:
            self.backspace()
        else:
            self.insert(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}:
            # What is typed next replaces a former value instead of being added to it.
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        is_repeated = event.isAutoRepeat()
        is_refused = bool(text) and text.isprintable() and (is_repeated or text not in "0123456789" + _SIGNS)
        if is_refused or (is_repeated and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}):
            event.accept()
            return
        super().keyPressEvent(event)


class NumberPad(QWidget):
    """Digits, decimal sign and erase as large keys, which type into one field; they leave the focus in it.

    Without ``has_sign`` it is a pad for whole numbers.
    """

    def __init__(self, field: AmountField, *, has_sign: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A press on a key that takes no focus goes to what stands behind it, and there the field has it already.
        self.setFocusProxy(field)
        # Higher than that, the gaps would grow instead of the keys.
        self.setMaximumHeight(4 * _KEY_HEIGHT + 3 * _GAP)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(_GAP)
        sign = decimal_sign() if has_sign else ""
        for place, key in enumerate(("7", "8", "9", "4", "5", "6", "1", "2", "3", sign, "0", _ERASE)):
            if not key:
                continue
            button = SecondaryButton(key, height=theme.TARGET)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            button.set_face(theme.bold(17, figures=True))
            if key == _ERASE:
                button.setAccessibleName(self.tr("Erase"))
            button.clicked.connect(lambda _checked=False, key=key: field.press(key))
            grid.addWidget(button, place // 3, place % 3)


def decimal_sign() -> str:
    """The decimal sign of the window's language, as far as it can be typed and read back: a point or a comma."""
    sign = QLocale().decimalPoint()
    return sign if sign in _SIGNS else "."
