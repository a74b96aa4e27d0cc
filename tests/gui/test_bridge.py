"""The station's calls meet Qt: coalesced, newest first, in the GUI thread."""

import threading

from pytestqt.qtbot import QtBot

from core.latest import LatestSlot
from core.station_view import Mode, Phase, Problem, StationStatus, StationView
from gui.bridge import Bridge


class Source:
    def __init__(self) -> None:
        self.views: LatestSlot[StationView] = LatestSlot()


def view(number: int) -> StationView:
    return StationView(number, Mode.SELLING, None, (), None, (), None, StationStatus(Phase.READY))


def test_many_views_are_one_signal_with_the_newest(qtbot: QtBot) -> None:
    bridge, source = Bridge(), Source()
    bridge.attach(source)
    numbers: list[int] = []
    threads: list[threading.Thread] = []

    def note() -> None:
        assert bridge.newest is not None
        numbers.append(bridge.newest.number)
        threads.append(threading.current_thread())

    bridge.changed.connect(note)

    def publish() -> None:
        for number in range(1, 51):
            source.views.put(view(number))
            bridge.notice_view()

    publisher = threading.Thread(target=publish)
    publisher.start()
    publisher.join()
    qtbot.waitUntil(lambda: bool(numbers))
    qtbot.wait(20)
    assert numbers == [50]
    assert threads == [threading.main_thread()]
    publish()
    qtbot.waitUntil(lambda: len(numbers) == 2)


def test_nothing_comes_after_the_bridge_is_taken_down(qtbot: QtBot) -> None:
    bridge, source = Bridge(), Source()
    bridge.attach(source)
    source.views.put(view(1))
    bridge.notice_view()
    bridge.detach()
    with qtbot.assertNotEmitted(bridge.changed, wait=30):
        bridge.notice_view()
    assert bridge.newest is None


def test_every_problem_is_told_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    told: list[str] = []
    bridge.problem_told.connect(lambda problem: told.append(problem.key))
    for key in ("camera", "disk", "model"):
        threading.Thread(target=bridge.notice_problem, args=(Problem(key, "…"),)).run()
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == ["camera", "disk", "model"]
