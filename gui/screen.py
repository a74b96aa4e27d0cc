"""Whether a window can be shown here, told in words before Qt would end the program."""

import ctypes
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

from core.errors import UserError

_PACKAGES = (
    "libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xkb1"
)


LONGEST_SECONDS = 2_000_000
"""For which the window may be asked to run: Qt's timers end at about 24 days."""


class NoScreen(UserError):  # noqa: N818 - reads as what happened
    """There is no screen, or a library that Qt needs for it is missing."""


def prepare_screen(environment: MutableMapping[str, str] = os.environ, *, may_be_hidden: bool = False) -> None:
    """See to it that Qt can open a window; raises ``NoScreen`` with what to install or do.

    Where there is no screen and the window ``may_be_hidden`` (a screenshot, a measurement), it is drawn offscreen. Call
    it before Qt is loaded.
    """
    if sys.platform != "linux" or environment.get("QT_QPA_PLATFORM"):
        return
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        if may_be_hidden:
            environment["QT_QPA_PLATFORM"] = "offscreen"
            return
        raise NoScreen(
            "There is no screen to open a window on.",
            remedy="Start Tillsight in a desktop session; `tillsight --help` lists the commands that need no window.",
        )
    if environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        missing = _missing_library(_platform_plugin())
        if missing is not None:
            raise NoScreen(
                f"A system library for windows is missing ({missing}).",
                remedy=f"Install it and start again: sudo apt install {_PACKAGES}",
            )


def _platform_plugin() -> Path:
    import PySide6

    return Path(PySide6.__path__[0]) / "Qt" / "plugins" / "platforms" / "libqxcb.so"


def _missing_library(plugin: Path) -> str | None:
    """The name of a library that the plugin asks for and that is not there."""
    if not plugin.is_file():
        return None
    # Qt's own libraries lie beside the plugin and find one another; only the system's can be missing.
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error).split(":", 1)[0]
    return None
