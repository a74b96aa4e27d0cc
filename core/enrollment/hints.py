"""What to do next, in words."""

from collections.abc import Sequence

import numpy as np

from core.enrollment.judgement import Judgement
from core.enrollment.quality import ShotQuality, is_blurred, is_well_lit
from core.enrollment.view import Check

_SOME = 5
"""Shots from which on their variety can be judged."""

_SPREAD = 0.04
"""Standard deviation of the shots' places, as a share of the picture, that counts as moved around."""

TURN_OVER = "Turn it over: show its other sides"
MOVE_AROUND = "Move it around: show it in other places and light"


def live_checks(quality: ShotQuality | None) -> tuple[Check, ...]:
    """How the live crop is: sharp, lit, filled."""
    if quality is None:
        return ()
    is_sharp = not is_blurred(quality, None)
    is_lit = is_well_lit(quality)
    too_much = quality.brightness > 100.0
    checks = [
        Check("Sharp" if is_sharp else "Blurred: hold it still", is_sharp),
        Check("Well lit" if is_lit else ("Too bright: avoid glare" if too_much else "Too dark: more light"), is_lit),
    ]
    if quality.fills is not None:
        is_full = quality.fills >= 0.7
        checks.append(Check(f"Fills {100 * quality.fills:.0f} %" + ("" if is_full else ": bring it closer"), is_full))
    return tuple(checks)


def advise(judgement: Judgement, centers: Sequence[tuple[float, float]], *, kept: int) -> tuple[str, ...]:
    """What the shots lack: other sides, other places."""
    hints = []
    if kept >= _SOME and not judgement.is_varied:
        hints.append(TURN_OVER)
    if len(centers) >= _SOME and float(np.std(np.asarray(centers), axis=0).max()) < _SPREAD:
        hints.append(MOVE_AROUND)
    return tuple(hints)


def count_words(kept: int, fewest: int, hints: Sequence[str]) -> str:
    """How far the enrollment is."""
    if kept == 0:
        return "no shots yet"
    if kept < fewest:
        return f"{fewest - kept} more"
    return "nearly: turn it over" if TURN_OVER in hints else "enough"
