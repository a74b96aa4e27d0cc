"""Pictures as files: what comes back, what is told."""

import errno
import hashlib
import os
import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.database import Catalog
from core.catalog.photographs import PhotographError, Photographs
from core.errors import DataFolderError
from tests.core.catalog.shop import Clock, picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs"
    folder.mkdir()
    return folder


@pytest.fixture
def photographs(folder: Path) -> Photographs:
    return Photographs(folder)


def test_a_stored_picture_comes_back_nearly_as_it_was(photographs: Photographs, folder: Path) -> None:
    pixels = picture(1, height=48, width=64)
    stored = photographs.store(pixels)
    content = (folder / stored.picture).read_bytes()
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert (stored.width, stored.height) == (64, 48)
    assert stored.picture == f"{stored.sha256[:2]}/{stored.sha256}.jpg"
    difference = photographs.read(stored.picture).astype(int) - pixels
    assert np.abs(difference).mean() < 4
    assert photographs.sha256(stored.picture) == stored.sha256


def test_colors_keep_their_order(photographs: Photographs) -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 250
    mean = photographs.read(photographs.store(red).picture).mean(axis=(0, 1))
    assert mean[0] > 200
    assert mean[1:].max() < 40


def test_the_same_picture_is_kept_once(photographs: Photographs, folder: Path) -> None:
    assert photographs.store(picture(1)) == photographs.store(picture(1).copy())
    photographs.store(picture(2))
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2


def test_pixels_of_another_form_are_a_bug(photographs: Photographs) -> None:
    for wrong in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(ValueError, match="expected"):
            photographs.store(wrong)  # type: ignore[arg-type]


def test_a_missing_picture_is_told_by_name(photographs: Photographs) -> None:
    stored = photographs.store(picture(1))
    assert photographs.remove(stored.picture)
    assert not photographs.remove(stored.picture)
    with pytest.raises(PhotographError, match=stored.picture):
        photographs.read(stored.picture)


def test_a_damaged_picture_is_told_and_written_again_when_stored_again(photographs: Photographs, folder: Path) -> None:
    stored = photographs.store(picture(1))
    path = folder / stored.picture
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(PhotographError, match="damaged"):
        photographs.read(stored.picture)
    photographs.store(picture(1))
    photographs.read(stored.picture)


def test_a_file_with_the_right_checksum_that_is_no_picture_is_told(photographs: Photographs, folder: Path) -> None:
    name = hashlib.sha256(b"text").hexdigest()
    (folder / name[:2]).mkdir()
    (folder / name[:2] / f"{name}.jpg").write_bytes(b"text")
    with pytest.raises(PhotographError, match="damaged"):
        photographs.read(f"{name[:2]}/{name}.jpg")


@given(st.text(max_size=90) | st.sampled_from(["../settings.json", "/etc/passwd", "ab/../../x.jpg", "ab\\c.jpg", ""]))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(PhotographError, match="not the name of a stored picture"):
        Photographs(Path("photographs")).path(name)


def test_a_folder_of_another_picture_is_refused() -> None:
    sha256 = "ab" * 32
    assert Photographs(Path("p")).path(f"ab/{sha256}.jpg") == Path("p") / "ab" / f"{sha256}.jpg"
    for wrong in (f"cd/{sha256}.jpg", f"ab/{sha256}.jpg\n", f"ab/{sha256.upper()}.jpg", f"./ab/{sha256}.jpg"):
        with pytest.raises(PhotographError):
            Photographs(Path("p")).path(wrong)


def test_a_disk_that_fills_up_while_writing_is_told(
    photographs: Photographs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataFolderError, match="full"):
        photographs.store(picture(1))
    monkeypatch.undo()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    photographs.read(photographs.store(picture(1)).picture)


def test_a_limit_on_the_size_of_files_is_told_as_a_full_disk(photographs: Photographs, folder: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (800, 800, 3), dtype=np.uint8)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(DataFolderError, match="full"):
            photographs.store(noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DataFolderError, match="cannot be written"):
        Photographs(tmp_path / "file").store(picture(1))


def test_a_sweep_takes_what_a_crash_left_half_written(catalog: Catalog, clock: Clock) -> None:
    stored = catalog.photographs.path(catalog.photographs.store(picture(3)).picture)
    half = stored.with_name(".new-x1.tmp")
    half.write_bytes(b"half a picture")
    assert catalog.sweep_photographs() == 0, "it may be being written now"
    clock.forward(hours=1)
    assert catalog.sweep_photographs() == 2
    assert not stored.exists()
    assert not half.exists()
