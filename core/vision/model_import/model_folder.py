"""Putting a proposed card and its weights among a shop's models, whole or not at all."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.vision.model_card import AnyCard, load_card
from core.vision.model_import.onnx_file import open_graph
from core.vision.model_import.proposal import ModelImportError, Proposal

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CARD = "card.toml"


def usual_name(weights: Path) -> str:
    """A model's name from its file's: ``YOLO 11n.onnx`` → ``yolo-11n``."""
    return re.sub(r"[^a-z0-9._-]+", "-", weights.stem.lower()).strip("-._") or "model"


def check_name(name: str, models: Path, *, replace: bool) -> None:
    """Raises ``ModelImportError`` when a model cannot have the name."""
    if not _NAME.fullmatch(name):
        raise ModelImportError(
            f"'{name}' cannot be the name of a model.",
            remedy="Use letters, digits, points, dashes and underscores, a letter or digit first.",
        )
    if (models / name).exists() and not replace:
        raise ModelImportError(
            f"There is a model named {name} in {models} already.",
            remedy="Choose another name with --name, or add --replace.",
        )


def place_model(proposal: Proposal, name: str, models: Path, *, replace: bool) -> AnyCard:
    """Copy the weights and write the card into ``models/name``; returns the card from there.

    Without weights the card says that the shop puts them there. Raises ``ModelError``; then nothing was changed.
    """
    check_name(name, models, replace=replace)
    staging = models / f".{name}.{os.getpid()}"
    try:
        staging.mkdir(parents=True)
        tree = proposal.tree | {"name": name, "file": proposal.weights.name}
        if proposal.weights.is_file():
            shutil.copyfile(proposal.weights, staging / proposal.weights.name)
            if proposal.is_run:
                open_graph(staging / proposal.weights.name).close()
        else:
            tree["provided_by_shop"] = True
        (staging / _CARD).write_text(card_text(tree), encoding="utf-8")
        card = load_card(str(staging.absolute() / _CARD), ())
        if not card.provided_by_shop and not card.sha256:
            (staging / _CARD).write_text(card_text(tree | {"sha256": card.verify()}), encoding="utf-8")
        _swap(staging, models / name)
    except OSError as error:
        raise ModelImportError(
            f"The model cannot be written to {models} ({error.strerror or error}).",
            remedy="Check the folder, its space and your right to write there.",
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return load_card(str((models / name / _CARD).absolute()), ())


def _swap(staging: Path, target: Path) -> None:
    """The new folder in place of the old one, which is removed only afterwards."""
    former = staging.with_name(f"{staging.name}.former")
    if target.exists():
        target.rename(former)
    try:
        staging.rename(target)
    except OSError:
        if former.exists():
            former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def card_text(tree: Mapping[str, Any]) -> str:
    """A card's content as TOML, tables last."""
    plain = [f"{key} = {_toml(value)}" for key, value in tree.items() if not isinstance(value, Mapping)]
    for key, table in tree.items():
        if isinstance(table, Mapping):
            plain += ["", f"[{key}]", *(f"{name} = {_toml(value)}" for name, value in table.items())]
    return "\n".join(plain) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for the delete character, which JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    raise ModelError(f"A card cannot hold {value!r}.", remedy="Write it by hand.")
