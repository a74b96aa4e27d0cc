"""A person's word against a match: putting it into effect, taking it back, and seeing what it changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, assert_never

import numpy as np
import numpy.typing as npt

from core.catalog.correction_log import Verdict
from core.catalog.database import Catalog
from core.catalog.recognitions import EmbeddedRecognition, state_of_word
from core.catalog.records import Act, Correction, Recognition, ReviewState
from core.errors import UserError
from core.sightings import Match, Outcome

OPEN_LIMIT: Final = 1000
"""So many of the newest open items follow what the recognizer learns."""


class ReviewError(UserError):
    """The word cannot be put into effect: nothing chosen, no name to confirm, or an item that is gone."""


class Matcher(Protocol):
    """What is needed of a recognizer."""

    def match(self, looks: npt.NDArray[np.float32], probabilities: npt.NDArray[np.float32] | None = None, /) -> Match:
        """The match of k×d looks of one item, and of j×C probabilities of classes, without votes."""

    def with_votes(self, looks: npt.NDArray[np.float32], match: Match, /) -> Match:
        """The ``match`` of k×d looks of one item with the references that speak for it."""


@dataclass(frozen=True, slots=True)
class CorrectionEffect:
    """What a correction, or undoing one, changed; what the gallery needs to follow.

    ``changed_recognitions`` are as they are now. ``added_reference_ids`` are new or in use again; new ones have no
    embedding yet. ``label`` is the product that the items were given, ``None`` for no item or ignored ones.
    """

    changed_recognitions: tuple[Recognition, ...]
    added_reference_ids: tuple[int, ...] = ()
    removed_reference_ids: tuple[int, ...] = ()
    product_ids_touched: frozenset[int] = frozenset()
    label: int | None = None

    @property
    def changes_references(self) -> bool:
        return bool(self.added_reference_ids or self.removed_reference_ids)


@dataclass(frozen=True, slots=True)
class RescoreEffect:
    """How many open items a correction made the recognizer name differently, and how many of them as ``label``."""

    looked_at: int
    changed: int
    towards_label: int
    label: int | None
    changed_recognition_ids: tuple[int, ...]


class Corrections:
    """Puts a person's word into effect; each call is undone as one. For the records thread.

    ``embedder_key`` is the key under which the looks of recognitions are stored.
    """

    def __init__(self, catalog: Catalog, *, embedder_key: str) -> None:
        self._catalog = catalog
        self._embedder_key = embedder_key

    def apply(
        self,
        act: Act,
        recognition_ids: Sequence[int],
        *,
        product_id: int | None = None,
        keep_as_reference: bool = False,
        cashier: str = "",
    ) -> CorrectionEffect:
        """Say the same of several recognitions, all or none of them.

        ``product_id`` goes with ``Act.PRODUCT`` alone. ``keep_as_reference`` makes the crops references of the product;
        crops that are no item, or ignored, are never kept. Raises ``ReviewError``, or ``PhotographError`` for a crop
        that was to be kept and cannot be read.
        """
        if (act is Act.PRODUCT) != (product_id is not None):
            raise ValueError(f"{act} with product {product_id}")
        recognitions = self._chosen(recognition_ids)
        if product_id is not None:
            self._check_product(product_id)
        verdicts = [self._verdict(act, item, product_id, keep_as_reference) for item in recognitions]
        for item, verdict in zip(recognitions, verdicts, strict=True):
            if verdict.is_kept:
                # A reference that cannot be read would fail at every start from now on.
                self._catalog.photographs.read(item.picture)
        recorded = self._catalog.corrections.record(verdicts, cashier=cashier)
        return self._effect(recorded, is_undo=False)

    def undo(self) -> CorrectionEffect | None:
        """Take back the last call of ``apply`` that stands, also from before a restart; ``None`` if there is none."""
        recorded = self._catalog.corrections.undo_last()
        return self._effect(recorded, is_undo=True) if recorded else None

    def can_undo(self) -> bool:
        """Whether a call of ``apply`` still stands."""
        return self._catalog.corrections.standing() is not None

    def rescore(
        self,
        recognizer: Matcher,
        *,
        before: Matcher | None = None,
        label: int | None = None,
        limit: int = OPEN_LIMIT,
    ) -> RescoreEffect:
        """Match the newest open items again and keep what the recognizer says now.

        ``before`` is the recognizer of right before the correction: what it would have said as well is no effect of it.
        ``label`` is the product whose gain is counted, by default the one named in the last correction. Items whose
        looks were embedded in another way are left as they are. Raises ``ModelError`` as the recognizer does.
        """
        if label is None:
            last = self._catalog.corrections.standing()
            label = last.product_id if last else None
        items = self._catalog.recognitions.open_looks(self._embedder_key, limit=limit)
        differing = self._judge(items, recognizer)
        former = {item.recognition_id: _of_before(item, before) for item, _ in differing}
        changed = [(item, match) for item, match in differing if _said(match) != _said(former[item.recognition_id])]
        gained = [item for item, match in changed if _named(match) == label != _named(former[item.recognition_id])]
        return RescoreEffect(
            looked_at=len(items),
            changed=len(changed),
            towards_label=0 if label is None else len(gained),
            label=label,
            changed_recognition_ids=tuple(item.recognition_id for item, _ in changed),
        )

    def look_again(self, recognizer: Matcher, *, limit: int = OPEN_LIMIT, step: int = 8) -> Iterator[int]:
        """``rescore`` in steps of a few items each, newest first; a step gives how many items are named differently.

        What a person says between two steps stands.
        """
        items = self._catalog.recognitions.open_looks(self._embedder_key, limit=limit)
        for first in range(0, len(items), step):
            yield len(self._judge(items[first : first + step], recognizer))

    def _judge(
        self, items: Sequence[EmbeddedRecognition], recognizer: Matcher
    ) -> list[tuple[EmbeddedRecognition, Match]]:
        """Keep what the recognizer says of open items; those of which it says another thing now, with that."""
        # Reading the references that vote takes far longer than a match: only where something else is said now.
        fresh = [(item, _again(item, recognizer)) for item in items]
        self._catalog.recognitions.rematch({item.recognition_id: match for item, match in fresh if match != item.match})
        return [(item, match) for item, match in fresh if _said(match) != _said(item.match)]

    def _chosen(self, recognition_ids: Sequence[int]) -> list[Recognition]:
        ids = list(dict.fromkeys(recognition_ids))
        if not ids:
            raise ReviewError("No item is chosen.", remedy="Choose one or more items first.")
        found = self._catalog.recognitions.find_all(ids)
        if len(found) < len(ids):
            gone = len(ids) - len(found)
            if len(ids) == 1:
                raise ReviewError("The chosen item is no longer kept.", remedy="Refresh the list.")
            if gone == 1:
                raise ReviewError("1 of the chosen items is no longer kept.", remedy="Refresh the list.")
            raise ReviewError(f"{gone} of the chosen items are no longer kept.", remedy="Refresh the list.")
        return found

    def _check_product(self, product_id: int) -> None:
        product = self._catalog.products.find(product_id)
        if product is None or product.is_archived:
            name = "That product" if product is None else product.name
            raise ReviewError(f"{name} is not on sale.", remedy="Choose another product, or restore it first.")

    def _verdict(self, act: Act, item: Recognition, product_id: int | None, keep: bool) -> Verdict:
        match act:
            case Act.RIGHT:
                best = item.match.best
                if best is None or item.outcome is Outcome.UNKNOWN:
                    raise ReviewError("An item without a name cannot be right.", remedy="Say which product it is.")
                return Verdict(item.recognition_id, act, ReviewState.RIGHT, best.product_id, keep)
            case Act.PRODUCT:
                state = ReviewState.CORRECTED if product_id is None else state_of_word(item.match, product_id)
                return Verdict(item.recognition_id, act, state, product_id, keep)
            case Act.NOT_ITEM:
                return Verdict(item.recognition_id, act, ReviewState.NOT_ITEM, None)
            case Act.IGNORE:
                return Verdict(item.recognition_id, act, ReviewState.IGNORED, None)
            case _:
                assert_never(act)

    def _effect(self, recorded: Sequence[Correction], *, is_undo: bool) -> CorrectionEffect:
        references = tuple(item.reference_id for item in recorded if item.reference_id is not None)
        withdrawn = tuple(key for item in recorded for key in item.withdrawn)
        found = self._catalog.references.find([*references, *withdrawn])
        products = frozenset(reference.product_id for reference in found.values())
        labels = {item.product_id for item in recorded}
        return CorrectionEffect(
            changed_recognitions=tuple(self._catalog.recognitions.find_all([item.recognition_id for item in recorded])),
            added_reference_ids=withdrawn if is_undo else references,
            removed_reference_ids=references if is_undo else withdrawn,
            product_ids_touched=products,
            label=labels.pop() if len(labels) == 1 and not is_undo else None,
        )


def _named(match: Match) -> int | None:
    """The product that a match names; ``None`` when it is unknown."""
    return match.best.product_id if match.best and match.outcome is not Outcome.UNKNOWN else None


def _said(match: Match) -> tuple[Outcome, int | None]:
    return match.outcome, _named(match)


def _of_before(item: EmbeddedRecognition, before: Matcher | None) -> Match:
    """What held right before the correction."""
    return item.match if before is None else before.match(item.looks, item.probabilities)


def _again(item: EmbeddedRecognition, recognizer: Matcher) -> Match:
    match = recognizer.match(item.looks, item.probabilities)
    is_same = (match.outcome, match.candidates) == (item.match.outcome, item.match.candidates)
    return item.match if is_same else recognizer.with_votes(item.looks, match)
