"""The review queue: what a person sees of a recognition."""

from core.catalog.records import ProductDetails, ReviewFilter, ReviewState
from core.sightings import Match, Outcome, Vote
from tests.core.catalog.shop import match_of
from tests.core.review.shop import Shop


def test_an_entry_shows_the_crop_what_was_said_and_why(shop: Shop) -> None:
    item = shop.recognize(shop.looks(0))
    (entry,) = shop.review.queue.entries(ReviewFilter.ALL)
    assert (entry.recognition_id, entry.picture, entry.state) == (item.recognition_id, item.picture, ReviewState.OPEN)
    assert entry.said is not None
    assert entry.said.name == "Milk"
    assert entry.score == entry.candidates[0].score
    assert entry.closest[0].product_name == "Milk"
    own = {reference.picture for reference in shop.catalog.references.of_product(shop.milk.product_id)}
    assert entry.closest[0].picture in own
    assert all(closest.is_current for closest in entry.closest)
    similarities = [closest.similarity for closest in entry.closest]
    assert similarities == sorted(similarities, reverse=True)


def test_names_are_today_s_and_archived_products_are_not_offered(shop: Shop) -> None:
    shop.recognize(shop.looks(0))
    shop.catalog.products.update(shop.milk.product_id, ProductDetails("Whole milk"))
    shop.catalog.products.archive(shop.tea.product_id)
    (entry,) = shop.review.queue.entries(ReviewFilter.ALL)
    assert [candidate.name for candidate in entry.candidates] == ["Whole milk", "Coffee"]
    assert entry.closest[0].product_name == "Whole milk"


def test_a_reference_that_changed_since_is_marked(shop: Shop) -> None:
    milk = shop.catalog.references.of_product(shop.milk.product_id)[:3]
    votes = tuple(
        Vote(reference.reference_id, shop.milk.product_id, 0.9 - place / 10) for place, reference in enumerate(milk)
    )
    gone = Vote(9999, shop.milk.product_id, 0.1)
    shop.recognize(shop.looks(0), match_of(shop.milk, votes=(*votes, gone)))
    shop.catalog.references.remove([milk[0].reference_id])
    shop.catalog.references.move([milk[1].reference_id], shop.tea.product_id)
    (entry,) = shop.review.queue.entries(ReviewFilter.ALL)
    assert [(closest.product_name, closest.is_current) for closest in entry.closest] == [
        ("Milk", False),
        ("Tea", False),
        ("Milk", True),
    ]


def test_an_item_without_a_name(shop: Shop) -> None:
    shop.recognize(shop.looks(0), Match.nothing())
    shop.recognize(shop.looks(0), match_of(shop.milk, outcome=Outcome.UNKNOWN, scores=(0.3,)))
    guessed, nothing = shop.review.queue.entries(ReviewFilter.UNKNOWN)
    assert (guessed.said, guessed.score) == (None, 0.3)
    assert (nothing.said, nothing.score, nothing.candidates, nothing.closest) == (None, 0.0, (), ())


def test_pages_counts_and_single_entries(shop: Shop) -> None:
    ids = [shop.recognize(shop.looks(0), match_of(shop.milk)).recognition_id for _ in range(5)]
    queue = shop.review.queue
    assert [entry.recognition_id for entry in queue.entries(ReviewFilter.ALL, limit=2, offset=2)] == [ids[2], ids[1]]
    assert queue.counts()[ReviewFilter.ALL] == 5
    assert queue.entries(ReviewFilter.DOUBTFUL) == []
    assert [entry.recognition_id for entry in queue.entries_of([ids[3], 999, ids[0]])] == [ids[3], ids[0]]
    today = shop.clock.time.astimezone().date()
    assert queue.counts(day=today)[ReviewFilter.ALL] == 5
    assert len(queue.entries(ReviewFilter.ALL, day=today)) == 5
