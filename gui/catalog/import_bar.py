"""How far an import has come, and afterwards what it brought."""

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.words import Words

_TELL_EVERY = 0.1


class Progress(QObject):
    """Carries the progress of a long call from its thread to the GUI thread, at most ten times a second."""

    moved = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told_at = 0.0

    def tell(self, done: int, total: int) -> None:
        """Any thread."""
        now = time.monotonic()
        if done >= total or now - self._told_at >= _TELL_EVERY:
            self._told_at = now
            self.moved.emit(done, total)


class ImportBar(Card):
    """Hidden until an import begins; the report stays until it is read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Words(is_bold=True, wraps=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._bar.setAccessibleName(self.tr("Progress of the import"))
        self._more = SecondaryButton(self.tr("What was left out"))
        self._more.setCheckable(True)
        self._read = SecondaryButton(self.tr("OK"))
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(140)
        self._details.setAccessibleName(self.tr("What was left out and why"))
        self._lay_out()
        self._more.toggled.connect(self._details.setVisible)
        self._read.clicked.connect(self.hide)
        self.hide()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE)
        words.addWidget(self._words)
        words.addWidget(self._note)
        words.addWidget(self._bar)
        row = QHBoxLayout()
        row.setSpacing(theme.CARD_GAP)
        row.addLayout(words, 1)
        row.addWidget(self._more)
        row.addWidget(self._read)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.addLayout(row)
        column.addWidget(self._details)

    def begin(self, folder: str) -> Callable[[int, int], None]:
        """Show that an import runs; the returned function may be called from any thread with done and total."""
        self.set_border("line")
        self._words.say(self.tr("Importing {folder}").format(folder=folder))
        self._note.say(self.tr("You can go on working; nothing else waits for it."))
        self._bar.setRange(0, 0)
        for widget, is_shown in ((self._bar, True), (self._more, False), (self._read, False), (self._details, False)):
            widget.setVisible(is_shown)
        self.show()
        progress = Progress(self)
        progress.moved.connect(self._move, Qt.ConnectionType.QueuedConnection)
        return progress.tell

    def end(self, summary: str, left_out: Sequence[str]) -> None:
        """Show what came of it, and why some files were left out."""
        self.set_border("amber" if left_out else "accent")
        self._words.say(summary)
        if len(left_out) == 1:
            count = self.tr("1 file was left out.")
        else:
            count = self.tr("{count} files were left out.").format(count=len(left_out))
        self._note.say(count if left_out else self.tr("Everything in the folder was used."))
        self._details.setPlainText("\n".join(left_out))
        self._bar.hide()
        self._more.setChecked(False)
        self._more.setVisible(bool(left_out))
        self._read.show()

    def fail(self, message: str, remedy: str) -> None:
        """Show why nothing came of it."""
        self.set_border("red")
        self._words.say(message)
        self._note.say(remedy)
        self._bar.hide()
        self._more.hide()
        self._read.show()

    @Slot(int, int)
    def _move(self, done: int, total: int) -> None:
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._note.say(self.tr("{done} of {total}").format(done=done, total=total))
