"""The score of a replay as one HTML page, with its failures as pictures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.evaluation.basket_score import ReadBasket
from core.evaluation.detection_score import OVERLAP
from core.evaluation.drawing import Kind, Mark, draw_marks
from core.evaluation.page import fill_template, picture_address, write_page
from core.evaluation.placements import LASTING_SECONDS
from core.evaluation.truth import FEWEST_VISIBLE
from core.replay_score import Finding, ReplayScore, ScoredFrame

_TEMPLATE = "replay.html.jinja"
_PICTURE_SIDE = 560
_MOST_PICTURES = 60
_MOST_FRAMES = 24
_MOST_BASKETS = 40
_MOST_NOTICES = 100
_KINDS: dict[str, Kind] = {"right": "right", "missed": "missed", "false": "wrong", "misnamed": "wrong"}


@dataclass(slots=True)
class ShownFrame:
    """A failure with its picture as a ``data:`` address; ``count`` frames in a row or apart have the same."""

    number: int
    seconds: float
    words: tuple[str, ...]
    picture: str
    count: int = 1


class FailureBook:
    """Collects the failures of a replay while it runs, each kind once; one thread.

    ``notices`` are what a person was told of the source and its truth, such as pictures that cannot be read.
    """

    def __init__(self) -> None:
        self.notices: list[UserError] = []
        self._frames: dict[tuple[tuple[str, str, str], ...], ShownFrame] = {}
        self._baskets: list[ShownFrame] = []

    def add(self, scored: ScoredFrame) -> None:
        """Take one frame; a picture is drawn only of what failed and was not drawn before."""
        placed = scored.placed
        if placed is not None and not placed.basket.is_exact and len(self._baskets) < _MOST_BASKETS:
            self._baskets.append(_shown(scored, _basket_words(placed.basket)))
        if scored.is_exact:
            return
        failures = [finding for finding in scored.findings if finding.kind != "right"]
        key = tuple(sorted((finding.kind, finding.true, finding.read) for finding in failures))
        known = self._frames.get(key)
        if known is not None:
            known.count += 1
        elif len(self._frames) < _MOST_PICTURES:
            self._frames[key] = _shown(scored, tuple(_words(finding) for finding in failures))

    @property
    def frames(self) -> list[ShownFrame]:
        """The failures that occur most often."""
        return sorted(self._frames.values(), key=lambda shown: -shown.count)[:_MOST_FRAMES]

    @property
    def baskets(self) -> list[ShownFrame]:
        """The first baskets that came out wrong."""
        return self._baskets


def write_replay_report(score: ReplayScore, failures: FailureBook, file: Path) -> None:
    """Write the page, whole or not at all; raises ``UserError`` when that is not possible."""
    write_page(render_replay_report(score, failures), file)


def render_replay_report(score: ReplayScore, failures: FailureBook) -> str:
    """The page as text; names are escaped."""
    return fill_template(
        _TEMPLATE,
        score=score,
        failures=failures,
        sales=[sale for sale in score.sales if not sale.basket.is_exact],
        basket_words=_basket_words,
        notices=failures.notices[:_MOST_NOTICES],
        more_notices=max(0, len(failures.notices) - _MOST_NOTICES),
        missing=in_runs(score.missing),
        overlap=OVERLAP,
        lasting=LASTING_SECONDS,
        fewest_visible=FEWEST_VISIBLE,
    )


def in_runs(numbers: Sequence[int]) -> str:
    """Growing numbers in few words: ``4–9, 12``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("–".join(map(str, run)) for run in runs)


def _shown(scored: ScoredFrame, words: tuple[str, ...]) -> ShownFrame:
    marks = [Mark(finding.box, _label(finding), _KINDS[finding.kind]) for finding in scored.findings]
    picture = draw_marks(scored.frame.pixels, marks, side=_PICTURE_SIDE)
    return ShownFrame(scored.frame.sequence, scored.seconds, words, picture_address(picture, side=_PICTURE_SIDE))


def _label(finding: Finding) -> str:
    match finding.kind:
        case "missed":
            return f"missed: {finding.true or 'item'}"
        case "false":
            return f"no item: {finding.read or 'no name'}"
        case _:
            return finding.read or "no name"


def _words(finding: Finding) -> str:
    match finding.kind:
        case "missed":
            return f"{finding.true or 'An item'} was not found."
        case "false":
            return f"A box with no item{f', named {finding.read}' if finding.read else ''}."
        case _:
            return f"{finding.true} was named {finding.read or 'nothing'}."


def _basket_words(basket: ReadBasket) -> tuple[str, ...]:
    words = []
    if basket.missing:
        words.append(f"Missing: {_listed(basket.missing)}.")
    if basket.extra:
        words.append(f"Too many: {_listed(basket.extra)}.")
    if basket.asked:
        words.append(f"{basket.asked} to be asked about.")
    return tuple(words)


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{count} × {key or 'an item'}" for key, count in sorted(counted.items()))
