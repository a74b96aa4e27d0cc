"""What a person does on the review page."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.back_office import Corrected
from core.catalog.records import Product, Recognition, ReviewFilter, ReviewState
from core.review.corrections import CorrectionEffect, RescoreEffect
from core.sightings import Candidate, Match, Outcome
from gui.messages import Messages
from gui.review.page import ReviewPage
from gui.review.portion import PORTION, Portion
from tests.core.recognition.pictures import picture
from tests.gui.back_office import BackOffice
from tests.gui.shown import shown


@pytest.fixture
def goods(office: BackOffice) -> list[Product]:
    return [
        office.stock(name, [picture(n, shot) for shot in range(4)]) for n, name in enumerate(("Milk", "Tea", "Jam"))
    ]


def doubtful(office: BackOffice, *goods: Product, product: int, shot: int) -> Recognition:
    """An item whose first candidate is the first of ``goods``, and which looks like drawn product ``product``."""
    candidates = tuple(Candidate(item.product_id, item.name, 0.6 - 0.1 * n) for n, item in enumerate(goods))
    return office.recognize(picture(product, shot), Match(Outcome.POSSIBLE, candidates))


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice, goods: list[Product]) -> ReviewPage:
    """Three doubtful items: two that are tea and were called milk, and jam that was called jam."""
    milk, tea, jam = goods
    doubtful(office, jam, milk, tea, product=2, shot=10)
    doubtful(office, milk, tea, jam, product=1, shot=11)
    doubtful(office, milk, tea, jam, product=1, shot=12)
    page = shown(qtbot, ReviewPage(office, Messages()), width=1200, height=760)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.entries.rowCount() == 3)
    return page


def states(office: BackOffice) -> list[ReviewState]:
    return [item.state for item in reversed(office.catalog.recognitions.browse())]


def press(qtbot: QtBot, page: ReviewPage, key: Qt.Key, until: Callable[[], bool]) -> None:
    QTest.keyClick(page.grid, key)
    qtbot.waitUntil(until)


def test_the_newest_item_is_chosen_and_explained(page: ReviewPage) -> None:
    chosen = page.grid.chosen_entries()
    assert [entry.said.name for entry in chosen if entry.said] == ["Milk"]
    assert page.grid.accessibleName()


def test_a_name_is_corrected_with_one_key_and_the_next_item_is_up(
    qtbot: QtBot, page: ReviewPage, office: BackOffice, goods: list[Product]
) -> None:
    QTest.keyClick(page.grid, Qt.Key.Key_1)
    assert page.entries.rowCount() == 2, "gone before the correction is written"
    assert len(page.grid.chosen_entries()) == 1
    qtbot.waitUntil(page._effect_bar.isVisible)
    corrected = office.catalog.recognitions.browse(ReviewFilter.CORRECTED)
    assert [item.product_name for item in corrected] == ["Tea"]
    assert office.catalog.references.of_product(goods[1].product_id)[-1].origin.value == "corrected"


def test_a_right_name_is_confirmed_with_enter(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    page.grid.choose_row(2)
    press(qtbot, page, Qt.Key.Key_Return, lambda: page.entries.rowCount() == 2)
    assert states(office)[0] is ReviewState.RIGHT


def test_enter_on_a_button_presses_the_button(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    page.panel._ignore.setFocus()
    QTest.keyClick(page.panel._ignore, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page._pending == 0)
    assert states(office)[2] is ReviewState.IGNORED


@pytest.mark.parametrize(("key", "state"), [(Qt.Key.Key_N, ReviewState.NOT_ITEM), (Qt.Key.Key_I, ReviewState.IGNORED)])
def test_what_is_no_item_or_does_not_matter_goes_away(
    qtbot: QtBot, page: ReviewPage, office: BackOffice, key: Qt.Key, state: ReviewState
) -> None:
    press(qtbot, page, key, lambda: page.entries.rowCount() == 2)
    assert states(office)[2] is state


def test_several_items_are_named_together(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    page.grid.selectionModel().select(page.entries.index(1), QItemSelectionModel.SelectionFlag.Select)
    assert len(page.grid.chosen_entries()) == 2
    QTest.keyClick(page.grid, Qt.Key.Key_1)
    assert page.entries.rowCount() == 1, "gone before the correction is written"
    qtbot.waitUntil(page._effect_bar.isVisible)
    assert states(office) == [ReviewState.OPEN, ReviewState.CORRECTED, ReviewState.CORRECTED]
    assert page._effect.text() == "Noted for 2:"


def test_undo_brings_the_item_back(qtbot: QtBot, page: ReviewPage, office: BackOffice, goods: list[Product]) -> None:
    press(qtbot, page, Qt.Key.Key_1, page._undo.isVisible)
    QTest.keyClick(page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Taken back" in page._effect.text())
    assert states(office) == [ReviewState.OPEN] * 3
    assert len(office.catalog.references.of_product(goods[1].product_id)) == 4


def test_nothing_more_to_undo_is_said(qtbot: QtBot, page: ReviewPage) -> None:
    QTest.keyClick(page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page._effect_bar.isVisible)
    assert page._effect.text() == "There is nothing to undo."
    assert page._undo.isHidden()


def test_any_product_is_found_by_its_name(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    QTest.keyClick(page.grid, Qt.Key.Key_Slash)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "jam")
    assert states(office) == [ReviewState.OPEN] * 3, "letters in the search are no commands"
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.entries.rowCount() == 2)
    assert office.catalog.recognitions.browse(ReviewFilter.CORRECTED)[0].product_name == "Jam"
    assert page.search.text() == ""


def test_crops_are_only_kept_when_wanted(
    qtbot: QtBot, page: ReviewPage, office: BackOffice, goods: list[Product]
) -> None:
    QTest.keyClick(page.panel.keeps, Qt.Key.Key_Space)
    assert not page.panel.keeps.isChecked()
    press(qtbot, page, Qt.Key.Key_1, lambda: page.entries.rowCount() == 2)
    assert len(office.catalog.references.of_product(goods[1].product_id)) == 4


def test_the_reasons_show_votes_and_beliefs(qtbot: QtBot, office: BackOffice, goods: list[Product]) -> None:
    office.recognize(picture(1, 30))
    page = ReviewPage(office, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.show()
    page.enter()
    page.filter.choose(ReviewFilter.ALL)
    qtbot.waitUntil(lambda: bool(page.grid.chosen_entries()))
    closest = page.grid.chosen_entries()[0].closest
    assert closest
    assert closest[0].product_name == "Tea"
    QTest.keyClick(page.grid, Qt.Key.Key_W)
    assert page.panel._reasons.isVisible()
    QTest.keyClick(page.grid, Qt.Key.Key_W)
    assert not page.panel._reasons.isVisible()


def test_filters_show_what_they_say_and_how_many(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    press(qtbot, page, Qt.Key.Key_1, lambda: page._pending == 0 and page._effect_bar.isVisible())
    page.filter.choose(ReviewFilter.CORRECTED)
    qtbot.waitUntil(lambda: page.entries.rowCount() == 1)
    assert page.entries.index(0).data() == "Tea"
    page.filter.choose(ReviewFilter.UNKNOWN)
    qtbot.waitUntil(lambda: page._left.currentIndex() == 1)
    page.filter.choose(ReviewFilter.ALL)
    qtbot.waitUntil(lambda: page.entries.rowCount() == 3)


def test_an_empty_queue_says_so(qtbot: QtBot, office: BackOffice) -> None:
    page = ReviewPage(office, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: page._left.currentIndex() == 1)
    assert page._empty._title.text() == "Nothing to review"
    QTest.keyClick(page, Qt.Key.Key_1)
    QTest.keyClick(page, Qt.Key.Key_N)
    assert office.catalog.corrections.standing() is None


def test_a_refused_word_puts_the_item_back(
    qtbot: QtBot, page: ReviewPage, office: BackOffice, goods: list[Product]
) -> None:
    office.catalog.products.archive(goods[1].product_id)
    press(qtbot, page, Qt.Key.Key_1, lambda: bool(page.messages.waiting))
    assert "not on sale" in page.messages.waiting[0].text
    qtbot.waitUntil(lambda: page.entries.rowCount() == 3)


def test_escape_leaves_the_search_for_the_grid(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    QTest.keyClick(page.grid, Qt.Key.Key_Slash)
    QTest.keyClicks(page.search, "a")
    qtbot.waitUntil(page.search._popup.isVisible)
    QTest.keyClick(page.search._popup, Qt.Key.Key_Escape)
    assert (page.search.text(), page.search._popup.isVisible()) == ("", False)
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.grid.hasFocus()
    press(qtbot, page, Qt.Key.Key_N, lambda: states(office)[2] is ReviewState.NOT_ITEM)


def test_the_search_names_what_is_chosen_and_nothing_else(qtbot: QtBot, page: ReviewPage) -> None:
    assert page.search.isEnabled()
    assert page.search.accessibleName() == "Name the item: search products"
    page.grid.clearSelection()
    assert not page.search.isEnabled()
    assert page.search.accessibleName() == "Choose an item to name it"
    page.grid.choose_row(1)
    assert page.search.isEnabled()
    page.filter.choose(ReviewFilter.UNKNOWN)
    qtbot.waitUntil(lambda: not page.search.isEnabled())


def test_a_queue_that_was_judged_again_is_shown_but_not_amid_a_name(
    qtbot: QtBot, page: ReviewPage, office: BackOffice
) -> None:
    third = page.entries.entries[2].recognition_id
    QTest.keyClick(page.grid, Qt.Key.Key_Slash)
    office.catalog.recognitions.rematch({third: Match.nothing()})
    office.status = replace(office.status, queue_round=1)
    view = office.look()
    page.show_view(view)
    qtbot.wait(50)
    assert page.entries.entries[2].outcome is Outcome.POSSIBLE, "a name is being typed"
    chosen = page.grid.chosen_entries()
    page.grid.setFocus()
    page.show_view(view)
    qtbot.waitUntil(lambda: page.entries.entries[2].outcome is Outcome.UNKNOWN)
    assert page.grid.chosen_entries() == chosen


def test_one_item_that_changed_is_not_several(qtbot: QtBot, page: ReviewPage, office: BackOffice) -> None:
    press(qtbot, page, Qt.Key.Key_1, lambda: page._pending == 0)
    effect = CorrectionEffect(())
    page._tell_effect(Corrected(effect, RescoreEffect(3, 1, 1, 1, (2,))))
    assert page._changes.text() == "1 other item changed, towards your label."
    page._tell_effect(Corrected(effect, RescoreEffect(3, 1, 0, 1, (2,))))
    assert page._changes.text() == "1 other item changed."


def test_far_down_the_list_the_next_item_stays_up(
    qtbot: QtBot, office: BackOffice, goods: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = office.catalog.photographs.store(picture(1, 10))
    match = Match(Outcome.POSSIBLE, tuple(Candidate(item.product_id, item.name, 0.3) for item in goods))
    for _ in range(151):
        office.catalog.recognitions.add(stored.picture, match)
    page = shown(qtbot, ReviewPage(office, Messages()), width=1200, height=760)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.entries.rowCount() == PORTION)
    page.grid.choose_row(PORTION - 1)
    qtbot.waitUntil(lambda: page.entries.rowCount() == 151)
    page.grid.choose_row(140)
    following = page.entries.entries[141].recognition_id
    portions: list[Portion] = []

    def show(portion: Portion) -> None:
        ReviewPage.show_portion(page, portion)
        portions.append(portion)

    monkeypatch.setattr(page, "show_portion", show)
    QTest.keyClick(page.grid, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: bool(portions))
    assert page.entries.rowCount() == 150
    assert [entry.recognition_id for entry in page.grid.chosen_entries()] == [following]


def test_all_that_is_chosen_stays_chosen_when_the_list_grows(
    qtbot: QtBot, page: ReviewPage, office: BackOffice, goods: list[Product]
) -> None:
    page.grid.selectionModel().select(page.entries.index(1), QItemSelectionModel.SelectionFlag.Select)
    chosen = [entry.recognition_id for entry in page.grid.chosen_entries()]
    assert len(chosen) == 2
    doubtful(office, *goods, product=1, shot=13)
    office.status = replace(office.status, queue_round=1)
    page.show_view(office.look())
    qtbot.waitUntil(lambda: page.entries.rowCount() == 4)
    assert [entry.recognition_id for entry in page.grid.chosen_entries()] == chosen
