"""A person teaches a product by clicking or holding, sees what is missing, and saves or takes it up again."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from core.catalog.records import Draft, DraftShot, ProductDetails
from core.enrollment.hints import MOVE_AROUND, TURN_OVER
from core.enrollment.session import EnrollmentError, EnrollmentSession, EnrollmentView
from core.recognition.enroll import embed_references
from core.recognition.gallery import Gallery
from core.recognition.recognizer import Recognizer
from core.settings import EnrollmentSettings
from core.sightings import Box
from tests.core.enrollment.counter import HEIGHT, WIDTH, MemoryJournal, frame, sighting
from tests.core.recognition.pictures import ThumbnailEmbedder, picture

BOX: Box = (160.0, 100.0, 320.0, 260.0)
SIDE: Box = (10.0, 10.0, 90.0, 90.0)


class Counter:
    """A session with its journal and a frame counter."""

    def __init__(self, *, embedder: ThumbnailEmbedder | None = None, **settings: Any) -> None:
        self.journal = MemoryJournal()
        self.recognizer: Recognizer | None = None
        self.session = EnrollmentSession(
            EnrollmentSettings(**{"fewest_shots": 4, "most_shots": 10} | settings),
            embedder=embedder,
            journal=self.journal,
            recognizer=lambda: self.recognizer,
        )
        self.number = 0

    def show(self, product: int = 1, box: Box = BOX, *, turn: int = 0, blur: float = 0.0, track: int = 1) -> None:
        self.number += 1
        picture = frame(self.number, (product, box), turn=turn, blur=blur)
        self.session.observe(picture, [sighting(track, box)])

    def view(self) -> EnrollmentView:
        view = self.session.view()
        assert view is not None
        return view


def taught(*products: int) -> Recognizer:
    embedder = ThumbnailEmbedder()
    gallery = Gallery(embedder.dimension, "thumbnail")
    for product in products:
        vectors = embed_references(embedder, [picture(product, shot) for shot in range(5)])
        gallery.add(product, f"Product {product}", range(product * 100, product * 100 + 5), vectors)
    return gallery.build()


@pytest.fixture
def counter() -> Counter:
    counter = Counter(embedder=ThumbnailEmbedder())
    counter.session.begin(details=ProductDetails("Tea"))
    return counter


def test_a_person_clicks_a_few_shots_and_hands_them_over(counter: Counter) -> None:
    for turn in range(4):
        counter.show(product=1 + turn, turn=turn)
        result = counter.session.capture()
        assert (result.key, result.is_kept) == (turn + 1, True)
    view = counter.view()
    assert (view.kept, view.left_out, view.is_enough) == (4, 0, True)
    assert [shot.key for shot in view.shots] == [1, 2, 3, 4]
    assert view.shots[0].thumbnail.shape == (112, 112, 3)
    finished = counter.session.finish()
    assert (finished.product_id, finished.details.name, len(finished.shots)) == (None, "Tea", 4)
    vectors = finished.shots[0].vectors
    assert vectors is not None
    assert vectors.shape == (4, ThumbnailEmbedder.dimension)
    assert finished.shots[0].crop.shape == (160, 160, 3)
    assert counter.view().is_saving
    with pytest.raises(EnrollmentError):
        counter.session.capture()
    counter.session.saved()
    assert counter.session.view() is None
    counter.session.begin(product_id=7, details=ProductDetails("Coffee"))
    assert counter.view().shots == ()


def test_everything_goes_to_the_journal_at_once(counter: Counter) -> None:
    counter.show()
    counter.session.capture()
    counter.session.set_details(ProductDetails("Green tea"))
    counter.session.set_details(ProductDetails("Green tea"))
    counter.session.remove_shot(1)
    counter.session.restore_shot(1)
    counter.session.discard()
    kinds = [call[0] for call in counter.journal.calls]
    assert kinds == ["begin", "add_shot", "describe", "remove_shot", "restore_shot", "discard"]
    quality = counter.journal.calls[1][4]
    assert json.loads(json.dumps(quality))["width"] == 160
    assert not counter.session.is_active


def test_poor_shots_are_left_out_with_a_reason_and_can_be_kept(counter: Counter) -> None:
    counter.show(blur=6.0)
    result = counter.session.capture()
    assert (result.is_kept, result.reason) == (False, "blurred")
    assert "slowly" in result.sentence
    view = counter.view()
    assert (view.kept, view.left_out, view.shots[0].reason) == (0, 1, "blurred")
    assert not view.checks[0].is_good
    assert counter.journal.calls[-1][2:4] == (False, "blurred")
    counter.session.restore_shot(1)
    view = counter.view()
    assert (view.kept, view.left_out, view.shots[0].reason) == (1, 0, "")


def test_a_shot_that_shows_nothing_new_is_left_out(counter: Counter) -> None:
    counter.show()
    counter.session.capture()
    counter.show()
    assert counter.session.capture().reason == "same as another"
    counter.show(turn=1)
    assert counter.session.capture().is_kept
    counter.show(product=2)
    assert counter.session.capture().is_kept


def test_removed_shots_are_not_handed_over(counter: Counter) -> None:
    for product in (1, 2, 3):
        counter.show(product)
        counter.session.capture()
    counter.session.remove_shot(2)
    assert counter.view().kept == 2
    assert [shot.key for shot in counter.session.finish().shots] == [1, 3]


def test_holding_takes_shots_at_the_interval_when_the_view_changes(counter: Counter) -> None:
    counter.session.hold(is_held=True)
    for _ in range(6):
        counter.show(product=1)
    assert [call[0] for call in counter.journal.calls].count("add_shot") == 1
    for product in (2, 2, 2, 3, 3, 3):
        counter.show(product)
    view = counter.view()
    assert view.is_held
    assert view.kept == 3
    counter.session.hold(is_held=False)
    counter.show(product=4)
    assert counter.view().kept == 3


def test_no_more_than_the_most_shots_are_taken() -> None:
    counter = Counter(embedder=ThumbnailEmbedder(), fewest_shots=2, most_shots=5)
    counter.session.begin()
    counter.session.hold(is_held=True)
    for product in range(1, 9):
        for _ in range(3):
            counter.show(product)
    assert counter.view().kept == 5
    assert counter.session.capture().key is None


def test_what_is_missing_is_said_in_words(counter: Counter) -> None:
    assert counter.view().enough == "no shots yet"
    counter.show()
    counter.session.capture()
    assert counter.view().enough == "3 more"
    counter.show(product=2)
    counter.session.capture()
    for product in (3, 4, 5):
        counter.show(product)
        counter.session.capture()
    assert counter.view().enough == "enough"
    assert MOVE_AROUND in counter.view().hints
    for step in range(5):
        left = 20.0 + 60 * step
        counter.show(10 + step, (left, 30.0 + 30 * step, left + 120, 150.0 + 30 * step))
        counter.session.capture()
    assert counter.view().hints == ()


def test_shots_of_one_side_only_ask_to_turn_it_over() -> None:
    counter = Counter(embedder=ThumbnailEmbedder(), fewest_shots=5)
    counter.session.begin()
    for step in range(5):
        size = 100.0 + 12 * step
        counter.show(1, (60.0, 60.0, 60.0 + size, 60.0 + size / (1 + 0.2 * step)))
        key = counter.session.capture().key
        assert key is not None
        counter.session.restore_shot(key)
    assert TURN_OVER in counter.view().hints
    assert counter.view().enough == "nearly: turn it over"


def test_a_product_that_looks_like_another_is_told(counter: Counter) -> None:
    counter.recognizer = taught(1, 5, 6)
    counter.show(product=1)
    counter.session.capture()
    for product in (8, 9):
        counter.show(product)
        counter.session.capture()
    looks_like = counter.view().looks_like
    assert looks_like is not None
    assert (looks_like.name, looks_like.product_id) == ("Product 1", 1)
    assert 1 <= looks_like.closer <= looks_like.judged == 3
    assert counter.view().recognized <= 3 - looks_like.closer


def test_more_shots_of_a_product_do_not_resemble_itself() -> None:
    counter = Counter(embedder=ThumbnailEmbedder())
    counter.recognizer = taught(1, 5, 6)
    counter.session.begin(product_id=1, details=ProductDetails("Product 1"))
    counter.show(product=1)
    counter.session.capture()
    view = counter.view()
    assert view.looks_like is None
    assert (view.recognized, view.judged) == (1, 1)


def test_a_new_recognizer_is_asked_again(counter: Counter) -> None:
    for product in (1, 2):
        counter.show(product)
        counter.session.capture()
    assert counter.view().looks_like is None
    counter.recognizer = taught(1, 2)
    assert counter.view().looks_like is not None


def test_the_target_is_what_the_person_chose_then_the_item_in_the_middle_then_the_middle(counter: Counter) -> None:
    items = [sighting(1, SIDE), sighting(2, BOX)]
    picture = frame(1, (1, SIDE), (2, BOX))
    counter.session.observe(picture, items)
    assert (counter.view().target_track, counter.view().target) == (2, BOX)
    counter.session.choose_track(1)
    counter.session.observe(picture, items)
    assert counter.view().target == SIDE
    counter.session.choose_track(None)
    counter.session.observe(picture, [sighting(2, BOX, is_moving=True)])
    view = counter.view()
    assert not view.is_target_item
    assert view.target is not None
    x0, y0, x1, y1 = view.target
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == (WIDTH / 2, HEIGHT / 2)


def test_the_item_that_is_followed_stays_the_target_while_it_moves(counter: Counter) -> None:
    counter.session.observe(frame(1, (1, BOX)), [sighting(1, BOX)])
    counter.session.observe(frame(2, (1, SIDE)), [sighting(1, SIDE, is_moving=True), sighting(2, BOX)])
    assert counter.view().target_track == 1


def test_without_an_item_the_middle_says_how_much_of_it_is_filled(counter: Counter) -> None:
    counter.session.observe(frame(1, (1, (190.0, 130.0, 290.0, 230.0))), [])
    texts = [check.text for check in counter.view().checks]
    assert any(text.startswith("Fills 2") and "closer" in text for text in texts)
    assert counter.session.capture().reason == "fills too little"


def test_shots_taken_before_the_model_is_loaded_are_embedded_later() -> None:
    counter = Counter()
    counter.session.begin(details=ProductDetails("Tea"))
    for product in (1, 2):
        counter.show(product)
        assert counter.session.capture().is_kept
    counter.session.embedder = ThumbnailEmbedder()
    counter.show(3)
    counter.show(3)
    assert all(shot.vectors is not None for shot in counter.session.finish().shots)


def test_a_draft_is_taken_up_after_a_crash(counter: Counter) -> None:
    counter.show(blur=6.0)
    counter.session.capture()
    for product in (1, 2):
        counter.show(product)
        counter.session.capture()
    at = datetime(2025, 1, 1, tzinfo=UTC)
    shots = tuple(
        DraftShot(call[1], f"{call[1]}.jpg", "", call[4], call[2], call[3], at)
        for call in counter.journal.calls
        if call[0] == "add_shot"
    )
    draft = Draft(1, None, ProductDetails("Tea"), shots, at)
    after = Counter(embedder=ThumbnailEmbedder())
    after.session.resume(draft, counter.journal.crops)
    assert after.journal.calls == []
    view = after.view()
    assert (view.details.name, view.kept, view.left_out) == ("Tea", 2, 1)
    assert view.shots[0].reason == "blurred"
    for _ in range(3):
        after.show(3)
    assert after.session.capture().key == 4
    assert all(shot.vectors is not None for shot in after.session.finish().shots)


def test_saving_that_failed_leaves_everything(counter: Counter) -> None:
    counter.show()
    counter.session.capture()
    counter.session.finish()
    counter.session.saving_failed()
    counter.show(2)
    assert counter.session.capture().is_kept
    assert counter.view().kept == 2


def test_what_cannot_be_done_is_said(counter: Counter) -> None:
    with pytest.raises(EnrollmentError, match="not finished"):
        counter.session.begin()
    with pytest.raises(EnrollmentError, match="no picture"):
        counter.session.capture()
    with pytest.raises(EnrollmentError, match="no photograph"):
        counter.session.finish()
    counter.show()
    counter.session.capture()
    counter.session.set_details(ProductDetails("  "))
    with pytest.raises(EnrollmentError, match="no name"):
        counter.session.finish()
    with pytest.raises(LookupError):
        counter.session.remove_shot(99)
    counter.session.discard()
    with pytest.raises(EnrollmentError, match="No product"):
        counter.session.capture()
    counter.show()
    assert counter.session.view() is None


def test_the_shot_keeps_its_pixels_when_the_frame_is_gone(counter: Counter) -> None:
    counter.show()
    counter.session.capture()
    crop = counter.journal.crops[1]
    assert crop.base is None or not np.shares_memory(crop, frame(1, (1, BOX)).pixels)
    assert crop.flags.writeable


@pytest.mark.parametrize("discarded", [0, 4])
def test_what_the_shots_resemble_is_not_what_discarded_ones_did(counter: Counter, discarded: int) -> None:
    """Shots of the next product have the same keys; nothing is remembered of the former ones."""
    counter.recognizer = taught(1, 2, 3, 4)
    for turn in range(discarded):
        counter.show(product=1, turn=turn)
        counter.session.capture()
    counter.session.discard()
    counter.session.begin(details=ProductDetails("Next"))
    counter.number = 100
    for turn in range(4):
        counter.show(product=3, turn=turn)
        counter.session.capture()
    looks_like = counter.view().looks_like
    assert looks_like is not None
    assert looks_like.name == "Product 3"


def test_a_poor_shot_that_was_removed_comes_back_as_a_poor_one(counter: Counter) -> None:
    counter.show(blur=6.0)
    counter.session.capture()
    counter.session.remove_shot(1)
    counter.session.restore_shot(1)
    view = counter.view()
    assert (view.kept, view.left_out, view.shots[0].reason) == (0, 1, "blurred")
