"""What exporters write into a model's file beside the graph: classes, license, size, task."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from core.vision.detectors.coco import COCO_LABELS, FURNITURE
from core.vision.model_import.proposal import IgnoredKey, ImportRequest, ModelImportError, Proposal, ReadValue

Notes = Mapping[str, str]

_WITH_OBJECTNESS = ("yolox", "yolov5", "fastestdet")
"""Decoders that tell the belief in an object from that in its class."""
_OUTLINES = "segment"
_BOXES = "detect"


def noted_size(notes: Notes) -> tuple[int, int] | None:
    """Width and height of the input, from ``imgsz`` (height first)."""
    sizes = _literal(notes.get("imgsz", ""))
    if isinstance(sizes, list | tuple) and len(sizes) == 2 and all(isinstance(size, int) for size in sizes):
        return sizes[1], sizes[0]
    return None


def noted_labels(notes: Notes) -> list[str]:
    """The classes in order, from ``names``; empty without."""
    names = _literal(notes.get("names", ""))
    if isinstance(names, dict):
        try:
            # What came through JSON has its numbers as text, and "10" is before "2" there.
            names = [names[place] for place in sorted(names, key=int)]
        except (TypeError, ValueError):
            return []
    return [str(name) for name in names] if isinstance(names, list) else []


def noted_source(notes: Notes) -> str:
    """Author and description in words; empty without them."""
    return ", ".join(notes[key] for key in ("author", "description") if notes.get(key))


def take_notes(proposal: Proposal, notes: Notes, *, takes_any_size: bool) -> None:
    """Labels and license into the card; everything else is told as ignored. Raises ``ModelImportError`` for a task
    that gives no boxes.
    """
    for key, value in notes.items():
        used_as = _take(proposal, key, value, takes_any_size=takes_any_size)
        if used_as:
            proposal.values.append(ReadValue(key, value, str(proposal.weights), None, used_as))
        else:
            proposal.ignored.append(IgnoredKey(key, "a note of the exporter that finding items does not need"))


def _take(proposal: Proposal, key: str, value: str, *, takes_any_size: bool) -> str:
    """Which keys of the card the note became; empty for none."""
    if key == "names":
        labels = noted_labels({key: value})
        if labels:
            _name(proposal, labels)
        return "labels" if labels else ""
    if key == "license" and value.strip():
        proposal.tree["license"] = value
        return "license"
    if key == "imgsz" and takes_any_size:
        return "input.width, input.height"
    if key == "task":
        if value == _OUTLINES:
            proposal.find("outlines-unused", "The model also outlines items: only its boxes are used.")
        elif value != _BOXES:
            raise ModelImportError(
                f"The model {proposal.weights.name} is made for the task '{value}', which gives no upright boxes.",
                remedy=f"Give a model made for the task '{_BOXES}'.",
            )
        return "decoder"
    return ""


def take_labels(proposal: Proposal, request: ImportRequest) -> None:
    """The classes that a person gave; they win over the file's."""
    if request.labels:
        _name(proposal, request.labels)


def _name(proposal: Proposal, labels: Sequence[str]) -> None:
    tree = proposal.tree
    tree["labels"] = list(labels)
    if "ignored_labels" in tree:
        tree["ignored_labels"] = [label for label in tree["ignored_labels"] if label in labels]


def guess_labels(proposal: Proposal, classes: int) -> None:
    """What so many classes are when nobody named them; and, of all that are named, those that never are items."""
    tree = proposal.tree
    is_settled = tree.get("score") == "class"
    if not tree.get("labels") and classes == len(COCO_LABELS):
        tree["labels"] = list(COCO_LABELS)
        proposal.find("labels-guessed", "The file names no classes; 80 of them are taken for those of COCO.")
    labels = tree.get("labels", [])
    if not labels:
        proposal.find("labels-missing", "The file names no classes: none can be ignored. Give them with --labels.")
    if len(set(labels) & set(COCO_LABELS)) > len(COCO_LABELS) // 2:
        tree["ignored_labels"] = [label for label in labels if label in FURNITURE]
        if tree["decoder"] in _WITH_OBJECTNESS and not is_settled:
            tree["score"] = "object"
            proposal.find(
                "score-object",
                "Few goods are among these classes: the score is the belief that anything is there, of any class.",
            )
        proposal.find("labels-ignored", f"These classes never are items here: {', '.join(tree['ignored_labels'])}.")


def _literal(text: str) -> Any:
    """The Python value that exporters write as text; ``None`` for anything else."""
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
