"""What `tillsight replay` tells: documents for programs, tables for people."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from core.checkout.basket_view import BasketView
from core.checkout.stability import believe
from core.counts import counted
from core.errors import UserError
from core.evaluation.basket_score import BasketScore
from core.evaluation.latency import percentiles
from core.money import format_money
from core.replay import Replayed
from core.replay_score import ReplayScore
from core.sightings import Outcome, Sighting

_MOST_NOTICES = 10


class ReplayRecord:
    """Everything that a replay showed, frame by frame."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._frames: list[dict[str, object]] = []
        self._times: list[float] = []
        self._size = [0, 0]
        self._basket: BasketView | None = None
        self._questions = 0

    def add(self, replayed: Replayed, milliseconds: float) -> None:
        """One more frame, which took so long with reading it."""
        frame = replayed.observation.frame
        self._times.append(milliseconds)
        self._size = [frame.width, frame.height]
        self._frames.append(_frame_as_json(replayed))
        self._basket, self._questions = replayed.basket, replayed.open_questions

    def as_document(self) -> dict[str, object]:
        return {
            "source": self._source,
            "size": self._size,
            "frames": self._frames,
            "basket": _basket_as_json(self._basket),
            "open_questions": self._questions,
            "frame_ms": percentiles(self._times, 50, 95, 99),
        }

    def print(self, console: Console) -> None:
        """The basket at the end, in words."""
        times, basket = percentiles(self._times, 50, 95, 99), self._basket
        console.print(
            f"{counted(len(self._frames), 'frame')} of {self._source}, {times['p50']:.0f} ms each "
            f"(95 % within {times['p95']:.0f} ms).",
            markup=False,
        )
        if basket is None or not basket.lines:
            console.print("Nothing was put into the basket.")
        else:
            console.print(_basket_table(basket))
        if self._questions:
            needed = "1 item at the end needs a person to name it."
            if self._questions > 1:
                needed = f"{self._questions} items at the end need a person to name them."
            console.print(needed)


def _frame_as_json(replayed: Replayed) -> dict[str, object]:
    observation = replayed.observation
    return {
        "i": observation.frame.sequence,
        "seconds": round(replayed.seconds, 4),
        "sightings": [_sighting_as_json(sighting) for sighting in observation.sightings],
    }


def _sighting_as_json(sighting: Sighting) -> dict[str, object]:
    track, match = sighting.track, sighting.match
    best = match.best if match is not None else None
    is_named = match is not None and best is not None and match.outcome is not Outcome.UNKNOWN
    return {
        "track": track.track_id,
        "box": [round(float(edge), 1) for edge in track.box],
        "outcome": match.outcome.value if match is not None else None,
        "product": best.name if best is not None and is_named else None,
        "score": round(best.score, 4) if best is not None else 0.0,
        "looks": sighting.looks,
        "is_believed": believe(sighting) is not None,
        "is_moving": track.is_moving,
        "is_covered": track.is_covered,
    }


def _basket_as_json(basket: BasketView | None) -> dict[str, object]:
    if basket is None:
        return {"lines": [], "total_minor": 0, "currency": ""}
    lines = [
        {
            "product": line.name,
            "quantity": line.quantity,
            "amount_minor": line.amount_minor,
            "is_voided": line.is_voided,
        }
        for line in basket.lines
    ]
    return {"lines": lines, "total_minor": basket.total_minor, "currency": basket.currency}


def _basket_table(basket: BasketView) -> Table:
    table = Table("Product", "Quantity", "Amount")
    for line in basket.lines:
        name = f"{line.name} (voided: {line.void_reason})" if line.is_voided else line.name
        table.add_row(name, str(line.quantity), format_money(line.amount_minor, basket.currency))
    table.add_row("Total", "", format_money(basket.total_minor, basket.currency), style="bold")
    return table


def tell_notices(notices: Sequence[UserError]) -> None:
    """Say on the error stream what did not stop the replay; of many, the first ones."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for notice in notices[:_MOST_NOTICES]:
        errors.print(f"{notice.message} {notice.remedy}", markup=False)
    if len(notices) > _MOST_NOTICES:
        errors.print(f"And {len(notices) - _MOST_NOTICES} more alike.", markup=False)


def print_score(score: ReplayScore, console: Console) -> None:
    """The numbers that a replay is judged by, in words."""
    detection, times = score.detection, score.camera_to_label_ms
    console.print(f"{counted(score.frames, 'frame')} of {score.source}.", markup=False)
    console.print(
        f"Recall {detection.recall:.1%}, precision {detection.precision:.1%}, "
        f"average precision {detection.average_precision:.1%}; "
        f"right names {_share(score.label_accuracy, score.named)}; {counted(score.exact_frames, 'frame')} exact; "
        f"{times['p50']:.0f} ms to the label (99 % within {times['p99']:.0f} ms)."
    )
    if score.missing_frames:
        them = "it" if score.missing_frames == 1 else "them"
        console.print(f"{score.missing_frames} of the frames never came; every item in {them} counts as missed.")
    for name in score.not_enrolled:
        console.print(f"Not enrolled, so never named: {name}.", markup=False)
    extra = [("paid", score.sale_score)] if score.sales else []
    console.print(basket_table(score.basket_score_by_size, ("all", score.basket_score), *extra))


def basket_table(sizes: Mapping[int, BasketScore], *sums: tuple[str, BasketScore]) -> Table:
    """Baskets by the number of their items, and sums under words of their own."""
    table = Table("Items", title="Baskets", title_justify="left")
    for words in ("Baskets", "Exact (cAcc)", "Wrong counts (ACD)", "Exact without asking", "Questions"):
        table.add_column(words, justify="right")
    for size, part in sizes.items():
        table.add_row(str(size), *_figures(part))
    for words, part in sums:
        table.add_row(words, *_figures(part), style="bold")
    return table


def _figures(score: BasketScore) -> tuple[str, ...]:
    return (
        str(score.count),
        _share(score.cacc, score.count),
        f"{score.acd:.2f}" if score.count else "–",
        _share(score.without_asking, score.count),
        f"{score.asked:.2f}" if score.count else "–",
    )


def _share(share: float, count: int) -> str:
    return f"{share:.1%}" if count else "–"
