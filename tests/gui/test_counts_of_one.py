"""Sentences with a count read right when there is just one."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from core.enrollment.view import LooksLike
from core.paths import resources_folder
from core.station_view import Phase, StationStatus
from gui.catalog.import_bar import ImportBar
from gui.counted import products_text, references_text
from gui.enrollment.count_ring import CountRing
from gui.enrollment.look_alike import LookAlikeCard
from gui.rail import RailButton, RailEntry
from gui.review.evidence import Reasons
from gui.status_line import StatusLine
from gui.widgets.words import Words
from tests.gui.counter import CounterStation
from tests.gui.review.test_review_parts import entry

COUNTED = re.compile(r"\{(?:count|shots|items|references|products|changed|lead)\} ((?:\w+ )?\w+s)\b")
NEVER_ONE = ("{count} corners", "{count} different names")
"""A region has three corners at least, and different names are two."""


def test_every_counted_noun_has_a_sentence_for_one() -> None:
    wrong = []
    for context, sources in sources_by_context().items():
        for source in sources:
            noun = COUNTED.search(source)
            is_safe = any(words in source for words in NEVER_ONE)
            if noun and not is_safe and not any(f"1 {noun[1][:-1]}" in other for other in sources):
                wrong.append(f"{context}: {source}")
    assert not wrong


def sources_by_context() -> dict[str, list[str]]:
    tree = ElementTree.parse(resources_folder() / "translations" / "tillsight_de.ts")
    found: dict[str, list[str]] = defaultdict(list)
    for context in tree.iter("context"):
        found[context.findtext("name", "")] += [m.findtext("source", "") for m in context.iter("message")]
    return found


@pytest.mark.parametrize(("count", "words"), [(0, "0 products"), (1, "1 product"), (5310, "5,310 products")])
def test_products_are_counted(count: int, words: str) -> None:
    assert products_text(count) == words
    assert references_text(count) == words.replace("product", "reference")


@pytest.mark.usefixtures("german")
def test_they_are_counted_in_german_too() -> None:
    assert [products_text(count) for count in (1, 5310)] == ["1 Produkt", "5.310 Produkte"]
    assert [references_text(count) for count in (1, 5310)] == ["1 Referenz", "5.310 Referenzen"]


def test_the_status_line_of_a_shop_with_one_product(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    status = StationStatus(Phase.READY, products=1, references=1)
    line.show_status(status, shown_fps=0)
    assert "1 product · 1 reference" in line.text
    line.show_status(replace(status, products=2, references=40), shown_fps=0)
    assert "2 products · 40 references" in line.text


def test_an_import_that_leaves_one_file_out(qtbot: QtBot) -> None:
    bar = ImportBar()
    qtbot.addWidget(bar)
    told = []
    for left_out in (["a.png cannot be read."], ["a.png cannot be read.", "b.png cannot be read."]):
        bar.end("Imported", left_out)
        told.append({words.text() for words in bar.findChildren(Words)})
    assert "1 file was left out." in told[0]
    assert "2 files were left out." in told[1]


def test_one_shot_is_counted_for_a_screen_reader(qtbot: QtBot) -> None:
    ring = CountRing()
    qtbot.addWidget(ring)
    ring.show_count(1, fewest=20, most=100)
    assert ring.accessibleName() == "1 shot of 20–100"
    ring.show_count(2, fewest=20, most=100)
    assert ring.accessibleName() == "2 shots of 20–100"


def test_one_warning_at_the_rail(qtbot: QtBot) -> None:
    button = RailButton(RailEntry("counter", QAction("Counter"), "counter"))
    qtbot.addWidget(button)
    button.set_warnings(1)
    assert button.accessibleName().endswith(", 1 warning")
    button.set_warnings(2)
    assert button.accessibleName().endswith(", 2 warnings")


@pytest.mark.parametrize(
    ("closer", "judged", "words"),
    [
        (1, 1, "The shot is closer to it than to its own product."),
        (1, 4, "1 of 4 shots is closer to it than to the others."),
        (3, 4, "3 of 4 shots are closer to it than to each other."),
    ],
)
def test_one_shot_that_looks_like_another_product(
    qtbot: QtBot, station: CounterStation, closer: int, judged: int, words: str
) -> None:
    card = LookAlikeCard(station)  # type: ignore[arg-type]
    qtbot.addWidget(card)
    card.show_look_alike(LooksLike(1, "Salt crisps", closer, judged), ())
    told = [label.text() for label in card.findChildren(Words)]
    assert f"{words} Show what differs, or enroll both at the same distance." in told


@pytest.mark.parametrize(("second", "words"), [(0.69, "1 point ahead"), (0.5, "20 points ahead")])
def test_a_lead_of_one_point(qtbot: QtBot, tmp_path: Path, second: float, words: str) -> None:
    reasons = Reasons(tmp_path)
    qtbot.addWidget(reasons)
    reasons.show_entry(entry(1, 0.7, second))
    assert f"The first is {words} of the second." in [label.text() for label in reasons.findChildren(Words)]
