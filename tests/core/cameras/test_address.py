"""Addresses of sources: kinds, paths, options, and no password in what is shown."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cameras.address import SourceError, parse_address, without_secrets
from core.cameras.source import open_source

_PASSWORDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=4)


@pytest.mark.parametrize(
    ("uri", "kind", "target"),
    [
        ("", "auto", ""),
        (" auto ", "auto", ""),
        ("usb:0", "usb", "0"),
        ("USB:/dev/video0", "usb", "/dev/video0"),
        ("csi:1", "csi", "1"),
        ("rtsp://host/path?channel=1", "rtsp", "//host/path?channel=1"),
        ("gst:videotestsrc ! x a=?b=c", "gst", "videotestsrc ! x a=?b=c"),
        ("file:clip.mp4", "file", "clip.mp4"),
        ("file:///shop/a%20clip.mp4", "file", "/shop/a clip.mp4"),
        ("folder:pictures/", "folder", "pictures"),
        ("demo:", "demo", ""),
    ],
)
def test_kind_and_target(uri: str, kind: str, target: str) -> None:
    address = parse_address(uri)
    assert (address.kind, address.target, dict(address.options)) == (kind, target, {})


def test_options_follow_a_question_mark() -> None:
    address = parse_address("demo:?seed=7&script=sell")
    assert (address.target, dict(address.options)) == ("", {"seed": "7", "script": "sell"})
    address = parse_address("file:clip.mp4?loop=1")
    assert address.target == "clip.mp4"
    assert address.flag("loop")


def test_a_plain_path_becomes_file_or_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert parse_address("clip.mp4?loop=1").text == f"file:{tmp_path / 'clip.mp4'}?loop=1"
    assert parse_address("clip.mp4?loop=1").flag("loop")
    assert parse_address(str(tmp_path)).text == f"folder:{tmp_path}"


def test_a_device_path_is_a_usb_camera() -> None:
    assert parse_address("/dev/null").text == "usb:/dev/null"


def test_a_question_mark_in_the_name_of_a_file_on_disk_belongs_to_the_name(tmp_path: Path) -> None:
    path = tmp_path / "what?loop=1"
    path.write_bytes(b"x")
    for uri in (str(path), f"file:{path}"):
        address = parse_address(uri)
        assert (address.target, dict(address.options)) == (str(path), {})


@pytest.mark.parametrize(
    "uri",
    ["http://example.org/x", "nothing-here.mp4", "c:0", "~nobody-of-that-name/clip.mp4", "x" * 300, "a\0b"],
)
def test_what_leads_nowhere_is_told(uri: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_address(uri)
    assert uri in raised.value.message


@pytest.mark.parametrize("target", ["~nobody-of-that-name/clip.mp4", "x" * 300])
def test_a_file_that_cannot_be_is_found_out_when_it_is_opened(target: str) -> None:
    assert parse_address(f"file:{target}?loop=1").target == target
    with pytest.raises(SourceError):
        open_source(f"file:{target}")


def test_a_file_that_one_may_not_look_at_is_told_as_such(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may look at everything")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    with pytest.raises(SourceError, match="Permission denied"):
        open_source(str(locked / "clip.mp4"))


@pytest.mark.parametrize("value", ["maybe", "", "2"])
def test_a_flag_is_yes_or_no(value: str) -> None:
    with pytest.raises(SourceError, match="loop"):
        parse_address(f"file:clip.mp4?loop={value}").flag("loop")


@pytest.mark.parametrize("value", ["fast", "nan", "inf", "0", "1000"])
def test_a_number_stays_in_its_range(value: str) -> None:
    with pytest.raises(SourceError, match="fps"):
        parse_address(f"folder:x?fps={value}").number("fps", 1, least=0.01, most=240)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SourceError, match="speed"):
        parse_address("file:clip.mp4?speed=2").allow("loop")


@given(password=_PASSWORDS)
def test_a_login_is_never_shown(password: str) -> None:
    address = parse_address(f"rtsp://Admin:{password}@192.0.2.7:554/stream")
    assert address.shown == "rtsp://•••@192.0.2.7:554/stream"
    assert f":{password}@" not in repr(address).replace(address.target, "")


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://host/cam?user=admin&password=hunter2&channel=1",
        "gst:rtspsrc location=rtsp://u:hunter2@host/x ! decodebin",
        'gst:rtspsrc location="rtsp://u:hunter2@host/x" user-pw="hunter2" ! decodebin',
        "gst:rtspsrc user-id=u user-pw=hunter2 ! decodebin",
        "rtsp://host/cam?token=hunter2",
    ],
)
def test_secrets_inside_longer_addresses_are_hidden(text: str) -> None:
    assert "hunter2" not in without_secrets(text)
    assert "hunter2" not in parse_address(text).shown
