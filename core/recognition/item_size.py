"""How large an item is on the counter: what tells 45 g from 90 g when the pack is the same."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.catalog.database import Catalog
from core.recognition.unknown import Calibration
from core.sightings import Box, Candidate, Match, Outcome, Sighting, Track

Floats = npt.NDArray[np.float64]

_MOST_REFERENCES = 24
_FEWEST_REFERENCES = 3
_STEADY = 0.16
"""Spread of a product's references, or of the scale, beyond which sizes say nothing: pictures of several origins."""

_FLOOR = 0.05
_PRIOR = 0.25
"""How far the counter's scale may be from that of the references before anything was seen there."""

_NOISE = 0.09
"""Spread of one item's size about what its references say, by its height and the angle at which it lies."""

_REMEMBERED = 60
_JUDGED_FROM = 4
_SURE = 0.1
"""Share of the best belief that the second may have at an item that teaches the scale."""

_RIVAL = 0.05
"""Share of the best belief from which another candidate is a rival that size is asked about."""

_RIVALS = 3
_FAINTEST = 1.0
"""Smallest difference of what size says, as a logarithm, that is heard at all."""

_GLANCES = 15
"""Frames at rest over which the median of an item's side is taken: a hand that touches it changes nothing."""

_STRONGEST = 3.5
"""Largest say of size, as a logarithm: looks that are clear win against it."""


@dataclass(frozen=True, slots=True)
class TypicalSize:
    """Logarithm of the longest side of a product's references in pixels, and its spread."""

    mean: float
    spread: float


SizeLookup = Callable[[int], TypicalSize | None]
"""A product's number → the size of its references; ``None`` when they tell none."""


def reference_size(catalog: Catalog, product_id: int) -> TypicalSize | None:
    """The size of a product's references, read from the heads of their files; any thread may call."""
    sides: list[float] = []
    for reference in catalog.references.of_product(product_id)[-_MOST_REFERENCES:]:
        try:
            with Image.open(catalog.photographs.path(reference.picture)) as picture:
                sides.append(math.log(max(picture.size)))
        except OSError:
            # A picture that is gone is told where it is shown; here it tells no size.
            continue
    if len(sides) < _FEWEST_REFERENCES:
        return None
    return TypicalSize(float(np.mean(sides)), float(np.std(sides)))


