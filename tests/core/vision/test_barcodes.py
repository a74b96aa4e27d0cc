"""Barcodes are read at any angle, and only when it is plain whose they are."""

import cv2
import numpy as np
import pytest
import zxingcpp

from core.frames import Pixels
from core.vision.barcodes import read_barcode


def label(code: str, *, kind: object = None, degrees: float = 0.0, side: int = 420) -> Pixels:
    """A white label with a printed barcode, turned by ``degrees``."""
    printed = np.array(zxingcpp.create_barcode(code, kind or zxingcpp.EAN13).to_image(scale=2))
    canvas = np.full((side, side), 255, np.uint8)
    height, width = printed.shape[:2]
    top, left = (side - height) // 2, (side - width) // 2
    canvas[top : top + height, left : left + width] = printed
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1.0)
    turned = cv2.warpAffine(canvas, matrix, (side, side), borderValue=255)
    return np.asarray(cv2.cvtColor(turned, cv2.COLOR_GRAY2RGB), np.uint8)


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 118, 163, 180])
def test_a_barcode_is_read_at_any_angle(degrees: float) -> None:
    assert read_barcode(label("4006381333931", degrees=degrees)) == "4006381333931"


@pytest.mark.parametrize(
    ("code", "kind", "scanned"),
    [
        ("96385074", zxingcpp.EAN8, "96385074"),
        ("036000291452", zxingcpp.UPCA, "036000291452"),
        ("01234565", zxingcpp.UPCE, "012345000065"),
    ],
)
def test_the_other_retail_codes_come_as_scanners_type_them(code: str, kind: object, scanned: str) -> None:
    assert read_barcode(label(code, kind=kind)) == scanned


def test_a_plain_picture_has_none() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (120, 160, 3), np.uint8)
    assert read_barcode(noise) is None
    assert read_barcode(np.zeros((2, 2, 3), np.uint8)) is None


def test_two_different_barcodes_belong_to_nobody() -> None:
    both = np.concatenate([label("4006381333931"), label("5449000000996")], axis=0)
    assert read_barcode(both) is None
    twice = np.concatenate([label("4006381333931"), label("4006381333931")], axis=0)
    assert read_barcode(twice) == "4006381333931"
