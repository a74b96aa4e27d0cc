"""What the settings refuse, in the words of whoever types a value or writes the file."""

from pathlib import Path

import pytest

from core.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    ("typed", "message", "remedy"),
    [
        ("camera.widht=5", "There is no setting camera.widht.", "Did you mean camera.width?"),
        (
            "checkout.colour=red",
            "There is no setting checkout.colour.",
            "The settings of checkout: mode, ask_possible, keep_crops_days.",
        ),
        (
            "foo.bar=1",
            "There is no setting foo.bar.",
            "There are settings of camera, detection, recognition, checkout, enrollment, shop, appearance.",
        ),
        (
            "version.number=1",
            "There is no setting version.number.",
            "There are settings of camera, detection, recognition, checkout, enrollment, shop, appearance.",
        ),
        (
            "camera.width=abc",
            "camera.width needs a whole number from 160 to 7680, not “abc”.",
            "Enter a value within the stated range.",
        ),
        (
            "camera.width=5",
            "camera.width needs a whole number from 160 to 7680, not “5”.",
            "Enter a value within the stated range.",
        ),
        (
            "detection.threshold=7",
            "detection.threshold needs a number from 0.01 to 0.99, not “7”.",
            "Enter a value within the stated range.",
        ),
        (
            "detection.method=magic",
            "detection.method is one of change, network, both, not “magic”.",
            "Enter one of these.",
        ),
        ("camera.hold_focus=maybe", "camera.hold_focus needs yes or no, not “maybe”.", "Enter such a value."),
        (
            "shop.currency=euro",
            "shop.currency needs three capital letters, such as EUR, not “euro”.",
            "Enter such a value.",
        ),
        (
            "shop.counter=" + "till9" * 10,
            f"shop.counter needs a text of at most 40 characters, not “{'till9' * 10}”.",
            "Enter a shorter one.",
        ),
        (
            "detection.counter_region=left",
            "detection.counter_region needs a list of points, not “left”.",
            "Enter such a value.",
        ),
    ],
)
def test_a_value_typed_wrong_is_told_with_what_is_right(typed: str, message: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as told:
        Settings().with_values([typed])
    assert (told.value.message, told.value.remedy) == (message, remedy)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"camera": {"width": "abc"}}', "camera.width needs a whole number from 160 to 7680, not “abc”."),
        ('{"camera": {"widht": 5}}', "There is no setting camera.widht."),
        ('{"kamera": {}}', "There is no setting kamera."),
        ('{"camera": 5}', "camera needs a group of settings, not “5”."),
        ('{"version": "two"}', "it does not hold the settings of Tillsight."),
        ('{"version": null}', "it does not hold the settings of Tillsight."),
        ('{"version": 1.5}', "version needs a whole number, not “1.5”."),
        (
            '{"detection": {"counter_region": [[0, "a"]]}}',
            "detection.counter_region.0.1 needs a list of points, not “a”.",
        ),
        ("[]", "it does not hold the settings of Tillsight."),
        ('{"camera": {"width": 640}', "it is not JSON from line 1, column 26."),
        ("", "it is not JSON from line 1, column 1."),
    ],
)
def test_a_damaged_file_is_told_with_the_place(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        load_settings(file)
    assert told.value.message == f"The settings file {file} is damaged: {reason}"
    assert told.value.remedy == "Correct it, or delete it to start with the usual settings."


def test_a_file_that_is_no_text_is_damaged_whatever_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes('{"shop": {"name": "Müller"}}'.encode("latin-1"))
    with pytest.raises(SettingsError) as told:
        load_settings(file)
    assert told.value.message == f"The settings file {file} is damaged: it does not hold the settings of Tillsight."
    assert told.value.remedy == "Correct it, or delete it to start with the usual settings."
