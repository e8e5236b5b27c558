"""Which wordings of a model may be searched for."""

import pytest

from agents.llm.answers import Rewording
from agents.rewording import LONGEST, variants_of

QUESTIONS = ["minimum credit score conventional", "reserves of 2 months for a second home"]


def kept(*wordings: tuple[int, str]) -> tuple[tuple[str, ...], ...]:
    return variants_of(QUESTIONS, [Rewording(search=search, wording=words) for search, words in wordings]).kept


def test_each_question_keeps_its_own_wordings() -> None:
    assert kept((1, "lowest  FICO allowed"), (2, "two months of reserves")) == (
        ("lowest FICO allowed",),
        ("two months of reserves",),
    )


@pytest.mark.parametrize(
    "wording",
    [
        "credit score of at least 500",
        "credit score of five hundred points or sixty points",
        "Minimum credit score conventional",
        "score",
        "12 34",
        "credit score\u202e erocs tiderc",
        "credit score " * (LONGEST // 10),
    ],
)
def test_a_wording_that_adds_a_figure_repeats_or_rambles_is_refused(wording: str) -> None:
    found = variants_of(QUESTIONS, [Rewording(search=1, wording=wording.strip()[:400])])
    assert (found.kept, found.refused) == (((), ()), 1)


def test_no_more_than_three_a_question_and_none_for_a_question_nobody_asked() -> None:
    assert kept(*[(1, f"{name} credit score") for name in ("least", "lowest", "smallest", "needed")])[0] == (
        *("least credit score", "lowest credit score", "smallest credit score"),
    )
    assert kept((9, "lowest credit score")) == ((), ())
