"""Counts, weights and shares as the window writes them."""

import pytest

from core.station_view import Phase, StationStatus
from gui.figures import count_text, decimal_text, kilograms_text, share_text, tax_text
from gui.status_line import StatusLine


def test_an_english_window_writes_english_figures() -> None:
    assert count_text(5310) == "5,310"
    assert decimal_text(0.845, digits=2) in {"0.84", "0.85"}
    assert decimal_text(1, digits=2) == "1.00"
    assert kilograms_text(1350) == "1.350 kg"
    assert [tax_text(points) for points in (0, 900, 550, 725)] == ["0 %", "9 %", "5.5 %", "7.25 %"]


@pytest.mark.usefixtures("german")
def test_a_german_window_writes_german_figures() -> None:
    assert count_text(5310) == "5.310"
    assert decimal_text(0.5, digits=2) == "0,50"
    assert kilograms_text(350) == "0,350 kg"
    assert tax_text(550) == "5,5 %"


def test_a_share_is_rounded_to_whole_percent() -> None:
    assert [share_text(share) for share in (0.0, 0.424, 1.0)] == ["0 %", "42 %", "100 %"]


@pytest.mark.usefixtures("german", "qapp")
def test_the_line_at_the_foot_counts_in_german() -> None:
    line = StatusLine()
    line.show_status(StationStatus(Phase.READY, products=1214, references=53_100, progress=0.5), shown_fps=0.0)
    assert "1.214" in line.text
    assert "53.100" in line.text
