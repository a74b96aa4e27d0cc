"""Which pictures something still needs, and removing the rest."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.catalog.photographs import Photographs
from core.catalog.portions import portions
from core.catalog.records import SaleState
from core.catalog.schema import DraftRow, RecognitionRow, ReferenceRow, SaleLineRow, SaleRow, ShotRow
from core.catalog.transactions import Database

_GRACE: Final = timedelta(minutes=10)
"""A younger file may belong to a row that is about to be written."""

SWEEP_PARTS: Final = 16
"""Into how many parts a sweep of all pictures is divided, one for each day."""


def pictures_in_use(session: Session, pictures: Iterable[str], *, with_closed_sales: bool) -> set[str]:
    """Those of the pictures that a reference (removed or not), a recognition, an open draft or a sale names."""
    lines = select(SaleLineRow.picture).join(SaleRow, SaleRow.id == SaleLineRow.sale_id)
    if not with_closed_sales:
        lines = lines.where(SaleRow.state.in_([SaleState.OPEN.value, SaleState.PARKED.value]))
    shots = select(ShotRow.picture).join(DraftRow, DraftRow.id == ShotRow.draft_id).where(DraftRow.state == "open")
    used: set[str] = set()
    for portion in portions(pictures):
        used.update(session.scalars(select(ReferenceRow.picture).where(ReferenceRow.picture.in_(portion))))
        used.update(session.scalars(select(RecognitionRow.picture).where(RecognitionRow.picture.in_(portion))))
        used.update(session.scalars(shots.where(ShotRow.picture.in_(portion))))
        used.update(name for name in session.scalars(lines.where(SaleLineRow.picture.in_(portion))) if name)
    return used


def take_unused(session: Session, pictures: Iterable[str]) -> set[str]:
    """Those of the pictures that nothing but closed sales names; those sales forget them."""
    wanted = set(pictures)
    unused = wanted - pictures_in_use(session, wanted, with_closed_sales=False)
    for portion in portions(unused):
        session.execute(update(SaleLineRow).where(SaleLineRow.picture.in_(portion)).values(picture=None))
    return unused


def purge_sale_pictures(session: Session, before: datetime) -> set[str]:
    """Pictures named by the lines of sales that were closed before a time."""
    query = (
        select(SaleLineRow.picture)
        .join(SaleRow, SaleRow.id == SaleLineRow.sale_id)
        .where(SaleRow.closed_at < before, SaleLineRow.picture.is_not(None))
    )
    return {picture for picture in session.scalars(query) if picture is not None}


def remove_files(photographs: Photographs, pictures: Iterable[str], *, now: datetime) -> int:
    """Delete files that no row names, but none that was stored in the last minutes; returns how many went."""
    removed = 0
    for picture in sorted(pictures):
        stored_at = photographs.stored_at(picture)
        if stored_at is not None and stored_at < now - _GRACE:
            removed += photographs.remove(picture)
    return removed


def sweep_photographs(database: Database, photographs: Photographs, *, part: int | None = None) -> int:
    """Delete the files that a crash or a discarded draft left behind; returns how many went.

    ``part``: only those of that one of ``SWEEP_PARTS`` parts of about the same size, counted without end. Reads its
    folders of pictures: seconds for a million files, so call it when the shop is idle.
    """
    removed = 0
    for number, pictures in photographs.folders():
        if part is not None and number % SWEEP_PARTS != part % SWEEP_PARTS:
            continue
        with database.read() as session:
            unused = set(pictures) - pictures_in_use(session, pictures, with_closed_sales=True)
        removed += remove_files(photographs, unused, now=database.now())
        removed += photographs.remove_unfinished(number, before=database.now() - _GRACE)
    return removed
