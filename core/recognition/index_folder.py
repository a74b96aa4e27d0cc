"""The saved index: plain NumPy and FAISS files with a manifest of checksums, swapped in by one rename."""

import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError, UserError
from core.recognition.unknown import Calibration
from core.recognition.vector_index import VectorIndex

_FORMAT = 2
_KEPT = 3
_POINTER = "current.json"
_MANIFEST = "manifest.json"
_INDEX = "index.faiss"
_NAMES = "names.json"
_ARRAYS = ("product_ids", "counts", "reference_ids", "totals", "judged", "typical", "scatter")


class IndexDamaged(UserError):  # noqa: N818 - reads as what happened
    """The saved index is missing, damaged or made by another embedder; it can be rebuilt from the catalog."""

    def __init__(self, message: str) -> None:
        super().__init__(message, remedy="It is rebuilt from the catalog; nothing is lost.")


class IndexMissing(IndexDamaged):
    """No index has been saved yet."""


class IndexOfOtherEmbedder(IndexDamaged):
    """The saved index was made by another embedder: the references must be embedded again."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexContents:
    """Everything that is saved.

    Of P products, in the order of the index's rows: ``names``, ``product_ids`` ``int64``, ``counts`` of references
    ``int64``, ``totals`` P×d ``float64`` sums over the ``views`` of every reference, ``judged`` P×3 ``float64`` as
    ``reference_sample.Enrolled`` has it, ``typical`` P ``float64``. ``reference_ids`` R ``int64`` product by
    product. ``scatter`` 2×d×d ``float32`` with ``freedom`` degrees of freedom, of even and of odd products. ``index``:
    the prototypes.
    """

    embedder_key: str
    dimension: int
    views: int
    revision: str
    false_name_rate: float
    names: tuple[str, ...]
    product_ids: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    reference_ids: npt.NDArray[np.int64]
    totals: npt.NDArray[np.float64]
    judged: npt.NDArray[np.float64]
    typical: npt.NDArray[np.float64]
    scatter: npt.NDArray[np.float32]
    freedom: tuple[int, int]
    index: VectorIndex
    calibration: Calibration


def write_index(folder: Path, contents: IndexContents) -> None:
    """Save into a new subfolder, then point to it by renaming one small file; older ones are pruned.

    A crash at any moment leaves the former index current. Raises ``DataFolderError``; then nothing of it stays.
    """
    unfinished: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = max(_generations(folder), default=0) + 1
        target = folder / f"{number:06d}"
        temporary = folder / f".{_POINTER}.{os.getpid()}"
        unfinished = [target, temporary]
        target.mkdir()
        files = {
            _INDEX: _write(target / _INDEX, contents.index.to_bytes()),
            _NAMES: _write(target / _NAMES, json.dumps(contents.names).encode()),
        }
        for name in _ARRAYS:
            files[f"{name}.npy"] = _write(target / f"{name}.npy", getattr(contents, name))
        manifest = json.dumps(_manifest(contents, files), indent=1).encode()
        _write(target / _MANIFEST, manifest)
        pointer = {"folder": target.name, "sha256": hashlib.sha256(manifest).hexdigest()}
        _write(temporary, json.dumps(pointer).encode())
        temporary.replace(folder / _POINTER)
        unfinished = []
        for old in _generations(folder)[:-_KEPT]:
            shutil.rmtree(folder / f"{old:06d}")
    except OSError as error:
        _remove(unfinished)
        raise DataFolderError(
            f"The index cannot be saved to {folder} ({error.strerror or error}).",
            remedy="Free some space or give yourself the right to write there; the former index is kept.",
        ) from error


def read_index(folder: Path, embedder_key: str) -> IndexContents:
    """Read and check the current index; raises ``IndexDamaged`` or one of its kinds."""
    pointer_file = folder / _POINTER
    if not pointer_file.exists():
        raise IndexMissing(f"There is no saved index in {folder}.")
    try:
        return _read(folder, json.loads(pointer_file.read_bytes()), embedder_key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"The saved index in {folder} is damaged ({error}).") from error


def _read(folder: Path, pointer: Mapping[str, Any], embedder_key: str) -> IndexContents:
    if not re.fullmatch(r"\d{6,}", pointer["folder"]):
        raise ValueError("its pointer names no index")
    source = folder / pointer["folder"]
    manifest_bytes = (source / _MANIFEST).read_bytes()
    if hashlib.sha256(manifest_bytes).hexdigest() != pointer["sha256"]:
        raise ValueError("its manifest does not match its checksum")
    manifest = json.loads(manifest_bytes)
    if manifest["format"] != _FORMAT:
        raise ValueError(f"its format is {manifest['format']}")
    if manifest["embedder_key"] != embedder_key:
        raise IndexOfOtherEmbedder("The saved index was made by another embedder.")
    arrays = {
        name: np.load(io.BytesIO(_checked(source, manifest, f"{name}.npy")), allow_pickle=False) for name in _ARRAYS
    }
    contents = IndexContents(
        embedder_key=str(manifest["embedder_key"]),
        dimension=int(manifest["dimension"]),
        views=int(manifest["views"]),
        revision=str(manifest["revision"]),
        false_name_rate=float(manifest["false_name_rate"]),
        names=tuple(json.loads(_checked(source, manifest, _NAMES))),
        freedom=(int(manifest["freedom"][0]), int(manifest["freedom"][1])),
        index=VectorIndex.from_bytes(_checked(source, manifest, _INDEX)),
        calibration=Calibration(**manifest["calibration"]),
        **arrays,
    )
    _check_shapes(contents)
    return contents


def _check_shapes(contents: IndexContents) -> None:
    products, dimension = len(contents.names), contents.dimension
    is_whole = (
        contents.product_ids.shape == contents.counts.shape == contents.typical.shape == (products,)
        and contents.reference_ids.shape == (contents.counts.sum(),)
        and contents.totals.shape == (products, dimension)
        and contents.judged.shape == (products, 3)
        and contents.scatter.shape == (2, dimension, dimension)
        and len(contents.index) == products
        and contents.index.dimension == dimension
    )
    if not is_whole:
        raise ValueError("its files do not fit together")


def _manifest(contents: IndexContents, files: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "embedder_key": contents.embedder_key,
        "dimension": contents.dimension,
        "views": contents.views,
        "revision": contents.revision,
        "false_name_rate": contents.false_name_rate,
        "freedom": contents.freedom,
        "calibration": asdict(contents.calibration),
        "files": files,
    }


def _checked(source: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    data = (source / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest["files"][name]["sha256"]:
        raise ValueError(f"{name} does not match its checksum")
    return data


class _HashedFile:
    """Passes on what is written and keeps its checksum: an array is not held a second time as bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes) -> int:
        self._sha256.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    def entry(self) -> dict[str, Any]:
        """What the manifest says of the file."""
        return {"sha256": self._sha256.hexdigest(), "bytes": self._bytes}


def _write(path: Path, data: bytes | npt.NDArray[Any]) -> dict[str, Any]:
    with path.open("wb") as file:
        hashed = _HashedFile(file)
        if isinstance(data, bytes):
            hashed.write(data)
        else:
            np.save(hashed, data, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return hashed.entry()


def _remove(unfinished: Iterable[Path]) -> None:
    """On a full disk half an index would take the room that the next sale needs."""
    for path in unfinished:
        with suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _generations(folder: Path) -> list[int]:
    return sorted(int(entry.name) for entry in folder.iterdir() if re.fullmatch(r"\d{6,}", entry.name))
