"""The way from the settings of naming items to the engines for the graphics card."""

from PySide6.QtWidgets import QWidget

from gui.settings.link_card import LinkCard


class EngineLink(LinkCard):
    """``pressed``: engines shall be built. Hidden until a card is there for which that can be done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.open.setText(self.tr("Build engines…"))
        self.hide()

    def offer(self, card: str, title: str) -> None:
        """Show the card's name, and whose engines it is about."""
        note = self.tr("Engines let {title} compute the models on the graphics card. They are built once.")
        self.say(card, note.format(title=title))
        self.show()
