"""One setting on the page: its name, what it does, its control, and a sentence when a value is not allowed."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui import theme
from gui.settings import words
from gui.settings.controls import Control
from gui.widgets.buttons import IconButton
from gui.widgets.words import Words


class FieldRow(QWidget):
    """``entered`` carries what a person set; the button at the right end goes back to the usual value."""

    entered = Signal(object)

    def __init__(self, control: Control, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self.spec = control.spec
        title = words.title(self.spec)
        self._title = Words(title, is_bold=True, wraps=True)
        self._title.setBuddy(control.focus_target)
        self._note = Words(words.description(self.spec), size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._problem = Words(size=theme.NOTE_SIZE, tone="red", is_bold=True, wraps=True)
        self._problem.hide()
        self._reset = IconButton("undo", self.tr("Usual value of {title}").format(title=title))
        keeps_place = self._reset.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keeps_place)
        self._lay_out()
        self._reset.hide()
        control.entered.connect(self.entered)
        self._reset.clicked.connect(self._go_back)

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._note)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.PAGE_MARGIN)
        grid.setVerticalSpacing(theme.SPACE)
        grid.addLayout(texts, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.control, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._reset, 0, 2, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._problem, 1, 1, 1, 2)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 4)

    def show_value(self, value: Any) -> None:
        """Show the value that holds."""
        self.control.show_value(value)
        self._reset.setVisible(value != self.spec.default)

    @property
    def has_problem(self) -> bool:
        """Whether a sentence beside the field says that its value was refused."""
        return not self._problem.isHidden()

    def show_problem(self, sentence: str) -> None:
        """Say beside the field what is wrong; an empty sentence takes it back."""
        self._problem.say(f"! {sentence}" if sentence else "")
        self._problem.setVisible(bool(sentence))
        note = words.description(self.spec)
        self.control.focus_target.setAccessibleDescription(f"{sentence} {note}" if sentence else note)

    def _go_back(self) -> None:
        self.control.show_value(self.spec.default)
        self.control.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entered.emit(self.spec.default)
