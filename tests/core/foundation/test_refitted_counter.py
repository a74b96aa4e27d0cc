"""What goes on at the counter while its equipment is changed for another one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.catalog.database import Catalog
from core.frames import Frame, Pixels
from core.item_log import CatalogItemLog
from core.latest import LatestSlot
from core.pipeline import Pipeline
from core.recognition.enroll import sync_gallery
from core.recognition.gallery import Gallery
from core.recognition.looks import LookBook
from core.sightings import Box, Detections, Match, Sighting
from core.station import Station
from core.status_board import StatusBoard
from core.vision.embedder import Described
from core.vision_loop import VisionLoop
from tests.core.foundation.tiny_shop import TINY, tiny_shop
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card

PATIENCE = 60.0
ITEM = 10_000
LEFT, RIGHT = (20.0, 20.0, 60.0, 60.0), (120.0, 20.0, 160.0, 60.0)


class Listed:
    """A detector that always finds the same boxes, in the order in which it lists them."""

    name = "listed"
    is_learned = True

    def __init__(self, *boxes: Box) -> None:
        self._boxes = np.array(boxes, np.float32)

    def take_notices(self) -> tuple[()]:
        return ()

    def detect(self, frame: Frame) -> Detections:
        return Detections(self._boxes, np.ones(len(self._boxes), np.float32))

    def learn_empty(self, frame: Frame) -> None:
        """It needs no empty counter."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class OneRow:
    """An embedder for which everything looks alike."""

    key: str

    def describe(self, crops: Sequence[Pixels]) -> Described:
        return Described(np.full((len(crops), 4), 0.5, np.float32), None)


def pipeline(key: str, *boxes: Box) -> Pipeline:
    return Pipeline(Listed(*boxes), OneRow(key), Gallery(4, key).build(), looks=LookBook())


def numbers(fitted: Pipeline, *, first: int) -> dict[Box, int]:
    """Where which track is after a second."""
    seen: tuple[Sighting, ...] = ()
    for number in range(first, first + 10):
        frame = Frame.of(np.zeros((90, 180, 3), np.uint8), sequence=number, captured_at=number / 10)
        seen = fitted.process(frame).sightings
    return {tuple(round(edge) for edge in one.track.box): one.track.track_id for one in seen}  # type: ignore[misc]


def test_an_item_keeps_its_number_when_the_settings_change_in_the_middle_of_a_sale() -> None:
    """By its number the sale knows what a person has said of an item; another detector lists items in another order."""
    loop = VisionLoop(LatestSlot(), LatestSlot(), StatusBoard(), on_view=lambda: None, on_problem=lambda problem: None)
    former, fresh = pipeline("former", LEFT, RIGHT), pipeline("fresh", RIGHT, LEFT)
    loop.equip(former)
    before = numbers(former, first=0)
    assert len(set(before.values())) == 2
    loop.equip(fresh)
    assert numbers(fresh, first=10) == before


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    data = tiny_shop(tmp_path)
    save_embedder(data.models / "other" / "tiny.onnx", poison=2.0)
    write_card(data.models / "other" / "card.toml", embedder_tree(name="other"))
    settings = TINY.changed("detection", method="change")
    running = Station(data, settings=settings, source="demo:?width=320&height=240&fps=10&script=still&items=1")
    running.start().result(PATIENCE)
    yield running
    running.stop(PATIENCE)


def test_what_is_seen_while_another_embedder_learns_is_kept_as_what_the_former_one_saw(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The references are embedded anew for minutes, while the counter goes on with the former embedder."""
    former = station._fitter.equipment.shop.embedder.key

    def sell_meanwhile(catalog: Catalog, *arguments: object, **named: object) -> Gallery:
        station.checkout(lambda session: log_what_is_seen(station, session._log)).result(PATIENCE)  # type: ignore[arg-type]
        return sync_gallery(catalog, *arguments, **named)  # type: ignore[arg-type]

    while not station._loop.submit(lambda: is_looked_at(station)).result(PATIENCE):
        station.views.take(timeout=PATIENCE)
    monkeypatch.setattr("core.shop_index.sync_gallery", sell_meanwhile)
    station.apply_settings(station.settings.changed("recognition", embedder="other")).result(PATIENCE)
    monkeypatch.undo()
    assert station._fitter.equipment.shop.embedder.key != former

    # What is read next comes after what was written.
    station.records(lambda catalog: catalog.recognitions.count_doubtful()).result(PATIENCE)
    kept = station.checkout(lambda session: session._log._recognitions[ITEM]).result(PATIENCE)  # type: ignore[attr-defined]
    assert station.records(lambda catalog: catalog.recognitions.looks(kept, former)).result(PATIENCE) is not None


def is_looked_at(station: Station) -> bool:
    seen = station._loop.observation
    return seen is not None and any(sighting.looks for sighting in seen.sightings)


def log_what_is_seen(station: Station, log: CatalogItemLog) -> None:
    seen = station._loop.observation
    assert seen is not None
    (sighting,) = seen.sightings
    log.recognized(ITEM, sighting.track.track_id, sighting.match or Match.nothing(), sale_id=1)
