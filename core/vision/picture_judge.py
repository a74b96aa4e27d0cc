"""All checks of the picture in a row, and the patience that keeps a passing hand from raising a warning."""

from collections.abc import Sequence

from core.frames import Pixels
from core.vision.detectors.working_view import shrink
from core.vision.picture_checks import CheckResult, Finding, PictureCheck, check_bend, check_color, check_sharpness
from core.vision.picture_place import check_light, check_place

_PATIENCE = 2
_PATIENCE_UNKNOWN = 5
"""So many times in a row a finding must come before it is believed; not knowing takes longer to replace a finding."""


def check_picture(pixels: Pixels, learned: Pixels | None) -> tuple[CheckResult, ...]:
    """One frame (H×W×3 RGB) against the learned empty counter at the working size, in the order of ``PictureCheck``.

    Without a learned counter place is unknown, and light too unless it is of no use by itself.
    """
    small = shrink(pixels)
    place = check_place(small, learned) if learned is not None else CheckResult(PictureCheck.PLACE, Finding.UNKNOWN)
    return (
        place,
        check_light(small, learned),
        check_color(pixels),
        check_sharpness(pixels),
        check_bend(pixels),
    )


class PictureJudge:
    """Believes a finding once it came several times in a row. One thread."""

    def __init__(self) -> None:
        self._believed: dict[PictureCheck, CheckResult] = {}
        self._pending: dict[PictureCheck, tuple[Finding, int]] = {}

    def hear(self, results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
        """Take the results of one frame; what is believed now, in the same order. The first frame is believed alone,
        but for its warnings."""
        return tuple(self._weigh(result) for result in results)

    def _weigh(self, result: CheckResult) -> CheckResult:
        unknown = CheckResult(result.check, Finding.UNKNOWN)
        former = self._believed.get(result.check, unknown if result.is_warning else result)
        if result.finding is former.finding:
            self._pending.pop(result.check, None)
            self._believed[result.check] = result
            return result
        finding, times = self._pending.get(result.check, (result.finding, 0))
        times = times + 1 if finding is result.finding else 1
        if times >= (_PATIENCE_UNKNOWN if result.finding is Finding.UNKNOWN else _PATIENCE):
            self._pending.pop(result.check, None)
            self._believed[result.check] = result
            return result
        self._pending[result.check] = (result.finding, times)
        self._believed[result.check] = former
        return former
