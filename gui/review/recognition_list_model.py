"""Recent recognitions as a Qt list."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.catalog.records import Recognition, ReviewState
from core.sightings import Outcome

Index = QModelIndex | QPersistentModelIndex
RECOGNITION_ROLE = Qt.ItemDataRole.UserRole


class RecognitionListModel(QAbstractListModel):
    """One row a recognition; ``RECOGNITION_ROLE`` gives its record."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recognitions: list[Recognition] = []

    def show(self, recognitions: Sequence[Recognition]) -> None:
        """Take over a fresh list; when the rows are the same recognitions, only what differs is repainted."""
        fresh = [recognition.recognition_id for recognition in recognitions]
        if fresh != [recognition.recognition_id for recognition in self._recognitions]:
            self.beginResetModel()
            self._recognitions = list(recognitions)
            self.endResetModel()
            return
        for row, recognition in enumerate(recognitions):
            if recognition != self._recognitions[row]:
                self._recognitions[row] = recognition
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, recognition_id: int) -> int | None:
        for row, recognition in enumerate(self._recognitions):
            if recognition.recognition_id == recognition_id:
                return row
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._recognitions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        recognition = self._recognitions[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = self.title(recognition)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                value = f"{self.title(recognition)}, {self.note(recognition)}"
            case _ if role == RECOGNITION_ROLE:
                value = recognition
        return value

    def title(self, recognition: Recognition) -> str:
        """The name that holds now: a person's word before the recognizer's."""
        if recognition.state is ReviewState.NOT_ITEM:
            return self.tr("Not an item")
        if recognition.product_name and recognition.state in {ReviewState.RIGHT, ReviewState.CORRECTED}:
            return recognition.product_name
        best = recognition.match.best
        if best is None or recognition.outcome is Outcome.UNKNOWN:
            return self.tr("Unknown")
        return best.name

    def note(self, recognition: Recognition) -> str:
        """Score in hundredths, time of day, and what a person has said."""
        best = recognition.match.best
        parts = [f"{best.score * 100:.0f}"] if best is not None else []
        parts.append(recognition.at.astimezone().strftime("%H:%M"))
        said = {
            ReviewState.RIGHT: self.tr("right"),
            ReviewState.CORRECTED: self.tr("corrected"),
            ReviewState.IGNORED: self.tr("ignored"),
        }.get(recognition.state)
        if said:
            parts.append(said)
        return " · ".join(parts)
