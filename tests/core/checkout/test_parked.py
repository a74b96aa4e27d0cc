"""What a cashier can rely on when a sale is set aside, or cannot be closed, while its items lie on the counter."""

import pytest

from core.checkout.basket import BasketError
from core.sightings import Outcome
from tests.core.checkout.shelf import Counter, counter, sale, seen

FAR = (400, 300)


def parked_and_recalled(desk: Counter) -> None:
    desk.session.park()
    desk.journal.open_next()
    desk.session.recall(1)
    desk.journal.open_next()


def test_a_second_piece_beside_one_that_was_left_lying_is_charged() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    parked_and_recalled(desk)
    desk.shows(seen(1, 1))
    assert desk.amounts() == {"Product 1": 1}
    desk.shows(seen(1, 1), seen(2, 1, at=FAR))
    assert desk.amounts() == {"Product 1": 2}


def test_what_was_left_lying_can_be_corrected() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    parked_and_recalled(desk)
    desk.shows(seen(1, 1))
    desk.session.answer(1, 3)
    assert desk.amounts() == {"Product 3": 1}


def test_what_was_asked_about_is_asked_about_again() -> None:
    desk = counter()
    doubtful = seen(2, 2, at=FAR, outcome=Outcome.POSSIBLE)
    desk.shows(seen(1, 1), doubtful)
    desk.session.park()
    desk.journal.open_next()
    desk.shows(seen(1, 1), doubtful)
    assert desk.session.questions() == (), "the next customer has nothing to do with it"
    desk.session.recall(1)
    desk.journal.open_next()
    desk.shows(seen(1, 1), doubtful)
    assert [question.track_id for question in desk.session.questions()] == [2]


def test_a_piece_of_another_customer_stays_paid() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.park()
    desk.journal.open_next()
    desk.shows(seconds=30)
    desk.shows(seen(2, 1))
    desk.session.pay("cash")
    desk.journal.open_next()
    desk.shows(seen(2, 1))
    desk.session.recall(1)
    desk.journal.open_next()
    desk.shows(seen(2, 1), seen(3, 1, at=FAR))
    assert desk.amounts() == {"Product 1": 1}
    with pytest.raises(BasketError, match="no longer on the counter"):
        desk.session.answer(2, 3)


def test_a_piece_that_was_taken_and_one_that_was_left_are_known_again() -> None:
    desk = counter()
    desk.shows(seen(1, 1), seen(2, 1, at=FAR))
    desk.session.park()
    desk.journal.open_next()
    desk.shows(seen(2, 1, at=FAR), seconds=30)
    desk.shows(seen(2, 1, at=FAR))
    desk.session.recall(1)
    desk.journal.open_next()
    desk.shows(seen(2, 1, at=FAR), seen(8, 1))
    assert desk.amounts() == {"Product 1": 2}
    desk.shows(seen(2, 1, at=FAR), seen(8, 1), seen(9, 1, at=(250, 50)))
    assert desk.amounts() == {"Product 1": 3}


def test_a_sale_that_could_not_be_closed_goes_on_with_what_lies_there() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.pay("cash")
    [(_, then)] = desk.journal.waiting
    then(desk.journal.kept(1))
    desk.shows(seen(1, 1), seen(2, 1, at=FAR))
    assert desk.amounts() == {"Product 1": 2}


def test_a_sale_that_could_not_be_parked_or_recalled_does_not_change_how_many_are() -> None:
    desk = counter()
    desk.shows(seen(1, 1))
    desk.session.park()
    desk.journal.waiting.pop()[1](desk.journal.kept(1))
    assert desk.session.view().parked == 0
    desk.session.park()
    desk.journal.open_next()
    assert desk.session.view().parked == 1
    empty = desk.session.view()
    desk.session.recall(1)
    _, then = desk.journal.waiting.pop()
    then(sale(empty.sale_id))
    assert desk.session.view().parked == 1
