"""The number that tells whether a derived index still belongs to the catalog."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.catalog.schema import CounterRow

_NAME: Final = "revision"


def read_revision(session: Session) -> int:
    """0 for a fresh catalog."""
    row = session.get(CounterRow, _NAME)
    return 0 if row is None else row.value


def raise_revision(session: Session, now: datetime) -> int:
    """Call in the transaction of every change that an index depends on: products' names, references, embeddings.

    The number grows, and comes from the clock, so that a database brought back from a copy does not give out again
    the numbers that an index file of the lost time carries.
    """
    row = session.get(CounterRow, _NAME)
    clock = int(now.timestamp() * 1_000_000)
    if row is None:
        session.add(CounterRow(name=_NAME, value=clock))
        return clock
    row.value = max(row.value + 1, clock)
    return row.value
