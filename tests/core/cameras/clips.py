"""Small real clips and folders of pictures for the tests of recorded sources."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from core.frames import Pixels


def gray(level: int, *, width: int = 64, height: int = 48) -> Pixels:
    return np.full((height, width, 3), level, np.uint8)


def write_clip(path: Path, frames: list[Pixels], *, codec: str = "mp4v", fps: float = 25) -> Path:
    """Write RGB frames as a video file."""
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (width, height))
    assert writer.isOpened()
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def write_counting_clip(path: Path, count: int, *, codec: str = "mp4v", fps: float = 25) -> Path:
    """A clip in which frame ``n`` is gray with the level ``20 + 20 n``."""
    return write_clip(path, [gray(20 + 20 * number) for number in range(count)], codec=codec, fps=fps)


def write_picture(path: Path, pixels: Pixels, *, orientation: int = 1) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(path, exif=exif)
    return path
