"""The window's look: palette roles, a few named colors, type sizes and tinted icons."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from core.paths import resources_folder

Choice = Literal["system", "light", "dark"]

SPACE = 4
PAGE_MARGIN = 16
CARD_GAP = 12
INSIDE = 8
CARD_RADIUS = 12
CONTROL_RADIUS = 9
TARGET = 44
"""The least height and width, in logical pixels, of anything that a finger presses."""

NOTE_SIZE = 12.5
BODY_SIZE = 14.0
TITLE_SIZE = 20.0
TOTAL_SIZE = 34.0


@dataclass(frozen=True, slots=True)
class Colors:
    """The named colors of one scheme; small widgets and delegates paint with them."""

    page: QColor
    card: QColor
    line: QColor
    text: QColor
    note: QColor
    accent: QColor
    on_accent: QColor
    selected: QColor
    amber: QColor
    red: QColor
    on_red: QColor
    hover: QColor
    cap: QColor


def _colors(**names: str) -> Colors:
    return Colors(**{name: QColor(value) for name, value in names.items()})


LIGHT = _colors(
    page="#f4f5f6",
    card="#ffffff",
    line="#dfe2e5",
    text="#1b1e20",
    note="#626a70",
    accent="#0b7a62",
    on_accent="#ffffff",
    selected="#e3f1ed",
    amber="#9a5b00",
    red="#b3261e",
    on_red="#ffffff",
    hover="#f4f6f7",
    cap="#eef0f2",
)
DARK = _colors(
    page="#17191b",
    card="#202326",
    line="#33373b",
    text="#eceeef",
    note="#9aa3a9",
    accent="#35b597",
    on_accent="#0c1a16",
    selected="#21372f",
    amber="#f0b352",
    red="#ff8a80",
    on_red="#2a0c09",
    hover="#282c30",
    cap="#2c3034",
)

VIDEO_KNOWN = QColor("#19d3a2")
VIDEO_POSSIBLE = QColor("#ffc24d")
VIDEO_UNKNOWN = QColor("#ff6f61")
VIDEO_OUTLINE = QColor(10, 12, 14, 200)
VIDEO_LABEL = QColor(14, 16, 18, 235)
VIDEO_TEXT = QColor("#ffffff")
VIDEO_NOTE = QColor("#c4cacf")


def is_dark() -> bool:
    """Whether the palette in use is the dark one."""
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def colors() -> Colors:
    """The named colors of the scheme in use; ask at paint time."""
    return DARK if is_dark() else LIGHT


def apply_theme(application: QApplication, choice: Choice) -> None:
    """Set style, scheme, palette and font; every widget repaints. GUI thread."""
    hints = application.styleHints()
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}[choice]
    hints.setColorScheme(wanted)
    dark = choice == "dark" or (choice == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    if application.style().name() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(_palette(DARK if dark else LIGHT))
    application.setFont(font(BODY_SIZE))


def _palette(tones: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, color in {
        role.Window: tones.page,
        role.WindowText: tones.text,
        role.Base: tones.card,
        role.AlternateBase: tones.page,
        role.Text: tones.text,
        role.PlaceholderText: tones.note,
        role.Button: tones.card,
        role.ButtonText: tones.text,
        role.BrightText: tones.red,
        role.Highlight: tones.accent,
        role.HighlightedText: tones.on_accent,
        role.Accent: tones.accent,
        role.Link: tones.accent,
        role.LinkVisited: tones.amber,
        role.ToolTipBase: tones.card,
        role.ToolTipText: tones.text,
        role.Light: tones.card,
        role.Midlight: tones.hover,
        role.Mid: tones.line,
        role.Dark: tones.note,
        role.Shadow: tones.line,
    }.items():
        palette.setColor(name, color)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, tones.note)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, tones.line)
    return palette


Tone = Literal["text", "note", "accent", "amber", "red"]

TONE_ROLES: dict[Tone, QPalette.ColorRole] = {
    "text": QPalette.ColorRole.WindowText,
    "note": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Link,
    "amber": QPalette.ColorRole.LinkVisited,
    "red": QPalette.ColorRole.BrightText,
}
"""The palette role that carries each tone of text, so that labels follow the scheme by themselves."""


def font(size: float = BODY_SIZE, *, weight: QFont.Weight = QFont.Weight.Normal, figures: bool = False) -> QFont:
    """The system's interface font at ``size`` logical pixels; ``figures``: digits of equal width."""
    result = QFont(QGuiApplication.font())
    screen = QGuiApplication.primaryScreen()
    dots = screen.logicalDotsPerInchY() if screen is not None else 96.0
    result.setPointSizeF(size * 72.0 / dots)
    result.setWeight(weight)
    if figures:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


def bold(size: float = BODY_SIZE, *, figures: bool = False) -> QFont:
    """The half-bold face of headings, names and amounts."""
    return font(size, weight=QFont.Weight.DemiBold, figures=figures)


def paint_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Paint the icon ``resources/icons/name.svg`` in one color."""
    ratio = painter.device().devicePixelRatioF()
    side = round(min(rect.width(), rect.height()) * ratio)
    pixmap = _tinted(name, color.rgba(), side)
    logical = side / ratio
    left = rect.x() + (rect.width() - logical) / 2
    top = rect.y() + (rect.height() - logical) / 2
    painter.drawPixmap(QRectF(left, top, logical, logical), pixmap, QRectF(pixmap.rect()))


def icon(name: str, color: QColor | None = None) -> QIcon:
    """An icon in the text color of the scheme in use (or ``color``); make it anew when the palette changes."""
    tint = color if color is not None else colors().text
    result = QIcon()
    for side in (20, 24, 40, 48):
        result.addPixmap(_tinted(name, tint.rgba(), side))
        result.addPixmap(_tinted(name, colors().note.rgba(), side), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=256)
def _tinted(name: str, rgba: int, side: int) -> QPixmap:
    drawing = (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    color = QColor.fromRgba(rgba)
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", color.name()).encode()))
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(color.alphaF())
    renderer.render(painter)
    painter.end()
    return pixmap
