"""The evaluation as one HTML page that needs nothing else: pictures, drawings and style are inside it."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np
from PIL import Image

from core.errors import UserError
from core.evaluation.charts import curve_chart, matrix_chart
from core.evaluation.confusions import Confusion
from core.evaluation.evaluation import Evaluation, RuleResult
from core.paths import resources_folder
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
    page = render_report(evaluation)
    temporary = file.with_name(f".{file.name}.part")
    try:
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        raise UserError(
            f"The report cannot be written to {file} ({error.strerror or error}).",
            remedy="Check the folder, its space and your right to write there.",
        ) from error


def render_report(evaluation: Evaluation) -> str:
    """The page as text; names come from folders and are escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources_folder() / "reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    results = _results(evaluation)
    products = evaluation.data.products
    return environment.get_template(_TEMPLATE).render(
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
        picture = Image.fromarray(read_picture(path))
    except PictureUnreadable:
        # It was read a moment ago; the page is still worth having.
        return ""
    picture.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
