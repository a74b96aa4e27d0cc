"""Other models and engines are used from the moment the settings ask for them, and what they replace is let go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ModelError, UserError
from core.settings import Settings, load_settings
from core.station import Station
from core.station_view import Mode
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.openvino import OpenVino
from tests.core.foundation.tiny_shop import TINY, tiny_shop

PATIENCE = 60.0


class Engines:
    """Counts the engines of one kind that are open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
        self.opened = self.closed = 0
        begin, close = kind.__init__, kind.close  # type: ignore[misc, attr-defined]

        def counted_begin(engine: object, *arguments: object, **named: object) -> None:
            begin(engine, *arguments, **named)
            self.opened += 1

        def counted_close(engine: object) -> None:
            close(engine)
            self.closed += 1

        monkeypatch.setattr(kind, "__init__", counted_begin)
        monkeypatch.setattr(kind, "close", counted_close)

    @property
    def open(self) -> int:
        return self.opened - self.closed


@pytest.fixture
def onnx(monkeypatch: pytest.MonkeyPatch) -> Engines:
    return Engines(monkeypatch, OnnxRuntime)


@pytest.fixture
def openvino(monkeypatch: pytest.MonkeyPatch) -> Engines:
    return Engines(monkeypatch, OpenVino)


@pytest.fixture
def station(tmp_path: Path, onnx: Engines, openvino: Engines) -> Iterator[Station]:
    running = Station(tiny_shop(tmp_path), settings=TINY, source="demo:?width=320&height=240&fps=5")
    running.start().result(PATIENCE)
    yield running
    running.stop(PATIENCE)


def pass_a_frame(station: Station) -> None:
    """What was asked of the vision thread before is done afterwards."""
    station.set_mode(Mode.SELLING).result(PATIENCE)


def test_another_engine_runs_the_detector_too_and_the_former_are_let_go(
    station: Station, onnx: Engines, openvino: Engines
) -> None:
    assert (onnx.open, openvino.open) == (2, 0)
    station.apply_settings(TINY.changed("recognition", runtime="openvino")).result(PATIENCE)
    pass_a_frame(station)
    assert (onnx.open, openvino.open) == (0, 2)
    assert station.stop(PATIENCE) == []
    assert (onnx.open, openvino.open) == (0, 0)


def test_what_is_the_same_stays_open(station: Station, onnx: Engines) -> None:
    station.apply_settings(TINY.changed("shop", name="Corner shop")).result(PATIENCE)
    station.apply_settings(TINY.changed("recognition", looks=5)).result(PATIENCE)
    assert (onnx.opened, onnx.closed) == (2, 0)
    assert station.stop(PATIENCE) == []
    assert onnx.open == 0


def test_a_choice_that_fails_leaves_everything_as_it_was(
    station: Station, onnx: Engines, openvino: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = TINY.changed("recognition", runtime="openvino").changed("detection", model="no-such-card")
    with pytest.raises(ModelError):
        station.apply_settings(wrong).result(PATIENCE)
    assert (onnx.open, openvino.open) == (2, 0)

    def is_full(settings: Settings, path: Path) -> None:
        raise UserError("The disk is full.", remedy="Free some space.")

    monkeypatch.setattr("core.shop_fitter.save_settings", is_full)
    with pytest.raises(UserError, match="disk is full"):
        station.apply_settings(TINY.changed("recognition", runtime="openvino")).result(PATIENCE)
    assert (onnx.open, openvino.open) == (2, 0)
    assert station.settings == TINY
    assert load_settings(station.data.settings) == Settings()
    station.records(lambda catalog: catalog.products.count()).result(PATIENCE)


def test_a_start_that_fails_lets_go_of_the_engines_too(
    tmp_path: Path, onnx: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window tries again with another station, in the same program."""

    def is_full(*arguments: object, **named: object) -> None:
        raise UserError("The disk is full.", remedy="Free some space.")

    monkeypatch.setattr("core.shop_fitter.equip", is_full)
    station = Station(tiny_shop(tmp_path), settings=TINY, source="demo:?width=320&height=240&fps=5")
    with pytest.raises(UserError, match="disk is full"):
        station.start().result(PATIENCE)
    assert station.stop(PATIENCE) == []
    assert (onnx.opened, onnx.open) == (2, 0)


def test_what_is_set_for_this_run_alone_is_not_saved(tmp_path: Path) -> None:
    own = TINY.changed("shop", currency="CHF")
    once = own.changed("shop", currency="USD", counter="Test")
    station = Station(tiny_shop(tmp_path), settings=once, own=own, source="demo:?width=320&height=240&fps=5")
    station.start().result(PATIENCE)
    try:
        named = station.settings.changed("shop", cashier="Ida")
        station.apply_settings(named).result(PATIENCE)
        assert (station.settings.shop.currency, station.settings.shop.counter) == ("USD", "Test")
        assert load_settings(station.data.settings) == own.changed("shop", cashier="Ida")
        for counter in ("Counter 9", "Test"):
            station.apply_settings(named.changed("shop", counter=counter)).result(PATIENCE)
            # What a person sets is kept, even if it is what this run began with.
            assert load_settings(station.data.settings) == own.changed("shop", cashier="Ida", counter=counter)
    finally:
        station.stop(PATIENCE)
