"""A file is replaced whole or stays as it was."""

import os
from pathlib import Path

import pytest

from core.whole_file import write_whole


def test_text_and_bytes_replace_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "receipt.txt"
    write_whole(path, "2 × jam\n")
    assert path.read_bytes() == "2 × jam\n".encode()
    write_whole(path, b"\x00\r\n")
    assert path.read_bytes() == b"\x00\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_put_in_place_leaves_the_former_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "receipt.txt"
    write_whole(path, "former")

    def is_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", is_full)
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, "newer")
    assert path.read_text() == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "taken", "words")
    assert [found.name for found in tmp_path.iterdir()] == ["taken"]
