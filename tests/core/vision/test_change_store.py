"""The picture of the empty counter on disk."""

import json
import os

import numpy as np
import pytest

from core.errors import DataFolderError
from core.paths import DataFolder
from core.vision.detectors.counter_store import CounterStore, DamagedCounterError, StoredCounter

SIZE = (640, 360)


def counter(seed: int = 0) -> StoredCounter:
    random = np.random.default_rng(seed)
    picture = random.integers(0, 256, (27, 48, 3), np.uint8)
    return StoredCounter(picture, random.uniform(0.5, 10, (27, 48, 2)).astype(np.float32))


def test_what_was_kept_comes_back(data: DataFolder) -> None:
    store = CounterStore(data)
    kept = counter()
    store.save(kept, *SIZE)
    loaded = CounterStore(data).load(*SIZE)
    assert loaded is not None
    assert np.array_equal(loaded.picture, kept.picture)
    assert np.abs(loaded.noise - kept.noise).max() < 0.05


def test_each_frame_size_has_its_own(data: DataFolder) -> None:
    store = CounterStore(data)
    store.save(counter(), *SIZE)
    assert store.load(1280, 720) is None


def test_only_the_newest_is_kept(data: DataFolder) -> None:
    store = CounterStore(data)
    for seed in range(3):
        store.save(counter(seed), *SIZE)
    loaded = store.load(*SIZE)
    assert loaded is not None
    assert np.array_equal(loaded.picture, counter(2).picture)
    assert len(list(data.empty_counter.iterdir())) == 3


@pytest.mark.parametrize("kind", ["empty", "noise", "counter"])
@pytest.mark.parametrize("harm", ["cut", "scribble", "empty"])
def test_damage_is_noticed(data: DataFolder, kind: str, harm: str) -> None:
    store = CounterStore(data)
    store.save(counter(), *SIZE)
    (path,) = data.empty_counter.glob(f"{kind}-*")
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(
        {"cut": content[:half], "scribble": content[:half] + b"\xff" + content[half + 1 :], "empty": b""}[harm]
    )
    with pytest.raises(DamagedCounterError):
        store.load(*SIZE)


def test_a_missing_picture_is_damage(data: DataFolder) -> None:
    store = CounterStore(data)
    store.save(counter(), *SIZE)
    next(data.empty_counter.glob("noise-*")).unlink()
    with pytest.raises(DamagedCounterError):
        store.load(*SIZE)


@pytest.mark.parametrize("name", ["../../secret.png", "/etc/hostname", 7, None])
def test_the_index_cannot_point_elsewhere(data: DataFolder, name: object) -> None:
    store = CounterStore(data)
    store.save(counter(), *SIZE)
    (index,) = data.empty_counter.glob("counter-*.json")
    index.write_text(json.dumps(json.loads(index.read_text(encoding="utf-8")) | {"picture": name}), encoding="utf-8")
    with pytest.raises(DamagedCounterError):
        store.load(*SIZE)


def test_a_write_that_fails_at_the_last_step_leaves_the_former(data: DataFolder) -> None:
    store = CounterStore(data)
    store.save(counter(1), *SIZE)
    (index,) = data.empty_counter.glob("counter-*.json")
    index.with_name(f".{index.name}.{os.getpid()}.tmp").mkdir()
    with pytest.raises(DataFolderError):
        store.save(counter(2), *SIZE)
    loaded = store.load(*SIZE)
    assert loaded is not None
    assert np.array_equal(loaded.picture, counter(1).picture)


def test_a_folder_that_cannot_be_written_is_told(data: DataFolder) -> None:
    data.empty_counter.rmdir()
    data.empty_counter.write_text("in the way", encoding="utf-8")
    with pytest.raises(DataFolderError):
        CounterStore(data).save(counter(), *SIZE)
