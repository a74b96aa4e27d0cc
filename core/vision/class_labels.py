"""Names of classes, as they stand in a file beside a model."""

import logging
from pathlib import Path

from core.errors import ModelError
from core.vision.model_card import EmbedderCard, is_there

_log = logging.getLogger(__name__)


def read_labels(file: Path) -> tuple[str, ...]:
    """Names of classes, one a line or parted by semicolons; raises ``ModelError``."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The classes' names in {file} cannot be read.", remedy="Check the file.") from error
    return tuple(name for part in text.replace("\n", ";").split(";") if (name := part.strip()))


def labels_of(card: EmbedderCard) -> tuple[str, ...]:
    """The classes that the model knows by heart, in its order; none when the shop has no file with their names.

    Raises ``ModelError`` for a file that cannot be read.
    """
    file = card.label_path
    if file is None:
        return card.labels
    if not is_there(file):
        _log.info("%s knows classes, and %s with their names is not there: they have no say", card.name, file)
        return ()
    return read_labels(file)
