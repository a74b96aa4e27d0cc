"""Sales and the journal of what happened in them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from core.catalog.days import day_bounds
from core.catalog.records import JournalEntry, LineOrigin, Sale, SaleLine, SaleState, SoldBy
from core.catalog.schema import SaleEventRow, SaleLineRow, SaleRow
from core.catalog.transactions import Database
from core.errors import UserError

GAVE_WAY: Final = "gave way to a recalled sale"


class SaleError(UserError):
    """The sale is not in a state that allows this."""


class Sales:
    """Every sale from its first line to its end, on the disk before the call returns; nothing is ever deleted.

    One sale at most is open. Each call adds one entry to the journal, which triggers in the database keep from being
    changed. Any thread may call any method; writes normally come from the records thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, *, currency: str, cashier: str = "") -> Sale:
        """The sale in progress, as it was left, or a fresh one with the next number.

        One that has no line yet takes the currency, which the shop may have changed since.
        """
        with self._database.write(is_durable=True) as session:
            row = _open_row(session)
            if row is None:
                row = self._open_next(session, currency=currency, cashier=cashier)
            elif row.currency != currency and not _lines(session, row.id):
                self._log(
                    session, row, "currency", payload={"before": row.currency, "after": currency}, cashier=cashier
                )
                row.currency = currency
            return _record(session, row)

    def current(self) -> Sale | None:
        """The open sale, if there is one."""
        with self._database.read() as session:
            row = _open_row(session)
            return None if row is None else _record(session, row)

    def record_lines(
        self,
        sale_id: int,
        lines: Sequence[SaleLine],
        *,
        kind: str = "lines",
        payload: Mapping[str, Any] | None = None,
        cashier: str = "",
        reason: str = "",
    ) -> None:
        """Make these the lines of an open sale, in this order, and write down what changed, in one transaction.

        ``kind`` and ``payload`` (plain JSON) say what the cashier did. A line that is left out is no longer part of the
        sale; the journal keeps it. Raises ``SaleError`` for a sale that is not open.
        """
        with self._database.write(is_durable=True) as session:
            row = _row(session, sale_id, SaleState.OPEN)
            changes = _replace_lines(session, sale_id, lines)
            self._log(
                session, row, kind, payload={**(payload or {}), "changes": changes}, cashier=cashier, reason=reason
            )

    def pay(
        self,
        sale_id: int,
        *,
        payment: str,
        given_minor: int | None = None,
        lines: Sequence[SaleLine] | None = None,
        cashier: str = "",
        next_currency: str | None = None,
    ) -> Sale:
        """Close an open sale as paid, with its last lines when given; raises ``SaleError``.

        ``given_minor``: what was handed over, if somebody counted it. With ``next_currency`` the next sale is opened
        in it in the same transaction: both happen, or neither.
        """
        with self._database.write(is_durable=True) as session:
            row = _row(session, sale_id, SaleState.OPEN)
            changes = [] if lines is None else _replace_lines(session, sale_id, lines)
            row.state, row.payment, row.closed_at = SaleState.PAID.value, payment, self._database.now()
            row.cashier = cashier or row.cashier
            sale = _record(session, row)
            payload = {
                "payment": payment,
                "total_minor": sale.total_minor,
                "tax_minor": sale.tax_minor,
                "changes": changes,
            }
            if given_minor is not None:
                payload["given_minor"] = given_minor
            self._log(session, row, "paid", payload=payload, cashier=cashier)
            if next_currency is not None:
                self._open_next(session, currency=next_currency, cashier=cashier)
            return sale

    def void(self, sale_id: int, *, reason: str, cashier: str = "", next_currency: str | None = None) -> Sale:
        """Call an open or parked sale off; it stays, with the reason. ``next_currency`` as in ``pay``.

        Raises ``SaleError``.
        """
        with self._database.write(is_durable=True) as session:
            row = _row(session, sale_id, SaleState.OPEN, SaleState.PARKED)
            is_in_progress = row.state == SaleState.OPEN.value
            self._void(session, row, reason=reason, cashier=cashier)
            if next_currency is not None and is_in_progress:
                self._open_next(session, currency=next_currency, cashier=cashier)
            return _record(session, row)

    def park(self, sale_id: int, *, reason: str = "", cashier: str = "", next_currency: str | None = None) -> Sale:
        """Set an open sale aside; raises ``SaleError``. ``next_currency`` as in ``pay``."""
        with self._database.write(is_durable=True) as session:
            row = _row(session, sale_id, SaleState.OPEN)
            row.state = SaleState.PARKED.value
            self._log(session, row, "parked", cashier=cashier, reason=reason)
            if next_currency is not None:
                self._open_next(session, currency=next_currency, cashier=cashier)
            return _record(session, row)

    def parked(self) -> list[Sale]:
        """The sales set aside, oldest first."""
        with self._database.read() as session:
            query = select(SaleRow).where(SaleRow.state == SaleState.PARKED.value).order_by(SaleRow.id)
            return [_record(session, row) for row in session.scalars(query).all()]

    def recall(self, sale_id: int, *, cashier: str = "") -> Sale:
        """Open a parked sale again.

        An open sale without standing lines gives way: it is closed as void. Raises ``SaleError`` when the open sale
        has lines, or the one recalled is not parked.
        """
        with self._database.write(is_durable=True) as session:
            row = _row(session, sale_id, SaleState.PARKED)
            standing = _open_row(session)
            if standing is not None:
                if any(not line.is_voided for line in _lines(session, standing.id)):
                    raise SaleError(
                        f"Sale {standing.number} is not finished.",
                        remedy="Pay, park or void it before recalling another.",
                    )
                self._void(session, standing, reason=GAVE_WAY, cashier=cashier)
                session.flush()
            row.state = SaleState.OPEN.value
            self._log(session, row, "recalled", cashier=cashier)
            return _record(session, row)

    def find(self, sale_id: int) -> Sale | None:
        with self._database.read() as session:
            row = session.get(SaleRow, sale_id)
            return None if row is None else _record(session, row)

    def given_minor(self, sale_id: int) -> int | None:
        """What was handed over for a paid sale; ``None`` where the journal does not tell."""
        paid = select(SaleEventRow.payload).where(SaleEventRow.sale_id == sale_id, SaleEventRow.kind == "paid")
        with self._database.read() as session:
            payload = session.scalars(paid.order_by(SaleEventRow.id.desc()).limit(1)).first()
        return None if payload is None else payload.get("given_minor")

    def with_number(self, number: int) -> Sale | None:
        """The sale whose number is printed on a receipt."""
        with self._database.read() as session:
            row = session.scalars(select(SaleRow).where(SaleRow.number == number)).one_or_none()
            return None if row is None else _record(session, row)

    def closed_on(self, day: date) -> list[Sale]:
        """The sales paid or called off on a day, by the clock of this machine, latest first."""
        begin, end = day_bounds(day)
        query = select(SaleRow).where(SaleRow.closed_at >= begin, SaleRow.closed_at < end)
        with self._database.read() as session:
            rows = session.scalars(query.order_by(SaleRow.closed_at.desc(), SaleRow.id.desc())).all()
            return [_record(session, row) for row in rows]

    def journal(self, sale_id: int) -> list[JournalEntry]:
        """Everything that happened in a sale, in order."""
        with self._database.read() as session:
            query = select(SaleEventRow).where(SaleEventRow.sale_id == sale_id).order_by(SaleEventRow.id)
            return [
                JournalEntry(row.id, row.sale_id, row.at, row.kind, row.payload, row.cashier, row.reason)
                for row in session.scalars(query)
            ]

    def _open_next(self, session: Session, *, currency: str, cashier: str) -> SaleRow:
        # What has just been closed must be so in the database before: one sale at most is open.
        session.flush()
        row = SaleRow(
            number=(session.scalar(select(func.max(SaleRow.number))) or 0) + 1,
            state=SaleState.OPEN.value,
            currency=currency,
            cashier=cashier,
            payment="",
            opened_at=self._database.now(),
            closed_at=None,
        )
        session.add(row)
        session.flush()
        self._log(session, row, "opened", cashier=cashier)
        return row

    def _void(self, session: Session, row: SaleRow, *, reason: str, cashier: str) -> None:
        row.state, row.closed_at = SaleState.VOID.value, self._database.now()
        self._log(session, row, "called off", cashier=cashier, reason=reason)

    def _log(
        self,
        session: Session,
        row: SaleRow,
        kind: str,
        *,
        payload: Mapping[str, Any] | None = None,
        cashier: str,
        reason: str = "",
    ) -> None:
        session.add(
            SaleEventRow(
                sale_id=row.id,
                at=self._database.now(),
                kind=kind,
                payload=dict(payload or {}),
                cashier=cashier or row.cashier,
                reason=reason,
            )
        )


