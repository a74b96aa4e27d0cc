"""A bug in one part of what is shown ends neither the picture nor the sale."""

from pathlib import Path

import pytest

from core.catalog.records import ProductDetails
from core.enrollment.session import EnrollmentSession
from core.station import Station
from core.station_view import Mode, Problem, StationView
from tests.core.foundation.tiny_shop import TINY, tiny_shop

PATIENCE = 60.0


def newest(station: Station) -> StationView:
    """A view that was made after this was asked."""
    station.set_mode(Mode.ENROLLING).result(PATIENCE)
    station.views.take(timeout=PATIENCE)
    view = station.views.take(timeout=PATIENCE)
    assert view is not None
    return view


def test_an_enrollment_that_cannot_be_shown_leaves_the_picture_and_the_sale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = TINY.changed("detection", method="change")
    station = Station(tiny_shop(tmp_path), settings=settings, source="demo:?width=320&height=240&fps=5")
    told: list[Problem] = []
    station.on_problem = told.append
    station.start().result(PATIENCE)
    station.enroll(lambda session: session.begin(details=ProductDetails("Tea"))).result(PATIENCE)
    assert newest(station).enrollment is not None

    def fail(session: EnrollmentSession) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(EnrollmentSession, "view", fail)
        first, second = newest(station), newest(station)
        assert second.number > first.number
        assert first.enrollment is second.enrollment is None
        assert second.basket is not None
        assert station.checkout(lambda session: session.view().lines).result(PATIENCE) == ()
    assert newest(station).enrollment is not None
    assert [problem.message for problem in told] == ["Recognition failed on this picture."]
    assert station.stop(PATIENCE) == []
