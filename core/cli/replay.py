"""`tillsight replay`: the station over a clip, every frame of it, held against the truth where there is one."""

import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from core.cameras.address import parse_address
from core.cameras.source import FrameSource, SourceError
from core.cli.opening import opened_shop
from core.cli.options import STANDARD_OUTPUT, DataDir, SetValues, check_writable, data_folder, progress_bar
from core.cli.replay_output import ReplayRecord, print_score, tell_notices
from core.cli.telling import plain_console
from core.errors import UserError
from core.evaluation.truth import Truth, TruthError, match_names, missing_names, read_truth
from core.replay import open_recording
from core.replay import replay as replay_source
from core.replay_reader import PictureReader
from core.replay_score import ReplayScore, ReplayScorer, as_document, begin_score
from core.replay_video import ReplayVideo
from core.settings import load_settings
from core.shop import Shop

if TYPE_CHECKING:
    from core.replay_report import FailureBook

_DEMO_FRAMES = 900
_SAME_RATE = 0.02


class ReplayCommand(TyperCommand):
    """Lets `--json` stand alone at the end or before another option, where it prints."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        return super().parse_args(ctx, _with_json_file(args))


def _with_json_file(arguments: list[str]) -> list[str]:
    told: list[str] = []
    for argument, following in zip(arguments, [*arguments[1:], None], strict=True):
        told.append(argument)
        is_alone = following is None or (following.startswith("-") and following != STANDARD_OUTPUT)
        if argument == "--json" and is_alone:
            told.append(STANDARD_OUTPUT)
    return told


def replay(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A clip, a folder of pictures, or `demo:`.")],
    *,
    truth: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What really lies in the frames: score the station against it."),
    ] = None,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the numbers here; `-` or nothing prints them."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an HTML page with the failures here (with --truth).")
    ] = None,
    video: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an MP4 with what was seen drawn on every frame.")
    ] = None,
    write_truth: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Only write the truth of a demo: source here, for --truth.")
    ] = None,
    frames: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Stop after N frames; demo: never ends and gives 900.")
    ] = None,
    values: SetValues = None,
    data_dir: DataDir = None,
) -> None:
    """Run the station over a recorded source, frame by frame, and say what it saw and what is in the basket.

    The shop's own sales are not touched. With `--json`, one document: every frame's sightings (box in pixels, outcome,
    product, score) and the basket at the end. With `--truth`, the document is the score instead: detection before
    tracking, names, whole frames, baskets, latency.

    Example: `tillsight replay clip.mp4 --truth clip.gt.json --report report.html`
    """
    if report is not None and truth is None:
        raise UserError("A report needs to know what is right.", remedy="Give the truth of the source with --truth.")
    for file in (Path(json_file) if json_file not in (None, STANDARD_OUTPUT) else None, report, video, write_truth):
        check_writable(file)
        _check_is_not_read(file, source, truth)
    data = data_folder(data_dir)
    told = read_truth(truth) if truth is not None else None
    recording = open_recording(source, load_settings(data.settings).with_values(values or ()).camera)
    try:
        limit = _limit(frames, told, recording)
        if write_truth is not None:
            _write_truth(recording, write_truth, limit)
            return
        if told is not None:
            told = _checked(told, recording, frames)
        with opened_shop(data, is_alone=False, values=values) as shop:
            scorer = _scorer(source, recording, told, shop) if told is not None else None
            record = ReplayRecord(source)
            failures = _run(shop, recording, record, scorer, limit=limit, video=video, has_report=report is not None)
    finally:
        recording.close()
    score = scorer.finish() if scorer is not None else None
    if scorer is not None:
        notices = scorer.take_notices()
        tell_notices(notices)
        if failures is not None:
            failures.notices += notices
    _tell(record, score, failures, json_file=json_file, report=report)


def _run(
    shop: Shop,
    recording: FrameSource,
    record: ReplayRecord,
    scorer: ReplayScorer | None,
    *,
    limit: int | None,
    video: Path | None,
    has_report: bool,
) -> "FailureBook | None":
    """Replay to the end; the failures as pictures where a report is wanted.

    Frames that cannot be read are told and passed over; raises ``SourceError`` when none can.
    """
    failures = None
    unreadable: list[SourceError] = []
    number = 0
    if has_report:
        # The template engine is of no use to any other command, nor to the window.
        from core.replay_report import FailureBook

        failures = FailureBook()
    with ExitStack() as opened:
        film = opened.enter_context(ReplayVideo(video, recording.description.fps or 30.0)) if video else None
        moved = opened.enter_context(progress_bar("Replaying"))
        begun = time.perf_counter()
        replayed_frames = replay_source(shop, recording, most_frames=limit, on_unreadable=unreadable.append)
        for number, replayed in enumerate(replayed_frames, 1):
            record.add(replayed, (time.perf_counter() - begun) * 1e3)
            if film is not None:
                film.add(replayed)
            scored = scorer.add(replayed) if scorer is not None else None
            if failures is not None and scored is not None:
                failures.add(scored)
            moved(number, limit or 0)
            begun = time.perf_counter()
    if unreadable and number == 0:
        raise unreadable[0]
    tell_notices(unreadable)
    if failures is not None:
        failures.notices += unreadable
    return failures


def _tell(
    record: ReplayRecord,
    score: ReplayScore | None,
    failures: "FailureBook | None",
    *,
    json_file: str | None,
    report: Path | None,
) -> None:
    if json_file is not None:
        _write_json(as_document(score) if score is not None else record.as_document(), json_file)
    if report is not None and score is not None and failures is not None:
        from core.replay_report import write_replay_report

        write_replay_report(score, failures, report)
    if json_file == STANDARD_OUTPUT:
        return
    console = plain_console()
    if score is not None:
        print_score(score, console)
    else:
        record.print(console)


def _scorer(source: str, recording: FrameSource, truth: Truth, shop: Shop) -> ReplayScorer:
    names = [product.name for product in shop.catalog.products.all()]
    truth = match_names(truth, names)
    score = begin_score(source, shop.settings.detection, not_enrolled=missing_names(truth, names))
    reader = PictureReader(shop.embedder, shop.recognizer)
    is_belt = shop.settings.checkout.mode == "belt"
    return ReplayScorer(truth, score, reader=reader, is_unrelated=_is_folder(recording), is_belt=is_belt)


def _is_folder(recording: FrameSource) -> bool:
    return recording.description.uri.startswith("folder:")


def _limit(frames: int | None, truth: Truth | None, recording: FrameSource) -> int | None:
    if frames is None and truth is not None:
        return truth.frames[-1].number + 1
    if frames is None and recording.description.is_demo:
        return _DEMO_FRAMES
    return frames


def _checked(truth: Truth, recording: FrameSource, frames: int | None) -> Truth:
    """The truth as far as the replay will go; raises ``TruthError`` when it belongs to another source."""
    description = recording.description
    if description.is_demo and description.fps and abs(truth.fps / description.fps - 1) > _SAME_RATE:
        raise TruthError(
            f"The truth file is of {truth.fps:g} frames a second, but {description.uri} gives {description.fps:g}.",
            remedy="Give the demo the same fps=, width= and height= as when the truth was written.",
        )
    return truth if frames is None else truth.until(frames)


def _write_truth(recording: FrameSource, file: Path, limit: int | None) -> None:
    # Drawing is loaded by those who draw.
    from core.cameras.demo_counter import DemoCounter

    if not isinstance(recording, DemoCounter):
        raise UserError(
            f"Nobody knows the truth of {recording.description.label}.", remedy="Only demo: knows its own truth."
        )
    recording.write_truth(file, range(limit or _DEMO_FRAMES))


def _check_is_not_read(file: Path | None, source: str, truth: Path | None) -> None:
    """Raise ``UserError`` for a result that would take the place of the recording or of its truth."""
    address = parse_address(source)
    recorded = Path(address.target) if address.kind == "file" else None
    for read in (recorded, truth):
        if file is not None and read is not None and file.exists() and read.exists() and file.samefile(read):
            raise UserError(f"{file} would be written over, but it is read here.", remedy="Name another file.")


def _write_json(document: dict[str, object], file: str) -> None:
    text = json.dumps(document, ensure_ascii=False)
    if file == STANDARD_OUTPUT:
        typer.echo(text)
        return
    try:
        # The name of a clip may be no text: JSON has an escape for such bytes.
        Path(file).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UserError(
            f"The numbers cannot be written to {file} ({error.strerror or error}).",
            remedy="Check the folder, its space and your right to write there.",
        ) from error