def _open_row(session: Session) -> SaleRow | None:
    return session.scalars(select(SaleRow).where(SaleRow.state == SaleState.OPEN.value)).one_or_none()


def _row(session: Session, sale_id: int, *allowed: SaleState) -> SaleRow:
    row = session.get(SaleRow, sale_id)
    if row is None:
        raise LookupError(f"there is no sale {sale_id}")
    if SaleState(row.state) not in allowed:
        raise SaleError(f"Sale {row.number} is {row.state}.", remedy="Go on with the sale that is shown.")
    return row


def _record(session: Session, row: SaleRow) -> Sale:
    return Sale(
        sale_id=row.id,
        number=row.number,
        state=SaleState(row.state),
        currency=row.currency,
        lines=_lines(session, row.id),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        cashier=row.cashier,
        payment=row.payment,
    )


def _lines(session: Session, sale_id: int) -> tuple[SaleLine, ...]:
    query = select(SaleLineRow).where(SaleLineRow.sale_id == sale_id).order_by(SaleLineRow.position)
    return tuple(
        SaleLine(
            line_id=row.line_id,
            product_id=row.product_id,
            name=row.name,
            quantity=row.quantity,
            unit_price_minor=row.unit_price_minor,
            tax_basis_points=row.tax_basis_points,
            sold_by=SoldBy(row.sold_by),
            origin=LineOrigin(row.origin),
            picture=row.picture,
            void_reason=row.void_reason,
        )
        for row in session.scalars(query)
    )