class SizeSense:
    """Weighs the candidates of items at rest by their size. Belongs to the vision thread.

    A fixed camera sees an item as large as its references were, times a scale of the counter, which is learned from the
    items that are named beyond doubt. The longest side is compared, because it changes least with the angle. What size
    says is Gaussian in its logarithm; where references or counter are of no one scale, it says nothing.
    """

    def __init__(self, lookup: SizeLookup) -> None:
        self._lookup = lookup
        self._sizes: dict[int, TypicalSize | None] = {}
        self._stale: set[int] = set()
        self._samples: OrderedDict[int, float] = OrderedDict()
        self._sides: dict[int, deque[float]] = {}

    def renew(self) -> None:
        """References have changed: look their sizes up again, one a frame."""
        self._stale = set(self._sizes)

    def clear(self) -> None:
        """Another camera: forget its scale."""
        self._samples.clear()
        self._sides.clear()

    def weigh(
        self, sightings: Sequence[Sighting], calibration: Calibration, *, width: int, height: int
    ) -> tuple[Sighting, ...]:
        """The sightings of one frame of ``width``×``height`` pixels, with candidates of another size set back."""
        self._look_up(sightings)
        self._sides = {
            one.track.track_id: self._sides.get(one.track.track_id, deque(maxlen=_GLANCES)) for one in sightings
        }
        for sighting in sightings:
            if _is_at_rest(sighting.track, width=width, height=height):
                self._sides[sighting.track.track_id].append(_log_side(sighting.track.box))
                if sighting.match is not None and sighting.is_settled:
                    self._learn(sighting.track.track_id, sighting.match)
        return tuple(self._weighed(sighting, calibration) for sighting in sightings)

    def _look_up(self, sightings: Sequence[Sighting]) -> None:
        """One product more; each costs a few milliseconds once."""
        for sighting in sightings:
            for candidate in sighting.match.candidates[:_RIVALS] if sighting.match is not None else ():
                product_id = candidate.product_id
                if product_id not in self._sizes or product_id in self._stale:
                    found = self._lookup(product_id)
                    self._sizes[product_id] = found if found is not None and found.spread <= _STEADY else None
                    self._stale.discard(product_id)
                    return

    def _learn(self, track_id: int, match: Match) -> None:
        if match.outcome is not Outcome.KNOWN:
            return
        best, *others = match.candidates
        size = self._sizes.get(best.product_id)
        if size is None or any(other.score > _SURE * best.score for other in others):
            return
        self._samples[track_id] = float(np.median(self._sides[track_id])) - size.mean
        self._samples.move_to_end(track_id)
        while len(self._samples) > _REMEMBERED:
            self._samples.popitem(last=False)

    def _scale(self) -> tuple[float, float] | None:
        """The counter's scale as a logarithm, and how uncertain it is; ``None`` when there is none."""
        samples = np.array(list(self._samples.values()))
        if len(samples) >= _JUDGED_FROM and float(np.std(samples)) > _STEADY:
            return None
        weight = len(samples) / _NOISE**2
        precision = weight + 1 / _PRIOR**2
        mean = float(samples.mean()) * weight / precision if len(samples) else 0.0
        return mean, math.sqrt(1 / precision)

    def _weighed(self, sighting: Sighting, calibration: Calibration) -> Sighting:
        match = sighting.match
        sides = self._sides[sighting.track.track_id]
        if match is None or match.outcome is Outcome.UNKNOWN or len(match.candidates) < 2 or not sides:
            return sighting
        scale = self._scale()
        rivals = [
            candidate
            for candidate in match.candidates[:_RIVALS]
            if candidate.score >= _RIVAL * match.candidates[0].score and self._sizes.get(candidate.product_id)
        ]
        if scale is None or len(rivals) < 2 or match.candidates[0] not in rivals:
            return sighting
        side = float(np.median(sides))
        says = np.array([self._say(candidate.product_id, side, scale) for candidate in rivals])
        if np.ptp(says) < _FAINTEST:
            return sighting
        return replace(sighting, match=_judged(match, rivals, says, calibration))

    def _say(self, product_id: int, side: float, scale: tuple[float, float]) -> float:
        """The logarithm of how well a side, as a logarithm, fits a product."""
        size = self._sizes[product_id]
        if size is None:
            return 0.0
        variance = max(size.spread, _FLOOR) ** 2 + _FLOOR**2 + scale[1] ** 2
        return -0.5 * (side - size.mean - scale[0]) ** 2 / variance - 0.5 * math.log(variance)


def _judged(match: Match, rivals: list[Candidate], says: Floats, calibration: Calibration) -> Match:
    """The rivals share their belief anew, as much of it as leaves none with more than certainty."""
    beliefs = np.array([candidate.score for candidate in rivals])
    shares = beliefs * np.exp(np.maximum(says - says.max(), -_STRONGEST))
    shares /= max(shares.sum() / beliefs.sum(), shares.max())
    judged = [replace(candidate, score=float(share)) for candidate, share in zip(rivals, shares, strict=True)]
    others = [candidate for candidate in match.candidates if candidate not in rivals]
    ranked = tuple(sorted([*judged, *others], key=lambda candidate: -candidate.score))
    return replace(match, candidates=ranked, outcome=calibration.outcome(ranked[0].score))


def _log_side(box: Box) -> float:
    return math.log(max(box[2] - box[0], box[3] - box[1], 1.0))


def _is_at_rest(track: Track, *, width: int, height: int) -> bool:
    is_inside = track.box[0] > 1 and track.box[1] > 1 and track.box[2] < width - 1 and track.box[3] < height - 1
    return is_inside and not (track.is_moving or track.is_covered or track.missed)
