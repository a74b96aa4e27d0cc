"""Making model cards from what a shop has: model files without a card, and other programs' configuration files."""
