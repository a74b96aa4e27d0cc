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
    ``is_left``: something is taken away next. ``was_left``: all of it has lain there since something was taken from a
    lasting placement, which is when a sale is paid. ``hardly_seen``: the keys of those that lie there at the end as
    well, but of which too little can be seen; they count neither for nor against.
    """

    start: int
    last: int
    items: tuple[str, ...]
    is_lasting: bool
    is_rest: bool
    is_left: bool
    was_left: bool = False
    hardly_seen: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.items)


def placements(truth: Truth) -> tuple[Placement, ...]:
    """The placements of a clip in their order; the empty counter is none.

    A placement is a run of frames with the same multiset of names, of the items that can be seen well enough. Where the
    file marks what a hand carries, frames with a carried item are the way from one placement to the next and belong to
    none; an item that a hand hides for a moment is still there; and only what lasts is a placement. Items without a
    name make no placements.
    """
    frames = truth.frames
    if truth.tells_motion:
        frames = tuple(frame for frame in frames if not any(thing.is_moving for thing in frame.objects))
    runs = _runs(frames, truth.fps if truth.tells_motion else None)
    found = []
    # What lay there when a lasting placement was left, as far as it still does.
    remaining = Counter[str]()
    for place, run in enumerate(runs):
        own, hidden = Counter(_items(run[0])), Counter(_hardly_seen(run[-1]))
        former, later = Counter[str](), Counter[str]()
        if place > 0:
            former = Counter(_items(runs[place - 1][0])) + Counter(_hardly_seen(runs[place - 1][-1]))
        if place + 1 < len(runs):
            # What a hand hides when the next run begins may be what it takes away: it must still lie there at its end.
            following = runs[place + 1]
            still = Counter(_hardly_seen(following[0])) & Counter(_hardly_seen(following[-1]))
            later = Counter(_items(following[0])) + still
        is_lasting = _seconds(run, truth.fps) >= LASTING_SECONDS and len(run) >= LASTING_FRAMES
        is_left = not own <= later
        found.append(
            Placement(
                run[0].number,
                run[-1].number,
                _items(run[0]),
                is_lasting=is_lasting,
                is_rest=own < former,
                is_left=is_left,
                was_left=own <= remaining,
                hardly_seen=tuple(sorted(hidden.elements())),
            )
        )
        remaining = own + hidden if is_lasting and is_left else remaining & (own + hidden)
    return tuple(one for one in found if one.items and all(one.items) and (one.is_lasting or not truth.tells_motion))


_Run = list[TrueFrame]


def _runs(frames: tuple[TrueFrame, ...], fps: float | None) -> list[_Run]:
    """Runs of the same items; what is the same before and after one is turned or was hidden, not changed.

    Without ``fps``, an item that cannot be seen at all is not there.
    """
    plain = _plain_runs(frames)
    runs: list[_Run] = []
    for place, run in enumerate(plain):
        later = plain[place + 1] if place + 1 < len(plain) else None
        if runs and (_hides_only(run, runs[-1]) or (fps and later and _is_hidden_part(run, runs[-1], later, fps))):
            continue
        if runs and _items(run[0]) == _items(runs[-1][0]):
            runs[-1].extend(run)
        else:
            runs.append(run)
    return runs


def _plain_runs(frames: tuple[TrueFrame, ...]) -> list[_Run]:
    runs: list[_Run] = []
    for frame in frames:
        if runs and _items(runs[-1][-1]) == _items(frame):
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs


def _hides_only(run: _Run, before: _Run) -> bool:
    """Whether everything from before lies there still, but some of it can hardly be seen."""
    items, shown = Counter(_items(before[0])), Counter(_items(run[0]))
    return shown < items and all(items <= shown + Counter(_hardly_seen(frame)) for frame in run)


def _is_hidden_part(run: _Run, before: _Run, after: _Run, fps: float) -> bool:
    """Whether a short run lacks some items of the one before it that are there again at once, as under a hand."""
    if _seconds(run, fps) >= LASTING_SECONDS:
        return False
    shown, items = Counter(_items(run[0])), Counter(_items(before[0]))
    return shown < items and _items(before[0]) == _items(after[0])


def _seconds(run: _Run, fps: float) -> float:
    return (run[-1].number - run[0].number + 1) / fps


def _items(frame: TrueFrame) -> tuple[str, ...]:
    """The keys of the items that lie there and can be seen, sorted."""
    return tuple(sorted(product_key(thing.name) for thing in frame.judged))


def _hardly_seen(frame: TrueFrame) -> tuple[str, ...]:
    return tuple(product_key(thing.name) for thing in frame.objects if not thing.is_judged and not thing.is_moving)
