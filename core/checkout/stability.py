"""When a sighting is believed: a checkout acts on items, not on frames."""

from dataclasses import dataclass

from core.sightings import Match, Outcome, Sighting


@dataclass(frozen=True, slots=True)
class Belief:
    """What the checkout holds true of a track. ``product_id`` is set for ``KNOWN`` alone."""

    outcome: Outcome
    match: Match

    @property
    def product_id(self) -> int | None:
        best = self.match.best
        return best.product_id if self.outcome is Outcome.KNOWN and best is not None else None


def believe(sighting: Sighting) -> Belief | None:
    """The belief that a sighting has earned; ``None`` while it moves, is covered, or its looks do not agree yet.

    An item in motion may still be in a hand, and a covered one shows the hand: neither says anything new.
    """
    track = sighting.track
    if sighting.match is None or not sighting.is_settled:
        return None
    if track.is_moving or track.is_covered or track.missed > 0:
        return None
    return Belief(sighting.match.outcome, sighting.match)
