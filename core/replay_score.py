"""A replay held against the truth: detection, labels, whole frames, baskets, latency."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.catalog.names import product_key
from core.counts import counted
from core.errors import UserError
from core.evaluation.basket_score import BasketScore, by_size, score_baskets
from core.evaluation.detection_score import OVERLAP, DetectionScore, Pairing
from core.evaluation.latency import percentiles
from core.evaluation.truth import TrueFrame, Truth
from core.frames import Frame
from core.replay import Replayed
from core.replay_baskets import BasketReader, PaidSale, PlacedBasket
from core.replay_reader import PictureReader, name_of
from core.settings import DetectionSettings
from core.sightings import Box, Detections, Match


@dataclass(frozen=True, slots=True)
class Finding:
    """One item or box of a frame, in pixels. ``true`` is empty for a box without an item, ``read`` for none named.

    ``kind``: ``right``, ``missed`` (no box), ``false`` (no item) or ``misnamed``.
    """

    kind: str
    box: Box
    true: str
    read: str


@dataclass(frozen=True, slots=True, eq=False)
class ScoredFrame:
    """A frame with everything that was found right or wrong in it, and the basket of a placement that ends here."""

    frame: Frame
    seconds: float
    findings: tuple[Finding, ...]
    placed: PlacedBasket | None

    @property
    def is_exact(self) -> bool:
        return all(finding.kind == "right" for finding in self.findings)


@dataclass(slots=True)
class ReplayScore:
    """The sums so far, and at the end the score.

    ``missing`` are the numbers of the frames that never came; ``frames`` counts them, too. ``untold_frames`` came, but
    the truth does not tell of them.
    """

    source: str
    threshold: float
    detection: DetectionScore
    frames: int = 0
    missing: tuple[int, ...] = ()
    untold_frames: int = 0
    exact_frames: int = 0
    named: int = 0
    rightly_named: int = 0
    unjudged: int = 0
    not_enrolled: tuple[str, ...] = ()
    baskets: list[PlacedBasket] = field(default_factory=list)
    sales: list[PaidSale] = field(default_factory=list)
    pass_ms: list[float] = field(default_factory=list)

    @property
    def missing_frames(self) -> int:
        return len(self.missing)

    @property
    def label_accuracy(self) -> float:
        """Of the named items that were found, the share with the right name; 1 when there are none."""
        return self.rightly_named / self.named if self.named else 1.0

    @property
    def basket_score(self) -> BasketScore:
        return score_baskets([placed.basket for placed in self.baskets])

    @property
    def basket_score_by_size(self) -> dict[int, BasketScore]:
        return by_size(placed.basket for placed in self.baskets)

    @property
    def sale_score(self) -> BasketScore:
        return score_baskets([sale.basket for sale in self.sales])

    @property
    def camera_to_label_ms(self) -> dict[str, float]:
        return percentiles(self.pass_ms, 50, 95, 99)


class ReplayScorer:
    """Takes the frames of a replay in order, one thread.

    ``reader`` names the boxes of each picture; without one, only boxes and lasting placements are scored.
    ``is_unrelated``: the source is a folder of pictures that have nothing to do with one another. ``is_belt``: items
    pass one after another, and a customer's sale is paid when the belt is empty again.
    """

    def __init__(
        self,
        truth: Truth,
        score: ReplayScore,
        *,
        reader: PictureReader | None,
        is_unrelated: bool = False,
        is_belt: bool = False,
    ) -> None:
        self.score = score
        self._truth = truth
        self._awaited = {frame.number: frame for frame in truth.frames}
        self._reader = reader
        self._is_unrelated = is_unrelated
        self._baskets = BasketReader(truth, is_unrelated=is_unrelated, is_belt=is_belt)
        self._notices = list(truth.notices)
        self._is_size_known = is_unrelated

    @property
    def sales(self) -> list[PaidSale]:
        """The sales that were paid so far."""
        return self._baskets.sales

    def take_notices(self) -> tuple[UserError, ...]:
        """What a person should know of the truth and how it fits the source, each told once."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def add(self, replayed: Replayed) -> ScoredFrame | None:
        """Score one frame; ``None`` when the truth does not tell of it."""
        frame = replayed.observation.frame
        self.score.pass_ms.append(replayed.pass_ms)
        truth = self._awaited.pop(frame.sequence, None)
        if truth is None:
            self.score.untold_frames += 1
            return None
        self._check_size(frame)
        pairing = self._pair(replayed, truth)
        rows = sorted([*pairing.found.values(), *pairing.false])
        matches = self._read(replayed, pairing)
        named = None if matches is None else [matches[row] for row in rows]
        placed = self._baskets.add(replayed, truth, named)
        findings = self._findings(replayed, truth, pairing, matches)
        self._count(truth)
        scored = ScoredFrame(frame, replayed.seconds, findings, placed)
        self.score.exact_frames += scored.is_exact
        return scored

    def finish(self) -> ReplayScore:
        """The whole score; in frames that the truth tells of but that never came, every item counts as missed."""
        self._baskets.finish()
        missing = [self._awaited.pop(number) for number in sorted(self._awaited)]
        for truth in missing:
            nothing = Detections.none()
            self.score.detection.add(
                nothing.boxes,
                nothing.scores,
                truth.boxes(width=1, height=1),
                truth.boxes(width=1, height=1, is_judged=False),
            )
            self._count(truth)
        self.score.missing = tuple(truth.number for truth in missing)
        if missing:
            self._notices.append(_never_came(missing, len(self._truth.frames)))
        self.score.baskets, self.score.sales = self._baskets.baskets, self._baskets.sales
        return self.score

    def _count(self, truth: TrueFrame) -> None:
        self.score.frames += 1
        self.score.unjudged += len(truth.objects) - len(truth.judged)

    def _check_size(self, frame: Frame) -> None:
        if not self._is_size_known and (frame.width, frame.height) != self._truth.size:
            width, height = self._truth.size
            self._notices.append(
                UserError(
                    f"The truth file is of pictures of {width}×{height} pixels, but the source has "
                    f"{frame.width}×{frame.height}; its boxes are taken as fractions of those.",
                    remedy="If the boxes do not fit, use the truth file of this clip.",
                )
            )
        self._is_size_known = True

    def _pair(self, replayed: Replayed, truth: TrueFrame) -> Pairing:
        frame, found = replayed.observation.frame, replayed.found
        items = truth.boxes(width=frame.width, height=frame.height)
        unjudged = truth.boxes(width=frame.width, height=frame.height, is_judged=False)
        return self.score.detection.add(found.boxes, found.scores, items, unjudged, is_item=replayed.is_item)

    def _read(self, replayed: Replayed, pairing: Pairing) -> dict[int, Match] | None:
        """Row of a detection that counts → its match in this picture."""
        if self._reader is None:
            return None
        rows = sorted([*pairing.found.values(), *pairing.false])
        matches = self._reader.read(replayed.observation.frame, replayed.found.boxes[np.array(rows, np.intp)])
        return dict(zip(rows, matches, strict=True))

    def _findings(
        self, replayed: Replayed, truth: TrueFrame, pairing: Pairing, matches: dict[int, Match] | None
    ) -> tuple[Finding, ...]:
        frame = replayed.observation.frame
        boxes = truth.boxes(width=frame.width, height=frame.height)
        findings: list[Finding] = []
        for place, thing in enumerate(truth.judged):
            row = pairing.found.get(place)
            if row is None:
                findings.append(Finding("missed", _box(boxes[place]), thing.name, ""))
                continue
            read = name_of(matches[row]) if matches is not None else ""
            is_right = matches is None or not thing.name or product_key(read) == product_key(thing.name)
            if matches is not None and thing.name:
                self.score.named += 1
                self.score.rightly_named += is_right
            kind = "right" if is_right else "misnamed"
            findings.append(Finding(kind, _box(replayed.found.boxes[row]), thing.name, read))
        for row in pairing.false:
            read = name_of(matches[row]) if matches is not None else ""
            findings.append(Finding("false", _box(replayed.found.boxes[row]), "", read))
        return tuple(findings)


