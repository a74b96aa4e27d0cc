"""Days as the clock on the shop's wall counts them."""

from datetime import date, datetime, time, timedelta


def day_bounds(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """The moments at which the days from ``first`` to ``last`` (itself included) begin and end.

    In the time zone of this machine; a day on which the clocks change has 23 or 25 hours.
    """
    after = (first if last is None else last) + timedelta(days=1)
    return datetime.combine(first, time.min).astimezone(), datetime.combine(after, time.min).astimezone()


def local_day(moment: datetime) -> date:
    """The day of an aware time in the time zone of this machine."""
    return moment.astimezone().date()
