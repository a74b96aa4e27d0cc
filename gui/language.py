"""The window's language: translations of its words and of Qt's own."""

from typing import Literal

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from core.paths import resources_folder

Choice = Literal["system", "en", "de"]

_WRITTEN_IN = "en"
_TRANSLATED_TO = ("de",)


def install_language(application: QApplication, choice: Choice) -> list[QTranslator]:
    """Load what there is for the language; returns the translators, which live as long as they are kept.

    Widgets made before keep their words: the language changes with the next start.
    """
    locale = QLocale.system() if choice == "system" else QLocale(choice)
    if choice != "system":
        QLocale.setDefault(locale)
    language = spoken_language(locale.uiLanguages())
    installed = []
    qt_words = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qt_words), ("tillsight", str(resources_folder() / "translations"))):
        translator = QTranslator(application)
        if translator.load(f"{name}_{language}", folder):
            application.installTranslator(translator)
            installed.append(translator)
    return installed


def spoken_language(preferred: list[str]) -> str:
    """The first of the preferred languages (``de-Latn-DE``, ``de``, …) that the window speaks.

    Qt looks for a file of each in turn. English has none, so it would pass over English to a language wanted less.
    """
    languages = (tag.partition("-")[0] for tag in preferred)
    return next((language for language in languages if language in (_WRITTEN_IN, *_TRANSLATED_TO)), _WRITTEN_IN)
