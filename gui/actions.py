"""Every command of the window once: its words, key and icon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Reach = Literal["window", "page"]


@dataclass(frozen=True, slots=True)
class Command:
    """``reach``: the key works in the whole window, or only while the focus is in the page that made the action."""

    text: str
    keys: tuple[str, ...] = ()
    icon_name: str = ""
    reach: Reach = "page"


_CONTEXT = "Actions"

COMMANDS: dict[str, Command] = {
    "page.checkout": Command(str(QT_TRANSLATE_NOOP("Actions", "Checkout")), ("F1",), "checkout", "window"),
    "page.enroll": Command(str(QT_TRANSLATE_NOOP("Actions", "Enroll")), ("F2",), "enroll", "window"),
    "page.review": Command(str(QT_TRANSLATE_NOOP("Actions", "Review")), ("F3",), "review", "window"),
    "page.catalog": Command(str(QT_TRANSLATE_NOOP("Actions", "Catalog")), ("F4",), "catalog", "window"),
    "page.insights": Command(str(QT_TRANSLATE_NOOP("Actions", "Insights")), ("F5",), "insights", "window"),
    "page.settings": Command(str(QT_TRANSLATE_NOOP("Actions", "Settings")), ("F6",), "settings", "window"),
    "page.counter": Command(str(QT_TRANSLATE_NOOP("Actions", "Counter")), ("F12",), "counter", "window"),
    "window.fullscreen": Command(str(QT_TRANSLATE_NOOP("Actions", "Full screen")), ("F11",), "", "window"),
    "window.quit": Command(str(QT_TRANSLATE_NOOP("Actions", "Quit")), ("Ctrl+Q",), "", "window"),
    "window.read": Command(str(QT_TRANSLATE_NOOP("Actions", "Read")), ("F10",), "check", "window"),
    "sale.park": Command(str(QT_TRANSLATE_NOOP("Actions", "Park")), ("F7",), "park"),
    "sale.void": Command(str(QT_TRANSLATE_NOOP("Actions", "Void")), ("F8",), "void"),
    "sale.pay": Command(str(QT_TRANSLATE_NOOP("Actions", "Pay")), ("F9",), "pay"),
    "sale.look_up": Command(str(QT_TRANSLATE_NOOP("Actions", "Look up")), ("/",), "search"),
    "sale.remove": Command(str(QT_TRANSLATE_NOOP("Actions", "Remove line")), ("Del",), "trash"),
    "sale.more": Command(str(QT_TRANSLATE_NOOP("Actions", "One more")), ("+",), "plus"),
    "sale.fewer": Command(str(QT_TRANSLATE_NOOP("Actions", "One fewer")), ("-",), "minus"),
    "sale.price": Command(str(QT_TRANSLATE_NOOP("Actions", "Change price")), ("P",), "edit"),
    "choose.next": Command(str(QT_TRANSLATE_NOOP("Actions", "Next question")), ("Q",), "chevron-down"),
    "choose.first": Command(str(QT_TRANSLATE_NOOP("Actions", "Choose the first")), ("1",)),
    "choose.second": Command(str(QT_TRANSLATE_NOOP("Actions", "Choose the second")), ("2",)),
    "choose.third": Command(str(QT_TRANSLATE_NOOP("Actions", "Choose the third")), ("3",)),
    "choose.no_item": Command(str(QT_TRANSLATE_NOOP("Actions", "No item")), ("N",), "not-item"),
    "enroll.capture": Command(str(QT_TRANSLATE_NOOP("Actions", "Capture")), ("Space",), "enroll"),
    "enroll.save": Command(str(QT_TRANSLATE_NOOP("Actions", "Save and teach")), ("Ctrl+S",), "check"),
    "enroll.discard": Command(str(QT_TRANSLATE_NOOP("Actions", "Discard")), (), "trash"),
    "review.right": Command(str(QT_TRANSLATE_NOOP("Actions", "Right")), ("Return", "Enter"), "check"),
    "review.not_item": Command(str(QT_TRANSLATE_NOOP("Actions", "Not an item")), ("N",), "not-item"),
    "review.ignore": Command(str(QT_TRANSLATE_NOOP("Actions", "Ignore")), ("I",), "close"),
    "review.why": Command(str(QT_TRANSLATE_NOOP("Actions", "Why?")), ("W",), "info"),
    "review.undo": Command(str(QT_TRANSLATE_NOOP("Actions", "Undo")), ("Ctrl+Z",), "undo"),
    "find": Command(str(QT_TRANSLATE_NOOP("Actions", "Search")), ("/",), "search"),
    "catalog.import": Command(str(QT_TRANSLATE_NOOP("Actions", "Import a folder")), ("Ctrl+I",), "import"),
    "catalog.archive": Command(str(QT_TRANSLATE_NOOP("Actions", "Archive")), (), "archive"),
    "catalog.save": Command(str(QT_TRANSLATE_NOOP("Actions", "Save")), ("Ctrl+S",), "check"),
    "counter.empty": Command(str(QT_TRANSLATE_NOOP("Actions", "Counter is empty")), ("E",), "check"),
    "counter.draw": Command(str(QT_TRANSLATE_NOOP("Actions", "Draw region")), ("D",), "edit"),
    "counter.picture": Command(str(QT_TRANSLATE_NOOP("Actions", "Picture")), ("1",), "camera"),
    "counter.found": Command(str(QT_TRANSLATE_NOOP("Actions", "What is found")), ("2",), "search"),
    "counter.change": Command(str(QT_TRANSLATE_NOOP("Actions", "What has changed")), ("3",), "picture"),
    "settings.save": Command(str(QT_TRANSLATE_NOOP("Actions", "Apply")), ("Ctrl+S",), "check"),
}


def words_of(command_id: str) -> str:
    """The command's words in the window's language."""
    return QCoreApplication.translate(_CONTEXT, COMMANDS[command_id].text)


def keys_of(command_id: str) -> QKeySequence:
    """The key to show beside the command; empty if it has none."""
    keys = COMMANDS[command_id].keys
    return QKeySequence(keys[0]) if keys else QKeySequence()


def make_action(command_id: str, owner: QWidget, handler: Callable[[], object]) -> QAction:
    """Make the command's action on ``owner``: its keys reach ``owner`` and what lies in it, or the window."""
    command = COMMANDS[command_id]
    action = QAction(words_of(command_id), owner)
    action.setObjectName(command_id)
    action.setShortcuts([QKeySequence(keys) for keys in command.keys])
    is_wide = command.reach == "window"
    action.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut if is_wide else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    action.setAutoRepeat(False)
    action.triggered.connect(lambda _checked=False: handler())
    owner.addAction(action)
    return action
