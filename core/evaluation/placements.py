"""Placements: the runs of frames in which the same items lie on the counter."""

from collections import Counter
from dataclasses import dataclass

from core.catalog.names import product_key
from core.evaluation.truth import TrueFrame, Truth

LASTING_SECONDS = 1.0
LASTING_FRAMES = 6
"""What lies as long as this is something that a station can settle on; less is a moment."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The frames from ``start`` to ``last``, both of it, with the items' keys as often as each lies there.

    ``is_lasting``: long enough for a station to settle on. ``is_rest``: something was just taken away and nothing came;
    ``is_left``: something is taken away next.
    """

    start: int
    last: int
    items: tuple[str, ...]
    is_lasting: bool
    is_rest: bool
    is_left: bool

    @property
    def size(self) -> int:
        return len(self.items)


def placements(truth: Truth) -> tuple[Placement, ...]:
    """The placements of a clip in their order; the empty counter is none.

    A placement is a run of frames with the same multiset of names. Where the file marks what a hand carries, frames
    with a carried item are the way from one placement to the next and belong to none; an item that a hand hides for a
    moment is still there; and only what lasts is a placement. Items without a name make no placements.
    """
    runs = _rested_runs(truth) if truth.tells_motion else _plain_runs(truth.frames)
    items = [Counter(_items(run[0])) for run in runs]
    before, after = [Counter[str](), *items[:-1]], [*items[1:], Counter[str]()]
    found = [
        _placement(run, truth.fps, is_rest=own < former, is_left=not own <= later)
        for run, own, former, later in zip(runs, items, before, after, strict=True)
    ]
    return tuple(one for one in found if one.items and all(one.items) and (one.is_lasting or not truth.tells_motion))


_Run = list[TrueFrame]


def _plain_runs(frames: tuple[TrueFrame, ...]) -> list[_Run]:
    runs: list[_Run] = []
    for frame in frames:
        if runs and _items(runs[-1][-1]) == _items(frame):
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs


def _rested_runs(truth: Truth) -> list[_Run]:
    """Runs of frames in which nothing is carried; what is the same before and after one is turned, not changed."""
    at_rest = tuple(frame for frame in truth.frames if not any(thing.is_moving for thing in frame.objects))
    runs: list[_Run] = []
    for run in _plain_runs(at_rest):
        if len(runs) > 1 and _items(run[0]) == _items(runs[-2][0]) and _is_hidden_part(runs[-1], runs[-2], truth.fps):
            runs.pop()
        if runs and _items(run[0]) == _items(runs[-1][0]):
            runs[-1].extend(run)
        else:
            runs.append(run)
    return runs


def _is_hidden_part(run: _Run, around: _Run, fps: float) -> bool:
    """Whether a short run shows some items fewer than the one before it, as under a hand."""
    if _seconds(run, fps) >= LASTING_SECONDS:
        return False
    shown, all_items = Counter(_items(run[0])), Counter(_items(around[0]))
    return shown < all_items


def _placement(run: _Run, fps: float, *, is_rest: bool, is_left: bool) -> Placement:
    is_lasting = _seconds(run, fps) >= LASTING_SECONDS and len(run) >= LASTING_FRAMES
    return Placement(run[0].number, run[-1].number, _items(run[0]), is_lasting, is_rest, is_left)


def _seconds(run: _Run, fps: float) -> float:
    return (run[-1].number - run[0].number + 1) / fps


def _items(frame: TrueFrame) -> tuple[str, ...]:
    return tuple(sorted(product_key(thing.name) for thing in frame.objects))
