"""A row of choices of which one holds."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.widgets.buttons import SecondaryButton


class SegmentedFilter(QWidget):
    """Buttons side by side, one of them chosen; the arrow keys move the choice."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """``choices``: key and words of each, in order; the first holds."""
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._words = dict(choices)
        self._buttons: dict[str, SecondaryButton] = {}
        for key, words in choices:
            button = SecondaryButton(words)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, key=key: self.choose(key))
            self._buttons[key] = button
            row.addWidget(button)
        self._key = choices[0][0]
        self._show()

    @property
    def key(self) -> str:
        """The choice that holds."""
        return self._key

    def choose(self, key: str) -> None:
        """Make a choice; tells ``chosen`` when it differs from the one before."""
        changed, self._key = key != self._key, key
        self._show()
        if changed:
            self.chosen.emit(key)

    def set_count(self, key: str, count: int | None) -> None:
        """Show a number behind the words, or none."""
        words = self._words[key]
        text = words if count is None else f"{words} {count}"
        button = self._buttons[key]
        if button.text() != text:
            button.setText(text)
            button.updateGeometry()

    def set_keys(self, key: str, keys: QKeySequence) -> None:
        """Show on the button which key makes the choice; the shortcut itself belongs to an action."""
        self._buttons[key].set_keys(keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = list(self._buttons)
        key = keys[(keys.index(self._key) + step) % len(keys)]
        self.choose(key)
        self._buttons[key].setFocus(Qt.FocusReason.TabFocusReason)

    def _show(self) -> None:
        for key, button in self._buttons.items():
            button.setChecked(key == self._key)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == self._key else Qt.FocusPolicy.ClickFocus)
