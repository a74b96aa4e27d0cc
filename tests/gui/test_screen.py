"""What is told where no window can be shown."""

import sys
from pathlib import Path

import pytest

from gui import screen
from gui.screen import NoScreen, prepare_screen

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="screens are looked for on Linux")


def test_without_a_screen_a_window_is_refused_with_a_remedy() -> None:
    with pytest.raises(NoScreen, match="no screen") as told:
        prepare_screen({})
    assert "--help" in told.value.remedy


def test_without_a_screen_a_screenshot_is_drawn_offscreen() -> None:
    environment: dict[str, str] = {}
    prepare_screen(environment, may_be_hidden=True)
    assert environment == {"QT_QPA_PLATFORM": "offscreen"}


def test_a_chosen_platform_is_left_alone() -> None:
    environment = {"QT_QPA_PLATFORM": "vnc"}
    prepare_screen(environment)
    assert environment == {"QT_QPA_PLATFORM": "vnc"}


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "libqxcb.so"
    broken.write_bytes(b"no library")
    monkeypatch.setattr(screen, "_platform_plugin", lambda: broken)
    with pytest.raises(NoScreen, match="system library") as told:
        prepare_screen({"DISPLAY": ":0"})
    assert "apt install" in told.value.remedy
