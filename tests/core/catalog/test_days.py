"""Days by the clock on the wall, also when the clocks change."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from core.catalog.days import day_bounds, local_day


@pytest.fixture
def central_europe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of this process cannot be changed")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("central_europe")
@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(day: date, hours: int) -> None:
    begin, end = day_bounds(day)
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=hours)
    assert local_day(begin) == day
    assert local_day(end - timedelta(microseconds=1)) == day
    assert local_day(end) == day + timedelta(days=1)


@pytest.mark.usefixtures("central_europe")
def test_the_shop_s_day_is_not_the_day_in_greenwich() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert local_day(late) == date(2026, 7, 2)
    begin, end = day_bounds(date(2026, 7, 2))
    assert begin <= late < end
    assert day_bounds(date(2026, 7, 1), date(2026, 7, 2))[1] == end
