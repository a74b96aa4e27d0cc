"""The exit codes of the window are those that the guide tells."""

import re

import pytest

from core.cli.app import create_app, run
from core.paths import resources_folder
from gui.launch import add_window_commands


@pytest.mark.parametrize("guide", ["resources/guides/commands.md", "core/README.md"])
def test_the_guides_tell_every_code_of_the_window(guide: str) -> None:
    text = (resources_folder().parent / guide).read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([0-9]) \| (.*) \|$", text, re.MULTILINE))
    assert set(told) == {"0", "1", "2"}
    assert "SIGTERM" in told["0"]
    assert all(words in told["1"] for words in ("no screen", "screenshot", "could not"))
    assert "wrong arguments" in told["2"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 1, "There is no screen"),
        (["--page", "nowhere"], 2, "'nowhere' is not one of checkout"),
        (["--quit-after", "inf"], 2, "less than or equal to"),
        (["--quit-after", "1e10"], 2, "less than or equal to"),
        (["bench", "live", "--seconds", "1e10"], 2, "less than or equal to"),
    ],
)
def test_what_keeps_the_window_from_opening(
    arguments: list[str], code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    app = create_app()
    add_window_commands(app)
    assert run(app, arguments) == code
    assert words in " ".join(capsys.readouterr().err.replace("│", " ").split())
