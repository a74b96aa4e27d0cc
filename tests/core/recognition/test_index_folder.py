"""The saved index on a disk that fails."""

import errno
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataFolderError
from core.recognition import index_folder
from core.recognition.enroll import embed_references
from core.recognition.gallery import Gallery
from tests.core.recognition.pictures import ThumbnailEmbedder, picture


def everything_in(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("failing", ["index.faiss", "totals.npy", "manifest.json", ".current.json."])
def test_a_full_disk_is_not_filled_further_by_half_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    embedder = ThumbnailEmbedder()
    gallery = Gallery(embedder.dimension, "thumbnail")
    gallery.add(1, "Milk", range(3), embed_references(embedder, [picture(1, shot) for shot in range(3)]))
    folder = tmp_path / "index"
    gallery.save(folder)
    before = everything_in(folder)
    write = index_folder._write

    def fill(path: Path, content: Any) -> dict[str, Any]:
        entry = write(path, content)
        if path.name.startswith(failing):
            raise OSError(errno.ENOSPC, "No space left on device")
        return entry

    monkeypatch.setattr(index_folder, "_write", fill)
    for _ in range(2):
        with pytest.raises(DataFolderError, match="No space left"):
            gallery.save(folder)
    assert everything_in(folder) == before
    assert [entry.name for entry in folder.iterdir() if entry.is_dir()] == ["000001"]
    monkeypatch.undo()
    gallery.save(folder)
    assert Gallery.load(folder, "thumbnail").products == 1
