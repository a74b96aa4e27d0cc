"""Reads the barcode that is printed on a pack; the only user of zxing-cpp."""

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from core.frames import Pixels

_LONGEST_SIDE = 1280
_LARGEST_SCALE = 2.0
_TURNS = (0.0, 22.5, 45.0, 67.5)
"""The reader tries quarter turns itself and stands some slant, so these meet bars in any direction."""

_FORMATS = (zxingcpp.EAN13, zxingcpp.EAN8, zxingcpp.UPCA, zxingcpp.UPCE)


def read_barcode(pixels: Pixels) -> str | None:
    """The digits of the one retail barcode (EAN-13, EAN-8, UPC-A, UPC-E) in H×W×3 RGB pixels, at any angle.

    UPC codes come as the 12 digits of UPC-A, as hand-held scanners type them. ``None`` when there is none, or when
    several differ: whose item they are on is then not known. Check digits were verified. Takes 2–150 ms, longest when
    there is none; any thread.
    """
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    for degrees in _TURNS:
        found = {
            _as_scanned(barcode.text) for barcode in zxingcpp.read_barcodes(_turned(gray, degrees), formats=_FORMATS)
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _as_scanned(text: str) -> str:
    digits = text.replace(" ", "")
    # An EAN-13 that begins with 0 is a UPC-A: the reader writes all of them in 13 digits.
    return digits[1:] if len(digits) == 13 and digits.startswith("0") else digits


def _turned(gray: npt.NDArray[np.uint8], degrees: float) -> npt.NDArray[np.uint8]:
    """The picture scaled and turned about its middle, grown so that nothing is cut off.

    A small picture is enlarged: turning blurs bars that are one or two pixels wide.
    """
    height, width = gray.shape
    scale = min(_LARGEST_SCALE, _LONGEST_SIDE / max(height, width))
    side = np.hypot(height, width) * scale if degrees else 0.0
    new_width, new_height = (int(np.ceil(side or length * scale)) for length in (width, height))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    matrix[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    method = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_AREA if not degrees else cv2.INTER_LINEAR
    turned = cv2.warpAffine(gray, matrix, (new_width, new_height), flags=method, borderValue=255)
    return np.ascontiguousarray(turned, np.uint8)
