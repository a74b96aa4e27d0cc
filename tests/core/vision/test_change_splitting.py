"""One outline with a waist becomes two, where the outline allows."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core.vision.detectors.splitting import split

Shape = tuple[tuple[float, float], tuple[float, float], float]
"""Center, sides and angle of a rectangle."""


def mask_of(*shapes: Shape) -> npt.NDArray[np.uint8]:
    mask = np.zeros((160, 260), np.uint8)
    for shape in shapes:
        cv2.fillPoly(mask, [np.round(cv2.boxPoints(shape)).astype(np.int32)], 255)
    return mask


@pytest.mark.parametrize("angle", [0.0, 20.0, 45.0, 70.0])
def test_a_rectangle_stays_whole(angle: float) -> None:
    assert len(split(mask_of(((130, 80), (110, 40), angle)), smallest=100)) == 1


def test_two_packs_meeting_at_a_corner_are_parted_without_loss() -> None:
    mask = mask_of(((80, 60), (70, 50), 0.0), ((148, 106), (70, 50), 0.0))
    parts = split(mask, smallest=100)
    assert len(parts) == 2
    assert sum(cv2.countNonZero(part) for part in parts) > 0.95 * cv2.countNonZero(mask)
    assert not (parts[0] & parts[1]).any()


def test_two_round_tins_are_parted() -> None:
    mask = mask_of()
    for x in (90, 148):
        cv2.circle(mask, (x, 80), 30, 255, cv2.FILLED)
    assert len(split(mask, smallest=100)) == 2


def test_three_tins_in_a_row_are_three() -> None:
    mask = mask_of()
    for x in (60, 118, 176):
        cv2.circle(mask, (x, 80), 30, 255, cv2.FILLED)
    assert len(split(mask, smallest=100)) == 3


def test_packs_flush_at_their_long_sides_stay_one() -> None:
    assert len(split(mask_of(((90, 80), (60, 90), 0.0), ((150, 80), (60, 90), 0.0)), smallest=100)) == 1


def test_a_bottle_keeps_its_neck() -> None:
    mask = mask_of(((100, 80), (110, 44), 0.0), ((175, 80), (50, 20), 0.0))
    assert len(split(mask, smallest=100)) == 1


def test_a_bent_item_stays_whole() -> None:
    mask = mask_of(((80, 80), (30, 110), 0.0), ((120, 120), (110, 30), 0.0))
    assert len(split(mask, smallest=100)) == 1


def test_no_part_is_smaller_than_the_smallest_item() -> None:
    mask = mask_of(((80, 60), (70, 50), 0.0), ((148, 106), (70, 50), 0.0))
    assert len(split(mask, smallest=4000)) == 1
