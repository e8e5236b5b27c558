"""How the search benchmark scores an answer, and which questions it reports on."""

import math
from pathlib import Path

import pytest

from benchmarks.retrieval_questions import load_passages, load_questions, ndcg_at_10, recall_at_5


@pytest.mark.parametrize(
    ("found", "gold", "gain"),
    [
        (["a", "b"], {"a", "b"}, 1.0),
        (["x", "a"], {"a"}, 1 / math.log2(3)),
        (["a", "x", "b"], {"a", "b"}, 1.5 / (1 + 1 / math.log2(3))),
        ([*"0123456789", "a"], {"a"}, 0.0),
        ([], {"a"}, 0.0),
    ],
)
def test_the_gain_is_that_of_the_first_ten_against_the_best_order(
    found: list[str], gold: set[str], gain: float
) -> None:
    assert ndcg_at_10(found, gold) == pytest.approx(gain)


def test_recall_is_the_share_of_what_answers_among_the_first_five() -> None:
    assert recall_at_5(["a", "x", "y", "z", "w", "b"], {"a", "b"}) == 0.5


def test_no_question_is_both_tuned_on_and_reported_on_and_every_answer_is_a_passage(shared_data: Path) -> None:
    folder = shared_data / "retrieval_obliqa"
    tuned, reported = load_questions("tune", folder), load_questions("report", folder)
    assert (len(tuned), len(reported)) == (1_357, 1_431)
    assert not {question.id for question in tuned} & {question.id for question in reported}
    passages = {passage.id for passage in load_passages(folder)}
    assert len(passages) == 12_988
    assert all(question.gold <= passages for question in [*tuned, *reported])
