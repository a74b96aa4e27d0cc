"""What was recognized at the counter, kept for review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, assert_never

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, case, delete, func, or_, select
from sqlalchemy.orm import Session

from core.catalog.days import day_bounds
from core.catalog.embeddings import Vectors, decode, encode
from core.catalog.photographs import Photographs
from core.catalog.picture_use import purge_sale_pictures, remove_files, take_unused
from core.catalog.plain_json import margin, match_from_json, match_to_json
from core.catalog.portions import portions
from core.catalog.records import Recognition, ReviewFilter, ReviewState
from core.catalog.schema import LookRow, ProductRow, RecognitionRow
from core.catalog.transactions import Database
from core.sightings import Match, Outcome

DOUBTFUL_MARGIN: Final = 0.15
"""A known item whose best score leads the second by less is worth a second look by a person."""


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedRecognition:
    """A recognition with its looks, k×d ``float32``, so that it can be matched again.

    ``probabilities`` 1×C: what came with them of the embedder's classes.
    """

    recognition_id: int
    match: Match
    looks: npt.NDArray[np.float32] = field(repr=False)
    probabilities: npt.NDArray[np.float32] | None = field(default=None, repr=False)


class Recognitions:
    """Every item that got a match at the counter, with its crop and its embedded looks.

    Any thread may call any method; writes normally come from the records thread.
    """

    def __init__(self, database: Database, photographs: Photographs) -> None:
        self._database = database
        self._photographs = photographs

    def add(
        self,
        picture: str,
        match: Match,
        *,
        sale_id: int | None = None,
        looks: Vectors | None = None,
        embedder_key: str = "",
        probabilities: Vectors | None = None,
    ) -> Recognition:
        """Keep an item: its crop in the photographs folder, what was said, and its looks k×d when they are at hand.

        ``probabilities`` j×C of the embedder's classes are kept with the looks, as their mean.
        """
        with self._database.write() as session:
            row = RecognitionRow(
                at=self._database.now(),
                sale_id=sale_id,
                picture=picture,
                state=ReviewState.OPEN.value,
                said_outcome=match.outcome.value,
                said_product_id=match.best.product_id if match.best else None,
            )
            _say(row, match)
            session.add(row)
            session.flush()
            if looks is not None and len(looks):
                session.add(
                    LookRow(
                        recognition_id=row.id,
                        embedder=embedder_key,
                        dimension=int(looks.shape[1]),
                        data=encode(looks),
                        probabilities=None if probabilities is None else encode(_mean(probabilities)),
                    )
                )
            return _records(session, select(RecognitionRow).where(RecognitionRow.id == row.id))[0]

    def find(self, recognition_id: int) -> Recognition | None:
        with self._database.read() as session:
            found = _records(session, select(RecognitionRow).where(RecognitionRow.id == recognition_id))
        return found[0] if found else None

    def find_all(self, recognition_ids: Sequence[int]) -> list[Recognition]:
        """Those of the ids that are still kept, in the order asked for."""
        with self._database.read() as session:
            found = {
                item.recognition_id: item
                for portion in portions(set(recognition_ids))
                for item in _records(session, select(RecognitionRow).where(RecognitionRow.id.in_(portion)))
            }
        return [found[key] for key in dict.fromkeys(recognition_ids) if key in found]

    def browse(
        self, shown: ReviewFilter = ReviewFilter.ALL, *, day: date | None = None, limit: int = 200, offset: int = 0
    ) -> list[Recognition]:
        """Recognitions of a kind, of one day by this machine's clock when given, newest first.

        Among doubtful ones, items without a certain name come before known ones with a narrow lead.
        """
        query = select(RecognitionRow).where(*_conditions(shown, day))
        if shown is ReviewFilter.DOUBTFUL:
            query = query.order_by(case((RecognitionRow.outcome == Outcome.KNOWN.value, 1), else_=0))
        with self._database.read() as session:
            return _records(session, query.order_by(RecognitionRow.id.desc()).limit(limit).offset(offset))

    def counts(self, *, day: date | None = None) -> dict[ReviewFilter, int]:
        """How many recognitions each filter shows."""
        with self._database.read() as session:
            return {shown: _count(session, shown, day) for shown in ReviewFilter}

    def count_doubtful(self) -> int:
        """How many recognitions of any day need a look."""
        with self._database.read() as session:
            return _count(session, ReviewFilter.DOUBTFUL, None)

    def set_state(self, recognition_id: int, state: ReviewState, *, product_id: int | None) -> Recognition:
        """What a person said at the counter; raises ``LookupError`` when it is no longer kept.

        Words said in review go through the corrections, which can be undone.
        """
        with self._database.write() as session:
            row = get_recognition_row(session, recognition_id)
            row.state, row.product_id = state.value, product_id
            session.flush()
            return _records(session, select(RecognitionRow).where(RecognitionRow.id == recognition_id))[0]

    def answer(self, recognition_id: int, product_id: int | None) -> Recognition:
        """What the cashier said the item is; ``None``: no item at all. Raises ``LookupError``."""
        with self._database.read() as session:
            match = match_from_json(get_recognition_row(session, recognition_id).match)
        state = ReviewState.NOT_ITEM if product_id is None else state_of_word(match, product_id)
        return self.set_state(recognition_id, state, product_id=product_id)

    def rematch(self, matches: Mapping[int, Match]) -> None:
        """Replace what the recognizer says of open recognitions, by id; what it said first is kept beside it."""
        with self._database.write() as session:
            for portion in portions(matches):
                query = select(RecognitionRow).where(
                    RecognitionRow.id.in_(portion), RecognitionRow.state == ReviewState.OPEN.value
                )
                for row in session.scalars(query):
                    _say(row, matches[row.id])

    def open_looks(self, embedder_key: str, *, limit: int = 2000) -> list[EmbeddedRecognition]:
        """The newest recognitions on which nobody has a word yet, with their looks of this embedder."""
        query = (
            select(RecognitionRow.id, RecognitionRow.match, LookRow.dimension, LookRow.data, LookRow.probabilities)
            .join(LookRow, LookRow.recognition_id == RecognitionRow.id)
            .where(RecognitionRow.state == ReviewState.OPEN.value, LookRow.embedder == embedder_key)
            .order_by(RecognitionRow.id.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [
                EmbeddedRecognition(key, match_from_json(match), _looks(data, dimension), _row(probabilities))
                for key, match, dimension, data, probabilities in session.execute(query)
            ]

    def looks(self, recognition_id: int, embedder_key: str) -> npt.NDArray[np.float32] | None:
        """The looks k×d of one recognition, ``None`` when there are none of this embedder."""
        with self._database.read() as session:
            row = session.get(LookRow, recognition_id)
            return None if row is None or row.embedder != embedder_key else _looks(row.data, row.dimension)

    def purge(self, *, days: int) -> int:
        """Forget recognitions and pictures of sold items that are older than so many days; returns how many went.

        Pictures that a reference, a draft or an unfinished sale needs stay. Sales keep everything but the picture.
        """
        before = self._database.now() - timedelta(days=days)
        with self._database.write() as session:
            old = session.execute(
                select(RecognitionRow.id, RecognitionRow.picture).where(RecognitionRow.at < before)
            ).all()
            session.execute(delete(RecognitionRow).where(RecognitionRow.at < before))
            pictures = {picture for _, picture in old} | purge_sale_pictures(session, before)
            unused = take_unused(session, pictures)
        remove_files(self._photographs, unused, now=self._database.now())
        return len(old)


def get_recognition_row(session: Session, recognition_id: int) -> RecognitionRow:
    """Raises ``LookupError`` when the recognition was purged or never was."""
    row = session.get(RecognitionRow, recognition_id)
    if row is None:
        raise LookupError(f"recognition {recognition_id} is no longer kept")
    return row


def state_of_word(match: Match, product_id: int) -> ReviewState:
    """``RIGHT`` when the person names the product that the recognizer put first, however surely."""
    is_agreed = match.best is not None and match.outcome is not Outcome.UNKNOWN and match.best.product_id == product_id
    return ReviewState.RIGHT if is_agreed else ReviewState.CORRECTED


def _say(row: RecognitionRow, match: Match) -> None:
    row.match, row.outcome, row.margin = match_to_json(match), match.outcome.value, margin(match)
    row.product_id = match.best.product_id if match.best and match.outcome is Outcome.KNOWN else None


def _looks(data: bytes, dimension: int) -> npt.NDArray[np.float32]:
    width = 4 if len(data) % (4 * dimension) == 0 else 2
    return decode(data, rows=len(data) // (width * dimension), dimension=dimension)


def _mean(probabilities: Vectors) -> npt.NDArray[np.float16]:
    return np.asarray(probabilities.mean(axis=0, dtype=np.float32), np.float16)


def _row(data: bytes | None) -> npt.NDArray[np.float32] | None:
    """1×C from what ``_mean`` gave."""
    return None if data is None else decode(data, rows=1, dimension=len(data) // 2)


def _count(session: Session, shown: ReviewFilter, day: date | None) -> int:
    return session.scalars(select(func.count()).select_from(RecognitionRow).where(*_conditions(shown, day))).one()


def _conditions(shown: ReviewFilter, day: date | None) -> list[ColumnElement[bool]]:
    is_open = RecognitionRow.state == ReviewState.OPEN.value
    conditions: list[ColumnElement[bool]] = []
    if day is not None:
        begin, end = day_bounds(day)
        conditions += [RecognitionRow.at >= begin, RecognitionRow.at < end]
    match shown:
        case ReviewFilter.DOUBTFUL:
            is_unsure = RecognitionRow.outcome != Outcome.KNOWN.value
            conditions += [is_open, or_(is_unsure, RecognitionRow.margin < DOUBTFUL_MARGIN)]
        case ReviewFilter.UNKNOWN:
            conditions += [is_open, RecognitionRow.outcome == Outcome.UNKNOWN.value]
        case ReviewFilter.CORRECTED:
            conditions.append(RecognitionRow.state.in_([ReviewState.CORRECTED.value, ReviewState.NOT_ITEM.value]))
        case ReviewFilter.ALL:
            pass
        case _:
            assert_never(shown)
    return conditions


def _records(session: Session, query: Select[RecognitionRow]) -> list[Recognition]:
    named = query.add_columns(ProductRow.name).outerjoin(ProductRow, ProductRow.id == RecognitionRow.product_id)
    return [
        Recognition(
            recognition_id=row.id,
            at=row.at,
            sale_id=row.sale_id,
            picture=row.picture,
            match=match_from_json(row.match),
            state=ReviewState(row.state),
            product_id=row.product_id,
            product_name=name,
        )
        for row, name in session.execute(named)
    ]
