"""Recorded sources: real small clips and folders of real pictures."""

import logging
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.cameras.source import FrameSource, SourceError, open_source
from core.frames import Frame
from tests.core.cameras.clips import gray, write_clip, write_counting_clip, write_picture


def read_all(source: FrameSource) -> list[Frame]:
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    return frames


@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "mp4v"), ("clip.avi", "MJPG")])
def test_every_frame_of_a_clip_comes_in_order_with_its_time(tmp_path: Path, name: str, codec: str) -> None:
    path = write_counting_clip(tmp_path / name, 10, codec=codec)
    source = open_source(str(path))
    assert (source.description.width, source.description.height, source.description.fps) == (64, 48, 25)
    assert not source.description.is_live
    assert source.description.label == name
    frames = read_all(source)
    assert [frame.sequence for frame in frames] == list(range(10))
    assert [frame.media_time for frame in frames] == pytest.approx([number / 25 for number in range(10)])
    levels = [float(frame.pixels.mean()) for frame in frames]
    assert levels == pytest.approx([20 + 20 * number for number in range(10)], abs=4)
    assert source.read() is None
    source.close()
    assert source.read() is None


def test_colors_are_red_green_blue(tmp_path: Path) -> None:
    red = np.zeros((48, 64, 3), np.uint8)
    red[..., 0] = 200
    source = open_source(f"file:{write_clip(tmp_path / 'red.avi', [red], codec='MJPG')}")
    frame = source.read()
    source.close()
    assert frame is not None
    assert frame.pixels.mean(axis=(0, 1)) == pytest.approx([200, 0, 0], abs=8)
    assert not frame.pixels.flags.writeable


def test_a_clip_that_breaks_off_gives_what_is_there_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (40, 48, 64, 3), np.uint8)
    path = write_clip(tmp_path / "cut.avi", list(noise), codec="MJPG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = open_source(str(path))
    with caplog.at_level(logging.WARNING):
        frames = read_all(source)
    source.close()
    assert 10 < len(frames) < 30
    times = [frame.media_time or 0.0 for frame in frames]
    assert times == sorted(set(times))
    assert "cut.avi" in caplog.text


@pytest.mark.parametrize("name", ["note.txt", "note.mp4", "note"])
@pytest.mark.parametrize(
    "content",
    [
        b"Two tins and a bottle.\n" * 40,
        "Zwölf Flaschen\n".encode("latin-1") * 9,
        "Zwölf Flaschen\n".encode("utf-16") * 9,
        "Zwölf Flaschen\n".encode("utf-16-le") * 9,
        b"",
    ],
)
def test_a_text_file_is_not_a_clip(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=name) as raised:
        open_source(str(path))
    assert "video" in raised.value.remedy


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    write_counting_clip(tmp_path / "clip.mp4", 2)
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceError, match="text"):
        open_source(str(playlist))


def test_random_bytes_are_not_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "noise.mp4"
    path.write_bytes(np.random.default_rng(2).bytes(20_000))
    with pytest.raises(SourceError, match="not a video"):
        open_source(str(path))


def test_a_missing_clip_and_a_folder_as_clip_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file"):
        open_source(f"file:{tmp_path / 'gone.mp4'}")
    with pytest.raises(SourceError, match="is a folder"):
        open_source(f"file:{tmp_path}")


