"""Counts with their nouns where several sentences need them: ``1 product``, ``5,310 references``."""

from PySide6.QtCore import QCoreApplication

from gui.figures import count_text


def products_text(count: int) -> str:
    """So many products, in the window's language."""
    if count == 1:
        return QCoreApplication.translate("Counted", "1 product")
    return QCoreApplication.translate("Counted", "{count} products").format(count=count_text(count))


def references_text(count: int) -> str:
    """So many references, in the window's language."""
    if count == 1:
        return QCoreApplication.translate("Counted", "1 reference")
    return QCoreApplication.translate("Counted", "{count} references").format(count=count_text(count))
