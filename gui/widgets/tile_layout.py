"""Lists that show their rows as tiles, several beside each other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QListView

from gui.widgets.slim_scroll_bar import scroll_slimly


def lay_out_as_tiles(view: QListView) -> None:
    """Make a list one of tiles in columns, of which several can be chosen; its owner sets the grid's size.

    Call it after the view has its model and delegate.
    """
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setMovement(QListView.Movement.Static)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll_slimly(view)
    view.setFrameShape(QListView.Shape.NoFrame)
    view.setUniformItemSizes(True)
    view.viewport().setAutoFillBackground(False)
