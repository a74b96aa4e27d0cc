"""Which program a configuration file is for, told by what stands in it rather than by its name."""

import re
from pathlib import Path

from core.vision.model_import.config_text import read_ini, read_protobuf, read_text, read_yaml
from core.vision.model_import.nvinfer import import_nvinfer
from core.vision.model_import.proposal import ImportRequest, ModelImportError, Proposal
from core.vision.model_import.triton import import_server, import_triton_model

SUFFIXES = (".txt", ".yml", ".yaml", ".pbtxt")


def import_configuration(path: Path, request: ImportRequest) -> Proposal:
    """A card for the model that nvinfer, nvinferserver or Triton is told to run; raises ``ModelError``.

    Labels and threshold of the request win over the file's.
    """
    proposal = _read(path)
    if proposal.tree["kind"] == "detector":
        if request.threshold is not None:
            proposal.tree["threshold"] = request.threshold
        if request.labels:
            proposal.tree["labels"] = list(request.labels)
            ignored = proposal.tree.get("ignored_labels", ())
            proposal.tree["ignored_labels"] = [label for label in ignored if label in request.labels]
    return proposal


def _read(path: Path) -> Proposal:
    text = read_text(path)
    if re.search(r"^\s*\[property\]", text, re.MULTILINE):
        return import_nvinfer(read_ini(text, path), path)
    if re.search(r"^property\s*:", text, re.MULTILINE):
        return import_nvinfer(read_yaml(text, path), path)
    if re.search(r"^\s*infer_config\s*:?\s*\{", text, re.MULTILINE):
        return import_server(read_protobuf(text, path), path)
    if re.search(r"^\s*input\s*:?\s*[\[{]", text, re.MULTILINE):
        return import_triton_model(read_protobuf(text, path), path)
    raise ModelImportError(
        f"{path.name} configures no model: it has neither nvinfer's 'property', nor nvinferserver's 'infer_config', "
        "nor Triton's 'input'.",
        remedy="Give the configuration of one model, not of a whole application.",
    )
