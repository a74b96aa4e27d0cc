"""What the doctor finds: a topic, how it stands, and what to do about it."""

import importlib.metadata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from core.errors import UserError

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` is empty when it is ok."""

    topic: str
    state: State
    message: str
    remedy: str = ""


def checked(topic: str, look: Callable[[], Finding], *, otherwise: State = "fail") -> Finding:
    """What ``look`` finds; a ``UserError`` becomes a finding of the state ``otherwise``."""
    try:
        return look()
    except UserError as error:
        return Finding(topic, otherwise, error.message, error.remedy)


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The versions of those packages that are installed, in the order asked for; imports none."""
    versions = {}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
