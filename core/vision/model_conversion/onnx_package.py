"""The package ``onnx``, which reads and writes models' graphs; only converting and counting need it."""

import importlib.util

from core.errors import ModelError


def require_onnx(cannot: str) -> None:
    """Raise ``ModelError`` when the package is missing; ``cannot``: what then is not possible, a sentence's start."""
    if importlib.util.find_spec("onnx") is None:
        raise ModelError(
            f"{cannot}: the package onnx is not installed.",
            remedy="Install Tillsight with its packages for graphics cards: pip install .[gpu]",
        )
