"""Embeddings kept on disk by the content of their picture, so that a second evaluation need not compute them again."""

import hashlib
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError

Stored = npt.NDArray[np.float16]
"""v×d: the embeddings of one picture's views."""

_DIGEST_BYTES = 32
_ROWS_A_FILE = 256


class EmbeddingCache:
    """Embeddings of pictures under one key; the key says what computed them.

    ``folder`` holds a subfolder for each key, and in it files of records (SHA-256 of the picture's file, v×d
    ``float16``), read without unpickling and mapped into memory. A file appears whole or not at all; one that does not
    fit is passed over and its pictures are embedded again. One thread; several processes may share a folder.
    """

    def __init__(self, folder: Path, key: str, *, views: int, dimension: int) -> None:
        """Raises ``DataFolderError`` when the folder cannot be made."""
        self._folder = folder / hashlib.sha256(key.encode()).hexdigest()[:16]
        self._form = np.dtype([("digest", np.uint8, (_DIGEST_BYTES,)), ("vectors", np.float16, (views, dimension))])
        self._stored: dict[bytes, tuple[npt.NDArray[np.void], int]] = {}
        self._fresh: dict[bytes, Stored] = {}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            files = sorted(self._folder.glob("*.npy"))
        except OSError as error:
            raise self._refusal(error) from error
        for file in files:
            self._open(file)

    @property
    def form(self) -> tuple[int, ...]:
        """v, d: the shape of one picture's embeddings."""
        return self._form["vectors"].shape

    def __len__(self) -> int:
        return len(self._stored) + len(self._fresh)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._fresh or digest in self._stored

    def get(self, digest: bytes) -> Stored:
        """The v×d embeddings of the picture with this digest; raises ``KeyError``."""
        if digest in self._fresh:
            return self._fresh[digest]
        records, row = self._stored[digest]
        return np.array(records["vectors"][row])

    def put(self, digest: bytes, vectors: npt.NDArray[np.floating]) -> None:
        """Keep v×d embeddings; they reach the disk in groups and with ``flush``. Raises ``DataFolderError``."""
        if vectors.shape != self.form:
            raise ValueError(f"expected {self.form} embeddings, got {vectors.shape}")
        self._fresh[digest] = np.asarray(vectors, np.float16)
        if len(self._fresh) >= _ROWS_A_FILE:
            self.flush()

    def flush(self) -> None:
        """Write what is not on disk yet; raises ``DataFolderError``."""
        if not self._fresh:
            return
        records = np.zeros(len(self._fresh), self._form)
        for row, (digest, vectors) in enumerate(self._fresh.items()):
            records["digest"][row] = np.frombuffer(digest, np.uint8)
            records["vectors"][row] = vectors
        # Named by what it holds: two processes that embed the same pictures write the same file.
        target = self._folder / f"{hashlib.sha256(b''.join(self._fresh)).hexdigest()[:24]}.npy"
        temporary = target.with_suffix(f".{os.getpid()}.part")
        try:
            with temporary.open("wb") as file:
                np.save(file, records, allow_pickle=False)
            temporary.replace(target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise self._refusal(error) from error
        self._stored.update((digest, (records, row)) for row, digest in enumerate(self._fresh))
        self._fresh.clear()

    def _open(self, file: Path) -> None:
        try:
            records = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return
        if records.dtype == self._form and records.ndim == 1:
            for row, digest in enumerate(np.asarray(records["digest"])):
                self._stored[digest.tobytes()] = (records, row)

    def _refusal(self, error: OSError) -> DataFolderError:
        return DataFolderError(
            f"Embeddings cannot be kept in {self._folder} ({error.strerror or error}).",
            remedy="Free some space or give yourself the right to write there, or choose another --data-dir.",
        )


def content_digest(path: Path) -> bytes:
    """The SHA-256 of a file's bytes; raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
