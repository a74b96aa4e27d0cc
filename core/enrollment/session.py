"""A product being taught: shots from the live picture until there are enough good ones."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from core.catalog.records import Draft, ProductDetails
from core.enrollment.hints import advise, count_words, live_checks
from core.enrollment.journal import FinishedEnrollment, KeptShot, ShotJournal
from core.enrollment.judgement import Judgement, ShotJudge
from core.enrollment.quality import (
    Fault,
    ShotQuality,
    find_fault,
    measure,
    sameness,
    sentence,
    thumbprint,
)
from core.enrollment.target import Target, choose_target
from core.enrollment.view import Check, EnrollmentView, LooksLike, ShotResult, ShotView
from core.errors import UserError
from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.recognition.enroll import CropEmbedder, embed_references
from core.recognition.recognizer import Recognizer
from core.settings import EnrollmentSettings
from core.sightings import Sighting

__all__ = ["Check", "EnrollmentError", "EnrollmentSession", "EnrollmentView", "LooksLike", "ShotResult", "ShotView"]

_SAME_VIEW = 0.97
"""Correlation of thumbprints above which the held key takes no shot: the view has not changed."""

_NOTHING_NEW = 0.99
"""Cosine of mean views above which a shot repeats another."""

_THUMBNAIL = 112
_SURROUND = 0.35


class EnrollmentError(UserError):
    """The enrollment is not in a state that allows this."""


@dataclass(slots=True)
class _Shot:
    """A shot that was taken. ``center``: of its box in fractions of the picture, ``None`` for a resumed one."""

    key: int
    crop: Pixels
    thumbnail: Pixels
    print: npt.NDArray[np.float32]
    quality: ShotQuality
    fault: Fault | None
    is_kept: bool
    center: tuple[float, float] | None = None
    vectors: npt.NDArray[np.float32] | None = None
    is_removed: bool = False
    reason: str = ""


@dataclass(slots=True)
class _Run:
    """One enrollment."""

    product_id: int | None
    details: ProductDetails
    shots: dict[int, _Shot] = field(default_factory=dict)
    is_saving: bool = False

    def kept(self) -> list[_Shot]:
        return [shot for shot in self.shots.values() if shot.is_kept and not shot.is_removed]


class EnrollmentSession:
    """Takes shots of one product after another. Not thread-safe: it lives on the vision thread.

    ``embedder`` may be replaced, or be ``None`` while the model loads: shots are then embedded later. ``recognizer``
    gives the one in use, to tell what the shots resemble. Every change goes to the ``journal`` at once.
    """

    def __init__(
        self,
        settings: EnrollmentSettings,
        *,
        embedder: CropEmbedder | None,
        journal: ShotJournal,
        recognizer: Callable[[], Recognizer | None],
    ) -> None:
        self.settings = settings
        self._embedder = embedder
        self._journal = journal
        self._recognizer = recognizer
        self._run: _Run | None = None
        self._frame: Frame | None = None
        self._target: Target | None = None
        self._chosen: int | None = None
        self._is_held = False
        self._held_at = float("-inf")
        self._live: ShotQuality | None = None
        self._judge = ShotJudge()
        self._judgement = Judgement()
        self._judged_with: Recognizer | None = None

    @property
    def embedder(self) -> CropEmbedder | None:
        """What shots are embedded with."""
        return self._embedder

    @embedder.setter
    def embedder(self, embedder: CropEmbedder | None) -> None:
        former, self._embedder = self._embedder, embedder
        if self._run is not None and former is not None and (embedder is None or embedder.key != former.key):
            # Rows of two embedders are not compared, and are kept under the key of the one that made them.
            for shot in self._run.shots.values():
                shot.vectors = None
            self._judge = ShotJudge()
            self._judge_again()

    # Beginning and ending

    @property
    def is_active(self) -> bool:
        return self._run is not None

    def begin(self, product_id: int | None = None, details: ProductDetails | None = None) -> None:
        """Start teaching a new product, or give more shots to one; raises ``EnrollmentError`` when one is under way."""
        if self._run is not None:
            raise EnrollmentError(
                "Another enrollment is not finished.", remedy="Save or discard it before beginning a new one."
            )
        self._start(_Run(product_id, details or ProductDetails("")))
        self._journal.begin(product_id, self._active().details)

    def resume(self, draft: Draft, pictures: Mapping[int, Pixels]) -> None:
        """Take up a draft after a crash; ``pictures``: shot id → crop. Its shots are embedded while frames come."""
        run = _Run(draft.product_id, draft.details)
        for stored in draft.shots:
            if stored.shot_id in pictures:
                shot = _make_shot(stored.shot_id, pictures[stored.shot_id], measure(pictures[stored.shot_id]))
                shot.is_kept, shot.reason = stored.is_kept, stored.reason
                run.shots[shot.key] = shot
        self._start(run)

    def set_details(self, details: ProductDetails) -> None:
        """Keep what was typed so far; nothing is checked yet."""
        run = self._open()
        if details != run.details:
            run.details = details
            self._journal.describe(details)

    def finish(self) -> FinishedEnrollment:
        """Hand over what is to be saved; then call ``saved`` or ``saving_failed``.

        Raises ``EnrollmentError`` without a name or a kept shot.
        """
        run = self._open()
        if not run.details.name.strip():
            raise EnrollmentError("The product has no name.", remedy="Type a name.")
        kept = run.kept()
        if not kept:
            raise EnrollmentError("There is no photograph to learn from.", remedy="Take at least one good shot.")
        run.is_saving = True
        self._is_held = False
        shots = tuple(KeptShot(shot.key, shot.crop, shot.vectors) for shot in kept)
        return FinishedEnrollment(run.product_id, run.details, shots)

    def saved(self) -> None:
        """The enrollment is in the catalog; another can begin."""
        self._run = None

    def saving_failed(self) -> None:
        """Everything is as before ``finish``."""
        self._active().is_saving = False

    def discard(self) -> None:
        """Give the enrollment up."""
        self._open()
        self._run = None
        self._journal.discard()

    # Taking shots

    def observe(self, frame: Frame, sightings: Sequence[Sighting]) -> None:
        """Follow the item; while held, take a shot when the interval is over and the view has changed."""
        if self._run is None:
            return
        former = self._target.track_id if self._target else None
        self._frame = frame
        self._target = choose_target(
            sightings, width=frame.width, height=frame.height, chosen=self._chosen, former=former
        )
        crop, surround = self._cut(frame, self._target)
        self._live = measure(crop, surround) if crop is not None else None
        self._embed_one()
        is_due = frame.captured_at - self._held_at >= self.settings.interval_ms / 1000.0
        if self._is_held and not self._run.is_saving and is_due and crop is not None:
            is_full = len(self._run.kept()) >= self.settings.most_shots
            if not is_full and self._is_changed(crop):
                self._held_at = frame.captured_at
                self._take(is_held=True)

    def choose_track(self, track_id: int | None) -> None:
        """Aim at the item that a person pointed to; ``None``: choose by yourself again."""
        self._chosen = track_id

    def hold(self, *, is_held: bool) -> None:
        """While held, shots are taken at the interval of the settings, whenever the view has changed."""
        self._is_held = is_held and self._run is not None and not self._run.is_saving
        self._held_at = float("-inf")

    def capture(self) -> ShotResult:
        """Take a shot from the newest frame; a poor one is left out with the reason, and can be kept all the same.

        Raises ``EnrollmentError`` without a picture, ``ModelError`` when the embedder fails.
        """
        return self._take(is_held=False)

    def _take(self, *, is_held: bool) -> ShotResult:
        run = self._open()
        crop = self._cut(self._frame, self._target)[0] if self._frame is not None and self._target is not None else None
        if crop is None or self._live is None or self._frame is None or self._target is None:
            raise EnrollmentError("There is no picture to take a shot of.", remedy="Check the camera.")
        if len(run.kept()) >= self.settings.most_shots:
            text = f"There are {self.settings.most_shots} shots, the most that are kept."
            return ShotResult(None, is_kept=False, reason="enough", sentence=text)
        shot = _make_shot(max(run.shots, default=0) + 1, crop.copy(), self._live)
        box = self._target.box
        shot.center = ((box[0] + box[2]) / 2 / self._frame.width, (box[1] + box[3]) / 2 / self._frame.height)
        kept = run.kept()
        usual = statistics.median(item.quality.sharpness for item in kept) if len(kept) >= 3 else None
        shot.fault = find_fault(shot.quality, usual_sharpness=usual)
        if shot.fault is None:
            self._embed(shot)
            shot.fault = Fault.REPEATED if self._is_repeated(shot, kept) else None
        if is_held and shot.fault is Fault.REPEATED:
            # Nobody asked for this very shot: leave no trace of it.
            return ShotResult(None, is_kept=False, reason=shot.fault.value, sentence=sentence(shot.fault))
        shot.is_kept = shot.fault is None
        shot.reason = shot.fault.value if shot.fault else ""
        run.shots[shot.key] = shot
        self._journal.add_shot(
            shot.key, shot.crop, quality=shot.quality.as_json(), is_kept=shot.is_kept, reason=shot.reason
        )
        self._judge_again()
        text = sentence(shot.fault) if shot.fault else ""
        return ShotResult(shot.key, is_kept=shot.is_kept, reason=shot.reason, sentence=text)

    def remove_shot(self, key: int) -> None:
        """Set a shot aside; raises ``LookupError`` for an unknown one."""
        self._open().shots[key].is_removed = True
        self._journal.remove_shot(key)
        self._judge_again()

    def restore_shot(self, key: int) -> None:
        """Bring a removed shot back as it was, or keep one that was left out.

        Raises ``LookupError`` for an unknown one, ``ModelError`` when the embedder fails.
        """
        shot = self._open().shots[key]
        if shot.is_removed:
            shot.is_removed = False
        else:
            shot.is_kept, shot.fault, shot.reason = True, None, ""
        if shot.is_kept:
            self._embed(shot)
        self._journal.restore_shot(key)
        self._judge_again()

    # What is shown

    def view(self) -> EnrollmentView | None:
        """The present moment, ``None`` between enrollments; cheap enough for every frame."""
        run = self._run
        if run is None:
            return None
        if self._recognizer() is not self._judged_with:
            self._judge_again()
        shown = [shot for shot in run.shots.values() if not shot.is_removed]
        kept = run.kept()
        centers = [shot.center for shot in kept if shot.center is not None]
        judgement = self._judgement
        hints = advise(judgement, centers, kept=len(kept))
        return EnrollmentView(
            is_active=True,
            product_id=run.product_id,
            details=run.details,
            target=self._target.box if self._target else None,
            is_target_item=self._target is not None and self._target.track_id is not None,
            target_track=self._target.track_id if self._target else None,
            is_held=self._is_held,
            is_saving=run.is_saving,
            shots=tuple(_shot_view(shot) for shot in shown),
            kept=len(kept),
            left_out=len(shown) - len(kept),
            fewest=self.settings.fewest_shots,
            most=self.settings.most_shots,
            checks=live_checks(self._live),
            hints=hints,
            looks_like=judgement.looks_like,
            recognized=judgement.recognized,
            judged=judgement.judged,
            enough=count_words(len(kept), self.settings.fewest_shots, hints),
            is_enough=len(kept) >= self.settings.fewest_shots,
        )

    # Inside

    def _start(self, run: _Run) -> None:
        self._run = run
        # Keys begin anew, and what was found out of the former shots goes by their keys.
        self._judge = ShotJudge()
        self._chosen = self._target = self._frame = self._live = None
        self._is_held = False
        self._judge_again()

    def _active(self) -> _Run:
        if self._run is None:
            raise EnrollmentError("No product is being taught.", remedy="Begin with a new product.")
        return self._run

    def _open(self) -> _Run:
        run = self._active()
        if run.is_saving:
            raise EnrollmentError("The product is being saved.", remedy="Wait a moment.")
        return run

    def _cut(self, frame: Frame, target: Target) -> tuple[Pixels | None, Pixels | None]:
        """The target's crop, and a wider one around it."""
        size = {"width": frame.width, "height": frame.height}
        inner = crop_slices(target.box, **size)
        outer = crop_slices(target.box, **size, margin=_SURROUND)
        if inner is None or outer is None:
            return None, None
        return frame.pixels[inner], frame.pixels[outer] if target.track_id is None else None

    def _is_changed(self, crop: Pixels) -> bool:
        present = thumbprint(crop)
        recent = list(self._active().shots.values())[-3:]
        return all(sameness(present, shot.print) < _SAME_VIEW for shot in recent)

    def _is_repeated(self, shot: _Shot, kept: Sequence[_Shot]) -> bool:
        others = [other for other in kept if other.vectors is not None]
        if shot.vectors is None or not others:
            return any(sameness(shot.print, other.print) > _NOTHING_NEW for other in kept)
        own = shot.vectors.mean(axis=0)
        means = np.stack([other.vectors.mean(axis=0) for other in others if other.vectors is not None])
        lengths = np.linalg.norm(means, axis=1) * np.linalg.norm(own)
        return bool((means @ own / np.maximum(lengths, 1e-12)).max() > _NOTHING_NEW)

    def _embed(self, shot: _Shot) -> None:
        if self._embedder is not None and shot.vectors is None:
            shot.vectors = embed_references(self._embedder, [shot.crop])[0]

    def _embed_one(self) -> None:
        """Catch up with one shot that was kept while no embedder was there, or before a crash."""
        waiting = [shot for shot in self._active().kept() if shot.vectors is None]
        if waiting and self._embedder is not None:
            self._embed(waiting[0])
            self._judge_again()

    def _judge_again(self) -> None:
        self._judged_with = self._recognizer()
        if self._run is not None:
            shots = {shot.key: shot.vectors for shot in self._run.kept() if shot.vectors is not None}
            self._judgement = self._judge.judge(shots, self._judged_with, self._run.product_id)


def _make_shot(key: int, crop: Pixels, quality: ShotQuality) -> _Shot:
    scale = min(1.0, _THUMBNAIL / max(crop.shape[:2]))
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    thumbnail = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _Shot(key, crop, thumbnail, thumbprint(crop), quality, None, is_kept=True)


def _shot_view(shot: _Shot) -> ShotView:
    known = {fault.value: sentence(fault) for fault in Fault}
    return ShotView(shot.key, shot.thumbnail, shot.is_kept, shot.reason, known.get(shot.reason, ""))
