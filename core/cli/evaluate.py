"""`tillsight evaluate`: how good recognition is on pictures whose products are known."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from core.cli.options import STANDARD_OUTPUT, DataDir, SetValues, check_writable, data_folder
from core.counts import counted
from core.errors import UserError
from core.evaluation.evaluation import Evaluation, EvaluationPlan, RuleResult, as_document, run_evaluation
from core.evaluation.open_set import WorkingPoint
from core.evaluation.rules import RuleName
from core.paths import DataFolder
from core.settings import load_settings
from core.shop_embedder import ShopEmbedder, open_embedder_of

_MOST_SHOTS = 100_000
_FOLDERS = "A folder that holds a folder of pictures for each product"


def evaluate(
    *,
    references: Annotated[Path, typer.Option(metavar="DIR", help=f"{_FOLDERS}: what is enrolled.", show_default=False)],
    queries: Annotated[Path, typer.Option(metavar="DIR", help=f"{_FOLDERS}: what is asked.", show_default=False)],
    shots: Annotated[
        str, typer.Option(metavar="N,N,…", help="References a product to measure.")
    ] = "1,2,5,10,20,50,100",
    draws: Annotated[int, typer.Option(min=1, max=1000, help="Random draws of the references.")] = 5,
    hold_out_products: Annotated[
        int, typer.Option(min=0, metavar="N", help="Measure too how N products that are not enrolled are told apart.")
    ] = 0,
    rule: Annotated[
        RuleName, typer.Option(help="The rule to measure; the field's nearest reference is always measured beside it.")
    ] = RuleName.TILLSIGHT,
    seed: Annotated[int, typer.Option(min=0, help="Decides the draws.")] = 7,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the numbers here; `-` prints them.", show_default=False),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an HTML page here.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
    values: SetValues = None,
) -> None:
    """Measure recognition on pictures whose products are known: accuracy by number of shots, and what is not enrolled.

    Folders are read as by `tillsight enroll`; the shop's own products play no part. Every query is one look. Embeddings
    are kept in the data folder, so that the next evaluation of the same pictures is quick.

    Example: `tillsight evaluate --references train/ --queries test/ --hold-out-products 20 --report report.html`
    """
    data = data_folder(data_dir)
    settings = load_settings(data.settings).with_values(values or ())
    plan = EvaluationPlan(
        references=references.expanduser(),
        queries=queries.expanduser(),
        shots=_numbers(shots),
        draws=draws,
        hold_out_products=hold_out_products,
        rule=rule,
        seed=seed,
        false_name_rate=settings.recognition.false_name_rate,
    )
    for file in (json_file, report):
        check_writable(file)
    embedder = open_embedder_of(settings.recognition, data)
    try:
        evaluation = _run(plan, embedder, data)
    finally:
        embedder.close()
    if json_file is not None:
        _write_json(evaluation, json_file)
    if report is not None:
        # The template engine is of no use to any other command, nor to the window.
        from core.evaluation.report import write_report

        write_report(evaluation, report)
    # With the numbers on the standard output, the words go beside it.
    _print(evaluation, Console(highlight=False, soft_wrap=True, stderr=str(json_file) == STANDARD_OUTPUT))


def _run(plan: EvaluationPlan, embedder: ShopEmbedder, data: DataFolder) -> Evaluation:
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def narrate(activity: str, done: int, total: int, /) -> None:
            if activity not in tasks:
                tasks[activity] = bars.add_task(activity)
            bars.update(tasks[activity], completed=done, total=total)

        return run_evaluation(
            plan,
            embedder,
            label=f"{embedder.network.name}, {embedder.runtime_label}",
            cache_folder=data.root / "cache" / "embeddings",
            narrate=narrate,
        )


def _numbers(text: str) -> tuple[int, ...]:
    try:
        numbers = sorted({int(part) for part in text.split(",")})
    except ValueError:
        numbers = []
    if not numbers or numbers[0] < 1 or numbers[-1] > _MOST_SHOTS:
        raise UserError(f"“{text}” is not a list of numbers of shots.", remedy="Write numbers from 1, such as 1,5,20.")
    return tuple(numbers)


def _write_json(evaluation: Evaluation, file: Path) -> None:
    text = json.dumps(as_document(evaluation), ensure_ascii=False, indent=1)
    if str(file) == STANDARD_OUTPUT:
        typer.echo(text)
        return
    try:
        # The name of a file or folder may be no text: JSON has an escape for such bytes.
        file.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UserError(
            f"The numbers cannot be written to {file} ({error.strerror or error}).",
            remedy="Check the folder, its space and your right to write there.",
        ) from error


def _print(evaluation: Evaluation, console: Console) -> None:
    data, plan = evaluation.data, evaluation.plan
    results = [evaluation.result] + ([evaluation.nearest] if plan.rule is not RuleName.NEAREST else [])
    console.print(_shots_table(results))
    if any(result.open_set for result in results):
        console.print(_open_set_table(results))
    for confusion in evaluation.confusions[:5]:
        console.print(
            f"{confusion.product} was taken for {confusion.named} in {confusion.share:.0%} of its queries.",
            markup=False,
        )
    for name, count in data.left_out.items():
        console.print(
            f"Left out: {counted(count, 'query', 'queries')} of {name}, which has no references.", markup=False
        )
    for sentence in data.unreadable:
        console.print(f"Left out: {sentence}", markup=False)
    if data.repeated:
        if data.repeated == 1:
            told = "1 query is also a reference: it makes"
        else:
            told = f"{data.repeated} queries are also references: they make"
        console.print(f"{told} every number look better than it is.")
    console.print(
        f"{counted(data.references, 'reference')} of {counted(len(data.products), 'product')}, "
        f"{counted(data.queries, 'query', 'queries')}; "
        f"{evaluation.embedder}; {evaluation.seconds:.0f} s.",
        markup=False,
    )


def _shots_table(results: list[RuleResult]) -> Table:
    table = Table("Shots", title="Mean accuracy over products, %", title_justify="left")
    for result in results:
        for words in (result.rule.value, "top 3"):
            table.add_column(words, justify="right")
    for points in zip(*(result.curve.points for result in results), strict=True):
        row = [str(points[0].shots)]
        for point in points:
            row += [f"{100 * point.mean_class_accuracy:.1f} ± {100 * point.std:.1f}", f"{100 * point.top3:.1f}"]
        table.add_row(*row)
    return table


def _open_set_table(results: list[RuleResult]) -> Table:
    table = Table("Rule", "AUROC", "Gets through", title="With products that are not enrolled, %", title_justify="left")
    table.add_column("Enrolled", justify="right")
    table.add_column("Others", justify="right")
    for result in results:
        found = result.open_set
        if found is None:
            continue
        rows = [("named", found.named), ("named or offered", found.offered)]
        rows += [(f"where {share} % of references do", point) for share, point in found.accepting.items()]
        for place, (words, point) in enumerate(rows):
            head = (result.rule.value, f"{found.auroc:.3f}") if place == 0 else ("", "")
            table.add_row(*head, words, *_percents(point))
    return table


def _percents(point: WorkingPoint) -> tuple[str, str]:
    return f"{100 * point.acceptance:.1f}", f"{100 * point.false_name_rate:.1f}"
