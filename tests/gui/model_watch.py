"""Qt's own judge of item models, watching as long as the model lives."""

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtTest import QAbstractItemModelTester


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    """From now on a broken promise of the model is a warning, and warnings fail the test."""
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
