"""What a cashier can rely on at the checkout."""

from dataclasses import replace

import pytest

from core.checkout.basket import BasketError
from core.sightings import Outcome
from tests.core.checkout.shelf import SHELF, counter, line, seen


def test_an_item_is_sold_once_however_long_it_lies() -> None:
    desk = counter()
    for _ in range(5):
        desk.shows(seen(1, 1))
    assert desk.amounts() == {"Product 1": 1}
    assert len(desk.log.recognitions) == 1


def test_two_of_the_same_product_lying_together_are_two() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 1, at=(300, 100)))
    assert desk.amounts() == {"Product 1": 2}
    assert desk.session.view().total_minor == 240


@pytest.mark.parametrize("first", [1, 2])
def test_an_item_that_a_hand_parted_in_two_tracks_is_one(first: int) -> None:
    desk = counter()
    whole, part = seen(1, 1), seen(2, 1, at=(102, 102), size=(40, 70))
    desk.shows(whole if first == 1 else part)
    desk.shows(whole, part)
    assert desk.amounts() == {"Product 1": 1}
    desk.shows(part if first == 1 else whole)
    desk.shows(whole, part)
    assert desk.amounts() == {"Product 1": 1}


def test_a_new_track_beside_one_that_is_out_of_sight_waits_until_that_is_gone() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seen(1, 1, at=(120, 100), missed=2), seen(2, 1))
    assert desk.amounts() == {"Product 1": 1}
    desk.shows(seen(2, 1))
    assert desk.amounts() == {"Product 1": 1}


def test_a_new_track_elsewhere_is_another_piece_at_once() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seen(1, 1, missed=2), seen(2, 1, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 2}


@pytest.mark.parametrize("is_paid", [False, True])
def test_an_item_whose_track_goes_off_with_what_is_carried_past_is_not_counted_again(*, is_paid: bool) -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    if is_paid:
        desk.session.pay("cash")
        desk.journal.open_next()
    lies = {} if is_paid else {"Product 1": 1}
    carried = seen(1, 2, at=(260, 100), settled=False, moving=True)
    desk.shows(carried, seen(2, 1))
    assert desk.amounts() == lies
    desk.shows(seen(1, 2, at=(260, 100)), seen(2, 1))
    assert desk.amounts() == {**lies, "Product 2": 1}


def test_a_paid_item_that_a_hand_parted_is_not_sold_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1, size=(200, 80)))
    desk.session.pay("cash")
    desk.journal.open_next()
    part = {"size": (60, 80), "settled": False}
    desk.shows(seen(1, 1, **part), seen(2, 1, at=(240, 100), **part))  # type: ignore[arg-type]
    desk.shows(seen(1, 1, size=(60, 80), missed=2), seen(2, 1, size=(200, 80)))
    desk.shows(seen(2, 1, size=(200, 80)))
    assert desk.amounts() == {}


def test_another_piece_where_one_was_moved_from_counts_when_both_lie_still() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seen(1, 1, at=(400, 300), moving=True), seen(2, 1))
    desk.shows(seen(1, 1, at=(400, 300)), seen(2, 1))
    assert desk.amounts() == {"Product 1": 2}


def test_a_small_item_on_a_large_one_of_another_kind_is_sold_too() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 2, at=(110, 110), size=(40, 40)))
    assert desk.amounts() == {"Product 1": 1, "Product 2": 1}


@pytest.mark.parametrize("doubt", [{"settled": False}, {"moving": True}, {"covered": True}])
def test_nothing_is_sold_before_it_is_believed(doubt: dict[str, bool]) -> None:
    desk = counter()
    desk.shows(seen(1, 1, **doubt))  # type: ignore[arg-type]
    assert desk.amounts() == {}
    desk.shows(seen(1, 1))
    assert desk.amounts() == {"Product 1": 1}


def test_an_item_whose_track_breaks_is_not_counted_twice() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seconds=2)
    desk.shows(seen(9, 1, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 1}


def test_on_a_belt_a_later_twin_is_another_piece() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1))
    desk.shows(seconds=3)
    desk.shows(seen(2, 1))
    assert desk.amounts() == {"Product 1": 2}


def test_on_a_belt_a_short_gap_is_the_same_piece() -> None:
    desk = counter(mode="belt")
    desk.shows(seen(1, 1))
    desk.shows(seconds=0.5)
    desk.shows(seen(2, 1))
    assert desk.amounts() == {"Product 1": 1}


