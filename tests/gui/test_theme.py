"""Colors that can be read, icons that are there, keys that are free."""

from collections import Counter

import pytest
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtWidgets import QApplication

from core.paths import resources_folder
from gui import theme
from gui.actions import COMMANDS, keys_of, make_action, words_of
from gui.theme import Colors


def luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of WCAG 2.1, 1–21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tones", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "card", "selected", "hover", "cap"])
@pytest.mark.parametrize("ink", ["text", "note", "accent", "amber", "red"])
def test_text_can_be_read(tones: Colors, ground: str, ink: str) -> None:
    assert contrast(getattr(tones, ink), getattr(tones, ground)) >= 4.5


@pytest.mark.parametrize("tones", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_on_filled_plates_can_be_read(tones: Colors) -> None:
    assert contrast(tones.on_accent, tones.accent) >= 4.5
    assert contrast(tones.on_red, tones.red) >= 4.5


@pytest.mark.parametrize("color", [theme.VIDEO_KNOWN, theme.VIDEO_POSSIBLE, theme.VIDEO_UNKNOWN, theme.VIDEO_NOTE])
def test_signs_on_the_picture_can_be_read(color: QColor) -> None:
    assert contrast(color, QColor(14, 16, 18)) >= 4.5


def test_the_scheme_follows_the_choice(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark")
    assert theme.is_dark()
    assert theme.colors() is theme.DARK
    theme.apply_theme(qapp, "light")
    assert theme.colors() is theme.LIGHT


@pytest.mark.parametrize("path", sorted((resources_folder() / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_an_icon_shows_something(qapp: QApplication, path: object) -> None:
    name = str(getattr(path, "stem", ""))
    image: QImage = theme.icon(name, QColor("#0b7a62")).pixmap(24, 24).toImage()
    assert any(image.pixelColor(x, y).alpha() > 100 for x in range(24) for y in range(24))


def test_every_command_has_its_icon_and_a_key_of_its_own() -> None:
    for command in COMMANDS.values():
        assert not command.icon_name or (resources_folder() / "icons" / f"{command.icon_name}.svg").is_file()
        assert all(not QKeySequence(keys).isEmpty() for keys in command.keys)
    wide = [keys for command in COMMANDS.values() if command.reach == "window" for keys in command.keys]
    assert max(Counter(wide).values()) == 1
    pages = {command_id.split(".")[0] for command_id in COMMANDS}
    for page in pages:
        keys = [
            each
            for command_id, command in COMMANDS.items()
            if command_id.startswith(f"{page}.") and command.reach == "page"
            for each in command.keys
        ]
        assert len(keys) == len(set(keys))
        assert not set(keys) & set(wide)


def test_an_action_carries_words_and_keys(qapp: QApplication) -> None:
    from PySide6.QtWidgets import QWidget

    pressed: list[int] = []
    owner = QWidget()
    action = make_action("sale.pay", owner, lambda: pressed.append(1))
    assert (action.text(), action.shortcut()) == (words_of("sale.pay"), keys_of("sale.pay"))
    action.trigger()
    assert pressed == [1]
