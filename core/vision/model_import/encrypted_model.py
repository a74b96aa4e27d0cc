"""Encrypted ``.etlt`` models and the ONNX files that hold the same."""

from pathlib import Path

from core.vision.model_import.proposal import ImportRequest, ModelImportError, Proposal

_VERSIONS = {
    "retail_object_recognition.etlt": "deployable_onnx_v1.0",
    "retail_detector_binary.etlt": "deployable_binary_onnx_v1.0",
}
"""Of NVIDIA's retail models: the version in the catalog that has the same as ONNX."""


def import_encrypted(path: Path, _request: ImportRequest) -> Proposal:
    """Always raises ``ModelImportError``, which points at the ONNX file."""
    twin = onnx_twin(path)
    raise ModelImportError(f"{path.name} is encrypted, and only NVIDIA's own tools open it.", remedy=f"Import {twin}.")


def twin_name(encoded: Path) -> str:
    """What the ONNX file with the same model is called."""
    return f"{encoded.stem}.onnx"


def onnx_twin(encoded: Path) -> Path:
    """The ONNX file beside an encrypted model; raises ``ModelImportError`` when it is not there."""
    twin = encoded.with_name(twin_name(encoded))
    if twin.is_file():
        return twin
    version = _VERSIONS.get(encoded.name)
    place = f", version {version} in NVIDIA's catalog" if version else ""
    raise ModelImportError(
        f"{encoded.name} is encrypted, and only NVIDIA's own tools open it.",
        remedy=f"Get the same model as ONNX ({twin.name}{place}), put it beside {encoded}, and import again.",
    )
