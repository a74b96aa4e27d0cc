"""What the station is busy with, in the window's language: the core speaks English."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

ACTIVITIES = (
    QT_TRANSLATE_NOOP("Station", "Starting"),
    QT_TRANSLATE_NOOP("Station", "Opening the catalog"),
    QT_TRANSLATE_NOOP("Station", "Loading the model"),
    QT_TRANSLATE_NOOP("Station", "Opening the index"),
    QT_TRANSLATE_NOOP("Station", "Getting ready to find items"),
    QT_TRANSLATE_NOOP("Station", "Learning the references again"),
)
"""Every activity that the station tells while it works."""


def activity_words(activity: str) -> str:
    """An activity of the station, or the reason why it failed, translated when there is a translation."""
    return QCoreApplication.translate("Station", activity) if activity else ""
