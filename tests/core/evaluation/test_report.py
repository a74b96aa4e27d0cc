"""The report is one page that says everything, needs nothing else and trusts no name."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.evaluation.charts import MOST_IN_MATRIX, curve_chart, matrix_chart
from core.evaluation.evaluation import Evaluation, EvaluationPlan, as_document, run_evaluation
from core.evaluation.report import render_report, write_report
from core.evaluation.rules import RuleName
from core.evaluation.shots_curve import ShotsPoint
from tests.core.evaluation.shelves import draw_folders
from tests.core.recognition.pictures import ThumbnailEmbedder

SLY = '<b onload=x>&amp "Apple"\''
_NO_END = {"meta", "img", "br", "link", "input"}


class Page(HTMLParser):
    """Elements in order, with a check that they are closed as they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _NO_END:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def measured(folder: Path, *, rule: RuleName = RuleName.TILLSIGHT, held_out: int = 2) -> Evaluation:
    names = {SLY: 4, "Bread": 4, "Milk": 4, "Pear": 4}
    references = draw_folders(folder / "references", names)
    queries = draw_folders(folder / "queries", {**dict.fromkeys(names, 3), "Stranger": 2}, first_shot=20)
    # A query that lies in the wrong folder is a mistake that every rule makes.
    (queries / "Milk" / "020.png").write_bytes((queries / SLY / "021.png").read_bytes())
    (queries / "Bread" / "020.png").write_bytes(b"no picture")
    plan = EvaluationPlan(references, queries, shots=(1, 4), draws=2, hold_out_products=held_out, rule=rule)
    return run_evaluation(
        plan, ThumbnailEmbedder(), label="thumbnails", cache_folder=folder / "cache", narrate=lambda *_: None
    )


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return measured(tmp_path_factory.mktemp("evaluation"))


def test_the_page_is_well_formed_and_needs_nothing_else(evaluation: Evaluation) -> None:
    page = Page(render_report(evaluation))
    assert page.open == []
    addresses = [value for _, attributes in page.elements for name, value in attributes.items() if name == "src"]
    assert len(addresses) == 3
    assert all(address is not None and address.startswith("data:image/jpeg;base64,") for address in addresses)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert not any(name in {"href", "onload"} for _, attributes in page.elements for name in attributes)


def test_names_are_words_and_never_markup(evaluation: Evaluation) -> None:
    text = render_report(evaluation)
    assert "<b onload" not in text
    page = Page(text)
    assert f"Milk was taken for {SLY} in" in page.text
    assert any(attributes.get("alt") == f"reference of {SLY}" for _, attributes in page.elements)


def test_the_page_tells_the_numbers_and_what_was_left_out(evaluation: Evaluation) -> None:
    words = " ".join(Page(render_report(evaluation)).text.split())
    for result in (evaluation.result, evaluation.nearest):
        for point in result.curve.points:
            assert f"{100 * point.mean_class_accuracy:.1f}" in words
        assert result.open_set is not None
        assert f"{result.open_set.auroc:.3f}" in words
    assert "Stranger (2)" in words
    assert "020.png cannot be read" in words
    assert "2 products were left out" in words


def test_the_document_has_the_names_that_stay(evaluation: Evaluation) -> None:
    document = as_document(evaluation)
    assert document["rule"] == "tillsight"
    assert isinstance(document["seconds"], float)
    for key in ("shots", "nearest"):
        shots = document[key]
        assert isinstance(shots, dict)
        assert list(shots) == ["1", "4"]
        assert all(set(point) == {"mean_class_accuracy", "std", "top3"} for point in shots.values())
        assert all(0.0 <= share <= 1.0 for point in shots.values() for share in point.values())
    open_set = document["open_set"]
    assert isinstance(open_set, dict)
    assert {"auroc", "acceptance", "false_name_rate"} <= set(open_set)
    assert document["per_product"] == {SLY: 1.0, "Bread": 1.0, "Milk": round(2 / 3, 5), "Pear": 1.0}
    assert document["confusions"] == [{"product": "Milk", "named": SLY, "share": round(1 / 3, 5), "queries": 1.0}]
    assert document["left_out"] == {"Stranger": 2}


def test_the_nearest_rule_alone_is_measured_once(tmp_path: Path) -> None:
    evaluation = measured(tmp_path, rule=RuleName.NEAREST, held_out=0)
    assert evaluation.nearest is evaluation.result
    document = as_document(evaluation)
    assert document["rule"] == "nearest"
    assert document["shots"] == document["nearest"]
    assert document["open_set"] is None
    page = Page(render_report(evaluation))
    assert "not enrolled" not in page.text
    assert page.text.count("Nearest reference, top 3") == 1


def test_products_that_cannot_be_left_out_are_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be left out"):
        measured(tmp_path, held_out=4)
    assert not (tmp_path / "cache").exists()


def test_a_report_that_cannot_be_written_is_told_and_leaves_nothing(evaluation: Evaluation, tmp_path: Path) -> None:
    write_report(evaluation, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == render_report(evaluation)
    with pytest.raises(UserError, match="cannot be written"):
        write_report(evaluation, tmp_path / "nowhere" / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_pictures_that_vanish_are_said_in_words(evaluation: Evaluation, tmp_path: Path) -> None:
    lost = replace(evaluation.confusions[0], query=tmp_path / "gone.png")
    page = Page(render_report(replace(evaluation, confusions=(lost,))))
    assert "query of Milk cannot be read any more" in page.text


def points(*values: tuple[int, float, float]) -> list[ShotsPoint]:
    return [ShotsPoint(shots, accuracy, std, accuracy) for shots, accuracy, std in values]


@pytest.mark.parametrize(
    "curves",
    [
        [
            points((1, 0.4, 0.05), (5, 0.7, 0.02), (100, 0.95, 0.1)),
            points((1, 0.3, 0.01), (5, 0.31, 0.0), (100, 0.5, 0)),
        ],
        [points((20, 0.0, 0.0))],
        [points((1, 1.0, 0.0), (2, 1.0, 0.0))],
    ],
)
def test_curves_stay_inside_the_drawing(curves: list[list[ShotsPoint]]) -> None:
    chart = curve_chart(curves)
    for line, curve in zip(chart.lines, curves, strict=True):
        places = [tuple(map(float, place.split(","))) for place in f"{line.points} {line.band}".split()]
        assert all(chart.left <= x <= chart.right and chart.top <= y <= chart.bottom for x, y in places)
        heights = [y for _, y, _ in line.dots]
        accuracies = [point.mean_class_accuracy for point in curve]
        assert np.argsort(heights).tolist() == np.argsort(accuracies)[::-1].tolist() or len(set(accuracies)) == 1
    assert [tick.text for tick in chart.shots] == [str(point.shots) for point in curves[0]]


def test_a_matrix_of_many_products_shows_those_with_mistakes() -> None:
    count = MOST_IN_MATRIX + 80
    confusion = np.eye(count)
    confusion[150, 150], confusion[150, 199] = 0.25, 0.75
    names = [f"Product {number} with a name that is too long for a label" for number in range(count)]
    chart = matrix_chart(names, confusion, np.ones(count, np.bool_))
    assert chart.is_cut
    assert len(chart.names) == MOST_IN_MATRIX
    wrong = [cell for cell in chart.cells if not cell.is_right]
    assert [cell.title for cell in wrong] == [f"{names[150]} → {names[199]}: 75%"]
    assert all(chart.margin <= cell.x and cell.x + chart.cell <= chart.size for cell in chart.cells)
    assert max(len(tick.text) for tick in chart.names) <= 30
    assert not re.search(r"\d{4}", chart.names[0].text)
