"""What the window writes down for whoever looks for a bug: its own log, core's, and Qt's."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LARGEST = 1_000_000
_FORMER = 2
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_qt_log = logging.getLogger("qt")


@contextmanager
def kept_log(path: Path) -> Iterator[None]:
    """Write the program's records from ``INFO`` on, and other libraries' warnings, to the file.

    It starts over at 1 MB; two former ones are kept. A folder that cannot be written is told
    in the window for other reasons; the log then goes to standard error alone.
    """
    root = logging.getLogger()
    # The root keeps its level: at INFO the database toolkit would write down every statement.
    own = [logging.getLogger(name) for name in ("core", "gui")]
    handler = _handler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    former_levels = [logger.level for logger in own]
    root.addHandler(handler)
    for logger in own:
        logger.setLevel(logging.INFO)
    former_handler = qInstallMessageHandler(_write_qt_message)
    try:
        yield
    finally:
        qInstallMessageHandler(former_handler)
        for logger, level in zip(own, former_levels, strict=True):
            logger.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(path, maxBytes=_LARGEST, backupCount=_FORMER, encoding="utf-8")
    except OSError:
        return logging.StreamHandler()


def _write_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    _qt_log.log(_LEVELS.get(kind, logging.WARNING), text)
