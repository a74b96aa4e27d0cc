"""The settings tree as data: declared once, saved atomically, upgraded step by step."""

import difflib
import json
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import UserError
from core.whole_file import write_whole

CURRENT_VERSION = 1

Point = tuple[float, float]
"""x, y in fractions of the picture, 0–1."""


class SettingsError(UserError):
    """The settings file cannot be read or written, or holds a value that is not allowed."""


class Section(BaseModel):
    """A group of settings; titles and descriptions are what the settings page shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraSettings(Section):
    """Where pictures come from."""

    source: str = Field(
        "auto",
        title="Camera",
        description="auto (first USB camera, else the demo shop), "
        "usb:0, csi:0, gst:…, rtsp://…, file:…, folder:…, demo:",
    )
    width: int = Field(1280, ge=160, le=7680, title="Width", description="Pixels asked from the camera.")
    height: int = Field(720, ge=120, le=4320, title="Height", description="Pixels asked from the camera.")
    fps: int = Field(30, ge=1, le=240, title="Rate", description="Frames a second asked from the camera.")
    hold_exposure: bool = Field(
        default=False,
        title="Hold exposure",
        description="Keep the exposure at a value instead of leaving it to the camera (USB cameras that allow it).",
    )
    exposure: int = Field(
        -1,
        ge=-1,
        le=1_000_000,
        title="Exposure",
        description="The value to hold, in the camera's own units; -1: what it has when it is opened.",
    )
    hold_focus: bool = Field(
        default=False,
        title="Hold focus",
        description="Keep the focus at a value instead of leaving it to the camera (USB cameras that allow it).",
    )
    focus: int = Field(
        -1,
        ge=-1,
        le=1_000_000,
        title="Focus",
        description="The value to hold, in the camera's own units; -1: what it has when it is opened.",
    )


class DetectionSettings(Section):
    """How items are found on the counter."""

    method: Literal["change", "network", "both"] = Field(
        "both",
        title="Find items by",
        description="change: difference from the learned empty counter (fixed camera); network: a detector model; "
        "both: each sees what the other misses (fixed camera).",
    )
    model: str = Field(
        "tillsight-detector",
        title="Detector card",
        description="Name or path of a detector's model card (for network and both).",
    )
    threshold: float = Field(
        0.35,
        ge=0.01,
        le=0.99,
        title="Detector score",
        description="Boxes below this score are dropped (for network and both).",
    )
    overlap: float = Field(
        0.5,
        ge=0.1,
        le=0.95,
        title="Largest overlap",
        description="Of two boxes overlapping more, one stays (NMS IoU).",
    )
    sensitivity: float = Field(
        0.5, ge=0.0, le=1.0, title="Sensitivity", description="How small a change counts as an item (for change)."
    )
    smallest_item: float = Field(
        0.0015, ge=0.0001, le=0.5, title="Smallest item", description="Share of the picture's area; smaller is noise."
    )
    ignored_border: float = Field(
        0.0, ge=0.0, le=0.4, title="Ignored border", description="Share of width and height at every edge to ignore."
    )
    counter_region: tuple[Point, ...] = Field(
        (), title="Counter region", description="Polygon in fractions of the picture; empty: the whole picture."
    )


class RecognitionSettings(Section):
    """How items get their names."""

    embedder: str = Field(
        "tillsight-embedder", title="Embedder card", description="Name or path of the embedder's model card."
    )
    runtime: Literal[
        "auto", "onnxruntime", "openvino", "onnxruntime-cuda", "onnxruntime-tensorrt", "tensorrt", "tensorrt-rtx"
    ] = Field("auto", title="Runtime", description="The engine that runs the models; auto measures which is fastest.")
    threads: int = Field(0, ge=0, le=64, title="Threads", description="Threads of the engine; 0: all cores but one.")
    false_name_rate: float = Field(
        0.05,
        ge=0.001,
        le=0.5,
        title="False names",
        description="Share of items that are not enrolled which may still get a name.",
    )
    class_weight: float = Field(
        0.3,
        ge=0.0,
        le=0.9,
        title="Classes",
        description="How much the classes of an embedder that has some count beside your references; 0: not at all.",
    )
    looks: int = Field(3, ge=1, le=20, title="Looks", description="Agreeing looks before an item is named.")


class CheckoutSettings(Section):
    """How a sale runs."""

    mode: Literal["place", "belt"] = Field(
        "place",
        title="Items come",
        description="place: all items lie on the counter together; belt: one after another under the camera.",
    )
    ask_possible: bool = Field(
        default=True, title="Ask when in doubt", description="Offer the top three for a doubtful item."
    )
    keep_crops_days: int = Field(
        30, ge=0, le=3650, title="Keep pictures", description="Days that pictures of recognized items are kept."
    )


class EnrollmentSettings(Section):
    """How a new product is taught."""

    fewest_shots: int = Field(20, ge=1, le=100, title="Fewest shots", description="Shots that count as enough.")
    most_shots: int = Field(100, ge=5, le=500, title="Most shots", description="No more shots are taken after these.")
    interval_ms: int = Field(
        200, ge=50, le=5000, title="Interval", description="Milliseconds between shots while the key is held."
    )


class ShopSettings(Section):
    """The shop's own words and money."""

    name: str = Field("", max_length=80, title="Shop name", description="Printed on receipts.")
    counter: str = Field("Counter 1", max_length=40, title="Counter", description="Shown in the status line.")
    cashier: str = Field("", max_length=40, title="Cashier", description="Written beside every sale and correction.")
    currency: str = Field("EUR", pattern="^[A-Z]{3}$", title="Currency", description="ISO 4217 code.")
    tax_percent: float = Field(
        0.0, ge=0.0, le=100.0, title="Usual tax", description="Percent, included in prices; new products start with it."
    )


