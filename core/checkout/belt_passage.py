"""What goes by on the belt before it is believed, so that nothing passes unpaid."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.sightings import Sighting

_FEWEST_LOOKS = 2
"""Looks from which something on the belt was an item and no flash."""


@dataclass(frozen=True, slots=True, eq=False)
class Passing:
    """An item on the belt that is not believed yet, as it was at its last look, with its picture."""

    sighting: Sighting
    crop: Pixels


class BeltPassage:
    """Remembers what is on the belt and not believed yet; belongs to the session's thread."""

    def __init__(self) -> None:
        self._passing: dict[int, Passing] = {}

    def watch(self, sighting: Sighting, frame: Frame) -> None:
        """Remember a track that nothing is believed of, with a picture of its newest look."""
        track = sighting.track
        if sighting.looks < _FEWEST_LOOKS:
            self.forget(track.track_id)
            return
        former = self._passing.get(track.track_id)
        slices = crop_slices(track.box, width=frame.width, height=frame.height)
        if slices is not None and (former is None or sighting.looks > former.sighting.looks):
            self._passing[track.track_id] = Passing(sighting, frame.pixels[slices].copy())

    def forget(self, track_id: int) -> None:
        """This track is believed, or shows no item of its own."""
        self._passing.pop(track_id, None)

    def take_gone(self, sightings: Iterable[Sighting]) -> list[Passing]:
        """What is in sight no longer, in the order of the tracks; it is forgotten."""
        gone = self._passing.keys() - {sighting.track.track_id for sighting in sightings}
        return [self._passing.pop(track_id) for track_id in sorted(gone)]

    def clear(self) -> None:
        self._passing.clear()
