"""Days and moments as the window writes them."""

from datetime import date, datetime

import pytest

from gui.dates import day_text, moment_text

MOMENT = datetime(2026, 11, 3, 14, 5).astimezone()


def test_an_english_window_writes_days_as_its_receipts_do() -> None:
    assert day_text(date(2026, 11, 3)) == "Nov 3, 2026"
    assert " ".join(moment_text(MOMENT).split()) == "Nov 3, 2026 2:05 PM"


@pytest.mark.usefixtures("german")
def test_a_german_window_writes_german_days() -> None:
    assert day_text(date(2026, 11, 3)) == "03.11.2026"
    assert moment_text(MOMENT) == "03.11.2026 14:05"
