"""The terminal counts in words that read right for one."""

import io

import pytest
from rich.console import Console

from core.cli.replay_output import ReplayRecord, print_score
from core.counts import counted
from core.replay_score import begin_score
from core.settings import Settings


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 pictures"), (1, "1 picture"), (2, "2 pictures"), (1200, "1,200 pictures")]
)
def test_things_are_counted(number: int, words: str) -> None:
    assert counted(number, "picture") == words


def test_an_irregular_word_is_given() -> None:
    assert [counted(number, "box", "boxes") for number in (1, 2)] == ["1 box", "2 boxes"]


@pytest.mark.parametrize(
    ("frames", "missing", "words"),
    [
        (1, (0,), ("1 frame of clip.mp4.", "1 frame exact;", "1 of the frames never came; every item in it counts")),
        (3, (1, 2), ("3 frames of clip.mp4.", "0 frames exact;", "2 of the frames never came; every item in them")),
    ],
)
def test_a_score_of_one_frame(frames: int, missing: tuple[int, ...], words: tuple[str, ...]) -> None:
    score = begin_score("clip.mp4", Settings().detection)
    score.frames, score.missing, score.exact_frames = frames, missing, int(frames == 1)
    score.pass_ms.append(40.0)
    printed = io.StringIO()
    print_score(score, Console(file=printed, width=400))
    assert all(part in printed.getvalue() for part in words)


@pytest.mark.parametrize(("questions", "words"), [(1, "1 item at the end needs"), (2, "2 items at the end need ")])
def test_questions_at_the_end(questions: int, words: str) -> None:
    record = ReplayRecord("clip.mp4")
    record._questions = questions
    record._times.append(40.0)
    printed = io.StringIO()
    record.print(Console(file=printed, width=400))
    assert words in printed.getvalue()
    assert "0 frames of clip.mp4" in printed.getvalue()
