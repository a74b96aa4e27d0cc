"""Days and moments in the window's language, in the style of the receipts."""

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_time
from PySide6.QtCore import QLocale

from core.money import known_locale


def day_text(day: date) -> str:
    """A day: ``Nov 23, 2026``, ``23.11.2026``."""
    return str(format_date(day, "medium", locale=window_locale()))


def moment_text(moment: datetime) -> str:
    """A day and the time by the clock of this machine: ``Nov 23, 2026 2:24 PM``, ``23.11.2026 14:24``."""
    here = moment.astimezone()
    return f"{day_text(here.date())} {clock_text(moment)}"


def clock_text(moment: datetime) -> str:
    """The time by the clock of this machine: ``2:24 PM``, ``14:24``."""
    here = moment.astimezone()
    return str(format_time(here, "short", locale=window_locale(), tzinfo=here.tzinfo))


def window_locale() -> Locale:
    """The language and country by which the window writes figures and dates."""
    return known_locale(QLocale().name())
