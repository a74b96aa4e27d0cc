"""Exposure and focus of the camera: held, or left to it, where the device allows it."""

from typing import Literal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.cameras.camera_controls import ControlState, Lock
from core.station_view import StationStatus
from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.fields import Switch
from gui.widgets.words import Rule, Words

Quality = Literal["exposure", "focus"]


class LockRow(QWidget):
    """One quality: ``held`` tells yes or no, ``nudged`` a step down (−1) or up (1)."""

    held = Signal(bool)
    nudged = Signal(int)

    def __init__(self, title: str, less: str, more: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Words(title, is_bold=True)
        self._state = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self.switch = Switch()
        self.switch.setAccessibleName(self.tr("Hold {quality}").format(quality=title))
        self.switch.setMinimumHeight(theme.TARGET)
        self.less = SecondaryButton(less, icon_name="minus")
        self.more = SecondaryButton(more, icon_name="plus")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._state)
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addLayout(words, 1)
        head.addWidget(self.switch)
        steps = QHBoxLayout()
        steps.setSpacing(theme.INSIDE)
        steps.addWidget(self.less, 1)
        steps.addWidget(self.more, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addLayout(steps)
        self.switch.toggled.connect(self.held)
        self.less.clicked.connect(lambda: self.nudged.emit(-1))
        self.more.clicked.connect(lambda: self.nudged.emit(1))

    @property
    def state(self) -> str:
        return self._state.text()

    def show_lock(self, lock: Lock) -> None:
        """Show what the device has."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(lock.is_held)
        self.switch.update()
        self.switch.setEnabled(lock.can_hold)
        self.switch.setVisible(lock.can_hold)
        for button in (self.less, self.more):
            button.setVisible(lock.is_held and lock.value is not None)
        if not lock.can_hold:
            self._state.say(self.tr("This camera does not let it be held."))
        elif lock.is_held:
            self._state.say(self.tr("Held at {value}").format(value=lock.value))
        else:
            self._state.say(self.tr("The camera chooses it."))


class CameraCard(Card):
    """``held`` carries a quality and yes or no, ``nudged`` a quality and the value wished."""

    held = Signal(str, bool)
    nudged = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exposure = LockRow(self.tr("Exposure"), self.tr("Darker"), self.tr("Brighter"))
        self.focus = LockRow(self.tr("Focus"), self.tr("Farther"), self.tr("Nearer"))
        self._rule = Rule()
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._shown: ControlState | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 14)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words(self.tr("Camera"), size=16, is_bold=True))
        column.addWidget(self._note)
        for widget in (self.exposure, self._rule, self.focus):
            column.addWidget(widget)
        for quality, row in self._rows().items():
            row.held.connect(lambda is_held, quality=quality: self.held.emit(quality, is_held))
            row.nudged.connect(lambda step, quality=quality: self._nudge(quality, step))
        self.show_status(None)

    def _rows(self) -> dict[Quality, LockRow]:
        return {"exposure": self.exposure, "focus": self.focus}

    @property
    def note(self) -> str:
        return self._note.text()

    def show_status(self, status: StationStatus | None) -> None:
        """Show what the camera has, or why nothing can be set."""
        controls = status.controls if status is not None else None
        self._shown = controls
        for widget in (self.exposure, self._rule, self.focus):
            widget.setVisible(controls is not None)
        if controls is not None:
            self.exposure.show_lock(controls.exposure)
            self.focus.show_lock(controls.focus)
            self._note.say(self._advice(controls))
        elif status is not None and status.is_demo:
            self._note.say(self.tr("The demo shop is drawn: it has neither exposure nor focus."))
        else:
            self._note.say(
                self.tr("Exposure and focus of this source cannot be set from here; a camera may do it in its menu.")
            )

    def _advice(self, controls: ControlState) -> str:
        free = [lock for lock in (controls.exposure, controls.focus) if lock.can_hold and not lock.is_held]
        if free:
            return self.tr(
                "Hold both when the picture is good: a camera that corrects itself looks like a changed counter."
            )
        return self.tr("What is held stays held, also when the camera is plugged in again.")

    def _nudge(self, quality: Quality, step: int) -> None:
        if self._shown is None:
            return
        lock = self._shown.exposure if quality == "exposure" else self._shown.focus
        if lock.value is not None:
            self.nudged.emit(quality, next_value(quality, lock.value, step))


def next_value(quality: Quality, value: int, step: int) -> int:
    """A visible step: a quarter of the exposure, which stays positive, or five steps of the focus from 0 on."""
    if quality == "exposure":
        return max(value + 1, round(value * 1.25)) if step > 0 else max(1, min(value - 1, round(value / 1.25)))
    return max(0, value + 5 * step)
