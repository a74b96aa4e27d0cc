"""What keeps the picture calm: boxes glide to their place, and names change only when they mean it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.sightings import Box, Outcome, Sighting
from gui.live.labels import Label

_PULL = 0.55
"""The share of the way that a box goes in one frame."""
_JUMP = 0.5
"""A box that is farther away than this share of its size is elsewhere and does not glide."""
_PATIENCE = 3
"""Frames for which a new label must hold before it replaces another one."""


@dataclass(slots=True)
class _Shown:
    box: Box
    label: Label
    coming: Label
    held: int = 0


class Glide:
    """Remembers what is shown of each track."""

    def __init__(self) -> None:
        self._shown: dict[int, _Shown] = {}

    def follow(self, sightings: Sequence[Sighting], labels: Sequence[Label]) -> list[tuple[int, Box, Label]]:
        """One frame further: track, box in frame pixels and label of each sighting, in their order."""
        fresh: dict[int, _Shown] = {}
        for sighting, label in zip(sightings, labels, strict=True):
            track = sighting.track
            former = self._shown.get(track.track_id)
            if former is None:
                fresh[track.track_id] = _Shown(track.box, label, label)
                continue
            former.box = _step(former.box, track.box)
            _settle_label(former, label)
            fresh[track.track_id] = former
        self._shown = fresh
        return [(track_id, shown.box, shown.label) for track_id, shown in fresh.items()]


class SaidNames:
    """What a person says that items are, for as long as each is seen."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[str, int]] = {}

    def say(self, track_id: int, name: str | None) -> None:
        """``None``: nobody says so any more."""
        self._said.pop(track_id, None)
        if name is not None:
            self._said[track_id] = (name, 0)

    def of(self, sightings: Sequence[Sighting]) -> dict[int, str]:
        """Names by track, of all that is seen in one more frame."""
        ages = {sighting.track.track_id: sighting.track.age for sighting in sightings}
        # A younger track of the same number is another item: the counting of tracks has begun anew.
        self._said = {
            track_id: (name, ages[track_id])
            for track_id, (name, age) in self._said.items()
            if ages.get(track_id, -1) >= age
        }
        return {track_id: name for track_id, (name, _) in self._said.items()}


def _step(shown: Box, goal: Box) -> Box:
    size = max(goal[2] - goal[0], goal[3] - goal[1], 1.0)
    if max(abs(a - b) for a, b in zip(shown, goal, strict=True)) > _JUMP * size:
        return goal
    x0, y0, x1, y1 = (a + _PULL * (b - a) for a, b in zip(shown, goal, strict=True))
    return (x0, y0, x1, y1)


def _settle_label(shown: _Shown, label: Label) -> None:
    same_words = (label.outcome, label.name) == (shown.label.outcome, shown.label.name)
    if same_words or shown.label.outcome is None:
        # The score alone may follow slowly; a waiting item takes its first name at once.
        shown.held = shown.held + 1 if label.score != shown.label.score else 0
        if shown.label.outcome is None or shown.held >= _PATIENCE * 3:
            shown.label, shown.held = label, 0
        shown.coming = shown.label
        return
    if (label.outcome, label.name) == (shown.coming.outcome, shown.coming.name):
        shown.held += 1
    else:
        shown.coming, shown.held = label, 1
    if shown.held >= _PATIENCE:
        shown.label, shown.held = label, 0


def label_of(sighting: Sighting, *, not_enrolled: str, said: str | None = None) -> Label:
    """The label that a sighting has earned; ``not_enrolled`` are the words for what nothing comes close to.

    ``said`` is what a person says that it is: that needs no score.
    """
    if said is not None:
        return Label(Outcome.KNOWN, said)
    match = sighting.match
    if match is None:
        return Label(None, "")
    best = match.best
    if match.outcome is Outcome.UNKNOWN or best is None:
        return Label(Outcome.UNKNOWN, not_enrolled)
    return Label(match.outcome, best.name, str(round(best.score * 100)))
