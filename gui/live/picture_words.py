"""What the checks of the camera's picture say, in the window's language, each with what to do."""

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.vision.picture_checks import CheckResult, Finding, PictureCheck

_CONTEXT = "PictureChecks"

_TITLES = {
    PictureCheck.PLACE: str(QT_TRANSLATE_NOOP("PictureChecks", "Place")),
    PictureCheck.LIGHT: str(QT_TRANSLATE_NOOP("PictureChecks", "Light")),
    PictureCheck.COLOR: str(QT_TRANSLATE_NOOP("PictureChecks", "Color")),
    PictureCheck.SHARPNESS: str(QT_TRANSLATE_NOOP("PictureChecks", "Sharpness")),
    PictureCheck.BEND: str(QT_TRANSLATE_NOOP("PictureChecks", "Lines")),
}

_FINE = {
    PictureCheck.PLACE: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "as set up")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The camera stands where it stood when the counter was learned.")),
    ),
    PictureCheck.LIGHT: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "as set up")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The light is as it was when the counter was learned.")),
    ),
    PictureCheck.COLOR: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "in color")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The camera gives a color picture.")),
    ),
    PictureCheck.SHARPNESS: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "sharp")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "Edges in the picture are sharp.")),
    ),
    PictureCheck.BEND: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "straight")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "Straight edges look straight.")),
    ),
}

_UNKNOWN = {
    PictureCheck.PLACE: str(
        QT_TRANSLATE_NOOP(
            "PictureChecks", "Too little of the learned counter is in sight. Clear the counter, or learn it anew."
        )
    ),
    PictureCheck.LIGHT: str(
        QT_TRANSLATE_NOOP(
            "PictureChecks", "Too little of the learned counter is in sight. Clear the counter, or learn it anew."
        )
    ),
    PictureCheck.COLOR: str(QT_TRANSLATE_NOOP("PictureChecks", "The picture is too dark to tell. Switch a light on.")),
    PictureCheck.SHARPNESS: str(
        QT_TRANSLATE_NOOP("PictureChecks", "There is no clear edge in sight. Put something printed on the counter.")
    ),
    PictureCheck.BEND: str(
        QT_TRANSLATE_NOOP("PictureChecks", "There are too few long edges in sight. Lay some rulers near the border.")
    ),
}

_NOT_SET_UP = str(
    QT_TRANSLATE_NOOP(
        "PictureChecks", "There is nothing to compare with yet. Clear the counter and press “Counter is empty”."
    )
)

_WARNINGS = {
    Finding.MOVED: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "moved")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The camera has moved, by {percent} % of the picture.")),
        str(
            QT_TRANSLATE_NOOP(
                "PictureChecks", "Turn it back; or clear the counter, press “Counter is empty” and check the region."
            )
        ),
    ),
    Finding.DARKER: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "darker")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The light has changed: {percent} % of what it was.")),
        str(
            QT_TRANSLATE_NOOP("PictureChecks", "Switch the lamp on; or clear the counter and press “Counter is empty”.")
        ),
    ),
    Finding.BRIGHTER: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "brighter")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The light has changed: {percent} % of what it was.")),
        str(
            QT_TRANSLATE_NOOP(
                "PictureChecks", "Keep the sun off the counter; or clear the counter and press “Counter is empty”."
            )
        ),
    ),
    Finding.TINTED: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "tinted")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The color of the light has changed.")),
        str(
            QT_TRANSLATE_NOOP("PictureChecks", "Light it as before; or clear the counter and press “Counter is empty”.")
        ),
    ),
    Finding.TOO_DARK: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "too dark")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The picture is too dark to recognize anything.")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "Take the cap off the lens, switch a light on, or raise the exposure.")),
    ),
    Finding.TOO_BRIGHT: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "too bright")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "A large part of the picture is plain white.")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "Dim or turn the lamp, or lower the exposure.")),
    ),
    Finding.COLORLESS: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "no color")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The picture is black and white, or infrared.")),
        str(
            QT_TRANSLATE_NOOP(
                "PictureChecks", "Switch the camera's night mode off and a light on. Products need their colors."
            )
        ),
    ),
    Finding.BLURRED: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "blurred")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "The picture is blurred.")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "Wipe the lens, then focus on the counter and hold the focus.")),
    ),
    Finding.BENT: (
        str(QT_TRANSLATE_NOOP("PictureChecks", "bent")),
        str(QT_TRANSLATE_NOOP("PictureChecks", "Straight lines look bent, as through a fish-eye.")),
        str(
            QT_TRANSLATE_NOOP(
                "PictureChecks", "Use a camera with a usual lens, or choose a narrower field of view in its settings."
            )
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class CheckWords:
    """``title`` of the check, its ``state`` in a word or two, the whole ``sentence``, and what to do about it."""

    title: str
    state: str
    sentence: str
    remedy: str = ""


def check_title(check: PictureCheck) -> str:
    return _tr(_TITLES[check])


def check_words(result: CheckResult, *, is_set_up: bool = True) -> CheckWords:
    """All that there is to say about a result; ``is_set_up``: there is a learned counter to compare with."""
    title = check_title(result.check)
    if result.finding is Finding.FINE:
        state, sentence = _FINE[result.check]
        return CheckWords(title, _tr(state), _tr(sentence))
    if result.finding is Finding.UNKNOWN:
        unknown = QCoreApplication.translate("PictureChecks", "cannot tell")
        is_missing = not is_set_up and result.check in (PictureCheck.PLACE, PictureCheck.LIGHT)
        return CheckWords(title, unknown, _tr(_NOT_SET_UP if is_missing else _UNKNOWN[result.check]))
    state, sentence, remedy = _WARNINGS[result.finding]
    percent = max(1, round(result.value * 100))
    return CheckWords(title, _tr(state), _tr(sentence).replace("{percent}", str(percent)), _tr(remedy))


def short_warning(result: CheckResult) -> str:
    """A warning for the status line, such as "Place: moved"."""
    words = check_words(result)
    return QCoreApplication.translate("PictureChecks", "{check}: {state}").format(check=words.title, state=words.state)


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
