"""Embeddings outlive the program, and a file that does not fit costs only the work of computing again."""

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import DataFolderError
from core.evaluation.embedding_cache import EmbeddingCache, content_digest


def vectors(seed: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((2, 5)).astype(np.float32)


def opened(folder: Path, key: str = "k", views: int = 2, dimension: int = 5) -> EmbeddingCache:
    return EmbeddingCache(folder, key, views=views, dimension=dimension)


def digest(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


def test_what_was_put_is_there_again_after_opening_anew(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    # More than one file's worth.
    for number in range(600):
        cache.put(digest(f"{number}"), vectors(number))
    before = cache.get(digest("5"))
    cache.flush()
    assert len(cache) == 600
    again = opened(tmp_path)
    assert len(again) == 600
    np.testing.assert_array_equal(again.get(digest("5")), before)
    np.testing.assert_array_equal(again.get(digest("599")), vectors(599).astype(np.float16))
    assert digest("other") not in again


def test_another_key_or_form_sees_nothing_of_it(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(digest("a"), vectors(1))
    cache.flush()
    assert digest("a") not in opened(tmp_path, key="another embedder")
    assert digest("a") not in opened(tmp_path, dimension=6)
    assert digest("a") in opened(tmp_path)


def test_what_is_not_flushed_is_not_on_disk(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(digest("a"), vectors(1))
    assert digest("a") in cache
    assert digest("a") not in opened(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "garbage", "pickled", "empty"])
def test_a_damaged_file_is_passed_over(tmp_path: Path, damage: str) -> None:
    cache = opened(tmp_path)
    cache.put(digest("a"), vectors(1))
    cache.flush()
    (file,) = tmp_path.rglob("*.npy")
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-7])
    elif damage == "garbage":
        file.write_bytes(b"no array at all")
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        np.save(file, np.array([{"a": 1}], object), allow_pickle=True)
    again = opened(tmp_path)
    assert len(again) == 0
    again.put(digest("a"), vectors(2))
    again.flush()
    np.testing.assert_array_equal(opened(tmp_path).get(digest("a")), vectors(2).astype(np.float16))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataFolderError, match="cannot be kept"):
        opened(tmp_path / "file" / "cache")


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"the same")
    assert content_digest(tmp_path / "a") == content_digest(tmp_path / "b") == hashlib.sha256(b"the same").digest()


def test_embeddings_of_another_shape_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected"):
        opened(tmp_path).put(digest("a"), np.zeros((3, 5), np.float32))
