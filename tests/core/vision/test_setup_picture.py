"""The picture of the counter as it was set up: kept for each camera and size, never trusted when damaged."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.errors import DataFolderError
from core.frames import Pixels
from core.paths import DataFolder
from core.vision.setup_picture import SetupPictures


def small(value: int = 90) -> Pixels:
    return np.random.default_rng(value).integers(0, 255, (27, 48, 3)).astype(np.uint8)


def test_a_picture_is_kept_for_each_camera_and_size(data: DataFolder) -> None:
    pictures = SetupPictures(data)
    pictures.save(small(1), "usb:/dev/video0", 1280, 720, is_by_person=True)
    pictures.save(small(2), "usb:/dev/video2", 1280, 720, is_by_person=False)
    found = SetupPictures(data).load("usb:/dev/video0", 1280, 720)
    assert found is not None
    assert np.array_equal(found.picture, small(1))
    assert found.is_by_person
    assert abs(found.taken_at - datetime.now(UTC)) < timedelta(minutes=5)
    other = pictures.load("usb:/dev/video2", 1280, 720)
    assert other is not None
    assert not other.is_by_person
    assert pictures.load("usb:/dev/video0", 640, 480) is None


def test_the_newest_picture_replaces_the_former(data: DataFolder) -> None:
    pictures = SetupPictures(data)
    for value in (1, 2):
        pictures.save(small(value), "usb:0", 640, 480, is_by_person=True)
    found = pictures.load("usb:0", 640, 480)
    assert found is not None
    assert np.array_equal(found.picture, small(2))
    assert len(list(data.empty_counter.iterdir())) == 2, "one picture and its particulars"


def test_a_password_in_the_address_is_in_no_name(data: DataFolder) -> None:
    SetupPictures(data).save(small(), "rtsp://shop:secret@camera/1", 640, 480, is_by_person=True)
    names = " ".join(path.name for path in data.empty_counter.iterdir())
    contents = b"".join(path.read_bytes() for path in data.empty_counter.iterdir())
    assert "secret" not in names
    assert b"secret" not in contents


@pytest.mark.parametrize("damage", ["picture", "particulars", "cut"])
def test_a_damaged_picture_counts_as_none(data: DataFolder, damage: str) -> None:
    pictures = SetupPictures(data)
    pictures.save(small(), "usb:0", 640, 480, is_by_person=True)
    picture, particulars = next(data.empty_counter.glob("*.png")), next(data.empty_counter.glob("setup-*.json"))
    if damage == "picture":
        picture.write_bytes(b"\x89PNG nothing")
    elif damage == "particulars":
        particulars.write_text('{"sha256": 3}')
    else:
        picture.write_bytes(picture.read_bytes()[:-30])
    assert pictures.load("usb:0", 640, 480) is None


def test_a_folder_that_cannot_be_written_is_told(data: DataFolder) -> None:
    data.empty_counter.rmdir()
    data.empty_counter.write_bytes(b"in the way")
    with pytest.raises(DataFolderError, match="cannot be kept"):
        SetupPictures(data).save(small(), "usb:0", 640, 480, is_by_person=True)
