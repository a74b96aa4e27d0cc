"""What the enrollment says, in the window's language: the core speaks English with figures in it."""

import re

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

SENTENCES = (
    QT_TRANSLATE_NOOP("Enrollment", "Sharp"),
    QT_TRANSLATE_NOOP("Enrollment", "Blurred: hold it still"),
    QT_TRANSLATE_NOOP("Enrollment", "Well lit"),
    QT_TRANSLATE_NOOP("Enrollment", "Too bright: avoid glare"),
    QT_TRANSLATE_NOOP("Enrollment", "Too dark: more light"),
    QT_TRANSLATE_NOOP("Enrollment", "Fills # %"),
    QT_TRANSLATE_NOOP("Enrollment", "Fills # %: bring it closer"),
    QT_TRANSLATE_NOOP("Enrollment", "Turn it over: show its other sides"),
    QT_TRANSLATE_NOOP("Enrollment", "Move it around: show it in other places and light"),
    QT_TRANSLATE_NOOP("Enrollment", "no shots yet"),
    QT_TRANSLATE_NOOP("Enrollment", "# more"),
    QT_TRANSLATE_NOOP("Enrollment", "nearly: turn it over"),
    QT_TRANSLATE_NOOP("Enrollment", "enough"),
    QT_TRANSLATE_NOOP("Enrollment", "blurred"),
    QT_TRANSLATE_NOOP("Enrollment", "too dark"),
    QT_TRANSLATE_NOOP("Enrollment", "too bright"),
    QT_TRANSLATE_NOOP("Enrollment", "too small"),
    QT_TRANSLATE_NOOP("Enrollment", "fills too little"),
    QT_TRANSLATE_NOOP("Enrollment", "same as another"),
    QT_TRANSLATE_NOOP("Enrollment", "The shot is blurred: move the item more slowly."),
    QT_TRANSLATE_NOOP("Enrollment", "The shot is too dark: give it more light."),
    QT_TRANSLATE_NOOP("Enrollment", "The shot is too bright: avoid glare and direct light."),
    QT_TRANSLATE_NOOP("Enrollment", "The item is too small in the picture: bring it closer to the camera."),
    QT_TRANSLATE_NOOP("Enrollment", "The item fills too little of the shot: bring it closer or into the frame."),
    QT_TRANSLATE_NOOP("Enrollment", "The shot shows nothing new: turn or move the item."),
    QT_TRANSLATE_NOOP("Enrollment", "There are # shots, the most that are kept."),
)
"""Every sentence of ``core.enrollment`` that is shown; ``#`` stands for a figure."""

_FIGURE = re.compile(r"\d+")


def in_own_language(text: str) -> str:
    """A text of the core, translated when there is a translation, its figures kept."""
    translated = QCoreApplication.translate("Enrollment", _FIGURE.sub("#", text))
    for figure in _FIGURE.findall(text):
        translated = translated.replace("#", figure, 1)
    return translated