class AppearanceSettings(Section):
    """How the window looks."""

    theme: Literal["system", "light", "dark"] = Field(
        "system", title="Theme", description="Light, dark or the desktop's."
    )
    language: Literal["system", "en", "de"] = Field("system", title="Language", description="Language of the window.")


class Settings(Section):
    """Everything that a shop can set."""

    version: int = CURRENT_VERSION
    camera: CameraSettings = CameraSettings()
    detection: DetectionSettings = DetectionSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    checkout: CheckoutSettings = CheckoutSettings()
    enrollment: EnrollmentSettings = EnrollmentSettings()
    shop: ShopSettings = ShopSettings()
    appearance: AppearanceSettings = AppearanceSettings()

    def changed(self, section: str, **values: Any) -> "Settings":
        """A copy with some values of one section replaced and checked; raises ``SettingsError``."""
        part = getattr(self, section, None)
        if not isinstance(part, Section):
            raise _unknown(f"{section}.{next(iter(values))}")
        try:
            fresh = type(part).model_validate(part.model_dump() | values)
        except ValidationError as error:
            raise _refused(error, section) from error
        return self.model_copy(update={section: fresh})

    def with_values(self, values: Iterable[str]) -> "Settings":
        """A copy with ``section.name=value`` changes, as typed on a command line; raises ``SettingsError``."""
        settings = self
        for value in values:
            key, is_set, text = value.partition("=")
            section, _, name = key.strip().partition(".")
            if not is_set or not name:
                raise SettingsError(f"“{value}” is not a setting.", remedy="Write it as section.name=value.")
            settings = settings.changed(section, **{name: text.strip()})
        return settings

    def kept(self, *, once: "Settings", own: "Settings") -> "Settings":
        """These settings where they differ from ``once``, which holds for this run alone; else ``own``, the saved."""
        parts = {}
        for section in type(self).model_fields:
            part, run, file = (getattr(settings, section) for settings in (self, once, own))
            if isinstance(part, Section):
                names = [name for name in type(part).model_fields if getattr(part, name) == getattr(run, name)]
                parts[section] = part.model_copy(update={name: getattr(file, name) for name in names})
        return self.model_copy(update=parts)


