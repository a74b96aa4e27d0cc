"""The written address of a source: its kind, its target and its options, parsed in this one place."""

import math
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, unquote

from core.errors import UserError

Kind = Literal["auto", "usb", "csi", "gst", "rtsp", "rtsps", "file", "folder", "demo"]
_ADDRESS_REMEDY = "Use usb:0, csi:0, gst:…, rtsp://…, demo:, auto, or the path of a clip or of a folder of pictures."
_KIND = re.compile(r"([A-Za-z]{2,}):(.*)", re.DOTALL)
_OPTIONS = re.compile(r"(.*)\?([a-z_]+=[^?]*)", re.DOTALL)
_LOGIN = re.compile(r"(?<=://)\S*@")
_SECRET = re.compile(
    r"\b((?:user-)?(?:password|passwd|pass|pwd|pw|token)\s*=\s*)(\"[^\"]*\"|[^\s&!\"']+)", re.IGNORECASE
)


class SourceError(UserError):
    """A source that will not work by waiting: a wrong address, an unreadable clip, a missing part of the system."""


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """A parsed address: ``file:clip.mp4?loop=1`` has the kind ``file`` and the target ``clip.mp4``.

    ``text`` is the whole address as written; it may hold a password, ``shown`` never does.
    """

    kind: Kind
    target: str
    text: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The address for labels, messages and logs."""
        return without_secrets(self.text)

    def allow(self, *names: str) -> None:
        """Raise ``SourceError`` for an option that this kind of source does not have."""
        for name in self.options:
            if name not in names:
                known = ", ".join(names) or "none"
                raise SourceError(
                    f"The source {self.shown} has the unknown option “{name}”.",
                    remedy=f"Remove it; options of {self.kind}: are: {known}.",
                )

    def flag(self, name: str) -> bool:
        """A yes-or-no option, no when absent; raises ``SourceError`` for anything but 0, 1, no, yes, false, true."""
        value = self.options.get(name, "0").lower()
        if value in {"1", "yes", "true"}:
            return True
        if value in {"0", "no", "false"}:
            return False
        raise self._wrong(name, "Write 1 for yes or 0 for no.")

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """A number within ``least`` and ``most``; raises ``SourceError`` otherwise."""
        try:
            value = float(self.options.get(name, default))
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise self._wrong(name, f"Write a number from {least:g} to {most:g}.")
        return value

    def _wrong(self, name: str, remedy: str) -> SourceError:
        return SourceError(f"The option “{name}” of the source {self.shown} is not understood.", remedy=remedy)


def parse_address(uri: str) -> SourceAddress:
    """Split an address into kind, target and options; a plain path becomes ``file:``, ``folder:`` or ``usb:``.

    Looks at the disk for paths only. Raises ``SourceError`` for an unknown kind or a path that leads nowhere.
    """
    text = uri.strip()
    if text in {"", "auto"}:
        return SourceAddress("auto", "", "auto")
    match = _KIND.fullmatch(text)
    if match is None or match[1].lower() not in get_args(Kind):
        return _from_path(text)
    kind = cast(Kind, match[1].lower())
    target = match[2]
    if kind in {"rtsp", "rtsps", "gst"}:  # a question mark there belongs to the stream's own address
        return SourceAddress(kind, target, text)
    if kind in {"file", "folder"}:
        path, options = _split_path(unquote(target[2:]) if target.startswith("///") else target)
        return SourceAddress(kind, str(_expanded(path)), text, options)
    target, options = _split_options(target)
    return SourceAddress(kind, target, text, options)


def without_secrets(text: str) -> str:
    """The text with the logins of its addresses and the values of its passwords and tokens replaced by dots."""
    return _SECRET.sub(r"\1•••", _LOGIN.sub("•••@", text))


def _from_path(text: str) -> SourceAddress:
    name, options = _split_path(text)
    path = _expanded(name)
    suffix = text[len(name) :]
    mode = _mode(path)
    if mode is None:
        raise SourceError(f"There is no camera, clip or folder called {without_secrets(text)}.", remedy=_ADDRESS_REMEDY)
    if stat.S_ISCHR(mode):
        return SourceAddress("usb", str(path), f"usb:{path}")
    kind: Kind = "folder" if stat.S_ISDIR(mode) else "file"
    absolute = str(path.absolute())
    return SourceAddress(kind, absolute, f"{kind}:{absolute}{suffix}", options)


def _split_path(text: str) -> tuple[str, dict[str, str]]:
    """A file may have a question mark in its name: what lies on the disk wins over what reads like options."""
    return (text, {}) if _mode(_expanded(text)) is not None else _split_options(text)


def _expanded(name: str) -> Path:
    """The path with a leading ~ replaced by the home it stands for, if there is such a home."""
    with suppress(RuntimeError):
        return Path(name).expanduser()
    return Path(name)


def _mode(path: Path) -> int | None:
    """What lies at a path, as ``stat`` has it; ``None`` for nothing, or for what cannot be a path."""
    try:
        return path.stat().st_mode
    except PermissionError:
        # It may be there: whoever opens it tells what is missing.
        return stat.S_IFREG
    except (OSError, ValueError):
        return None


def _split_options(text: str) -> tuple[str, dict[str, str]]:
    match = _OPTIONS.fullmatch(text)
    if match is None:
        return text, {}
    return match[1], dict(parse_qsl(match[2], keep_blank_values=True))
