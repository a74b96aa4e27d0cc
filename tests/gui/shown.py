"""Pages as a person has them before their eyes."""

from typing import TypeVar

from pytestqt.qtbot import QtBot

from gui.page import Page

P = TypeVar("P", bound=Page)


def shown(qtbot: QtBot, page: P, *, width: int, height: int) -> P:
    """The page, open in the active window."""
    qtbot.addWidget(page)
    page.resize(width, height)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    page.enter()
    return page
