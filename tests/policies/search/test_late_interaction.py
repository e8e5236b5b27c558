"""Word by word: which passage answers, and what is kept of it."""

from collections.abc import Sequence

import numpy as np
import pytest

from policies.embedding.embedders import Vectors
from policies.search import late_interaction
from policies.search.late_interaction import LateInteraction

WORDS = ("gift", "funds", "letter", "reserves", "months")


class OneWordOneAxis:
    """Each known word is an axis of its own; counts the texts it is asked for."""

    name = "axes"

    def __init__(self) -> None:
        self.asked = 0

    def token_vectors(self, texts: Sequence[str]) -> list[Vectors]:
        self.asked += len(texts)
        axes = np.eye(len(WORDS), dtype=np.float32)
        rows = [[axes[WORDS.index(word)] for word in text.split() if word in WORDS] for text in texts]
        return [np.array(each, dtype=np.float32).reshape(-1, len(WORDS)) for each in rows]


def test_a_score_is_the_share_of_the_questions_words_that_the_passage_holds() -> None:
    scores = LateInteraction(OneWordOneAxis()).score("gift funds", ["gift funds letter", "gift months", "reserves"])
    assert scores == [1.0, 0.5, 0.0]


def test_a_passage_or_question_without_words_scores_nothing() -> None:
    judge = LateInteraction(OneWordOneAxis())
    assert judge.score("gift", ["..."]) == [0.0]
    assert judge.score("...", ["gift"]) == [0.0]
    assert judge.score("gift", []) == []


def test_a_passage_is_embedded_once() -> None:
    model = OneWordOneAxis()
    judge = LateInteraction(model)
    first = judge.score("gift", ["gift funds", "months"])
    assert judge.score("gift", ["months", "gift funds"]) == first[::-1]
    assert model.asked == 4  # two passages, and the question twice


def test_what_was_not_asked_for_the_longest_is_let_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_interaction, "KEPT_MB", 25 / 1024 / 1024)  # two passages of one word
    model = OneWordOneAxis()
    judge = LateInteraction(model)
    judge.score("gift", ["gift", "funds"])
    judge.score("gift", ["gift", "letter"])
    model.asked = 0
    judge.score("gift", ["gift"])
    assert model.asked == 1  # the question alone
    judge.score("gift", ["funds"])
    assert model.asked == 3
