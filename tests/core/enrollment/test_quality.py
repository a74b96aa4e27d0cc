"""Poor shots are told from good ones."""

import cv2
import numpy as np
import pytest

from core.enrollment.quality import (
    Fault,
    find_fault,
    is_blurred,
    is_well_lit,
    measure,
    sameness,
    sentence,
    thumbprint,
)
from core.frames import Pixels
from tests.core.recognition.pictures import picture


def pack(size: int = 200) -> Pixels:
    return picture(3, size=size)


def test_a_good_shot_has_no_fault() -> None:
    assert find_fault(measure(pack())) is None


@pytest.mark.parametrize(
    ("crop", "fault"),
    [
        (cv2.GaussianBlur(pack(), (0, 0), 4.0), Fault.BLURRED),
        ((pack() * 0.1).astype(np.uint8), Fault.DARK),
        (np.clip(pack().astype(int) + 200, 0, 255).astype(np.uint8), Fault.BRIGHT),
        (pack(40), Fault.SMALL),
    ],
)
def test_a_poor_shot_has_its_fault(crop: Pixels, fault: Fault) -> None:
    quality = measure(crop)
    assert find_fault(quality) is fault
    assert sentence(fault).endswith(".")
    assert is_well_lit(quality) is (fault not in {Fault.DARK, Fault.BRIGHT})


def test_motion_shows_beside_sharper_shots_of_the_same_item() -> None:
    sharp = measure(pack())
    moved = measure(np.ascontiguousarray(cv2.blur(pack(), (15, 1))))
    assert moved.sharpness < sharp.sharpness
    assert is_blurred(moved, usual_sharpness=sharp.sharpness)
    assert not is_blurred(sharp, usual_sharpness=sharp.sharpness)


def test_sharpness_does_not_depend_on_the_size_of_the_crop() -> None:
    large = measure(cv2.resize(pack(192), (768, 768), interpolation=cv2.INTER_NEAREST))
    assert large.sharpness == pytest.approx(measure(pack(192)).sharpness, rel=0.05)


@pytest.mark.parametrize(("side", "share"), [(180, 0.81), (100, 0.25)])
def test_the_filled_share_is_that_of_the_item(side: int, share: float) -> None:
    surround = np.full((270, 270, 3), (180, 170, 150), np.uint8)
    left = 135 - side // 2
    surround[left : left + side, left : left + side] = cv2.resize(pack(), (side, side))
    quality = measure(surround[35:235, 35:235], surround)
    assert quality.fills == pytest.approx(share, abs=0.08)
    assert (find_fault(quality) is Fault.FAR) is (share < 0.45)


def test_an_item_that_looks_like_its_background_is_not_judged() -> None:
    plain = np.full((200, 200, 3), 120, np.uint8)
    assert measure(plain[30:170, 30:170], plain).fills is None


def test_thumbprints_tell_whether_the_view_has_changed() -> None:
    first = thumbprint(picture(1, 0))
    assert sameness(first, thumbprint(picture(1, 1))) > 0.95
    assert sameness(first, thumbprint(np.ascontiguousarray(np.rot90(picture(1))))) < 0.9
    assert sameness(first, thumbprint((picture(1) * 0.6).astype(np.uint8))) > 0.95


def test_a_picture_of_one_color_is_no_trouble() -> None:
    quality = measure(np.zeros((60, 60, 3), np.uint8))
    assert find_fault(quality) is Fault.DARK
    assert quality.as_json()["fills"] is None
    assert sameness(thumbprint(np.zeros((60, 60, 3), np.uint8)), thumbprint(pack())) == 0.0
