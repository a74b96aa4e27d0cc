"""Datasets are embedded once; what cannot be read is told, and nothing that was computed is lost."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import ModelError, UserError
from core.evaluation.dataset import Dataset, read_dataset
from core.evaluation.embedded_set import embed_dataset
from core.frames import Pixels
from core.recognition.picture_file import read_picture
from core.recognition.views import query_views, reference_views
from tests.core.evaluation.shelves import draw_folders
from tests.core.recognition.pictures import ThumbnailEmbedder


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    references = draw_folders(tmp_path / "references", {"Apple": 5, "Bread": 3, "Milk": 2})
    queries = draw_folders(tmp_path / "queries", {"apple": 2, "Bread": 3, "Pear": 4}, first_shot=50)
    return read_dataset(references, queries)


def test_every_picture_gets_the_views_that_the_program_looks_at(dataset: Dataset, tmp_path: Path) -> None:
    embedder = ThumbnailEmbedder()
    data = embed_dataset(dataset, embedder, tmp_path / "cache")
    assert [(one.name, len(one.references), len(one.queries)) for one in data.products] == [
        ("Apple", 5, 2),
        ("Bread", 3, 3),
        ("Milk", 2, 0),
    ]
    assert (data.references, data.queries, data.dimension, data.computed) == (10, 5, embedder.dimension, 15)
    assert data.left_out == {"Pear": 4}
    bread = data.products[1]
    for paths, rows, views in (
        (bread.reference_paths, bread.references, reference_views),
        (bread.query_paths, bread.queries, query_views),
    ):
        expected = embedder.embed(views(read_picture(paths[2])))
        np.testing.assert_allclose(rows[2], expected, atol=1e-3)


def test_the_second_time_nothing_is_computed_and_the_numbers_are_the_same(dataset: Dataset, tmp_path: Path) -> None:
    first = embed_dataset(dataset, ThumbnailEmbedder(), tmp_path / "cache")
    embedder = ThumbnailEmbedder()
    again = embed_dataset(dataset, embedder, tmp_path / "cache")
    assert embedder.crops == 0
    assert again.computed == 0
    for one, other in zip(first.products, again.products, strict=True):
        np.testing.assert_array_equal(one.references, other.references)
        np.testing.assert_array_equal(one.queries, other.queries)


def test_another_embedder_computes_its_own(dataset: Dataset, tmp_path: Path) -> None:
    embed_dataset(dataset, ThumbnailEmbedder("one"), tmp_path / "cache")
    assert embed_dataset(dataset, ThumbnailEmbedder("another"), tmp_path / "cache").computed == 15


def test_progress_reaches_the_number_of_pictures(dataset: Dataset, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    embed_dataset(dataset, ThumbnailEmbedder(), tmp_path / "cache", on_progress=lambda *step: told.append(step))
    assert told[-1] == (15, 15)
    assert told == sorted(told)


def test_pictures_that_cannot_be_read_are_told_and_left_out(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"Apple": 2, "Bread": 1})
    queries = draw_folders(tmp_path / "queries", {"Apple": 2, "Bread": 2}, first_shot=9)
    (references / "Bread" / "000.png").write_bytes(b"no picture")
    (queries / "Apple" / "009.png").write_bytes(b"neither")
    data = embed_dataset(read_dataset(references, queries), ThumbnailEmbedder(), tmp_path / "cache")
    assert [(one.name, len(one.references), len(one.queries)) for one in data.products] == [("Apple", 2, 1)]
    assert data.products[0].query_paths == ((queries / "Apple" / "010.png").resolve(),)
    assert data.left_out == {"Bread": 2}
    assert len(data.unreadable) == 2
    assert all("cannot be read" in sentence for sentence in data.unreadable)


def test_queries_that_are_references_too_are_counted(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"Apple": 3})
    queries = draw_folders(tmp_path / "queries", {"Apple": 5})
    assert embed_dataset(read_dataset(references, queries), ThumbnailEmbedder(), tmp_path / "cache").repeated == 3


def test_with_no_readable_query_there_is_nothing_to_judge(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"Apple": 1})
    queries = draw_folders(tmp_path / "queries", {"Apple": 1})
    (queries / "Apple" / "000.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match="None of the queries"):
        embed_dataset(read_dataset(references, queries), ThumbnailEmbedder(), tmp_path / "cache")


class TiringEmbedder(ThumbnailEmbedder):
    """Fails after a number of crops, as a model does that runs out of memory."""

    def embed(self, crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
        if self.crops > 20:
            raise ModelError("The model failed.", remedy="Try again.")
        return super().embed(crops)


def test_what_was_embedded_before_a_failure_is_kept(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        embed_dataset(dataset, TiringEmbedder(), tmp_path / "cache")
    assert 0 < embed_dataset(dataset, ThumbnailEmbedder(), tmp_path / "cache").computed < 15
