"""What people said of recognitions, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.catalog.days import day_bounds
from core.catalog.photographs import Photographs
from core.catalog.recognitions import get_recognition_row
from core.catalog.records import Act, Correction, Origin, ReviewState, StoredPhotograph
from core.catalog.references import active_hashes, insert_references, remove_references, restore_references
from core.catalog.schema import CorrectionRow, ProductRow, RecognitionRow, ReferenceRow
from core.catalog.transactions import Database
from core.sightings import Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's word on one recognition and the state it leads to. ``is_kept``: its crop becomes a reference."""

    recognition_id: int
    act: Act
    state: ReviewState
    product_id: int | None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often people said ``product`` where the recognizer had said another one, or was not sure of its name."""

    said_product_id: int | None
    said_name: str | None
    said_outcome: Outcome
    product_id: int
    product_name: str
    count: int


class CorrectionLog:
    """The append-only list of corrections. Any thread; writes normally come from the records thread."""

    def __init__(self, database: Database, photographs: Photographs) -> None:
        self._database = database
        self._photographs = photographs

    def record(self, verdicts: Sequence[Verdict], *, cashier: str) -> list[Correction]:
        """Put verdicts into effect together: states, products, new references; or none of them.

        A crop that its product has as a reference already is not added again; one that an earlier word made a reference
        of another product is set aside there. Raises ``LookupError`` for a recognition or a product that is not there.
        """
        if not verdicts:
            return []
        now = self._database.now()
        with self._database.write(is_durable=True) as session:
            batch = (session.scalar(select(func.max(CorrectionRow.batch))) or 0) + 1
            said = [self._apply(session, verdict, batch=batch, cashier=cashier, now=now) for verdict in verdicts]
            session.flush()
            return [_record(row, withdrawn) for row, withdrawn in said]

    def undo_last(self) -> list[Correction]:
        """Take back the latest batch that stands, with all that it did to references; an empty list for none."""
        now = self._database.now()
        with self._database.write(is_durable=True) as session:
            last = session.scalar(select(func.max(CorrectionRow.batch)).where(CorrectionRow.undone_at.is_(None)))
            query = select(CorrectionRow).where(CorrectionRow.batch == last, CorrectionRow.undone_at.is_(None))
            rows = session.scalars(query.order_by(CorrectionRow.id.desc())).all()
            for row in rows:
                row.undone_at = now
                recognition = session.get(RecognitionRow, row.recognition_id)
                if recognition is not None:
                    recognition.state, recognition.product_id = row.former_state, row.former_product_id
            remove_references(session, [row.reference_id for row in rows if row.reference_id is not None], now)
            brought_back = {row.id: _withdrawn_by(session, row) for row in rows}
            restore_references(session, [key for keys in brought_back.values() for key in keys], now)
            session.flush()
            return [_record(row, brought_back[row.id]) for row in rows]

    def standing(self) -> Correction | None:
        """The latest correction that was not undone."""
        query = select(CorrectionRow).where(CorrectionRow.undone_at.is_(None)).order_by(CorrectionRow.id.desc())
        with self._database.read() as session:
            row = session.scalars(query.limit(1)).one_or_none()
            return None if row is None else _record(row)

    def history(self, *, limit: int = 100) -> list[Correction]:
        """The latest corrections first, undone ones too."""
        with self._database.read() as session:
            query = select(CorrectionRow).order_by(CorrectionRow.id.desc()).limit(limit)
            return [_record(row) for row in session.scalars(query)]

    def confusions(self, first: date, last: date, *, limit: int = 50) -> list[Confusion]:
        """What was taken for what on the days from first to last, most frequent first; undone words do not count."""
        begin, end = day_bounds(first, last)
        said = ProductRow.__table__.alias("said")
        count = func.count(CorrectionRow.id)
        query = (
            select(
                CorrectionRow.said_product_id,
                said.c.name,
                CorrectionRow.said_outcome,
                CorrectionRow.product_id,
                ProductRow.name,
                count,
            )
            .join(ProductRow, ProductRow.id == CorrectionRow.product_id)
            .outerjoin(said, said.c.id == CorrectionRow.said_product_id)
            .where(
                CorrectionRow.at >= begin,
                CorrectionRow.at < end,
                CorrectionRow.undone_at.is_(None),
                CorrectionRow.act == Act.PRODUCT.value,
                CorrectionRow.said_product_id.is_distinct_from(CorrectionRow.product_id),
            )
            .group_by(CorrectionRow.said_product_id, CorrectionRow.said_outcome, CorrectionRow.product_id)
            .order_by(count.desc(), func.max(CorrectionRow.id).desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [
                Confusion(said_id, said_name, Outcome(outcome), product_id, name, times)
                for said_id, said_name, outcome, product_id, name, times in session.execute(query)
                if product_id is not None
            ]

    def _apply(
        self, session: Session, verdict: Verdict, *, batch: int, cashier: str, now: datetime
    ) -> tuple[CorrectionRow, list[int]]:
        recognition = get_recognition_row(session, verdict.recognition_id)
        wrong = _made_for_others(session, verdict)
        remove_references(session, wrong, now)
        row = CorrectionRow(
            batch=batch,
            at=now,
            recognition_id=verdict.recognition_id,
            act=verdict.act.value,
            said_outcome=recognition.said_outcome,
            said_product_id=recognition.said_product_id,
            product_id=verdict.product_id,
            reference_id=self._keep(session, verdict, recognition.picture, now),
            former_state=recognition.state,
            former_product_id=recognition.product_id,
            cashier=cashier,
            undone_at=None,
        )
        session.add(row)
        recognition.state, recognition.product_id = verdict.state.value, verdict.product_id
        return row, wrong

    def _keep(self, session: Session, verdict: Verdict, picture: str, now: datetime) -> int | None:
        if not verdict.is_kept or verdict.product_id is None:
            return None
        sha256 = self._photographs.sha256(picture)
        if sha256 in active_hashes(session, verdict.product_id):
            return None
        photograph = StoredPhotograph(picture, sha256, width=0, height=0)
        return insert_references(session, verdict.product_id, [photograph], Origin.CORRECTED, now)[0].reference_id


def _made_for_others(session: Session, verdict: Verdict) -> list[int]:
    """The references in use that earlier words on this item made for another product, and that are still there."""
    return _references_of(
        session,
        verdict.recognition_id,
        CorrectionRow.product_id.is_distinct_from(verdict.product_id),
        # One that was moved since is another person's word.
        ReferenceRow.product_id == CorrectionRow.product_id,
        ReferenceRow.removed_at.is_(None),
    )


def _withdrawn_by(session: Session, row: CorrectionRow) -> list[int]:
    """The references that this correction set aside: at its own time, which no other change has."""
    return _references_of(session, row.recognition_id, CorrectionRow.id < row.id, ReferenceRow.removed_at == row.at)


def _references_of(session: Session, recognition_id: int, *conditions: ColumnElement[bool]) -> list[int]:
    """The references that standing words on an item made, as far as the conditions hold."""
    query = (
        select(ReferenceRow.id)
        .join(CorrectionRow, CorrectionRow.reference_id == ReferenceRow.id)
        .where(CorrectionRow.recognition_id == recognition_id, CorrectionRow.undone_at.is_(None), *conditions)
    )
    return list(session.scalars(query.order_by(ReferenceRow.id)))


def _record(row: CorrectionRow, withdrawn: Sequence[int] = ()) -> Correction:
    return Correction(
        correction_id=row.id,
        batch=row.batch,
        at=row.at,
        recognition_id=row.recognition_id,
        act=Act(row.act),
        said_outcome=Outcome(row.said_outcome),
        said_product_id=row.said_product_id,
        product_id=row.product_id,
        reference_id=row.reference_id,
        cashier=row.cashier,
        undone_at=row.undone_at,
        withdrawn=tuple(withdrawn),
    )
