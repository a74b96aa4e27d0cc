"""Building the engines for the graphics card: what it is for, how far it has come, and what came of it."""

import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from core.errors import UserError
from core.shop_engines import EngineWorkshop, MadeEngine
from gui import background, theme
from gui.core_words import core_words
from gui.figures import share_text
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.card import Border, Card
from gui.widgets.words import Words

_CONVERTING, _FOUND = _SHOWN = "Converting to FP16", "Found"
"""Stages that have words of their own; all others are called building."""
_TELL_EVERY = 0.1
_STEPS = 1000
_WIDTH = 520


class Build(Protocol):
    """Builds everything that the shop needs, on a background thread; raises ``UserError``."""

    def __call__(
        self, *, on_progress: Callable[[str, str, float], None], cancelled: Callable[[], bool]
    ) -> Sequence[MadeEngine]: ...


class BuildProgress(QObject):
    """Carries the progress of a build from its threads to the GUI thread, at most ten times a second."""

    moved = Signal(str, str, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: tuple[str, str] | None = None
        self._told_at = 0.0

    def tell(self, model: str, what: str, share: float) -> None:
        """Any thread."""
        now = time.monotonic()
        # TensorRT changes between stages of its own hundreds of times a second, which nobody is shown.
        stage = (model, what if what in _SHOWN else "")
        if stage != self._told or now - self._told_at >= _TELL_EVERY:
            self._told, self._told_at = stage, now
            self.moved.emit(model, what, share)


class _State(Enum):
    READY = auto()
    BUILDING = auto()
    STOPPING = auto()
    DONE = auto()
    FAILED = auto()


class EngineDialog(QDialog):
    """Stays beside the window, which can be used meanwhile. ``use_wanted``: the engines shall be used from now on.

    Escape and closing stop a build that runs; the dialog goes away once it has stopped.
    """

    use_wanted = Signal()

    def __init__(
        self, workshop: EngineWorkshop, build: Build, *, offers_use: bool, parent: QWidget | None = None
    ) -> None:
        """``offers_use``: the settings name another runtime than the one that uses these engines."""
        super().__init__(parent)
        self._build = build
        self._offers_use = offers_use
        self._title = workshop.title
        self._stop = threading.Event()
        self._state = _State.READY
        self._goes_away = False
        self._frame = Card()
        self._head = Words(is_bold=True, wraps=True)
        self._share = Words(is_bold=True, figures=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._bar = QProgressBar()
        self.begin = PrimaryButton(self.tr("Build"))
        self.use = PrimaryButton(self.tr("Use them now"))
        self.cancel = SecondaryButton(self.tr("Stop"))
        self.leave = SecondaryButton(self.tr("Close"))
        self._lay_out(workshop)
        self.begin.clicked.connect(self.start)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self.stop)
        self.leave.clicked.connect(self.close)
        self._show(_State.READY)

    def _lay_out(self, workshop: EngineWorkshop) -> None:
        self.setWindowTitle(self.tr("Engines for the graphics card"))
        self.setFixedWidth(_WIDTH)
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._bar.setAccessibleName(self.tr("Progress of the engines"))
        self._frame.setAccessibleName(self.tr("How far the engines are"))
        self._share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        line = QHBoxLayout()
        line.addWidget(self._head, 1)
        line.addWidget(self._share)
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(14, 12, 14, 12)
        inner.setSpacing(theme.INSIDE)
        inner.addLayout(line)
        inner.addWidget(self._bar)
        inner.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addStretch(1)
        for button in (self.leave, self.cancel, self.begin, self.use):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.PAGE_MARGIN] * 4)
        column.setSpacing(theme.CARD_GAP)
        column.addWidget(Words(workshop.card, size=theme.TITLE_SIZE, is_bold=True, wraps=True))
        purpose = self.tr(
            "{title} computes your models on this card, from engines that are made once for each model, card and "
            "driver. That takes from seconds to many minutes. You can go on selling meanwhile."
        )
        column.addWidget(Words(purpose.format(title=workshop.title), wraps=True))
        column.addWidget(self._frame)
        column.addLayout(row)

    # What a person does

    @Slot()
    def start(self) -> None:
        """Build on a background thread."""
        self._stop = stop = threading.Event()
        progress = BuildProgress(self)
        progress.moved.connect(self._move, Qt.ConnectionType.QueuedConnection)
        self._head.say(self.tr("Looking at the models"))
        self._note.say("")
        self._move_bar(0.0)
        self._show(_State.BUILDING)
        build = self._build
        background.run(
            lambda: build(on_progress=progress.tell, cancelled=lambda: stop.is_set() or background.is_closing()),
            on_success=self._end,
            on_failure=self._fail,
            owner=self,
        )

    @Slot()
    def stop(self) -> None:
        """Ask the build to stop; it may take a moment."""
        if self._state is _State.BUILDING:
            self._stop.set()
            self._head.say(self.tr("Stopping…"))
            self._show(_State.STOPPING)

    def reject(self) -> None:
        if self._state in {_State.BUILDING, _State.STOPPING}:
            self._goes_away = True
            self.stop()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._state in {_State.BUILDING, _State.STOPPING}:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def _use(self) -> None:
        self.use_wanted.emit()
        self.accept()

    # What the build says

    @Slot(str, str, float)
    def _move(self, model: str, what: str, share: float) -> None:
        if self._state is _State.BUILDING:
            self._head.say(model)
            self._note.say(_stage(what))
            self._move_bar(share)
            self._fit()

    def _move_bar(self, share: float) -> None:
        self._bar.setValue(round(_STEPS * share))
        self._share.say(share_text(share))

    def _end(self, engines: Sequence[MadeEngine]) -> None:
        self._move_bar(1.0)
        self._head.say(self.tr("✓ The engines are ready"))
        lines = [line for engine in engines for line in (_sentence(engine), core_words(engine.note)) if line]
        if not self._offers_use:
            lines.append(self.tr("They are used from the next start on."))
        self._note.say("\n".join(lines))
        self._finish(_State.DONE)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._finish(_State.READY)
            raise error
        if self._stop.is_set():
            self._head.say(self.tr("Stopped: nothing was kept of what was under way."))
            self._note.say("")
            self._finish(_State.READY)
            return
        self._head.say(f"! {core_words(error.message)}")
        self._note.say(core_words(error.remedy))
        self._finish(_State.FAILED)

    def _finish(self, state: _State) -> None:
        self._show(state)
        if self._goes_away:
            self._goes_away = False
            super().reject()

    def _show(self, state: _State) -> None:
        """Offer what can be done now, and put the keyboard there."""
        self._state = state
        is_busy = state in {_State.BUILDING, _State.STOPPING}
        shown = {
            self.begin: state in {_State.READY, _State.FAILED},
            self.use: state is _State.DONE and self._offers_use,
            self.cancel: is_busy,
            self.leave: not is_busy,
        }
        self.cancel.setEnabled(state is _State.BUILDING)
        self.begin.setText(self.tr("Try again") if state is _State.FAILED else self.tr("Build"))
        for button, is_shown in shown.items():
            button.setVisible(is_shown)
        self._bar.setVisible(is_busy)
        self._share.setVisible(is_busy)
        self._frame.setVisible(bool(self._head.text()))
        self._head.set_tone("red" if state is _State.FAILED else "text")
        border: dict[_State, Border] = {_State.DONE: "accent", _State.FAILED: "red"}
        self._frame.set_border(border.get(state, "line"))
        target = next(button for button in (self.use, self.begin, self.cancel, self.leave) if shown[button])
        (target if target.isEnabled() else self).setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    def _fit(self) -> None:
        """As high as the words need: a window's own hint is too high for text that wraps."""
        layout = self.layout()
        assert layout is not None
        # A label tells its own layout that it has changed; the dialog's would hear of it only later.
        self._frame.updateGeometry()
        self.setFixedHeight(layout.totalHeightForWidth(_WIDTH))


def _stage(what: str) -> str:
    """A stage for people; TensorRT's own names of its stages say nothing to them."""
    if what == _CONVERTING:
        return QCoreApplication.translate("EngineDialog", "Converting to half precision and comparing")
    if what == _FOUND:
        return QCoreApplication.translate("EngineDialog", "Its engine is there already")
    return QCoreApplication.translate("EngineDialog", "Building the engine")


def _sentence(engine: MadeEngine) -> str:
    if not engine.is_new:
        return QCoreApplication.translate("EngineDialog", "{model}: the one that was there still fits.").format(
            model=engine.model
        )
    return QCoreApplication.translate("EngineDialog", "{model}: built in {seconds} s.").format(
        model=engine.model, seconds=round(engine.seconds)
    )
