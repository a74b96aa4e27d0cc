"""The parts of the review page that can be asked without a window."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from core.catalog.records import Recognition, ReviewState
from core.review.queue import ClosestReference, ReviewEntry
from core.sightings import Candidate, Match, Outcome
from gui import theme
from gui.review.entry_grid import outcome_sign, two_lines
from gui.review.entry_list_model import EntryListModel
from gui.review.evidence import ClosestReferences, TwoLines, distinct_names
from gui.review.verdict_panel import rank_choices
from tests.gui.model_watch import watched


def entry(
    number: int,
    *scores: float,
    outcome: Outcome = Outcome.POSSIBLE,
    state: ReviewState = ReviewState.OPEN,
    name: str | None = None,
) -> ReviewEntry:
    candidates = tuple(Candidate(key, f"Product {key}", score) for key, score in enumerate(scores, start=1))
    match = Match(outcome, tuple(sorted(candidates, key=lambda item: -item.score)))
    recognition = Recognition(number, datetime(2026, 5, 4, tzinfo=UTC), None, "", match, state, None, name)
    return ReviewEntry(recognition, match.candidates, ())


def test_the_model_keeps_its_promises() -> None:
    model = EntryListModel()
    watched(model)
    model.show([entry(1, 0.5), entry(2, 0.4), entry(3, 0.3)])
    model.append([entry(3, 0.3), entry(4, 0.2)])
    model.remove({1, 3})
    model.show([entry(2, 0.9), entry(4, 0.2)])
    assert [item.recognition_id for item in model.entries] == [2, 4]
    assert model.row_of(4) == 1
    assert model.row_of(1) is None


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        (entry(1, 0.7), "Product 1"),
        (entry(1, 0.7, outcome=Outcome.UNKNOWN), "Unknown"),
        (entry(1, 0.7, state=ReviewState.NOT_ITEM), "Not an item"),
        (entry(1, 0.7, state=ReviewState.CORRECTED, name="Tea"), "Tea"),
    ],
)
def test_a_persons_word_goes_before_the_recognizers(shown: ReviewEntry, title: str) -> None:
    model = EntryListModel()
    model.show([shown])
    assert model.index(0).data() == title
    assert title in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_every_outcome_has_a_sign_of_its_own() -> None:
    signs = [outcome_sign(entry(1, 0.5, outcome=outcome))[0] for outcome in Outcome]
    assert len(set(signs)) == len(Outcome)


def test_choices_leave_out_the_name_that_all_items_got() -> None:
    assert [choice.product_id for choice in rank_choices([entry(1, 0.7, 0.2, 0.3)])] == [3, 2]
    assert [choice.product_id for choice in rank_choices([entry(1, 0.7, 0.2), entry(2, 0.1, 0.8)])] == [2, 1]
    unknown = entry(1, 0.3, 0.2, outcome=Outcome.UNKNOWN)
    assert [choice.product_id for choice in rank_choices([unknown])] == [1, 2]


def test_names_lose_the_words_that_all_share() -> None:
    assert distinct_names(["Maz ketchup chips", "Maz vinegar chips"]) == ["ketchup chips", "vinegar chips"]
    assert distinct_names(["Maz", "Maz vinegar"]) == ["Maz", "Maz vinegar"]
    assert distinct_names(["Tea", "Tea"]) == ["Tea", "Tea"]
    assert distinct_names([]) == []


def test_long_names_break_between_words(qapp: object) -> None:
    metrics = QFontMetrics(theme.bold())
    width = metrics.horizontalAdvance("Cheetoz onion")
    assert two_lines("Cheetoz", metrics, width) == ["Cheetoz"]
    assert two_lines("Cheetoz onion chips", metrics, width + 4) == ["Cheetoz onion", "chips"]
    lines = two_lines("Cheetoz onion and parsley chips of the house", metrics, width + 4)
    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_equal_names_of_references_are_shown_whole(qtbot: QtBot, tmp_path: Path) -> None:
    name = "Maz Maz potato sticks"
    closest = ClosestReferences(tmp_path)
    qtbot.addWidget(closest)
    closest.show_references([ClosestReference(key, 1, name, "", 0.9, is_current=True) for key in range(3)])
    closest.resize(188, 168)
    closest.show()
    qtbot.waitExposed(closest)
    names = closest.findChildren(TwoLines)
    assert len(names) == 3
    for shown in names:
        assert " ".join(two_lines(name, shown.fontMetrics(), shown.width())) == name
        assert shown.height() >= 2 * shown.fontMetrics().height()
