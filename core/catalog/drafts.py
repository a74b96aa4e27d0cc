"""Enrollments in progress, kept from the first shot on."""

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.photographs import Photographs
from core.catalog.picture_use import remove_files, take_unused
from core.catalog.plain_json import details_from_json, details_to_json
from core.catalog.products import change_product, insert_product, load_product
from core.catalog.records import Draft, DraftShot, FinishedDraft, Origin, ProductDetails, StoredPhotograph
from core.catalog.references import active_hashes, insert_references
from core.catalog.schema import DraftRow, ShotRow
from core.catalog.transactions import Database
from core.errors import UserError

_log = logging.getLogger(__name__)


class DraftError(UserError):
    """The enrollment is not in a state that allows this."""


class Drafts:
    """At most one enrollment is open; it is there again after a crash.

    Any thread may call any method; writes normally come from the records thread.
    """

    def __init__(self, database: Database, photographs: Photographs) -> None:
        self._database = database
        self._photographs = photographs

    def current(self) -> Draft | None:
        """The open draft, as it was left."""
        with self._database.read() as session:
            row = _open_row(session)
            return None if row is None else _record(session, row)

    def begin(self, details: ProductDetails | None = None, *, product_id: int | None = None) -> Draft:
        """Open a draft for a new product, or for more shots of a product that exists.

        Without ``details`` those of that product are taken. Raises ``DraftError`` when another draft is open,
        ``LookupError`` for an unknown product.
        """
        with self._database.write(is_durable=True) as session:
            if _open_row(session) is not None:
                raise DraftError(
                    "Another enrollment is not finished.", remedy="Save or discard it before beginning a new one."
                )
            if details is None:
                details = ProductDetails("") if product_id is None else load_product(session, product_id).details
            row = DraftRow(
                state="open",
                product_id=product_id,
                details=details_to_json(details),
                created_at=self._database.now(),
                closed_at=None,
            )
            session.add(row)
            session.flush()
            return _record(session, row)

    def describe(self, draft_id: int, details: ProductDetails) -> Draft:
        """Keep what was typed so far; nothing is checked yet. Raises ``DraftError``."""
        with self._database.write() as session:
            row = _row(session, draft_id)
            row.details = details_to_json(details)
            session.flush()
            return _record(session, row)

    def add_shot(
        self,
        draft_id: int,
        photograph: StoredPhotograph,
        *,
        quality: Mapping[str, Any],
        is_kept: bool = True,
        reason: str = "",
    ) -> DraftShot:
        """Add a shot, or a refused one with the reason; raises ``DraftError``."""
        with self._database.write(is_durable=True) as session:
            _row(session, draft_id)
            shot = ShotRow(
                draft_id=draft_id,
                picture=photograph.picture,
                sha256=photograph.sha256,
                quality=dict(quality),
                is_kept=is_kept,
                reason=reason,
                at=self._database.now(),
                removed_at=None,
            )
            session.add(shot)
            session.flush()
            return _shot_record(shot)

    def remove_shot(self, shot_id: int) -> None:
        """Set a shot aside; raises ``DraftError`` when its draft is not open, ``LookupError`` for an unknown one."""
        with self._database.write(is_durable=True) as session:
            _shot(session, shot_id).removed_at = self._database.now()

    def restore_shot(self, shot_id: int) -> DraftShot:
        """Bring a removed shot back as it was, or keep one that was refused; raises as ``remove_shot`` does."""
        with self._database.write(is_durable=True) as session:
            shot = _shot(session, shot_id)
            shot.removed_at, shot.is_kept = None, shot.is_kept or shot.removed_at is None
            return _shot_record(shot)

    def finish(self, draft_id: int, *, shot_ids: Collection[int] | None = None) -> FinishedDraft:
        """Turn the draft into a product with its kept shots as references, in one transaction.

        ``shot_ids``: these shots instead of those noted as kept. Shots of the same content count once. Raises
        ``DraftError`` without a kept shot or for a product that is archived, ``ProductError`` for details that cannot
        be kept; the draft is then open as before.
        """
        now = self._database.now()
        with self._database.write(is_durable=True) as session:
            row = _row(session, draft_id)
            details = details_from_json(row.details)
            kept = _kept(session, draft_id, shot_ids)
            if not kept:
                raise DraftError("There is no photograph to learn from.", remedy="Take at least one good shot.")
            if row.product_id is None:
                row.product_id = insert_product(session, details, now).id
            else:
                _refuse_archived(session, row.product_id)
                change_product(session, row.product_id, details, now)
            known = active_hashes(session, row.product_id)
            fresh = {shot.sha256: shot for shot in kept if shot.sha256 not in known}
            photographs = [StoredPhotograph(shot.picture, shot.sha256, width=0, height=0) for shot in fresh.values()]
            added = insert_references(session, row.product_id, photographs, Origin.ENROLLED, now)
            row.state, row.closed_at = "finished", now
            session.flush()
            finished = FinishedDraft(
                product=load_product(session, row.product_id),
                references=tuple(added),
                reference_of_shot={
                    shot.id: reference.reference_id for shot, reference in zip(fresh.values(), added, strict=True)
                },
            )
            unused = take_unused(session, _pictures(session, draft_id))
        self._remove_files(unused, now)
        return finished

    def discard(self, draft_id: int) -> None:
        """Give the draft up; its pictures go, at the latest with the next sweep. Raises ``DraftError``."""
        now = self._database.now()
        with self._database.write() as session:
            row = _row(session, draft_id)
            row.state, row.closed_at = "discarded", now
            session.flush()
            unused = take_unused(session, _pictures(session, draft_id))
        self._remove_files(unused, now)

    def _remove_files(self, unused: Iterable[str], now: datetime) -> None:
        try:
            remove_files(self._photographs, unused, now=now)
        except UserError as error:
            # The draft is closed all the same; the next sweep takes the pictures.
            _log.warning("pictures of a closed draft stay for now: %s", error.message)


