"""A replay as a video: whole or not at all."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import UserError
from core.replay_video import ReplayVideo


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def film(file: Path, frames: int, *, fps: float = 25.0) -> None:
    noise = np.random.default_rng(1)
    with ReplayVideo(file, fps) as video:
        for _ in range(frames):
            video._write(noise.integers(0, 255, (121, 161, 3), np.uint8))


@pytest.mark.parametrize(("frames", "fps"), [(1, 25.0), (2, 1.0), (30, 29.97), (7, 240.0)])
def test_every_frame_is_in_the_file(tmp_path: Path, frames: int, fps: float) -> None:
    film(tmp_path / "film.mp4", frames, fps=fps)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    clip = cv2.VideoCapture(str(tmp_path / "film.mp4"))
    seen = 0
    while clip.read()[0]:
        seen += 1
    assert seen == frames


def test_a_disk_that_is_full_is_told_and_the_former_video_stays(tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    film(file, 3)
    former = file.read_bytes()
    with pytest.raises(UserError, match="Free some space"), room_for(20_000):
        film(file, 30)
    assert file.read_bytes() == former
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
