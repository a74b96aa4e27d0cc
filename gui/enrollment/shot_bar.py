"""What takes the shots and says how they go: the count, the button and the chips, below the picture."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.enrollment.view import EnrollmentView
from gui import actions, theme
from gui.enrollment.chips import ChipRow
from gui.enrollment.count_ring import CountRing
from gui.enrollment.record_button import RecordButton
from gui.widgets.key_cap import key_text


class ShotBar(QWidget):
    """Stands below the picture, so that nothing covers the item; its room is kept while there is no enrollment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ring = CountRing()
        self.record = RecordButton(key_text(actions.keys_of("enroll.capture")))
        self.chips = ChipRow()
        column = QVBoxLayout()
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.record)
        column.addWidget(self.chips)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.CARD_GAP)
        row.addWidget(self.ring)
        row.addLayout(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.show_enrollment(None)

    def show_enrollment(self, enrollment: EnrollmentView | None) -> None:
        """Show how far it is; without an enrollment nothing can be taken."""
        self.record.setEnabled(enrollment is not None and not enrollment.is_saving)
        if enrollment is not None:
            self.ring.show_count(enrollment.kept, fewest=enrollment.fewest, most=enrollment.most)
