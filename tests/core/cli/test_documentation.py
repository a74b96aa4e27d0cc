"""The guides tell every command, option and setting, and nothing that does not exist."""

import re
from typing import Any

import pytest
import typer.main
from typer.core import TyperOption

from core.cli.app import create_app
from core.paths import resources_folder
from core.settings import Settings
from gui.launch import add_window_commands

GUIDES = resources_folder() / "guides"


def _commands() -> dict[str, Any]:
    app = create_app()
    add_window_commands(app)
    root = typer.main.get_command(app)
    found = {"tillsight": root}

    def walk(prefix: str, group: Any) -> None:
        for name, command in getattr(group, "commands", {}).items():
            found[f"{prefix} {name}"] = command
            walk(f"{prefix} {name}", command)

    walk("tillsight", root)
    return found


COMMANDS = _commands()


def _chapter(name: str) -> str:
    text = (GUIDES / "commands.md").read_text(encoding="utf-8")
    match = re.search(rf"^#+ {re.escape(name)}(?: [A-Z…]+)?$(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match is not None, f"the guide has no chapter “{name}”"
    return match[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_in_the_guide(name: str) -> None:
    chapter = _chapter(name)
    options = {
        option
        for parameter in COMMANDS[name].params
        if isinstance(parameter, TyperOption)
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }
    told = set(re.findall(r"^\| `(--[a-z-]+)", chapter, re.MULTILINE))
    assert told == options


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert all(parameter.help for parameter in command.params if isinstance(parameter, TyperOption)), (
        f"an option of {name} has no help"
    )


def test_every_setting_is_in_the_guide_with_its_words() -> None:
    text = (GUIDES / "settings.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)`", text, re.MULTILINE))
    present = set()
    for section, field in Settings.model_fields.items():
        if section == "version":
            continue
        for key, setting in field.annotation.model_fields.items():  # type: ignore[union-attr]
            present.add(f"{section}.{key}")
            assert setting.description in text, f"{section}.{key} is described differently"
    assert told == present


def test_every_guide_that_the_readme_names_is_there() -> None:
    readme = resources_folder().parent / "README.md"
    for target in re.findall(r"\]\(([^)#]+)\)", readme.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (readme.parent / target).exists(), target
    for guide in GUIDES.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", guide.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (guide.parent / target).exists(), f"{guide.name}: {target}"
