"""Which tracks deserve a look now, and what the looks of a track add up to."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.recognition.recognizer import Recognizer
from core.recognition.vector_index import Vectors
from core.sightings import Box, Match, Outcome, Sighting, Track
from core.vision.embedder import Probabilities

_MOVED = 0.2
"""Shift of the center, as a share of the box's size, after which another item may lie there."""

_TURNED = 0.2
"""Relative change of a side after which the item has turned or been swapped."""

_DOUBT_LOOKS = 3
"""An item still in doubt after this many times the usual looks is looked at only now and then, and asked about."""

_PATIENCE = 2
"""Times the usual looks before a person is asked: each look is one view, and an average over all of them says more."""

_GLANCE_SECONDS = 0.3
"""Between looks at an item in motion: enough to name it on the picture, while it may blur."""


@dataclass(slots=True)
class _Book:
    """The looks of one track: vectors kept raw, so that a new recognizer can judge them again.

    ``probabilities`` has one row for each of them, or none when the embedder knows no classes.
    """

    vectors: list[Vectors] = field(default_factory=list)
    probabilities: list[Probabilities] = field(default_factory=list)
    labels: list[int | None] = field(default_factory=list)
    match: Match | None = None
    box: Box | None = None
    looked_at: float = -math.inf
    taken: int = 0
    turns: int = 0
    """Looks at whatever lay there; ``taken`` counts those since it was last another item."""
    is_suspect: bool = False
    is_resized: bool = False


