"""Pictures from files that people hand in: any usual format, any size, turned as the camera was held."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.errors import UserError
from core.frames import Pixels

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})

_LONGEST = 1024
"""Pixels of the longer side that are kept: far more than an embedder reads."""


class PictureUnreadable(UserError):  # noqa: N818 - reads as what happened
    """A picture file is missing, damaged or of a format that cannot be read."""


def read_picture(path: Path) -> Pixels:
    """H×W×3 ``uint8`` RGB, the longer side at most 1,024 pixels; raises ``PictureUnreadable``."""
    try:
        with Image.open(path) as image:
            image.draft("RGB", (_LONGEST, _LONGEST))
            upright = _in_bytes(ImageOps.exif_transpose(image))
            upright.thumbnail((_LONGEST, _LONGEST), Image.Resampling.BILINEAR)
            return np.ascontiguousarray(np.asarray(upright.convert("RGB"), np.uint8))
    except FileNotFoundError as error:
        raise PictureUnreadable(f"There is no picture {path}.", remedy="Check the path.") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureUnreadable(
            f"The picture {path} cannot be read.", remedy="It may be damaged; take it again or leave it out."
        ) from error


def _in_bytes(image: Image.Image) -> Image.Image:
    """Grays of 16 bits as 8; Pillow would cut them off at 255, which makes nearly all of them white.

    Raises ``ValueError`` for wider numbers, which say by nothing what is white.
    """
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise ValueError(f"its numbers are of no known range ({image.mode})")
    return image
