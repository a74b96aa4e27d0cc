"""A program that sells an item as another product than the camera says and never finishes: it waits to be killed."""

import sys
import time
from pathlib import Path

from core.paths import DataFolder
from core.station import Station


def main(folder: str, source: str, product_id: int) -> None:
    station = Station(DataFolder(Path(folder)), source=source)
    station.start().result(60)
    is_said = False
    while True:
        view = station.views.take(timeout=1.0)
        counted = view is not None and view.basket is not None and any(not x.is_voided for x in view.basket.lines)
        if view is not None and counted and view.sightings and not is_said:
            track = view.sightings[0].track.track_id
            station.checkout(lambda session, track=track: session.answer(track, product_id)).result(10)  # type: ignore[misc]
            is_said = True
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
