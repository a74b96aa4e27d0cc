"""What was sold, added up by day and by product."""

from collections import defaultdict
from datetime import date

from sqlalchemy import case, func, select

from core.catalog.days import day_bounds, local_day
from core.catalog.records import BestSeller, DayTotals, SaleState, SoldBy
from core.catalog.schema import SaleLineRow, SaleRow
from core.catalog.transactions import Database


class SaleFigures:
    """Sums over paid sales; voided lines and sales called off do not count. Any thread may call any method."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day_totals(self, first: date, last: date) -> list[DayTotals]:
        """One entry for every day and currency with a paid sale, in order; both days included."""
        begin, end = day_bounds(first, last)
        items = case((SaleLineRow.sold_by == SoldBy.UNIT.value, SaleLineRow.quantity), else_=1)
        standing = SaleLineRow.void_reason.is_(None)
        query = (
            select(
                SaleRow.closed_at,
                SaleRow.currency,
                func.coalesce(func.sum(case((standing, items), else_=0)), 0),
                func.coalesce(func.sum(SaleLineRow.amount_minor), 0),
                func.coalesce(func.sum(SaleLineRow.tax_minor), 0),
            )
            .outerjoin(SaleLineRow, SaleLineRow.sale_id == SaleRow.id)
            .where(SaleRow.state == SaleState.PAID.value, SaleRow.closed_at >= begin, SaleRow.closed_at < end)
            .group_by(SaleRow.id)
        )
        sums: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        with self._database.read() as session:
            for closed_at, currency, *values in session.execute(query):
                if closed_at is not None:
                    total = sums[local_day(closed_at), currency]
                    sums[local_day(closed_at), currency] = [
                        before + more for before, more in zip(total, (1, *values), strict=True)
                    ]
        return [DayTotals(day, currency, *values) for (day, currency), values in sorted(sums.items())]

    def best_sellers(self, first: date, last: date, *, limit: int = 10) -> list[BestSeller]:
        """The products that brought most, first to last; both days included."""
        begin, end = day_bounds(first, last)
        amount = func.sum(SaleLineRow.amount_minor)
        by_unit = SaleLineRow.sold_by == SoldBy.UNIT.value
        query = (
            select(
                SaleLineRow.product_id,
                # The name of the latest sale: products are renamed.
                SaleLineRow.name,
                SaleRow.currency,
                func.count(SaleRow.id.distinct()),
                func.sum(case((by_unit, SaleLineRow.quantity), else_=0)),
                func.sum(case((by_unit, 0), else_=SaleLineRow.quantity)),
                amount,
                func.max(SaleRow.id),
            )
            .join(SaleRow, SaleRow.id == SaleLineRow.sale_id)
            .where(
                SaleRow.state == SaleState.PAID.value,
                SaleRow.closed_at >= begin,
                SaleRow.closed_at < end,
                SaleLineRow.void_reason.is_(None),
            )
            .group_by(func.coalesce(SaleLineRow.product_id, SaleLineRow.name), SaleRow.currency)
            .order_by(amount.desc(), func.max(SaleRow.id).desc())
            .limit(limit)
        )
        with self._database.read() as session:
            return [BestSeller(*found[:7]) for found in session.execute(query)]
