"""What persons do with a shop's records while the counter runs; whatever they change, recognition follows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.catalog.database import Catalog
from core.catalog.records import Act, FinishedDraft, ProductDetails
from core.demo_shop import demo_steps
from core.equipment import Equipment
from core.portions import Work
from core.recognition.enroll import Progress, reference_key
from core.recognition.folder_import import ImportReport, import_steps, read_product_folders
from core.recognition.recognizer import Recognizer
from core.review.corrections import CorrectionEffect, RescoreEffect
from core.review.review import Review
from core.review.second_look import SecondLook
from core.settings import Settings
from core.shop import Shop
from core.shop_embedder import ShopEmbedder
from core.status_board import StatusBoard
from core.vision_loop import VisionLoop
from core.worker import Submit

R = TypeVar("R")

_HAND_OVER_SECONDS = 10.0
"""How long the vision thread may take to hand over an enrollment: a few frames at most."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person's word changed, and what the recognizer says anew of other open items."""

    effect: CorrectionEffect
    rescored: RescoreEffect


class BackOffice:
    """Catalog, corrections, enrolling and importing; every method belongs to the records thread.

    ``equipment`` gives what the counter works with now and raises ``UserError`` while there is none. The methods raise
    ``UserError`` for what a person can mend.
    """

    def __init__(
        self,
        loop: VisionLoop,
        board: StatusBoard,
        *,
        submit: Submit,
        equipment: Callable[[], Equipment],
        settings: Callable[[], Settings],
    ) -> None:
        self._loop = loop
        self._board = board
        self._equipment = equipment
        self._settings = settings
        self._second_look = SecondLook(submit, on_done=self._note_second_look)
        self._judged_with: tuple[object, ...] | None = None

    def read(self, command: Callable[[Catalog], R]) -> R:
        """What ``command`` finds in the catalog."""
        return command(self._shop.catalog)

    def change(self, command: Callable[[Catalog], R]) -> R:
        """Let ``command`` change the catalog; prices, names, the index and, in a while, the open queue follow."""
        result = command(self._shop.catalog)
        self._follow_catalog()
        self._look_again()
        return result

    def read_review(self, command: Callable[[Review], R]) -> R:
        """What ``command`` finds in the review queue; an open queue from before the last answers is judged again."""
        result = command(self._review())
        self._look_again()
        return result

    def correct(
        self, act: Act, recognition_ids: Sequence[int], *, product_id: int | None, keep_as_reference: bool
    ) -> Corrected:
        """Put a person's word into effect."""
        review = self._review()
        before = self._shop.index.refresh()
        effect = self._apply(review, act, recognition_ids, product_id, keep_as_reference=keep_as_reference)
        return self._corrected(review, effect, before)

    def take_answer(self, recognition_id: int, product_id: int | None) -> None:
        """What a cashier says at the counter is a correction like any other, and teaches like one."""
        is_product = product_id is not None
        act = Act.PRODUCT if is_product else Act.NOT_ITEM
        self._apply(self._review(), act, [recognition_id], product_id, keep_as_reference=is_product)
        self._follow_catalog()

    def undo_correction(self) -> Corrected | None:
        """Take back the last correction; ``None`` when there is none."""
        review = self._review()
        before = self._shop.index.refresh()
        effect = review.corrections.undo()
        return None if effect is None else self._corrected(review, effect, before)

    def save_enrollment(self) -> FinishedDraft:
        """Turn the shots into a product; waits for the vision thread to hand them over."""
        equipment = self._equipment()
        session = equipment.enrollment
        handed_over = self._loop.submit(session.finish)
        try:
            finished = handed_over.result(_HAND_OVER_SECONDS)
            draft = equipment.shots.finish(finished, reference_key(equipment.shop.embedder))
        except Exception:
            # What was not handed over yet stays with the session, and what was is given back to it.
            if not handed_over.cancel() and handed_over.exception() is None:
                self._loop.submit(session.saving_failed)
            raise
        try:
            self._follow_catalog()
            self._look_again()
        finally:
            # Whatever happens to the index, the product is in the catalog: nobody shall save it a second time.
            self._loop.submit(session.saved)
        return draft

    def import_folder(self, folder: Path, on_progress: Progress | None) -> Work[ImportReport]:
        """Enroll products from folders of pictures, in portions."""
        shop = self._settings().shop
        details = ProductDetails("", currency=shop.currency, tax_basis_points=round(shop.tax_percent * 100))
        folders = read_product_folders(folder)
        with self._following():
            return (
                yield from import_steps(
                    self._shop.catalog, self._embedder, folders, defaults=details, on_progress=on_progress
                )
            )

    def enroll_demo_products(self, on_progress: Progress | None) -> Work[ImportReport]:
        """Put the products of the demo shop into the catalog, in portions."""
        with self._following():
            return (yield from demo_steps(self._shop.catalog, self._embedder, on_progress=on_progress))

    def stop_looking(self) -> None:
        """The catalog is about to be closed: judge nothing more."""
        self._second_look.stop()

    def count(self) -> None:
        """Post how many products, references and doubtful items there are."""
        catalog = self._shop.catalog
        self._board.post(products=catalog.products.count(), references=catalog.references.count())
        self.count_doubtful()

    def count_doubtful(self) -> None:
        """Post how many items need a look in review."""
        self._board.post(to_review=self._shop.catalog.recognitions.count_doubtful())

    def _embedder(self) -> ShopEmbedder:
        """The one in use now: it may be another one at the next portion of a work."""
        return self._shop.embedder

    @contextmanager
    def _following(self) -> Iterator[None]:
        """Let recognition follow also when the work breaks off: what was enrolled before is in the catalog."""
        try:
            yield
        finally:
            self._follow_catalog()
            self._look_again()

    def _follow_catalog(self) -> Recognizer:
        """Let prices, names, the index and the counts follow a change of the catalog."""
        recognizer = self._shop.index.refresh()
        self._equipment().follow(self._loop, recognizer)
        self.count()
        self._shop.index.save()
        return recognizer

    def _apply(
        self,
        review: Review,
        act: Act,
        recognition_ids: Sequence[int],
        product_id: int | None,
        *,
        keep_as_reference: bool,
    ) -> CorrectionEffect:
        return review.corrections.apply(
            act,
            recognition_ids,
            product_id=product_id,
            keep_as_reference=keep_as_reference,
            cashier=self._settings().shop.cashier,
        )

    def _corrected(self, review: Review, effect: CorrectionEffect, before: Recognizer) -> Corrected:
        recognizer = self._follow_catalog()
        # All of the queue is judged here and now.
        self._second_look.stop()
        self._judged_with = self._state
        rescored = review.corrections.rescore(recognizer, before=before, label=effect.label)
        self.count_doubtful()
        return Corrected(effect, rescored)

    def _look_again(self) -> None:
        """Judge the open queue again, a few items at a time, unless that was done with the same references."""
        if self._judged_with != self._state:
            self._judged_with = self._state
            recognizer = self._shop.index.refresh()
            self._second_look.begin(self._review().corrections.look_again(recognizer))

    def _note_second_look(self, changed: int) -> None:
        if changed:
            self.count_doubtful()
            self._board.post(queue_round=self._board.read().queue_round + 1)

    @property
    def _state(self) -> tuple[object, ...]:
        """Whatever changes when the recognizer may say something else."""
        recognition = self._settings().recognition
        shop = self._shop
        return (
            shop.catalog.references.revision,
            shop.embedder.key,
            recognition.false_name_rate,
            recognition.class_weight,
        )

    def _review(self) -> Review:
        return Review(self._shop.catalog, embedder_key=self._shop.embedder.key)

    @property
    def _shop(self) -> Shop:
        return self._equipment().shop
