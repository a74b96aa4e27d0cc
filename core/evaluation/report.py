"""The evaluation as one HTML page that needs nothing else: pictures, drawings and style are inside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.evaluation.charts import curve_chart, matrix_chart
from core.evaluation.confusions import Confusion
from core.evaluation.evaluation import Evaluation, RuleResult
from core.evaluation.page import fill_template, picture_address, write_page
from core.recognition.picture_file import PictureUnreadable, read_picture

_TEMPLATE = "evaluation.html.jinja"
_PICTURE_SIDE = 168
_MOST_PAIRS = 12
_TITLES = {"tillsight": "Tillsight", "nearest": "Nearest reference"}


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A confusion with its pictures as ``data:`` addresses; an empty one could not be read."""

    confusion: Confusion
    query: str
    own_reference: str
    other_reference: str


def write_report(evaluation: Evaluation, file: Path) -> None:
    """Write the page, whole or not at all; raises ``UserError`` when that is not possible."""
    write_page(render_report(evaluation), file)


def render_report(evaluation: Evaluation) -> str:
    """The page as text; names come from folders and are escaped."""
    results = _results(evaluation)
    products = evaluation.data.products
    return fill_template(
        _TEMPLATE,
        evaluation=evaluation,
        plan=evaluation.plan,
        data=evaluation.data,
        results=[(_TITLES[result.rule.value], result) for result in results],
        curve=curve_chart([result.curve.points for result in results]),
        matrix=matrix_chart(
            [product.name for product in products],
            evaluation.result.curve.confusion,
            np.array([len(product.queries) > 0 for product in products]),
        ),
        pairs=list(_shown_pairs(evaluation.confusions)),
        weakest=sorted(evaluation.per_product.items(), key=lambda item: (item[1], item[0])),
    )


def _results(evaluation: Evaluation) -> list[RuleResult]:
    both = [evaluation.result]
    if evaluation.nearest is not evaluation.result:
        both.append(evaluation.nearest)
    return both


def _shown_pairs(confusions: Iterable[Confusion]) -> Iterable[ShownPair]:
    shown = 0
    for confusion in confusions:
        if shown == _MOST_PAIRS:
            return
        if confusion.query is None or confusion.own_reference is None or confusion.other_reference is None:
            continue
        shown += 1
        yield ShownPair(
            confusion,
            _embedded(confusion.query),
            _embedded(confusion.own_reference),
            _embedded(confusion.other_reference),
        )


def _embedded(path: Path) -> str:
    try:
        return picture_address(read_picture(path), side=_PICTURE_SIDE)
    except PictureUnreadable:
        # It was read a moment ago; the page is still worth having.
        return ""
