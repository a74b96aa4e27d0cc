"""Rows on a card: the same results as on the processor, and the processor whenever the card does not serve."""

import logging
from typing import Any

import faiss
import numpy as np
import pytest

from core.recognition import card_rows
from core.recognition.card_rows import CardRows, cards
from core.recognition.vector_index import VectorIndex, Vectors
from tests.core.recognition.shop import unit

ROWS, DIMENSION = 5000, 64


class Card:
    """A card with FAISS's contract: its memory is finite, products are rounded as tensor cores round them.

    ``room``: rows that fit. ``fails``: whether searching does.
    """

    def __init__(self, room: int = 100_000) -> None:
        self.room, self.fails, self.searched, self.scratch = room, False, 0, 0
        self.resources: list[object] = []
        card = self

        class GpuIndexFlatConfig:
            device = -1
            useFloat16 = True  # noqa: N815 - FAISS's name

        class StandardGpuResources:
            def setTempMemory(self, size: int) -> None:
                card.scratch = size

        class GpuIndexFlatIP:
            def __init__(self, resources: Any, dimension: int, config: GpuIndexFlatConfig) -> None:
                assert isinstance(resources, StandardGpuResources)
                assert not any(resources is one for one in card.resources), "they are for one thread, so for one index"
                card.resources.append(resources)
                assert (config.device, config.useFloat16) == (0, False)
                self._index = faiss.IndexFlatIP(dimension)

            def add(self, rows: Vectors) -> None:
                if len(rows) > card.room:
                    raise RuntimeError("Error: 'err == cudaSuccess' failed: cudaMalloc error out of memory [2]")
                self._index.add(rounded(rows))

            def search(self, vectors: Vectors, count: int) -> tuple[Any, Any]:
                assert count <= 2048, "FAISS refuses more"
                if card.fails:
                    raise RuntimeError("CUDA error 700 an illegal memory access was encountered")
                card.searched += len(vectors)
                return self._index.search(rounded(vectors), count)

        self.names = {
            "GpuIndexFlatConfig": GpuIndexFlatConfig,
            "StandardGpuResources": StandardGpuResources,
            "GpuIndexFlatIP": GpuIndexFlatIP,
            "get_num_gpus": lambda: 1,
        }


def rounded(rows: Vectors) -> Vectors:
    """To ten bits after the first, as TF32 does."""
    bits = np.ascontiguousarray(rows, np.float32).view(np.uint32)
    return ((bits + 0x1000) & np.uint32(0xFFFFE000)).view(np.float32)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    """A card in this machine that is worth using for any number of rows."""
    card = Card()
    for name, value in card.names.items():
        monkeypatch.setattr(faiss, name, value, raising=False)
    monkeypatch.setattr(card_rows, "_CARD_CELLS", ROWS * DIMENSION)
    monkeypatch.setattr(card_rows, "_CLEARLY_FASTER", float("inf"))
    return card


def crowd(count: int = ROWS, seed: int = 0) -> Vectors:
    """Rows so close to one another that rounding changes their order."""
    rng = np.random.default_rng(seed)
    return unit(rng.standard_normal(DIMENSION) + 0.2 * rng.standard_normal((count, DIMENSION)))


def index_of(rows: Vectors) -> VectorIndex:
    return VectorIndex.of(np.eye(DIMENSION, dtype=np.float32), np.zeros(DIMENSION, np.float32), rows)


@pytest.mark.parametrize("count", [1, 6, 32, 200])
def test_the_card_finds_what_the_processor_finds(card: Card, count: int) -> None:
    rows, asked = crowd(), crowd(600, seed=1)
    index = index_of(rows)
    card.searched = 0
    cosines, places = index.nearest(asked, count)
    assert card.searched == len(asked)
    everything = asked @ rows.T
    np.testing.assert_allclose(cosines, -np.sort(-everything, axis=1)[:, :count], atol=1e-4)
    np.testing.assert_allclose(cosines, np.take_along_axis(everything, places, axis=1), atol=1e-6)
    np.testing.assert_array_equal(places[:, 0], everything.argmax(axis=1))
    assert 0 < card.scratch < 1 << 30


def test_rounding_alone_would_change_the_order(card: Card) -> None:
    rows, asked = crowd(), crowd(600, seed=1)
    rough = (rounded(asked) @ rounded(rows).T).argmax(axis=1)
    assert (rough != (asked @ rows.T).argmax(axis=1)).any(), "else the test before shows nothing"
    assert card.searched == 0


def test_few_rows_are_not_taken_to_the_card(card: Card) -> None:
    index = index_of(crowd(ROWS - 1))
    index.nearest(crowd(2), 6)
    assert card.searched == 0


def test_all_rows_can_still_be_asked_for(card: Card) -> None:
    index = index_of(crowd())
    card.searched = 0
    _, places = index.nearest(crowd(1, seed=1), ROWS)
    assert sorted(places[0]) == list(range(ROWS))
    assert card.searched == 0, "more than FAISS finds on a card"


def test_a_full_card_leaves_it_to_the_processor(card: Card, caplog: pytest.LogCaptureFixture) -> None:
    card.room = ROWS - 1
    asked = crowd(3, seed=1)
    index = index_of(crowd())
    assert "the card does not take them" in caplog.text
    assert "out of memory" in caplog.text
    np.testing.assert_array_equal(index.nearest(asked, 1)[1][:, 0], (asked @ crowd().T).argmax(axis=1))
    assert card.searched == 0


def test_a_card_that_fails_is_left_out_from_then_on(card: Card, caplog: pytest.LogCaptureFixture) -> None:
    index = index_of(crowd())
    asked = crowd(3, seed=1)
    expected = index.nearest(asked, 6)
    card.fails = True
    for _ in range(2):
        cosines, places = index.nearest(asked, 6)
        np.testing.assert_allclose(cosines, expected[0], atol=1e-4)
        np.testing.assert_array_equal(places, expected[1])
    assert caplog.text.count("searching on the card failed") == 1


def test_a_card_that_is_not_faster_is_not_used(
    card: Card, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(card_rows, "_CLEARLY_FASTER", 0.0)
    with caplog.at_level(logging.INFO):
        index = index_of(crowd())
    assert "rows are searched by the processor" in caplog.text
    card.searched = 0
    index.nearest(crowd(2), 6)
    assert card.searched == 0


def test_what_is_saved_are_the_rows_of_the_processor(card: Card) -> None:
    index = index_of(crowd())
    stored = VectorIndex.from_bytes(index.to_bytes())
    card.searched = 0
    for ours, theirs in zip(stored.nearest(crowd(4, seed=1), 6), index.nearest(crowd(4, seed=1), 6), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert card.searched == 8, "both are on the card"
    np.testing.assert_array_equal(stored.rows(), crowd())


def test_faiss_for_processors_has_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 0, raising=False)
    assert cards() == 0

    def refuse() -> int:
        raise RuntimeError("CUDA driver version is insufficient for CUDA runtime version")

    monkeypatch.setattr(faiss, "get_num_gpus", refuse, raising=False)
    assert cards() == 0


@pytest.mark.gpu
def test_a_real_card_finds_what_the_processor_finds() -> None:
    if cards() == 0:
        pytest.skip("the installed FAISS is the one for processors")
    rows, asked = crowd(50_000), crowd(300, seed=1)
    cosines, places = CardRows(rows).search(asked, 32)
    everything = asked @ rows.T
    np.testing.assert_allclose(cosines, -np.sort(-everything, axis=1)[:, :32], atol=1e-4)
    np.testing.assert_array_equal(places[:, 0], everything.argmax(axis=1))