def test_an_item_that_comes_back_unrecognized_is_still_the_one_that_was_counted() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 2, at=(300, 100)))
    desk.shows(seen(2, 2, at=(300, 100)), seconds=2)
    desk.shows(seen(2, 2, at=(300, 100)), seen(7, 3, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 1, "Product 2": 1, "Product 3": 1}
    desk.shows(seen(2, 2, at=(300, 100)), seen(7, 1, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 1, "Product 2": 1}, "it was product 1 all along, turned over"
    desk.shows(seen(2, 2, at=(300, 100)), seen(7, 1, at=(400, 300)), seen(8, 1, at=(500, 50)))
    assert desk.amounts() == {"Product 1": 2, "Product 2": 1}


def test_a_person_who_names_an_item_that_was_put_back_does_not_count_it_twice() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seconds=2)
    desk.shows(seen(7, 1, at=(400, 300), outcome=Outcome.POSSIBLE))
    (question,) = desk.session.questions()
    desk.session.answer(question.track_id, 1)
    assert desk.amounts() == {"Product 1": 1}
    desk.shows(seconds=60)
    desk.shows(seen(9, 2, at=(100, 300), outcome=Outcome.POSSIBLE))
    desk.session.answer(9, 1)
    assert desk.amounts() == {"Product 1": 2}, "a minute later it is another piece"


def test_an_item_that_is_named_late_is_the_one_that_vanished_when_it_was_noticed() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    doubtful = seen(2, 1, at=(110, 105), outcome=Outcome.UNKNOWN)
    desk.shows(doubtful)
    for _ in range(30):
        desk.shows(doubtful, seconds=1)
    desk.session.answer(2, 1)
    assert desk.amounts() == {"Product 1": 1}


def test_a_moved_item_whose_track_stayed_with_a_neighbor_is_not_counted_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seen(1, 2, missed=3, settled=False), seen(2, 1, at=(400, 300)))
    assert desk.amounts() == {"Product 1": 1}


def test_a_paid_item_that_is_put_down_elsewhere_is_not_sold_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 2, at=(300, 300)))
    desk.session.pay("cash")
    desk.journal.open_next()
    desk.shows(seen(2, 2, at=(300, 300)), seconds=1)
    desk.shows(seen(5, 1, at=(500, 50)), seen(2, 2, at=(300, 300)))
    assert desk.amounts() == {}


def test_a_doubtful_item_is_asked_about_and_answered_by_one_press() -> None:
    desk = counter()
    desk.shows(seen(1, 1, outcome=Outcome.POSSIBLE))
    (question,) = desk.session.questions()
    assert [choice.product_id for choice in question.choices] == [1, 2, 3]
    assert question.crop.shape == (80, 80, 3)
    desk.session.answer(question.track_id, 2)
    assert desk.amounts() == {"Product 2": 1}
    assert desk.session.questions() == ()
    assert desk.log.answers == [(1, 2)]
    desk.shows(seen(1, 1))
    assert desk.amounts() == {"Product 2": 1}, "a person's word stands against the camera's"


def test_a_doubt_goes_when_later_looks_settle_it() -> None:
    desk = counter()
    desk.shows(seen(1, 1, outcome=Outcome.POSSIBLE))
    desk.shows(seen(1, 1))
    assert desk.session.questions() == ()
    assert desk.amounts() == {"Product 1": 1}


def test_a_shop_that_does_not_want_questions_gets_the_best_guess() -> None:
    desk = counter(ask_possible=False)
    desk.shows(seen(1, 1, outcome=Outcome.POSSIBLE))
    assert desk.session.questions() == ()
    assert desk.amounts() == {"Product 1": 1}


def test_what_is_not_an_item_leaves_the_basket_and_is_not_asked_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.dismiss(1)
    assert desk.amounts() == {}
    desk.shows(seen(1, 1))
    assert desk.amounts() == {}
    assert [entry.void_reason for entry in desk.session.view().lines] == ["not an item"]


def test_a_wrong_name_is_corrected_at_the_counter() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    assert desk.amounts() == {"Product 3": 1}
    assert desk.session.view().total_minor == 90


def test_better_looks_change_what_the_camera_said_itself() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seen(1, 2))
    assert desk.amounts() == {"Product 2": 1}


def test_a_voided_line_does_not_trip_a_later_change_of_mind() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.remove(1, reason="customer changed their mind")
    desk.shows(seen(1, 2))
    assert desk.amounts() == {"Product 2": 1}


def test_paid_items_still_on_the_counter_are_not_sold_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    paid = desk.session.pay("cash")
    assert (paid.total_minor, paid.number) == (120, 1)
    desk.shows(seen(1, 1))
    desk.journal.open_next()
    desk.shows(seen(1, 1), seen(2, 2, at=(300, 300)))
    assert desk.amounts() == {"Product 2": 1}
    desk.shows(seen(2, 2, at=(300, 300)), seconds=10)
    desk.shows(seen(5, 1), seen(2, 2, at=(300, 300)))
    assert desk.amounts() == {"Product 1": 1, "Product 2": 1}, "the next customer's piece is another one"


