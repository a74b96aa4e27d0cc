"""The way from the settings of finding items to the page on which the counter is set up."""

from PySide6.QtWidgets import QWidget

from gui.actions import keys_of
from gui.settings.link_card import LinkCard


class CounterLink(LinkCard):
    """``pressed``: the counter setup is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(keys=keys_of("page.counter"), icon_name="counter", parent=parent)
        self.open.setText(self.tr("Counter setup"))
        self.say(
            self.tr("Region, border and empty counter"),
            self.tr("They are set on the live picture, beside exposure, focus and the checks of the picture."),
        )