_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a version to the next; a step takes and returns the raw tree."""


def load_settings(path: Path) -> Settings:
    """Read the file; a missing one gives the defaults; raises ``SettingsError`` for a damaged one."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError as error:
        raise _damaged(path, "it does not hold the settings of Tillsight.") from error
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read.", remedy="Check its permissions.") from error
    try:
        tree = json.loads(text)
        while tree.get("version", CURRENT_VERSION) < CURRENT_VERSION:
            tree = _UPGRADES[tree["version"]](tree)
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise _damaged(path, _refused(error).message) from error
    except json.JSONDecodeError as error:
        raise _damaged(path, f"it is not JSON from line {error.lineno}, column {error.colno}.") from error
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise _damaged(path, "it does not hold the settings of Tillsight.") from error


def save_settings(settings: Settings, path: Path) -> None:
    """Write through a temporary file and one rename, so that a crash leaves the former file whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, settings.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be saved to {path} ({error.strerror}).",
            remedy="Free some space or give yourself the right to write there.",
        ) from error


def _damaged(path: Path, reason: str) -> SettingsError:
    return SettingsError(
        f"The settings file {path} is damaged: {reason}",
        remedy="Correct it, or delete it to start with the usual settings.",
    )


_LONGEST_SHOWN = 60


def _refused(error: ValidationError, section: str = "") -> SettingsError:
    """The first wrong value in words for whoever typed it; ``section`` is where the error's names begin."""
    first = error.errors()[0]
    names = [section] * bool(section) + [str(part) for part in first["loc"]]
    key = ".".join(names)
    if first["type"] == "extra_forbidden":
        return _unknown(key)
    shape = _shape(*names[:2])
    value = textwrap.shorten(str(first["input"]), _LONGEST_SHOWN, placeholder="…")
    if "enum" in shape:
        choices = ", ".join(shape["enum"])
        return SettingsError(f"{key} is one of {choices}, not “{value}”.", remedy="Enter one of these.")
    if "minimum" in shape:
        number = "a whole number" if shape["type"] == "integer" else "a number"
        return SettingsError(
            f"{key} needs {number} from {shape['minimum']} to {shape['maximum']}, not “{value}”.",
            remedy="Enter a value within the stated range.",
        )
    if "maxLength" in shape:
        return SettingsError(
            f"{key} needs a text of at most {shape['maxLength']} characters, not “{value}”.",
            remedy="Enter a shorter one.",
        )
    needed = _needed(shape)
    return SettingsError(f"{key} needs {needed}, not “{value}”.", remedy="Enter such a value.")


def _needed(shape: dict[str, Any]) -> str:
    """What a setting takes that has no range."""
    kind = shape.get("type")
    if "pattern" in shape:
        return "three capital letters, such as EUR"
    if kind == "integer":
        return "a whole number"
    if kind == "boolean":
        return "yes or no"
    if kind == "array":
        return "a list of points"
    return "a text" if kind == "string" else "a group of settings"


def _unknown(key: str) -> SettingsError:
    section = key.partition(".")[0]
    names = list(_shapes(section))
    known = [f"{part}.{name}" for part in _sections() for name in _shapes(part)]
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.75)
    if near:
        remedy = f"Did you mean {near[0]}?"
    elif names:
        remedy = f"The settings of {section}: {', '.join(names)}."
    else:
        remedy = f"There are settings of {', '.join(_sections())}."
    return SettingsError(f"There is no setting {key}.", remedy=remedy)


def _sections() -> list[str]:
    return [name for name, part in Settings() if isinstance(part, Section)]


def _shapes(section: str) -> dict[str, dict[str, Any]]:
    """The JSON schema of each setting of a section; nothing where there is no such section."""
    part = getattr(Settings(), section, None)
    return dict(type(part).model_json_schema()["properties"]) if isinstance(part, Section) else {}


def _shape(section: str, name: str = "") -> dict[str, Any]:
    if section == "version":
        return {"type": "integer"}
    return _shapes(section).get(name, {})
