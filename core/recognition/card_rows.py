"""Rows that are searched on an NVIDIA card; with ``vector_index`` the only user of FAISS."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Search = Callable[[Vectors, int], tuple[Vectors, Rows]]

CARD_ERRORS: tuple[type[Exception], ...] = (RuntimeError, MemoryError)
"""What FAISS raises when the card fails or its memory is full."""
_NO_CARD_ERRORS: tuple[type[Exception], ...] = (AttributeError, *CARD_ERRORS)

_log = logging.getLogger(__name__)

_CARD_CELLS = 20_000_000
"""Rows × dimensions from which on the card is tried: what is smaller, the processor searches in about 2 ms."""
_CLEARLY_FASTER = 0.9
"""The card must need less than this share of the processor's time."""
_TURNS = 5
_USUAL_COUNT = 32
_SPARE = 32
"""Rows that the card finds beyond those asked for, to be put into their exact order here."""
_MOST_FOUND = 2048
"""FAISS finds no more at once on a card."""
_QUERIES_AT_ONCE = 256
_SCRATCH = 64 << 20
"""Bytes on the card for FAISS's own use; it would take 1.5 GB, which the models need."""


class CardRows:
    """A copy of unit rows on the first card, compared whole and in float32. Searching is safe from any thread.

    Newer cards round the factors of products to 11 bits, so the card only says which rows are close; their cosines and
    order come from the rows themselves, which stay where they were. Raises one of ``CARD_ERRORS`` when the memory of
    the card is full.
    """

    def __init__(self, rows: Vectors) -> None:
        """``rows`` N×r are kept, not copied, and must not change."""
        self._rows = rows
        # Resources of its own, also while a new index is built beside one that is searched: FAISS's are for one thread.
        package = cast(Any, faiss)
        self._lock = threading.Lock()
        self._resources = package.StandardGpuResources()
        self._resources.setTempMemory(_SCRATCH)
        config = package.GpuIndexFlatConfig()
        config.device = 0
        config.useFloat16 = False
        self._index = package.GpuIndexFlatIP(self._resources, rows.shape[1], config)
        self._index.add(rows)

    def finds(self, count: int) -> bool:
        """Whether so many rows can be found at once."""
        return min(count + _SPARE, len(self._rows)) <= _MOST_FOUND

    def search(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """The ``count`` nearest rows of each unit vector, best first: n×k cosines and n×k row numbers."""
        cosines = np.empty((len(vectors), count), np.float32)
        places = np.empty((len(vectors), count), np.int64)
        for start in range(0, len(vectors), _QUERIES_AT_ONCE):
            part = slice(start, start + _QUERIES_AT_ONCE)
            cosines[part], places[part] = self._search(np.ascontiguousarray(vectors[part], np.float32), count)
        return cosines, places

    def _search(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        with self._lock:
            _, found = self._index.search(vectors, min(count + _SPARE, len(self._rows)))
        exact = np.einsum("nkd,nd->nk", self._rows[found], vectors)
        best = np.argsort(-exact, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(exact, best, axis=1), np.take_along_axis(found, best, axis=1)


def rows_on_card(rows: Vectors, search_here: Search) -> CardRows | None:
    """The rows on the card when there is one, they fit and it is clearly faster than ``search_here``; else ``None``.

    Takes some searches' time for many rows, and no time for few. The log says what was decided.
    """
    if rows.size < _CARD_CELLS or cards() == 0:
        return None
    try:
        card = CardRows(rows)
        ours, theirs = (_quickest(search, rows) for search in (search_here, card.search))
    except CARD_ERRORS as error:
        _log.warning(
            "%d rows are searched by the processor: the card does not take them (%s)", len(rows), _words(error)
        )
        return None
    is_faster = theirs < _CLEARLY_FASTER * ours
    _log.info(
        "%d rows are searched by the %s: it takes %.2f ms on the card, %.2f ms on the processor",
        *(len(rows), "card" if is_faster else "processor", 1e3 * theirs, 1e3 * ours),
    )
    return card if is_faster else None


def cards() -> int:
    """The cards that the installed FAISS can use; 0 for the package for processors."""
    try:
        return int(cast(Any, faiss).get_num_gpus())
    except _NO_CARD_ERRORS:
        return 0


def _quickest(search: Search, rows: Vectors) -> float:
    """Seconds of the quickest of some searches for one row."""
    times = []
    for turn in range(_TURNS):
        asked = rows[turn * len(rows) // _TURNS][None]
        start = time.perf_counter()
        search(asked, min(_USUAL_COUNT, len(rows)))
        times.append(time.perf_counter() - start)
    return min(times)


def _words(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
