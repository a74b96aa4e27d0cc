"""The report of a replay names what was missing, and counts in words that read right."""

import pytest

from core.errors import UserError
from core.replay_report import FailureBook, in_runs, render_replay_report
from core.replay_score import ReplayScore, begin_score
from core.settings import Settings


def a_score(*, frames: int = 9, missing: tuple[int, ...] = (), untold: int = 0) -> ReplayScore:
    score = begin_score("clip.mp4", Settings().detection)
    score.frames, score.missing, score.untold_frames = frames, missing, untold
    score.pass_ms.append(40.0)
    return score


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((), ""), ((3,), "3"), ((3, 4), "3–4"), ((0, 4, 5, 6, 9), "0, 4–6, 9")],
)
def test_frames_in_a_row_are_named_once(numbers: tuple[int, ...], words: str) -> None:
    assert in_runs(numbers) == words


def test_the_report_names_missing_frames_and_pictures_that_cannot_be_read() -> None:
    failures = FailureBook()
    failures.notices += [UserError("The picture a<b>.png cannot be read.", remedy="Replace it.")] * 103
    page = render_replay_report(a_score(missing=(2, 3, 7), untold=1), failures)
    assert "Frames of the truth that never came, with every item missed: 2–3, 7." in page
    assert page.count("The picture a&lt;b&gt;.png cannot be read. Replace it.") == 100
    assert "And 3 more alike." in page
    assert "The truth does not tell of 1 frame that came, and nothing in it was judged." in page


def test_a_report_of_a_whole_replay_says_nothing_of_missing_frames() -> None:
    page = render_replay_report(a_score(frames=1), FailureBook())
    assert "1 frame held against its truth." in page
    assert "never came" not in page
    assert "What was missing" not in page
    assert "The truth does not tell" not in page
