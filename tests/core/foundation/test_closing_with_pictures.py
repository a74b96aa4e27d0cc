"""The picture of a line is kept when the program is closed while it is being stored."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from core.catalog.database import open_catalog
from core.catalog.records import ProductDetails
from core.checkout.session import CheckoutSession
from core.errors import UserError
from core.latest import LatestSlot
from core.station import Station
from core.status_board import StatusBoard
from core.vision_loop import VisionLoop
from tests.core.foundation.tiny_shop import TINY, tiny_shop

PATIENCE = 300.0
STILL = "demo:?script=still&items=1&width=320&height=240&fps=10"


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer than a person would wait."""
    monkeypatch.setattr("core.vision_loop._FINISHING_SECONDS", PATIENCE)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("patience")
def test_a_picture_that_is_stored_after_closing_stands_on_its_line(tmp_path: Path) -> None:
    data = tiny_shop(tmp_path)
    station = Station(data, settings=TINY.changed("detection", method="change"), source=STILL)
    station.start().result(PATIENCE)
    tea = station.change(lambda catalog: catalog.products.add(ProductDetails("Tea"))).result(PATIENCE).product_id
    may_store = threading.Event()
    station.records(lambda _: may_store.wait(PATIENCE))

    def answer() -> bool:
        def sell(session: CheckoutSession) -> bool:
            questions = session.questions()
            for question in questions:
                session.answer(question.track_id, tea)
            return bool(questions)

        return station.checkout(sell).result(PATIENCE)

    wait_until(answer)
    with ThreadPoolExecutor() as closing:
        late = closing.submit(station.stop, PATIENCE)
        wait_until(lambda: is_refused(station))
        may_store.set()
        assert late.result(PATIENCE) == []
    catalog = open_catalog(data)
    sale = catalog.sales.current()
    assert sale is not None
    assert [(line.name, bool(line.picture)) for line in sale.lines] == [("Tea", True)]
    catalog.close()


@pytest.mark.usefixtures("patience")
def test_what_is_followed_up_at_the_end_is_waited_for_a_moment() -> None:
    loop, heard = a_loop(), list[str]()
    under_way: Future[str] = Future()
    loop.start()
    loop.submit(lambda: loop.follow(under_way, heard.append)).result(PATIENCE)
    threading.Timer(0.3, under_way.set_result, ["stored"]).start()
    assert loop.stop(PATIENCE)
    assert heard == ["stored"]


def test_what_never_comes_does_not_hold_up_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.vision_loop._FINISHING_SECONDS", 0.2)
    loop, heard = a_loop(), list[str]()
    under_way: Future[str] = Future()
    loop.start()
    loop.submit(lambda: loop.follow(under_way, heard.append)).result(PATIENCE)
    assert loop.stop(PATIENCE)
    under_way.set_result("too late")
    assert heard == []


@pytest.mark.usefixtures("patience")
def test_a_call_that_fails_is_not_followed_up_and_not_waited_for() -> None:
    loop, heard = a_loop(), list[str]()
    failed: Future[str] = Future()
    failed.set_exception(UserError("The disk is full.", remedy="Free some space."))
    loop.start()
    loop.submit(lambda: loop.follow(failed, heard.append)).result(PATIENCE)
    assert loop.stop(PATIENCE / 3), "it waited"
    assert heard == []


def a_loop() -> VisionLoop:
    return VisionLoop(LatestSlot(), LatestSlot(), StatusBoard(), on_view=lambda: None, on_problem=lambda _: None)


def is_refused(station: Station) -> bool:
    """Whether the station takes no more commands."""
    answer = station.checkout(lambda session: session.questions())
    try:
        answer.result(PATIENCE)
    except UserError:
        return True
    return False


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
