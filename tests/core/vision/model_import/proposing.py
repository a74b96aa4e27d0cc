"""Cards as they are proposed for foreign files, and what is told beside them."""

from pathlib import Path
from typing import Any

import numpy as np

from core.vision.model_card import AnyCard, proposed_card
from core.vision.model_import.importers import propose_card
from core.vision.model_import.proposal import ImportRequest, Proposal

PICTURE = np.full((64, 64, 3), 120, np.uint8)
"""What every model is tried with."""


def propose(path: Path, **request: Any) -> Proposal:
    return propose_card(path, ImportRequest(PICTURE, **request))


def names(proposal: Proposal) -> list[str]:
    """The findings, by their names."""
    return [finding.name for finding in proposal.findings]


def card_of(proposal: Proposal) -> AnyCard:
    """The card under a name of its own."""
    return proposed_card(proposal.weights, proposal.tree | {"name": "x"})


def message(proposal: Proposal, name: str) -> str:
    """What the first finding of this name says."""
    return next(finding.message for finding in proposal.findings if finding.name == name)


def write(folder: Path, text: str, name: str = "config.txt") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
