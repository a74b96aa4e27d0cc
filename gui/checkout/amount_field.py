"""A field for one number, and the pad of keys that types into it by touch."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.line_field import LineField

_LONGEST = 10
_ERASE = "⌫"


class AmountField(LineField):
    """Empty whenever it is opened; a held key does not repeat its digit. The text is what was typed, nothing else."""

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
        """A key of the number pad: a digit or sign, or ``⌫``."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if key == _ERASE:
            self.backspace()
        else:
            self.insert(key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # What is typed next replaces a former value instead of being added to it.
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if text and text.isprintable() and (event.isAutoRepeat() or text not in "0123456789.,"):
            event.accept()
            return
        super().keyPressEvent(event)


class NumberPad(QWidget):
    """Digits, decimal sign and erase as large keys; they leave the focus where it is."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for place, key in enumerate(("7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", _ERASE)):
            button = SecondaryButton(key, height=theme.TARGET)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            button.setMaximumHeight(56)
            button.set_face(theme.bold(17, figures=True))
            if key == _ERASE:
                button.setAccessibleName(self.tr("Erase"))
            button.clicked.connect(lambda _checked=False, key=key: self.pressed.emit(key))
            grid.addWidget(button, place // 3, place % 3)
