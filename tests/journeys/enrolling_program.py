"""A program that teaches a product and never finishes: it waits to be killed."""

import sys
import time
from pathlib import Path

from core.catalog.records import ProductDetails
from core.paths import DataFolder
from core.station import Station
from core.station_view import Mode


def main(folder: str, source: str) -> None:
    station = Station(DataFolder(Path(folder)), source=source)
    station.start().result(60)
    station.set_mode(Mode.ENROLLING).result(10)
    station.enroll(lambda session: session.begin(details=ProductDetails("Half-taught jam"))).result(10)
    while True:
        view = station.views.take(timeout=1.0)
        if view is not None and view.sightings and view.enrollment is not None and view.enrollment.kept < 1:
            station.enroll(lambda session: session.capture()).result(10)
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
