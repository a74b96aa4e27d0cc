"""What a cashier can rely on when a sale is opened again, after leaving or after the power was cut."""

import pytest

from core.catalog.records import SaleItem
from core.sightings import Outcome
from tests.core.checkout.shelf import counter, reopened, seen

FAR = (400, 300)


def test_a_corrected_item_that_still_lies_there_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 2, at=FAR))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    for _ in range(3):
        desk.shows(seen(8, 2, at=FAR), seen(9, 1, at=(104, 97)))
    assert desk.amounts() == {"Product 2": 1, "Product 3": 1}


def test_a_corrected_item_that_was_moved_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    desk.shows(seen(9, 1, at=FAR))
    assert desk.amounts() == {"Product 3": 1}


def test_a_corrected_item_that_was_moved_and_is_recognized_late_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    desk.shows(seen(9, 2, at=FAR, outcome=Outcome.UNKNOWN))
    for _ in range(2):
        desk.shows(seen(9, 1, at=FAR))
    assert desk.amounts() == {"Product 3": 1}


def test_a_person_may_sell_what_another_item_was_mistaken_for() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    desk.shows(seen(9, 2, at=FAR, outcome=Outcome.UNKNOWN))
    desk.session.answer(9, 1)
    assert desk.amounts() == {"Product 3": 1, "Product 1": 1}


@pytest.mark.parametrize("order", [(7, 8, 9), (9, 8, 7), (9, 7, 8)])
def test_each_item_of_a_reopened_sale_is_found_in_its_place_whichever_is_seen_first(order: tuple[int, ...]) -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 1, at=FAR))
    desk.session.answer(2, 3)
    desk = reopened(desk)
    places = {7: (100.0, 100.0), 8: (400.0, 300.0), 9: (250.0, 200.0)}
    for count in range(1, 4):
        settled = order[:count]
        desk.shows(*(seen(track, 1, at=at, settled=track in settled) for track, at in places.items()))
    assert desk.amounts() == {"Product 1": 2, "Product 3": 1}, "the third one came while the program was closed"
    desk.session.dismiss(8)
    assert desk.amounts() == {"Product 1": 2}


def test_an_item_that_looks_like_a_product_taught_meanwhile_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 2, at=FAR))
    desk = reopened(desk)
    desk.shows(seen(8, 3), seen(9, 2, at=FAR))
    assert desk.amounts() == {"Product 2": 1, "Product 3": 1}, "it is the same piece under its new name"
    [(item_id, _)] = desk.log.recognitions
    desk.session.attach_picture(item_id, "ab/crop.jpg")
    assert [entry.picture for entry in desk.session.view().lines if entry.name == "Product 3"] == ["ab/crop.jpg"]


def test_an_item_that_looks_like_its_neighbor_now_does_not_take_the_line_of_that() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 2, at=FAR))
    desk = reopened(desk)
    desk.shows(seen(8, 2), seen(9, 2, at=FAR))
    assert desk.amounts() == {"Product 2": 2}


def test_what_comes_later_into_the_place_of_an_item_is_another_piece() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk = reopened(desk)
    desk.shows()
    desk.shows(seconds=30)
    desk.shows(seen(9, 2))
    assert desk.amounts() == {"Product 1": 1, "Product 2": 1}


def test_an_item_that_is_not_recognized_any_more_is_not_asked_about_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1, outcome=Outcome.UNKNOWN))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    desk.shows(seen(9, 1, outcome=Outcome.UNKNOWN))
    assert desk.session.questions() == ()
    assert desk.amounts() == {"Product 3": 1}


def test_weighed_goods_are_not_weighed_again() -> None:
    desk = counter()
    desk.shows(seen(1, 4))
    desk.session.answer(1, 4, quantity=350)
    desk = reopened(desk)
    desk.shows(seen(9, 4))
    assert desk.session.questions() == ()
    assert desk.session.view().total_minor == 88


@pytest.mark.parametrize("act", ["dismiss", "remove"])
def test_what_was_taken_out_of_the_sale_is_not_counted_again(act: str) -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 1, at=FAR))
    if act == "dismiss":
        desk.session.dismiss(1)
    else:
        desk.session.remove(1)
    left = desk.amounts()
    desk = reopened(reopened(desk))
    desk.shows(seen(8, 1), seen(9, 1, at=FAR))
    assert desk.amounts() == left


def test_what_was_not_an_item_is_forgotten_when_it_is_gone() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.dismiss(1)
    desk = reopened(desk)
    desk.shows()
    desk.shows(seconds=30)
    desk.shows(seen(9, 1))
    assert desk.amounts() == {"Product 1": 1}


def test_a_seen_item_that_joined_a_looked_up_line_is_not_counted_again() -> None:
    desk = counter()
    desk.session.add_product(1)
    desk.shows(seen(1, 1))
    desk = reopened(desk)
    desk.shows(seen(9, 1))
    assert desk.amounts() == {"Product 1": 2}


def test_places_are_kept_until_the_items_are_seen_and_whatever_the_size_of_the_picture() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    desk.session.add_product(2)
    noted = SaleItem(1, 2, 3, 1, is_personal=True, box=(0.1562, 0.2083, 0.2812, 0.375))
    assert desk.journal.items == (noted,)
    desk = reopened(desk)
    desk.size = (1280, 960)
    desk.shows(seen(9, 2, at=(200, 200), size=(160, 160)))
    assert desk.amounts() == {"Product 3": 1, "Product 2": 1}


def test_a_corrected_item_of_a_parked_sale_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk.session.park()
    desk.journal.open_next()
    desk.shows(seconds=30)
    desk.shows()
    desk.session.recall(1)
    desk.journal.open_next()
    desk.shows(seen(9, 1, at=FAR))
    assert desk.amounts() == {"Product 3": 1}


def test_on_a_belt_a_corrected_item_of_a_reopened_sale_is_found_wherever_it_is() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk = reopened(desk)
    desk.shows(seen(9, 1, at=FAR))
    assert desk.amounts() == {"Product 3": 1}


def test_a_corrected_item_whose_track_breaks_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    desk.shows(seconds=2)
    desk.shows(seen(9, 1, at=(110, 95)))
    assert desk.amounts() == {"Product 3": 1}


@pytest.mark.parametrize("said", [3, None])
def test_a_word_on_an_item_of_a_reopened_sale_is_kept_as_a_correction(said: int | None) -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk = reopened(desk)
    desk.shows(seen(9, 1))
    assert desk.log.recognitions == [], "it was kept for review before"
    if said is None:
        desk.session.dismiss(9)
    else:
        desk.session.answer(9, said)
    [(item_id, match)] = desk.log.recognitions
    assert match.best is not None
    assert match.best.product_id == 1
    assert desk.log.answers == [(item_id, said)]
    desk.session.answer(9, 2)
    assert len(desk.log.recognitions) == 1


def test_a_picture_that_is_stored_late_is_there_after_a_restart() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    [(item_id, _)] = desk.log.recognitions
    desk.session.attach_picture(item_id, "ab/crop.jpg")
    assert [entry.picture for entry in desk.journal.lines] == ["ab/crop.jpg"]
    written = len(desk.journal.events)
    desk.session.attach_picture(item_id, "ab/crop.jpg")
    assert len(desk.journal.events) == written
