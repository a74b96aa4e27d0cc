"""Matches and product details as plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from core.catalog.records import ProductDetails, SoldBy
from core.sightings import Candidate, Match, Outcome, Vote


def match_to_json(match: Match) -> dict[str, Any]:
    """Raises ``ValueError`` for NaN and infinity, which JSON cannot say."""
    numbers = [item.score for item in match.candidates] + [vote.similarity for vote in match.votes]
    if not all(map(isfinite, numbers)):
        raise ValueError("a match holds NaN or infinity")
    return {
        "outcome": match.outcome.value,
        "candidates": [[item.product_id, item.name, float(item.score)] for item in match.candidates],
        "votes": [[vote.reference_id, vote.product_id, float(vote.similarity)] for vote in match.votes],
    }


def match_from_json(tree: Mapping[str, Any]) -> Match:
    return Match(
        Outcome(tree["outcome"]),
        tuple(Candidate(int(key), str(name), float(score)) for key, name, score in tree["candidates"]),
        tuple(Vote(int(reference), int(product), float(value)) for reference, product, value in tree["votes"]),
    )


def margin(match: Match) -> float:
    """Score of the best candidate minus that of the second; 0 without candidates."""
    scores = [candidate.score for candidate in match.candidates[:2]]
    return float(scores[0] - (scores[1] if len(scores) > 1 else 0.0)) if scores else 0.0


def details_to_json(details: ProductDetails) -> dict[str, Any]:
    return asdict(details)


def details_from_json(tree: Mapping[str, Any]) -> ProductDetails:
    return ProductDetails(**{**tree, "sold_by": SoldBy(tree["sold_by"])})