class LookBook:
    """Keeps the recent looks of every track and averages them. Belongs to the vision thread.

    A track needs a look when it is new, has moved or turned noticeably since the last one, is in doubt, or has not been
    looked at for long; seldom while it moves, never while it is covered or was not detected. ``looks``: agreeing looks
    that settle it; ``keep``: looks averaged at most (the recent ones); ``refresh`` and ``retry`` in seconds.
    """

    def __init__(self, *, looks: int = 3, keep: int = 8, refresh: float = 5.0, retry: float = 1.0) -> None:
        self._looks = max(1, looks)
        self._patience = _PATIENCE * self._looks
        self._keep = max(keep, self._patience)
        self._refresh = refresh
        self._retry = retry
        self._books: dict[int, _Book] = {}
        self._boxes: dict[int, Box] = {}
        self._now = 0.0

    def which(self, tracks: Sequence[Track], now: float) -> tuple[int, ...]:
        """Ids of the tracks that need a look at ``now`` (seconds that never run backwards), most urgent first.

        Tracks that are no longer given are forgotten.
        """
        self._now = now
        for gone in self._books.keys() - {track.track_id for track in tracks}:
            del self._books[gone]
        wanted = []
        for track in tracks:
            book = self._books.setdefault(track.track_id, _Book())
            if book.box is not None and _has_changed(book.box, track.box):
                book.is_suspect = True
                book.is_resized |= _is_resized(book.box, track.box)
            is_hidden = track.is_covered or track.missed > 0
            is_too_soon = track.is_moving and now - book.looked_at < _GLANCE_SECONDS
            if not (is_hidden or is_too_soon) and self._is_due(book, now):
                wanted.append((self._urgency(book), track.track_id))
        wanted.sort()
        self._boxes = {track.track_id: track.box for track in tracks}
        return tuple(track_id for _, track_id in wanted)

    def turn(self, track_id: int) -> int:
        """How many looks the track has had: the quarter turn for its next one, so that looks cover all angles."""
        book = self._books.get(track_id)
        return book.turns if book else 0

    def add(
        self, track_id: int, vectors: Vectors, recognizer: Recognizer, probabilities: Probabilities | None = None
    ) -> Match:
        """Add one look, k×d views of the track's crop, and return the match of all recent looks.

        ``probabilities`` k×C: of the embedder's classes; all looks of a track come with them, or none. When the track
        had moved or turned and the look disagrees strongly with the former ones, another item lies there; and doubtful
        looks of a box that has another size since may have been of a part, as under a hand: the looks start again with
        this one.
        """
        book = self._books.setdefault(track_id, _Book())
        look = np.asarray(vectors, np.float32).mean(axis=0, keepdims=True)
        seen = [] if probabilities is None else [probabilities.mean(axis=0, keepdims=True)]
        own = recognizer.match(look, _together(seen))
        if book.match is not None and (
            (book.is_suspect and _disagrees(own, book.match))
            or (book.is_resized and book.match.outcome is not Outcome.KNOWN)
        ):
            book.vectors.clear()
            book.probabilities.clear()
            book.labels.clear()
            # Else the doubts about an item that was swapped would begin where its predecessor's looks ended.
            book.taken = 0
        book.is_suspect = book.is_resized = False
        book.vectors = [*book.vectors, look][-self._keep :]
        book.probabilities = [*book.probabilities, *seen][-self._keep :]
        book.labels = [*book.labels, _label(own)][-self._keep :]
        if len(book.vectors) > 1:
            book.match = recognizer.match(np.concatenate(book.vectors), _together(book.probabilities))
        else:
            book.match = own
        book.box = self._boxes.get(track_id, book.box)
        book.looked_at = self._now
        book.taken += 1
        book.turns += 1
        return book.match

    def sighting(self, track: Track) -> Sighting:
        """The track with what its looks add up to."""
        book = self._books.get(track.track_id)
        if book is None or book.match is None:
            return Sighting(track, None, 0, 0.0, is_settled=False)
        match = book.match
        if self._is_hopeless(book) and match.outcome is Outcome.KNOWN:
            match = replace(match, outcome=Outcome.POSSIBLE)
        return Sighting(track, match, len(book.vectors), self._agreement(book), is_settled=self._is_settled(book))

    def vectors(self, track_id: int) -> Vectors | None:
        """The recent looks of a track, k×d, or ``None``: what a correction enrolls without embedding again."""
        book = self._books.get(track_id)
        return np.concatenate(book.vectors) if book and book.vectors else None

    def probabilities(self, track_id: int) -> Probabilities | None:
        """Those that came with the recent looks of a track, k×C, or ``None``."""
        book = self._books.get(track_id)
        return _together(book.probabilities) if book else None

    def rematch(self, recognizer: Recognizer) -> None:
        """Judge the looks that are kept with another recognizer; nothing is embedded again."""
        for book in self._books.values():
            if not book.vectors:
                continue
            looks, probabilities = np.concatenate(book.vectors), _together(book.probabilities)
            book.labels = [_label(match) for match in recognizer.match_each(looks, probabilities)]
            book.match = recognizer.match(looks, probabilities)

    def forget(self, track_ids: Iterable[int]) -> None:
        """Drop the looks of some tracks, such as after a change of the embedder."""
        for track_id in track_ids:
            self._books.pop(track_id, None)

    def clear(self) -> None:
        """Drop everything."""
        self._books.clear()

    def _is_due(self, book: _Book, now: float) -> bool:
        if book.match is None or book.is_suspect:
            return True
        if self._is_hopeless(book):
            return now - book.looked_at >= self._retry
        if self._is_settled(book):
            return now - book.looked_at >= self._refresh
        if len(book.vectors) < self._looks or book.taken < self._looks * _DOUBT_LOOKS:
            return True
        return now - book.looked_at >= self._retry

    def _urgency(self, book: _Book) -> tuple[int, float]:
        if book.match is None:
            return 0, book.looked_at
        if book.is_suspect:
            return 1, book.looked_at
        return (3 if self._is_settled(book) else 2), book.looked_at

    def _agreement(self, book: _Book) -> float:
        if book.match is None or book.match.best is None:
            return 1.0 if book.labels else 0.0
        best = book.match.best.product_id
        return sum(label == best for label in book.labels) / len(book.labels)

    def _is_settled(self, book: _Book) -> bool:
        """The last looks agree on a name; or twice as many looks, from every view, still leave it in doubt."""
        if book.match is None or book.is_suspect or len(book.vectors) < self._looks:
            return False
        if book.match.best is None:
            return True
        if book.match.outcome is not Outcome.KNOWN and len(book.vectors) < self._patience:
            return False
        if book.match.outcome is Outcome.UNKNOWN:
            return True
        return self._is_agreed(book) or self._is_hopeless(book)

    def _is_agreed(self, book: _Book) -> bool:
        best = book.match.best.product_id if book.match is not None and book.match.best is not None else None
        return all(label == best for label in book.labels[-self._looks :])

    def _is_hopeless(self, book: _Book) -> bool:
        """Whether many looks did not agree: a person is asked, because more looks will not settle it."""
        return book.taken >= self._looks * _DOUBT_LOOKS and not self._is_agreed(book)


def _together(rows: list[Probabilities]) -> Probabilities | None:
    return np.concatenate(rows) if rows else None


def _label(match: Match) -> int | None:
    return match.best.product_id if match.best else None


def _disagrees(own: Match, former: Match) -> bool:
    """Another product is named, or a named item became unknown, or the other way round."""
    if Outcome.UNKNOWN in {own.outcome, former.outcome}:
        return own.outcome is not former.outcome
    return _label(own) != _label(former)


def _has_changed(former: Box, present: Box) -> bool:
    width, height = former[2] - former[0], former[3] - former[1]
    size = math.hypot(width, height)
    if size <= 0:
        return True
    shift = math.hypot(
        (present[0] + present[2] - former[0] - former[2]) / 2, (present[1] + present[3] - former[1] - former[3]) / 2
    )
    return shift > _MOVED * size or _is_resized(former, present)


def _is_resized(former: Box, present: Box) -> bool:
    sides = ((present[axis + 2] - present[axis], former[axis + 2] - former[axis]) for axis in (0, 1))
    return any(abs(new - old) > _TURNED * max(old, 1.0) for new, old in sides)
