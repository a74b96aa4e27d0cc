"""Recognitions to review as a Qt list."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.catalog.records import ReviewState
from core.review.queue import ReviewEntry
from core.sightings import Outcome
from gui.dates import clock_text

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole
NOTE_ROLE = Qt.ItemDataRole.UserRole + 1


class EntryListModel(QAbstractListModel):
    """One row an entry; ``ENTRY_ROLE`` gives it, ``NOTE_ROLE`` the line below its name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[ReviewEntry] = []

    @property
    def entries(self) -> tuple[ReviewEntry, ...]:
        return tuple(self._entries)

    def show(self, entries: Sequence[ReviewEntry]) -> None:
        """Take over a fresh list; when the rows are the same recognitions, only what differs is repainted."""
        fresh = [entry.recognition_id for entry in entries]
        if fresh != [entry.recognition_id for entry in self._entries]:
            self.beginResetModel()
            self._entries = list(entries)
            self.endResetModel()
            return
        for row, entry in enumerate(entries):
            if entry != self._entries[row]:
                self._entries[row] = entry
                self.dataChanged.emit(self.index(row), self.index(row))

    def append(self, entries: Sequence[ReviewEntry]) -> None:
        """Add the next portion; entries that are here already are left out."""
        known = {entry.recognition_id for entry in self._entries}
        fresh = [entry for entry in entries if entry.recognition_id not in known]
        if fresh:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._entries += fresh
            self.endInsertRows()

    def remove(self, recognition_ids: Collection[int]) -> None:
        """Take entries out of the list."""
        for row in range(len(self._entries) - 1, -1, -1):
            if self._entries[row].recognition_id in recognition_ids:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._entries[row]
                self.endRemoveRows()

    def row_of(self, recognition_id: int) -> int | None:
        for row, entry in enumerate(self._entries):
            if entry.recognition_id == recognition_id:
                return row
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        entry = self._entries[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = self._title(entry)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                value = f"{self._title(entry)}, {self._outcome(entry)}, {self._note(entry)}"
            case _ if role == NOTE_ROLE:
                value = self._note(entry)
            case _ if role == ENTRY_ROLE:
                value = entry
        return value

    def _title(self, entry: ReviewEntry) -> str:
        """The name that holds now: a person's word before the recognizer's."""
        if entry.state is ReviewState.NOT_ITEM:
            return self.tr("Not an item")
        judged = entry.recognition.product_name
        if judged and entry.state in {ReviewState.RIGHT, ReviewState.CORRECTED}:
            return judged
        return entry.said.name if entry.said is not None else self.tr("Unknown")

    def _outcome(self, entry: ReviewEntry) -> str:
        return {
            Outcome.KNOWN: self.tr("known"),
            Outcome.POSSIBLE: self.tr("possible"),
            Outcome.UNKNOWN: self.tr("unknown"),
        }[entry.outcome]

    def _note(self, entry: ReviewEntry) -> str:
        """Score in hundredths, time of day, and what a person has said."""
        parts = [f"{entry.score * 100:.0f}", clock_text(entry.at)]
        said = {
            ReviewState.RIGHT: self.tr("right"),
            ReviewState.CORRECTED: self.tr("corrected"),
            ReviewState.IGNORED: self.tr("ignored"),
        }.get(entry.state)
        return " · ".join([*parts, said] if said else parts)
