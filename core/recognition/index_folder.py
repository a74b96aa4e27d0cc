"""The saved index: plain NumPy and FAISS files with a manifest of checksums, swapped in by one rename."""

import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import DataFolderError, UserError
from core.recognition.unknown import Calibration
from core.recognition.vector_index import VectorIndex, Vectors

_FORMAT = 1
_KEPT = 3
_POINTER = "current.json"
_MANIFEST = "manifest.json"
_INDEX = "index.faiss"
_ARRAYS = ("reference_ids", "views", "scatter", "references")


class IndexDamaged(UserError):  # noqa: N818 - reads as what happened
    """The saved index is missing, damaged or made by another embedder; it can be rebuilt from the catalog."""

    def __init__(self, message: str) -> None:
        super().__init__(message, remedy="It is rebuilt from the catalog; nothing is lost.")


class IndexMissing(IndexDamaged):
    """No index has been saved yet."""


class IndexOfOtherEmbedder(IndexDamaged):
    """The saved index was made by another embedder: the references must be embedded again."""


@dataclass(frozen=True, slots=True)
class IndexedProduct:
    """A product with its number of rows, in the order of the arrays, and its typical cosine."""

    product_id: int
    name: str
    references: int
    typical: float


@dataclass(frozen=True, slots=True, eq=False)
class IndexContents:
    """Everything that is saved.

    ``reference_ids`` R ``int64``; ``views`` R×v×d ``float16``; ``scatter`` 2×d×d ``float32`` with ``freedom`` degrees
    of freedom, of even and of odd products; ``references`` R×r ``float32`` whitened unit rows; ``index`` the
    prototypes, one per product.
    """

    embedder_key: str
    dimension: int
    revision: str
    false_name_rate: float
    products: tuple[IndexedProduct, ...]
    reference_ids: npt.NDArray[np.int64]
    views: npt.NDArray[np.float16]
    scatter: npt.NDArray[np.float32]
    freedom: tuple[int, int]
    references: Vectors
    index: VectorIndex
    calibration: Calibration


def write_index(folder: Path, contents: IndexContents) -> None:
    """Save into a new subfolder, then point to it by renaming one small file; older ones are pruned.

    A crash at any moment leaves the former index current. Raises ``DataFolderError``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = max(_generations(folder), default=0) + 1
        target = folder / f"{number:06d}"
        target.mkdir()
        files = {_INDEX: contents.index.to_bytes()}
        for name in _ARRAYS:
            buffer = io.BytesIO()
            np.save(buffer, getattr(contents, name), allow_pickle=False)
            files[f"{name}.npy"] = buffer.getvalue()
        for name, data in files.items():
            _write(target / name, data)
        manifest = json.dumps(_manifest(contents, files), indent=1).encode()
        _write(target / _MANIFEST, manifest)
        pointer = {"folder": target.name, "sha256": hashlib.sha256(manifest).hexdigest()}
        temporary = folder / f".{_POINTER}.{os.getpid()}"
        _write(temporary, json.dumps(pointer).encode())
        temporary.replace(folder / _POINTER)
        for old in _generations(folder)[:-_KEPT]:
            shutil.rmtree(folder / f"{old:06d}")
    except OSError as error:
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
        revision=str(manifest["revision"]),
        false_name_rate=float(manifest["false_name_rate"]),
        products=tuple(IndexedProduct(**product) for product in manifest["products"]),
        freedom=(int(manifest["freedom"][0]), int(manifest["freedom"][1])),
        index=VectorIndex.from_bytes(_checked(source, manifest, _INDEX)),
        calibration=Calibration(**manifest["calibration"]),
        **arrays,
    )
    _check_shapes(contents)
    return contents


def _check_shapes(contents: IndexContents) -> None:
    count = sum(product.references for product in contents.products)
    dimension = contents.dimension
    is_whole = (
        contents.reference_ids.shape == (count,)
        and contents.views.shape[0] == count
        and contents.views.shape[2] == dimension
        and contents.scatter.shape == (2, dimension, dimension)
        and contents.references.shape[0] == count
        and len(contents.index) == len(contents.products)
        and contents.index.dimension == dimension
    )
    if not is_whole:
        raise ValueError("its files do not fit together")


def _manifest(contents: IndexContents, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "embedder_key": contents.embedder_key,
        "dimension": contents.dimension,
        "revision": contents.revision,
        "false_name_rate": contents.false_name_rate,
        "freedom": contents.freedom,
        "calibration": asdict(contents.calibration),
        "products": [asdict(product) for product in contents.products],
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()
        },
    }


def _checked(source: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    data = (source / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest["files"][name]["sha256"]:
        raise ValueError(f"{name} does not match its checksum")
    return data


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _generations(folder: Path) -> list[int]:
    return sorted(int(entry.name) for entry in folder.iterdir() if re.fullmatch(r"\d{6,}", entry.name))
