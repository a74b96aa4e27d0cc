"""Where resources, models and the shop's data live; no other file knows a path."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from core.errors import DataFolderError

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    """A folder that ships with the program: beside ``core`` in a checkout, in ``tillsight_data`` when installed."""
    beside = _PACKAGE_PARENT / name
    return beside if beside.is_dir() else _PACKAGE_PARENT / "tillsight_data" / name


def models_folder() -> Path:
    return _shipped("models")


def resources_folder() -> Path:
    return _shipped("resources")


def default_data_folder() -> Path:
    """The user's own data folder; ``TILLSIGHT_DATA_DIR`` overrides the platform's place."""
    override = os.environ.get("TILLSIGHT_DATA_DIR")
    return Path(override) if override else Path(platformdirs.user_data_dir("tillsight", appauthor=False))


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything that one shop owns on disk."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "tillsight.sqlite3"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def photographs(self) -> Path:
        return self.root / "photographs"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def models(self) -> Path:
        """The shop's own model cards and weights."""
        return self.root / "models"

    @property
    def empty_counter(self) -> Path:
        """The learned picture of the empty counter, one PNG file per camera."""
        return self.root / "counter"

    @property
    def engines(self) -> Path:
        """Which inference engine was found fastest for which model on this machine."""
        return self.root / "engines.json"

    @property
    def receipts(self) -> Path:
        return self.root / "receipts"

    @property
    def log(self) -> Path:
        return self.root / "tillsight.log"

    @property
    def lock(self) -> Path:
        return self.root / "tillsight.lock"

    def prepare(self) -> None:
        """Create the folders; raises ``DataFolderError`` when that is not possible."""
        try:
            for folder in (self.root, self.photographs, self.index, self.models, self.empty_counter, self.receipts):
                folder.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".writable-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise DataFolderError(
                f"The data folder {self.root} cannot be written ({error.strerror or error}).",
                remedy="Free some space or give yourself the right to write there, "
                "or choose another folder with --data-dir.",
            ) from error
