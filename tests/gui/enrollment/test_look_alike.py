"""The strips of pictures that are compared."""

import numpy as np
from pytestqt.qtbot import QtBot

from gui.enrollment.look_alike import PictureStrip
from tests.gui.back_office import BackOffice


def test_as_many_shots_of_another_product_are_shown_anew(qtbot: QtBot, office: BackOffice) -> None:
    strip = PictureStrip(office.data.photographs)
    qtbot.addWidget(strip)
    strip.resize(300, 72)
    red, blue = (np.full((8, 8, 3), color, np.uint8) for color in ((255, 0, 0), (0, 0, 255)))
    strip.show_shots([red])
    assert strip.grab().toImage().pixelColor(30, 30).red() == 255
    strip.show_shots([blue])
    assert strip.grab().toImage().pixelColor(30, 30).blue() == 255