def _replace_lines(session: Session, sale_id: int, lines: Sequence[SaleLine]) -> list[dict[str, Any]]:
    """Write the lines; returns what changed, as plain JSON."""
    former = {line.line_id: line for line in _lines(session, sale_id)}
    current = {line.line_id: line for line in lines}
    if len(current) != len(lines):
        raise ValueError("two lines have the same line_id")
    for line_id in former.keys() - current.keys():
        session.execute(delete(SaleLineRow).where(SaleLineRow.sale_id == sale_id, SaleLineRow.line_id == line_id))
    if lines:
        rows = [
            {
                **asdict(line),
                "sale_id": sale_id,
                "position": position,
                "amount_minor": line.amount_minor,
                "tax_minor": line.tax_minor,
            }
            for position, line in enumerate(lines)
        ]
        write = insert(SaleLineRow)
        fresh = {name: write.excluded[name] for name in rows[0] if name not in ("sale_id", "line_id")}
        session.execute(write.on_conflict_do_update(index_elements=["sale_id", "line_id"], set_=fresh), rows)
        # The rows went past the session, which must not answer with what it read before.
        session.expire_all()
    ids = list(dict.fromkeys([*former, *current]))
    return [
        {"line_id": line_id, "before": _plain(former.get(line_id)), "after": _plain(current.get(line_id))}
        for line_id in ids
        if former.get(line_id) != current.get(line_id)
    ]


def _plain(line: SaleLine | None) -> dict[str, Any] | None:
    return None if line is None else asdict(line)
