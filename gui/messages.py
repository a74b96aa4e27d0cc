"""Words to the user: informed, warned or told of a failure, once each, kept until read."""

import itertools
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import UserError
from core.station_view import Problem, Severity
from gui.core_words import core_words

INFORMED_FOR_MS = 6000
_RANK = {Severity.INFORM: 0, Severity.WARN: 1, Severity.FAIL: 2}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was told. The same ``key`` told again replaces it; the same words raise ``times``."""

    key: str
    text: str
    remedy: str
    severity: Severity
    details: str = ""
    times: int = 1
    order: int = 0


class Messages(QObject):
    """What the window has to tell, worst first; shown by ``gui.widgets.message_bar``. GUI thread."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages: dict[str, Message] = {}
        self._order = itertools.count()

    @property
    def waiting(self) -> tuple[Message, ...]:
        """The messages not yet read, worst first, then newest first."""
        return tuple(sorted(self._messages.values(), key=lambda m: (-_RANK[m.severity], -m.order)))

    def inform(self, text: str, remedy: str = "", *, key: str = "") -> None:
        """Something went well or is worth knowing; goes away by itself."""
        message = self._tell(Message(key or text, text, remedy, Severity.INFORM))
        QTimer.singleShot(INFORMED_FOR_MS, self, lambda: self._forget(message))

    def warn(self, text: str, remedy: str = "", *, key: str = "") -> None:
        """Something needs a person, but work goes on; stays until read."""
        self._tell(Message(key or text, text, remedy, Severity.WARN))

    def fail(self, text: str, remedy: str = "", *, key: str = "", details: str = "") -> None:
        """Something did not work; stays until read. ``details`` unfold on request."""
        self._tell(Message(key or text, text, remedy, Severity.FAIL, details))

    def tell_error(self, error: UserError, *, key: str = "") -> None:
        """A problem with its remedy, as a warning."""
        self.warn(core_words(error.message), core_words(error.remedy), key=key or error.message)

    def tell_problem(self, problem: Problem) -> None:
        """A problem of the station, or its end."""
        text, remedy = core_words(problem.message), core_words(problem.remedy)
        if problem.is_over:
            self.take_back(problem.key)
            if text:
                self.inform(text, remedy, key=problem.key)
        elif problem.severity is Severity.INFORM:
            self.inform(text, remedy, key=problem.key)
        else:
            self._tell(Message(problem.key, text, remedy, problem.severity))

    def take_back(self, key: str) -> None:
        """The message was read, or what it tells is over."""
        if self._messages.pop(key, None) is not None:
            self.changed.emit()

    def _forget(self, message: Message) -> None:
        current = self._messages.get(message.key)
        if current is not None and current.order == message.order:
            self.take_back(message.key)

    def _tell(self, message: Message) -> Message:
        former = self._messages.get(message.key)
        times = former.times + 1 if former is not None and former.text == message.text else 1
        message = replace(message, times=times, order=next(self._order))
        self._messages[message.key] = message
        self.changed.emit()
        return message
