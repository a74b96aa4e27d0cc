"""One control for each kind of setting, behind one small interface."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from gui import theme
from gui.settings import words
from gui.settings.schema import FieldKind, FieldSpec
from gui.widgets.fields import ChoiceField, DecimalField, IntegerField, Switch
from gui.widgets.line_field import LineField
from gui.widgets.slim_slider import SlimSlider

_SETTLE_MS = 350
_SLIDER_STEPS = 1000


class Control(QWidget):
    """Shows a value and says ``entered`` when a person has changed it; ``previewed`` comes at once while sliding."""

    entered = Signal(object)
    previewed = Signal(object)

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.INSIDE)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(lambda: self.entered.emit(self.value()))

    @property
    @abstractmethod
    def focus_target(self) -> QWidget:
        """The widget that takes the keyboard; a label's buddy."""

    @abstractmethod
    def value(self) -> Any:
        """What is shown now."""

    @abstractmethod
    def show_value(self, value: Any) -> None:
        """Show ``value`` without saying ``entered``."""

    def _adopt(self, widget: QWidget, stretch: int = 1) -> None:
        widget.setMinimumHeight(theme.TARGET)
        widget.setAccessibleName(words.title(self.spec))
        widget.setAccessibleDescription(words.description(self.spec))
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)
        self._row.addWidget(widget, stretch)

    def give_up(self) -> None:
        """Forget what was typed and not entered."""
        self.show_value(self.value())

    def finish(self) -> None:
        """Say at once what was typed or moved a moment ago: nobody waits any longer."""
        if self._settled.isActive():
            self._settled.stop()
            self.entered.emit(self.value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Scrolling the page must not change a value on the way; Esc leaves the value as it was."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.give_up()
        is_scroll = event.type() == QEvent.Type.Wheel
        if is_scroll and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class TextControl(Control):
    """A line of text."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._line = LineField()
        if spec.longest is not None:
            self._line.setMaxLength(spec.longest)
        self._adopt(self._line)
        self._line.editingFinished.connect(self.finish)
        self._shown = ""

    @property
    def focus_target(self) -> QWidget:
        return self._line

    def value(self) -> str:
        return self._line.text().strip()

    def show_value(self, value: Any) -> None:
        self._shown = str(value)
        if self.value() != self._shown:
            self._line.setText(self._shown)

    def give_up(self) -> None:
        self._line.setText(self._shown)

    def finish(self) -> None:
        if self.value() != self._shown:
            self._shown = self.value()
            self.entered.emit(self._shown)


class CameraControl(Control):
    """What is attached, to choose from, and any other address to type."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._box = ChoiceField()
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._adopt(self._box)
        self._shown = ""
        self._box.activated.connect(self._choose)
        self._line.editingFinished.connect(self.finish)
        self.offer([])

    @property
    def _line(self) -> QLineEdit:
        line = self._box.lineEdit()
        assert line is not None
        return line

    @property
    def focus_target(self) -> QWidget:
        return self._box

    def offer(self, cameras: Sequence[tuple[str, str]]) -> None:
        """Offer the cameras, each its address and its name, beside "auto" and the demo shop."""
        choices = [("auto", self.tr("First USB camera, else the demo shop")), *cameras]
        if all(address != "demo:" for address, _ in choices):
            choices.append(("demo:", self.tr("Demo shop")))
        # The list may come while a person types.
        typed = self._line.text()
        with QSignalBlocker(self._box):
            self._box.clear()
            for address, label in choices:
                self._box.addItem(address if address == label else f"{label} ({address})", address)
        self._line.setText(typed)

    def value(self) -> str:
        return self._line.text().strip()

    def show_value(self, value: Any) -> None:
        self._shown = str(value)
        self._line.setText(self._shown)

    def give_up(self) -> None:
        self._line.setText(self._shown)

    def _choose(self, row: int) -> None:
        address = str(self._box.itemData(row))
        self._line.setText(address)
        self.finish()

    def finish(self) -> None:
        if self.value() != self._shown:
            self._shown = self.value()
            self.entered.emit(self._shown)


class IntegerControl(Control):
    """A whole number within its range."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._box = IntegerField()
        self._box.setRange(int(spec.minimum or 0), int(spec.maximum if spec.maximum is not None else 1_000_000))
        self._box.setKeyboardTracking(False)
        self._adopt(self._box)
        self._box.valueChanged.connect(lambda _value: self._settled.start())

    @property
    def focus_target(self) -> QWidget:
        return self._box

    def value(self) -> int:
        return self._box.value()

    def finish(self) -> None:
        self._box.interpretText()
        super().finish()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self._box):
            self._box.setValue(int(value))


class DecimalControl(Control):
    """A number within its range; a share (at most 1) also has a slider."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._least, self._most = float(spec.minimum or 0.0), float(spec.maximum if spec.maximum is not None else 1e6)
        self._slider: SlimSlider | None = None
        if self._most <= 1.0:
            self._slider = SlimSlider()
            self._slider.setRange(0, _SLIDER_STEPS)
            self._slider.setSingleStep(_SLIDER_STEPS // 100)
            self._slider.setPageStep(_SLIDER_STEPS // 10)
            self._adopt(self._slider, 2)
            self._slider.valueChanged.connect(self._slide)
        self._box = DecimalField()
        self._box.setDecimals(_decimals(spec))
        self._box.setRange(self._least, self._most)
        self._box.setSingleStep(0.01 if self._most <= 1.0 and _decimals(spec) == 2 else (10 ** -_decimals(spec)))
        self._box.setKeyboardTracking(False)
        self._adopt(self._box)
        self._box.valueChanged.connect(self._change)

    @property
    def focus_target(self) -> QWidget:
        return self._box

    def value(self) -> float:
        return self._box.value()

    def finish(self) -> None:
        self._box.interpretText()
        super().finish()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self._box):
            self._box.setValue(float(value))
        self._move_slider()

    def _slide(self, step: int) -> None:
        with QSignalBlocker(self._box):
            self._box.setValue(self._least + (self._most - self._least) * step / _SLIDER_STEPS)
        self._tell()

    def _change(self, _value: float) -> None:
        self._move_slider()
        self._tell()

    def _tell(self) -> None:
        self.previewed.emit(self.value())
        self._settled.start()

    def _move_slider(self) -> None:
        if self._slider is not None:
            with QSignalBlocker(self._slider):
                self._slider.setValue(round((self.value() - self._least) / (self._most - self._least) * _SLIDER_STEPS))


class ChoiceControl(Control):
    """One of a few values, each with its words."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._box = ChoiceField()
        for value in spec.choices:
            self._box.addItem(words.choice(spec, value), value)
        self._adopt(self._box)
        self._box.activated.connect(lambda _row: self.entered.emit(self.value()))

    @property
    def focus_target(self) -> QWidget:
        return self._box

    def value(self) -> str:
        return str(self._box.currentData())

    def show_value(self, value: Any) -> None:
        self._box.setCurrentIndex(max(0, self._box.findData(value)))


class FlagControl(Control):
    """Yes or no."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._box = Switch()
        self._adopt(self._box)
        self._box.toggled.connect(lambda _is_on: self.entered.emit(self.value()))
        self._row.addStretch(1)

    @property
    def focus_target(self) -> QWidget:
        return self._box

    def value(self) -> bool:
        return self._box.isChecked()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))
        self._box.update()


def make_control(spec: FieldSpec) -> Control | None:
    """The control for a setting; ``None`` for a region, which is drawn on the picture."""
    if spec.key == "camera.source":
        return CameraControl(spec)
    kinds: dict[FieldKind, type[Control]] = {
        FieldKind.TEXT: TextControl,
        FieldKind.INTEGER: IntegerControl,
        FieldKind.DECIMAL: DecimalControl,
        FieldKind.CHOICE: ChoiceControl,
        FieldKind.FLAG: FlagControl,
    }
    kind = kinds.get(spec.kind)
    return kind(spec) if kind is not None else None


def _decimals(spec: FieldSpec) -> int:
    """As many as the smallest value or the usual one needs, at least two."""
    texts = [f"{value:.6f}".rstrip("0") for value in (spec.minimum or 0.0, float(spec.default))]
    return max(2, *(len(text.partition(".")[2]) for text in texts))