def test_a_folder_gives_pictures_in_natural_order_and_own_size(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        write_picture(tmp_path / f"shot {number}.png", gray(number * 10, width=20 + number))
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden.png").write_bytes(b"not a picture either")
    source = open_source(str(tmp_path))
    assert (source.description.fps, source.description.width) == (1, 21)
    frames = read_all(source)
    assert [int(frame.pixels[0, 0, 0]) for frame in frames] == [10, 90, 100]
    assert [frame.width for frame in frames] == [21, 29, 30]
    assert [frame.media_time for frame in frames] == [0, 1, 2]
    source.close()


def test_the_rate_of_a_folder_can_be_chosen(tmp_path: Path) -> None:
    for number in range(3):
        write_picture(tmp_path / f"{number}.png", gray(number))
    source = open_source(f"folder:{tmp_path}?fps=4&loop=1")
    assert source.description.is_looped
    assert [frame.media_time for frame in read_all(source)] == [0, 0.25, 0.5]


def test_a_sideways_photograph_is_turned_upright(tmp_path: Path) -> None:
    pixels = gray(0, width=40, height=20)
    pixels[:, :20] = 250
    write_picture(tmp_path / "phone.jpg", pixels, orientation=6)
    source = open_source(str(tmp_path))
    frame = source.read()
    assert frame is not None
    assert (source.description.width, source.description.height) == (frame.width, frame.height) == (20, 40)
    assert frame.pixels[5].mean() > 200 > 50 > frame.pixels[35].mean()


@pytest.mark.parametrize(("kind", "value"), [(2, b"abc\0"), (7, b"xyz\0"), (3, b"\0\0\0\0"), (3, b"\t\0\0\0")])
def test_a_photograph_whose_orientation_is_damaged_is_taken_as_it_lies(tmp_path: Path, kind: int, value: bytes) -> None:
    """Its orientation is a text, bytes of no meaning, or a number that stands for nothing."""
    count = 1 if kind == 3 else len(value)
    entry = struct.pack("<HHHI", 1, 0x0112, kind, count) + value + struct.pack("<I", 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + entry
    Image.fromarray(gray(7, width=40, height=20)).save(tmp_path / "phone.jpg", exif=exif)
    source = open_source(str(tmp_path))
    frame = source.read()
    assert frame is not None
    assert (source.description.width, source.description.height) == (frame.width, frame.height) == (40, 20)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_any_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    name = "picture.tif"
    Image.fromarray(gray(255)).convert(mode).save(tmp_path / name)
    frame = open_source(str(tmp_path)).read()
    assert frame is not None
    assert frame.pixels.shape == (48, 64, 3)
    assert frame.pixels.min() == 255


def test_sixteen_bit_grays_are_scaled(tmp_path: Path) -> None:
    Image.fromarray(np.full((48, 64), 100 * 256 + 7, np.uint16)).save(tmp_path / "deep.png")
    frame = open_source(str(tmp_path)).read()
    assert frame is not None
    assert frame.pixels.min() == frame.pixels.max() == 100


def test_an_unreadable_picture_is_named_and_the_others_still_come(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", gray(10))
    whole = write_picture(tmp_path / "2.png", np.random.default_rng(3).integers(0, 255, (48, 64, 3), np.uint8))
    whole.write_bytes(whole.read_bytes()[:600])
    (tmp_path / "3.jpg").write_text("no picture at all")
    write_picture(tmp_path / "4.png", gray(40))
    source = open_source(str(tmp_path))
    levels, places = [], []
    for name in ("", "2.png", "3.jpg", ""):
        if name:
            with pytest.raises(SourceError, match=name):
                source.read()
        else:
            frame = source.read()
            assert frame is not None
            levels.append(int(frame.pixels[0, 0, 0]))
            places.append((frame.sequence, frame.media_time))
    assert levels == [10, 40]
    assert places == [(0, 0.0), (3, 3.0)], "what is said of a picture by its number stays its own"
    assert source.read() is None


def test_a_folder_without_readable_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        open_source(str(tmp_path))
    (tmp_path / "1.png").write_bytes(b"broken")
    with pytest.raises(SourceError, match="none of its pictures"):
        open_source(str(tmp_path))
    with pytest.raises(SourceError, match="cannot be read"):
        open_source(f"folder:{tmp_path / 'gone'}")


def test_a_closed_folder_gives_no_more_pictures(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", gray(10))
    source = open_source(str(tmp_path))
    source.close()
    assert source.read() is None
