"""Judging the open queue again behind everything else, when the recognizer has learned something."""

import logging
from collections.abc import Callable, Iterator

from core.errors import UserError
from core.worker import Submit

_log = logging.getLogger(__name__)


class SecondLook:
    """One look at a time, one step of it a call on the records thread, so that whatever a person asks goes between.

    Every method belongs to the records thread. ``on_done`` is told how many items changed, once all steps are done.
    """

    def __init__(self, submit: Submit, *, on_done: Callable[[int], None]) -> None:
        self._submit = submit
        self._on_done = on_done
        self._steps: Iterator[int] | None = None
        self._changed = 0
        self._is_submitted = False

    def begin(self, steps: Iterator[int]) -> None:
        """Take ``steps``, each of which gives how many items it changed; a look that is under way is dropped."""
        self._steps = steps
        self._changed = 0
        if not self._is_submitted:
            self._go_on()

    def stop(self) -> None:
        """Drop the look that is under way; what it has changed stays."""
        self._steps = None

    def _go_on(self) -> None:
        self._is_submitted = True
        self._submit(self._step)

    def _step(self) -> None:
        self._is_submitted = False
        if self._steps is None:
            return
        try:
            changed = next(self._steps, None)
        except UserError as error:
            self._steps = None
            _log.warning("the open queue was not judged again: %s", error.message)
            return
        if changed is None:
            self._steps = None
            self._on_done(self._changed)
        else:
            self._changed += changed
            self._go_on()
