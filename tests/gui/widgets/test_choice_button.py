"""The words on an answer are drawn whole."""

import numpy as np
from pytestqt.qtbot import QtBot

from gui.widgets.buttons import ChoiceButton


def test_what_hangs_below_the_line_is_drawn(qtbot: QtBot) -> None:
    lowest = []
    for title in ("g", "a"):
        button = ChoiceButton(title)
        qtbot.addWidget(button)
        button.resize(200, 56)
        picture = button.grab().toImage().convertToFormat(button.grab().toImage().Format.Format_Grayscale8)
        rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
        inside = rows[4:-4, 9:24].astype(int)
        inked = np.flatnonzero((abs(inside - np.median(inside)) > 60).any(1))
        lowest.append(int(inked[-1]))
    below = lowest[0] - lowest[1]
    metrics = button.fontMetrics()
    assert below >= 0.8 * (metrics.tightBoundingRect("g").bottom() - metrics.tightBoundingRect("a").bottom())