def test_a_sale_that_grew_beyond_what_was_handed_over_stays_open() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.shows(seen(1, 1), seen(2, 2, at=(300, 300)))
    with pytest.raises(BasketError, match="The amount has changed"):
        desk.session.pay("cash", given_minor=200)
    assert desk.amounts() == {"Product 1": 1, "Product 2": 1}
    assert desk.session.pay("cash", given_minor=240).total_minor == 230


def test_nothing_is_lost_between_two_sales() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.pay("card")
    desk.shows(seen(2, 2, at=(300, 300)))
    with pytest.raises(BasketError):
        desk.session.add_product(3)
    desk.journal.open_next()
    desk.shows(seen(2, 2, at=(300, 300)))
    assert desk.amounts() == {"Product 2": 1}


def test_a_sale_found_after_a_crash_does_not_count_its_items_again() -> None:
    desk = counter(lines=(line(1, 1, 2), line(2, 2)))
    desk.shows(seen(1, 1), seen(2, 1, at=(300, 100)), seen(3, 2, at=(100, 300)))
    assert desk.amounts() == {"Product 1": 2, "Product 2": 1}
    desk.shows(seen(1, 1), seen(2, 1, at=(300, 100)), seen(3, 2, at=(100, 300)), seen(4, 1, at=(500, 300)))
    assert desk.amounts() == {"Product 1": 3, "Product 2": 1}


def test_a_parked_sale_comes_back_whole() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.park()
    desk.journal.open_next()
    assert desk.amounts() == {}
    assert desk.session.view().parked == 1
    desk.session.recall(1)
    desk.journal.open_next()
    assert desk.amounts() == {"Product 1": 1}
    assert desk.session.view().parked == 0


def test_only_an_empty_basket_gives_way_to_a_parked_sale() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    with pytest.raises(BasketError, match="not finished"):
        desk.session.recall(7)


def test_every_act_reaches_the_journal() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.set_quantity(1, 4)
    desk.session.override_price(1, 80, reason="damaged pack")
    desk.session.remove(1, reason="changed mind")
    desk.session.restore(1)
    assert [event.kind for event in desk.journal.events] == ["added", "quantity", "price", "voided", "restored"]
    assert desk.journal.lines == desk.session.view().lines
    assert desk.session.view().total_minor == 320


def test_a_scanned_barcode_sells_its_product() -> None:
    desk = counter()
    assert desk.session.add_barcode(" 4006381333931\n") == "Product 1"
    with pytest.raises(BasketError, match="No product has the barcode 000"):
        desk.session.add_barcode("000")
    with pytest.raises(BasketError):
        desk.session.add_barcode("")


def test_weighed_goods_wait_for_a_weight() -> None:
    desk = counter()
    desk.shows(seen(1, 4))
    assert desk.amounts() == {}
    (question,) = desk.session.questions()
    desk.session.answer(question.track_id, 4, quantity=350)
    assert desk.session.view().total_minor == 88


@pytest.mark.parametrize("act", ["pay", "park"])
def test_an_empty_basket_cannot_be_closed(act: str) -> None:
    desk = counter()
    with pytest.raises(BasketError, match="nothing to"):
        desk.session.pay("cash") if act == "pay" else desk.session.park()


def test_a_void_needs_a_reason_and_keeps_the_sale() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    with pytest.raises(BasketError, match="reason"):
        desk.session.void(reason=" ")
    desk.session.void(reason="customer left")
    assert desk.journal.closed == [(1, "void: customer left")]


@pytest.mark.parametrize("is_stored_first", [True, False])
def test_a_line_shows_its_item_whenever_the_picture_is_stored(is_stored_first: bool) -> None:
    desk = counter()
    desk.shows(seen(1, 1, outcome=Outcome.UNKNOWN))
    [(item_id, _)] = desk.log.recognitions
    if is_stored_first:
        desk.session.attach_picture(item_id, "ab/crop.jpg")
    desk.session.answer(1, 2)
    if not is_stored_first:
        desk.session.attach_picture(item_id, "ab/crop.jpg")
    assert [entry.picture for entry in desk.session.view().lines] == ["ab/crop.jpg"]


def test_another_name_by_the_camera_shows_that_product_and_not_what_lay_there_before() -> None:
    desk = counter()
    tea = replace(SHELF[2], picture="cd/reference.jpg")
    desk.session.products = {**SHELF, 2: tea}
    desk.shows(seen(1, 1))
    [(item_id, _)] = desk.log.recognitions
    desk.session.attach_picture(item_id, "ab/crop.jpg")
    desk.shows(seen(1, 2))
    assert [entry.picture for entry in desk.session.view().lines if not entry.is_voided] == ["cd/reference.jpg"]
    desk.session.answer(1, 3)
    assert [entry.picture for entry in desk.session.view().lines if not entry.is_voided] == ["ab/crop.jpg"]
