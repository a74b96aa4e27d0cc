"""The words of the settings page in the window's language."""

from PySide6.QtCore import QCoreApplication

from core.errors import UserError
from gui.core_words import error_words
from gui.settings.schema import FieldSpec, SectionSpec

CONTEXT = "Settings"
"""The translation context of titles and descriptions, which are declared in the core without Qt."""


def section_title(section: SectionSpec) -> str:
    """A short heading; a section without one of its own shows its name."""
    titles = {
        "camera": QCoreApplication.translate("Settings", "Camera"),
        "detection": QCoreApplication.translate("Settings", "Finding items"),
        "recognition": QCoreApplication.translate("Settings", "Naming items"),
        "checkout": QCoreApplication.translate("Settings", "Checkout"),
        "enrollment": QCoreApplication.translate("Settings", "Enrolling"),
        "shop": QCoreApplication.translate("Settings", "Shop"),
        "appearance": QCoreApplication.translate("Settings", "Window"),
    }
    return titles.get(section.name, section.name.replace("_", " ").capitalize())


def section_description(section: SectionSpec) -> str:
    return QCoreApplication.translate(CONTEXT, section.description)


def title(spec: FieldSpec) -> str:
    return QCoreApplication.translate(CONTEXT, spec.title)


def description(spec: FieldSpec) -> str:
    return QCoreApplication.translate(CONTEXT, spec.description)


def choice(spec: FieldSpec, value: str) -> str:
    """What a value of a ``CHOICE`` is called."""
    texts = {
        "detection.method.change": QCoreApplication.translate("Settings", "Change against the empty counter"),
        "detection.method.network": QCoreApplication.translate("Settings", "A detector model"),
        "detection.method.both": QCoreApplication.translate("Settings", "Both together"),
        "recognition.runtime.auto": QCoreApplication.translate("Settings", "The fastest present"),
        "recognition.runtime.onnxruntime": "ONNX Runtime",
        "recognition.runtime.openvino": "OpenVINO",
        "recognition.runtime.onnxruntime-cuda": "ONNX Runtime, CUDA",
        "recognition.runtime.onnxruntime-tensorrt": "ONNX Runtime, TensorRT",
        "recognition.runtime.tensorrt": "TensorRT",
        "recognition.runtime.tensorrt-rtx": "TensorRT for RTX",
        "checkout.mode.place": QCoreApplication.translate("Settings", "All together on the counter"),
        "checkout.mode.belt": QCoreApplication.translate("Settings", "One after another on a belt"),
        "appearance.theme.system": QCoreApplication.translate("Settings", "Like the desktop"),
        "appearance.theme.light": QCoreApplication.translate("Settings", "Light"),
        "appearance.theme.dark": QCoreApplication.translate("Settings", "Dark"),
        "appearance.language.system": QCoreApplication.translate("Settings", "Like the desktop"),
        "appearance.language.en": "English",
        "appearance.language.de": "Deutsch",
    }
    return texts.get(f"{spec.key}.{value}", value)


def problem(spec: FieldSpec, error: UserError) -> str:
    """One sentence for beside the field."""
    if spec.key == "shop.currency":
        return QCoreApplication.translate("Settings", "Enter the three capital letters of a currency, such as EUR.")
    return error_words(error)