def begin_score(source: str, detection: DetectionSettings, *, not_enrolled: Sequence[str] = ()) -> ReplayScore:
    """An empty score at the station's threshold, which is fixed before the replay."""
    threshold = 0.0 if detection.method == "change" else detection.threshold
    return ReplayScore(source, threshold, DetectionScore(), not_enrolled=tuple(not_enrolled))


def as_document(score: ReplayScore) -> dict[str, object]:
    """The score as JSON: shares from 0 to 1, times in milliseconds."""
    detection, baskets = score.detection, score.basket_score
    return {
        "source": score.source,
        "threshold": score.threshold,
        "detection": {
            "recall": round(detection.recall, 5),
            "precision": round(detection.precision, 5),
            "average_precision": round(detection.average_precision, 5),
            "iou": OVERLAP,
            "items": detection.items,
            "found": detection.found,
            "false": detection.false_boxes,
            "not_judged": score.unjudged,
        },
        "frames": {"count": score.frames, "exact": score.exact_frames},
        "missing_frames": score.missing_frames,
        "labels": {"accuracy": round(score.label_accuracy, 5), "count": score.named},
        "baskets": {
            **basket_figures(baskets),
            "by_size": {str(size): basket_figures(part) for size, part in score.basket_score_by_size.items()},
            "settled": sum(placed.is_settled for placed in score.baskets),
        },
        "sales": basket_figures(score.sale_score),
        "camera_to_label_ms": score.camera_to_label_ms,
        "not_enrolled": list(score.not_enrolled),
    }


def basket_figures(score: BasketScore) -> dict[str, float]:
    """The numbers of some baskets as JSON."""
    return {
        "count": score.count,
        "cacc": round(score.cacc, 5),
        "acd": round(score.acd, 4),
        "cacc_without_asking": round(score.without_asking, 5),
        "asked": round(score.asked, 4),
    }


def _never_came(missing: Sequence[TrueFrame], told: int) -> UserError:
    return UserError(
        f"The truth file tells of {counted(told, 'frame')}, of which {len(missing)} never came, "
        f"frame {missing[0].number} first; what lies in {'it' if len(missing) == 1 else 'them'} counts as missed.",
        remedy="If that is more than a frame or two, use the truth file of this clip.",
    )


def _box(row: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Box:
    x0, y0, x1, y1 = (float(edge) for edge in row)
    return x0, y0, x1, y1