def _open_row(session: Session) -> DraftRow | None:
    return session.scalars(select(DraftRow).where(DraftRow.state == "open")).one_or_none()


def _row(session: Session, draft_id: int) -> DraftRow:
    row = session.get(DraftRow, draft_id)
    if row is None:
        raise LookupError(f"there is no draft {draft_id}")
    if row.state != "open":
        raise DraftError(f"This enrollment is {row.state} already.", remedy="Begin a new one.")
    return row


def _shot(session: Session, shot_id: int) -> ShotRow:
    shot = session.get(ShotRow, shot_id)
    if shot is None:
        raise LookupError(f"there is no shot {shot_id}")
    _row(session, shot.draft_id)
    return shot


def _shots(session: Session, draft_id: int) -> list[ShotRow]:
    query = select(ShotRow).where(ShotRow.draft_id == draft_id, ShotRow.removed_at.is_(None))
    return list(session.scalars(query.order_by(ShotRow.id)))


def _kept(session: Session, draft_id: int, shot_ids: Collection[int] | None) -> list[ShotRow]:
    if shot_ids is None:
        return [shot for shot in _shots(session, draft_id) if shot.is_kept]
    query = select(ShotRow).where(ShotRow.draft_id == draft_id).order_by(ShotRow.id)
    return [shot for shot in session.scalars(query) if shot.id in shot_ids]


def _refuse_archived(session: Session, product_id: int) -> None:
    product = load_product(session, product_id)
    if product.is_archived:
        raise DraftError(f"{product.name} is not on sale.", remedy="Choose another product, or restore it first.")


def _pictures(session: Session, draft_id: int) -> set[str]:
    return set(session.scalars(select(ShotRow.picture).where(ShotRow.draft_id == draft_id)))


def _record(session: Session, row: DraftRow) -> Draft:
    return Draft(
        draft_id=row.id,
        product_id=row.product_id,
        details=details_from_json(row.details),
        shots=tuple(_shot_record(shot) for shot in _shots(session, row.id)),
        created_at=row.created_at,
    )


def _shot_record(row: ShotRow) -> DraftShot:
    return DraftShot(row.id, row.picture, row.sha256, row.quality, row.is_kept, row.reason, row.at)
