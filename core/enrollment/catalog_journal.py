"""The journal of an enrollment in the shop's database, written on the records thread."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core.catalog.database import Catalog
from core.catalog.records import Draft, FinishedDraft, ProductDetails
from core.enrollment.journal import FinishedEnrollment
from core.errors import UserError
from core.frames import Pixels
from core.worker import Submit

_log = logging.getLogger(__name__)


class CatalogShotJournal:
    """Keeps the draft of the product being taught. Calls come from the vision thread and return at once.

    ``tell`` is given what could not be written: the shots stay in memory, and saving tries again.
    """

    def __init__(self, catalog: Catalog, submit: Submit, *, tell: Callable[[UserError], None]) -> None:
        self._catalog = catalog
        self._submit = submit
        self._tell = tell
        # These belong to the records thread.
        self._draft_id: int | None = None
        self._shot_ids: dict[int, int] = {}
        self._former: ProductDetails | None = None

    def resume(self) -> tuple[Draft, dict[int, Pixels]] | None:
        """The draft that a former run left, with the pictures that can be read; for the records thread."""
        draft = self._catalog.drafts.current()
        if draft is None:
            return None
        self._draft_id = draft.draft_id
        self._former = self._details_of(draft.product_id)
        pictures: dict[int, Pixels] = {}
        for shot in draft.shots:
            try:
                pictures[shot.shot_id] = self._catalog.photographs.read(shot.picture)
            except UserError as error:
                self._tell(error)
        self._shot_ids = {key: key for key in pictures}
        return draft, pictures

    def begin(self, product_id: int | None, details: ProductDetails) -> None:
        def write() -> None:
            self._shot_ids.clear()
            self._former = None if product_id is None else details
            self._draft_id = None
            self._draft_id = self._open(product_id, details)

        self._try(write)

    def describe(self, details: ProductDetails) -> None:
        def write() -> None:
            if self._draft_id is not None:
                self._catalog.drafts.describe(self._draft_id, details)

        self._try(write)

    def add_shot(self, key: int, crop: Pixels, *, quality: Mapping[str, Any], is_kept: bool, reason: str) -> None:
        def write() -> None:
            if self._draft_id is None:
                return
            photograph = self._catalog.photographs.store(crop)
            shot = self._catalog.drafts.add_shot(
                self._draft_id, photograph, quality=quality, is_kept=is_kept, reason=reason
            )
            self._shot_ids[key] = shot.shot_id

        self._try(write)

    def remove_shot(self, key: int) -> None:
        def write() -> None:
            if key in self._shot_ids:
                self._catalog.drafts.remove_shot(self._shot_ids[key])

        self._try(write)

    def restore_shot(self, key: int) -> None:
        def write() -> None:
            if key in self._shot_ids:
                self._catalog.drafts.restore_shot(self._shot_ids[key])

        self._try(write)

    def discard(self) -> None:
        def write() -> None:
            if self._draft_id is not None:
                self._catalog.drafts.discard(self._draft_id)
                self._draft_id = None

        self._try(write)

    def finish(self, finished: FinishedEnrollment, embedder_key: str) -> FinishedDraft:
        """Turn the draft into a product, with the vectors that its shots have; for the records thread.

        Shots whose writing failed before are written now, and exactly those that were handed over become references.
        Of a product that exists, what was not changed here stays as the catalog has it by now. Raises ``UserError``;
        the draft is then as before.
        """
        if self._draft_id is None:
            self._draft_id = self._open(finished.product_id, finished.details)
        self._catalog.drafts.describe(self._draft_id, self._merged(finished))
        for shot in finished.shots:
            if shot.key not in self._shot_ids:
                photograph = self._catalog.photographs.store(shot.crop)
                self._shot_ids[shot.key] = self._catalog.drafts.add_shot(
                    self._draft_id, photograph, quality={}, is_kept=True
                ).shot_id
        kept = [self._shot_ids[shot.key] for shot in finished.shots]
        draft = self._catalog.drafts.finish(self._draft_id, shot_ids=kept)
        self._draft_id = None
        embedded = [
            (draft.reference_of_shot[self._shot_ids[shot.key]], shot.vectors)
            for shot in finished.shots
            if shot.vectors is not None and self._shot_ids[shot.key] in draft.reference_of_shot
        ]
        if embedded:
            vectors = np.stack([rows for _, rows in embedded])
            try:
                self._catalog.references.set_embeddings(embedder_key, [key for key, _ in embedded], vectors)
            except UserError as error:
                # The product is saved; its pictures can be embedded again.
                _log.warning("the vectors of %s were not kept: %s", draft.product.name, error.message)
        return draft

    def _open(self, product_id: int | None, details: ProductDetails) -> int:
        """Begin a draft. One that is open still was given up, and only its discarding failed, as on a full disk."""
        left = self._catalog.drafts.current()
        if left is not None:
            self._catalog.drafts.discard(left.draft_id)
        return self._catalog.drafts.begin(details, product_id=product_id).draft_id

    def _details_of(self, product_id: int | None) -> ProductDetails | None:
        product = None if product_id is None else self._catalog.products.find(product_id)
        return None if product is None else product.details

    def _merged(self, finished: FinishedEnrollment) -> ProductDetails:
        """What was typed here over what the catalog says now."""
        former, now = self._former, self._details_of(finished.product_id)
        if former is None or now is None:
            return finished.details
        begun = asdict(former)
        typed = {key: value for key, value in asdict(finished.details).items() if value != begun[key]}
        return replace(now, **typed)

    def _try(self, write: Callable[[], None]) -> None:
        def work() -> None:
            try:
                write()
            except UserError as error:
                self._tell(error)

        self._submit(work)
