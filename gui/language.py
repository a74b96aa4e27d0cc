"""The window's language: translations of its words and of Qt's own."""

from typing import Literal

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from core.paths import resources_folder

Choice = Literal["system", "en", "de"]


def install_language(application: QApplication, choice: Choice) -> list[QTranslator]:
    """Load what there is for the language; returns the translators, which live as long as they are kept.

    Widgets made before keep their words: the language changes with the next start.
    """
    locale = QLocale.system() if choice == "system" else QLocale(choice)
    if choice != "system":
        QLocale.setDefault(locale)
    installed = []
    qt_words = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qt_words), ("tillsight", str(resources_folder() / "translations"))):
        translator = QTranslator(application)
        if translator.load(locale, name, "_", folder):
            application.installTranslator(translator)
            installed.append(translator)
    return installed
