"""The kinds of file that `tillsight models import` reads; a new kind is a file beside this one and a line here."""

from collections.abc import Mapping
from pathlib import Path

from core.vision.model_import.configuration import SUFFIXES, import_configuration
from core.vision.model_import.encrypted_model import import_encrypted
from core.vision.model_import.onnx_file import import_onnx
from core.vision.model_import.proposal import Importer, ImportRequest, ModelImportError, Proposal

IMPORTERS: Mapping[str, Importer] = {
    ".onnx": import_onnx,
    ".etlt": import_encrypted,
    **dict.fromkeys(SUFFIXES, import_configuration),
}
"""By the end of the file's name, in lower case."""


def propose_card(path: Path, request: ImportRequest) -> Proposal:
    """A card for what the file describes; raises ``ModelError``."""
    importer = IMPORTERS.get(path.suffix.lower())
    if importer is None:
        raise ModelImportError(
            f"{path.name} is no file that models are imported from.",
            remedy=f"Give one that ends in {', '.join(sorted(set(IMPORTERS) - {'.etlt'}))}.",
        )
    if not path.is_file():
        raise ModelImportError(f"The file {path} is not there.", remedy="Check its path.")
    return importer(path, request)
